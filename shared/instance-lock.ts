import { dirname } from 'node:path'
import { z } from 'zod'
import { sqliteCodeOf } from './durable-sqlite.ts'
import type { Files } from './world.ts'

const Holder = z.object({ pid: z.int() })
/** How long a reader of the pid may hold up its writer, and the other way round. */
const PATIENCE_MS = 2_000

/** What SQLite says of a file that holds something else than a lock's: a bad page, another schema, a page the disk lost. */
const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|FORMAT|ERROR$|CONSTRAINT|IOERR_(READ|SHORT_READ))/

/**
 * Makes this process the only one of its kind on a folder, until the returned lock is disposed or the process ends,
 * however it ends: SQLite holds the lock, and the operating system takes it back from a process that was killed. Others
 * can read the holder's pid meanwhile, as they can read any SQLite file whose writer is not committing.
 * A damaged file is emptied where it is: what it says is worth nothing, and another's lock on it stays.
 * Keep the returned lock: one that nothing refers to any more is collected as garbage, and with it the lock is gone.
 * @param options.path the lock's own small file; it stays behind, unlocked
 * @param options.refusal the error to throw when another process holds it; null: its pid can't be read
 */
export function holdInstance(files: LockFiles, options: LockOptions): Disposable {
  files.ensureFolder(dirname(options.path))
  try {
    return hold(files, options)
  } catch (error) {
    if (!DAMAGED.test(sqliteCodeOf(error))) throw error
    files.empty(options.path)
    return hold(files, options)
  }
}

type LockFiles = Pick<Files, 'database' | 'ensureFolder' | 'empty'>

interface LockOptions {
  readonly path: string
  readonly pid: number
  readonly refusal: (pid: number | null) => Error
}

function hold(files: LockFiles, options: LockOptions): Disposable {
  const db = files.database(options.path, { readOnly: false })
  try {
    db.pragma('busy_timeout = 0')
    db.exec('BEGIN IMMEDIATE')
    notePid(db, options.pid)
    db.pragma('busy_timeout = 0')
    db.exec('BEGIN IMMEDIATE') // of two that start at one moment, one gets it
    return { [Symbol.dispose]: () => void db.close() }
  } catch (error) {
    const isHeld = sqliteCodeOf(error) === 'SQLITE_BUSY'
    const pid = isHeld ? pidIn(db) : null
    db.close()
    throw isHeld ? options.refusal(pid) : error
  }
}

/** Commits who holds it. A full disk takes no note; the lock itself needs no room. */
function notePid(db: ReturnType<Files['database']>, pid: number): void {
  db.pragma(`busy_timeout = ${PATIENCE_MS}`)
  try {
    db.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER NOT NULL); DELETE FROM holder')
    db.prepare('INSERT INTO holder VALUES (?)').run(pid)
    db.exec('COMMIT')
  } catch (error) {
    if (sqliteCodeOf(error) !== 'SQLITE_FULL') throw error
    if (db.inTransaction) db.exec('ROLLBACK')
  }
}

function pidIn(db: ReturnType<Files['database']>): number | null {
  db.pragma(`busy_timeout = ${PATIENCE_MS}`)
  try {
    const hasTable = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'holder'").get() !== undefined
    const row = hasTable ? Holder.safeParse(db.prepare('SELECT pid FROM holder').get()) : null
    return row?.success === true ? row.data.pid : null
  } catch (error) {
    if (DAMAGED.test(sqliteCodeOf(error))) return null // it is held, whatever its file says
    throw error
  }
}
