import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { SourceParts } from '../source.ts'
import { DatabaseBusy, integersOf, type Keys, type Query, type SqlEngine, type SqlRow } from './engine.ts'
import { posFileMissing, posFileReplaced, posFileUnreadable, posMidChange } from './problems.ts'

/**
 * How long a read may wait for the POS's own writes. Waiting blocks the process, so it is short; and the POS waits
 * for us no longer than one `read` takes, because the lock is shared and given back at once.
 */
const BUSY_MS = 20

/** The first bytes of every SQLite file. */
export const sqliteSignature = Buffer.from('SQLite format 3\0', 'latin1')

const Columns = z.array(z.object({ name: z.string() }))

/**
 * An SQLite file opened read-only. Every read is one deferred transaction over statements prepared once. The file is
 * looked at before each: a POS that was restored from a copy has put another file in its place, and the one that is
 * still open would answer for ever with old rows.
 */
export function openSqliteEngine(
  file: string,
  parts: Pick<SourceParts, 'openReadOnly' | 'identity'>,
): SqlEngine {
  const identity = parts.identity(file)
  if (identity === null) throw posFileMissing({ file })
  const guard = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      throw plainProblem(error, file)
    }
  }
  const db = guard(() => parts.openReadOnly(file))
  try {
    guard(() => db.pragma(`busy_timeout = ${BUSY_MS}`))
    return sqliteEngine(db, read => {
      const now = parts.identity(file)
      if (now === null) throw posFileMissing({ file })
      if (now !== identity) throw posFileReplaced({ file })
      return guard(read)
    })
  } catch (error) {
    db.close()
    throw error
  }
}

function sqliteEngine(db: Database, guard: <T>(read: () => T) => T): SqlEngine {
  const prepared = new Map<string, Statement<unknown[], SqlRow>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? db.prepare<unknown[], SqlRow>(sql.replace('{keys}', KEY_LIST))
    prepared.set(sql, known)
    return known
  }
  const all = ({ sql, keys, params }: Query) =>
    keys === undefined ? statement(sql).all(...params) : statement(sql).all(listed(keys), ...params)
  const inOneTransaction = db.transaction((queries: readonly Query[]) => queries.map(all))
  return {
    read: async queries => guard(() => inOneTransaction.deferred(queries)),
    changeToken: async () => guard(() => String(db.pragma('data_version', { simple: true }))),
    find: async table =>
      guard(() => {
        const rows = Columns.parse(db.prepare('SELECT name FROM pragma_table_info(?)').all(table))
        if (rows.length === 0) return null
        return { name: table, columns: new Set(rows.map(row => row.name.toLowerCase())), hidden: new Set() }
      }),
    close: () => void db.close(),
  }
}

const KEY_LIST = '(SELECT value FROM json_each(?))'

function listed(keys: Keys): string {
  return keys.as === 'integer' ? `[${integersOf(keys).join(',')}]` : JSON.stringify(keys.list)
}

/** SQLite's own code as what it means to the shop; anything else stays as it is. */
function plainProblem(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (!(error instanceof Error) || typeof code !== 'string' || !code.startsWith('SQLITE_')) return error
  if (code === 'SQLITE_BUSY_RECOVERY' || code.startsWith('SQLITE_READONLY'))
    return posMidChange({ file }, error)
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_LOCKED')
    return new DatabaseBusy('busy', { cause: error })
  return posFileUnreadable({ file, reason: error.message }, error)
}
