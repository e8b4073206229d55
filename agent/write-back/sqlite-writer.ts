import { TillbridgeError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'
import { withPlaces } from './named-values.ts'
import { posWriteUnavailable, statementRefused } from './problems.ts'
import { codeOf, messageOf, type SqlTransaction, type SqlWriter, type TargetRow } from './sql-writer.ts'

/** SQLite holds the event loop while it waits for the POS's lock; the job is tried again anyway. */
const BUSY_MS = 100
const FULL = 2

/**
 * An SQLite file of the POS's. Its journal mode stays as the POS has set it; what we commit survives a power cut.
 * @throws POS_WRITE_UNAVAILABLE; the file is closed again then
 */
export function sqliteWriter(db: ReturnType<Files['database']>, target: string): SqlWriter {
  try {
    db.pragma(`busy_timeout = ${BUSY_MS}`)
    db.pragma('foreign_keys = ON')
    db.pragma(`synchronous = ${FULL}`) // reads the schema: another program's lock may block it
  } catch (error) {
    db.close()
    throw plainError(error, target)
  }
  const tx: SqlTransaction = {
    async query(sql, values) {
      const placed = withPlaces(sql, values, () => '?')
      return db.prepare(placed.sql).all(...placed.values.map(plain)) as TargetRow[]
    },
    async run(sql, values) {
      const placed = withPlaces(sql, values, () => '?')
      return db.prepare(placed.sql).run(...placed.values.map(plain)).changes
    },
  }
  return {
    async transaction(work) {
      try {
        db.exec('BEGIN IMMEDIATE')
        const value = await work(tx)
        db.exec('COMMIT')
        return value
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK')
        throw plainError(error, target)
      }
    },
    async close() {
      db.close()
    },
  }
}

const plain = (value: unknown): unknown =>
  typeof value === 'boolean' ? Number(value) : value instanceof Date ? value.toISOString() : value

/** Errors of the statement or the data are refusals; all others are temporary: locks, a full disk, a missing file. */
function plainError(error: unknown, target: string): unknown {
  if (error instanceof TillbridgeError) return error
  const code = codeOf(error)
  const reason = messageOf(error)
  const isRefused =
    /^SQLITE_(ERROR|CONSTRAINT|MISMATCH|RANGE|TOOBIG)/.test(code) || error instanceof RangeError
  return isRefused
    ? statementRefused({ reason }, error)
    : posWriteUnavailable({ target, reason: code === '' ? reason : `${code}: ${reason}` }, error)
}
