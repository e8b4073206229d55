import { appendFileSync, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import SQLite, { type Database, type Statement } from 'better-sqlite3'
import { nodeWorld } from '../../shared/node-world.ts'
import type { Files } from '../../shared/world.ts'
import { quietLog } from '../manual-world.ts'

/** A machine's disk: real files in a folder, and what is wrong with it. */
export interface Disk {
  /** `full`: nothing can be written. `failing`: a commit can't be made durable. `unreadable`: no read succeeds. */
  trouble: 'none' | 'full' | 'failing' | 'unreadable'
  /** Bytes given back to a full disk by deleting something large. */
  spare: number
  /** How many bytes of a half-written page a power cut leaves at the end of each log; 0: none. */
  tornBytes: number
  /** How many logs a power cut left so. */
  torn: number
  /** Files that only their size is known of: set aside, never read. */
  readonly reserved: Map<string, number>
}

/** A disk without trouble. */
export function goodDisk(): Disk {
  return { trouble: 'none', spare: 0, tornBytes: 0, torn: 0, reserved: new Map() }
}

const real = nodeWorld({ log: quietLog }).files
const WRITES = /^\s*(insert|update|delete|replace|create|drop|alter|commit)/i
const READS = /^\s*(select|with)/i
const COMMITS = /^\s*commit/i
const SETS = /^\s*pragma[^;]*=/i
/** What a statement is taken to need of a full disk's spare room. */
const BYTES_A_WRITE = 4_096

/** The files of one program on a disk. */
export interface DiskOfProcess {
  readonly files: Files
  /** Closes what is open. With `power`, what was never synced is gone. */
  end(how: 'kill' | 'power' | 'stop'): void
}

/** What a program's files tell the program. */
export interface DiskListener {
  /** Passed before everything that touches the disk; throws when the program is dead. */
  step(): void
  /** A commit is made; the next step comes after it. */
  committed(): void
}

export function diskOfProcess(disk: Disk, listener: DiskListener): DiskOfProcess {
  const { step } = listener
  const open = new Set<GuardedDatabase>()
  const files: Files = {
    ...stepped(real, step),
    writePrivate(path, text) {
      step()
      if (disk.trouble === 'full') throw noSpace(path)
      real.writePrivate(path, text)
    },
    remove(path) {
      step()
      const size = disk.reserved.get(path)
      if (size !== undefined) disk.spare += size
      disk.reserved.delete(path)
      real.remove(path)
    },
    sizeOf(path) {
      step()
      return disk.reserved.get(path) ?? real.sizeOf(path)
    },
    reserve(path, bytes) {
      step()
      if (disk.trouble === 'full') return false
      disk.reserved.set(path, bytes)
      return true
    },
    database(path, options) {
      step()
      const db = real.database(path, options)
      open.add(guardDatabase(db, { path, disk, ...listener, readOnly: options.readOnly }))
      return db
    },
  }
  return {
    files,
    end(how) {
      const logs = how === 'power' && disk.tornBytes > 0 ? setLogsAside([...open].map(one => one.path)) : []
      for (const one of open) one.close()
      if (how === 'power') for (const one of open) one.losePower()
      for (const log of logs) tear(log, disk)
      open.clear()
    },
  }
}

/** The calls that a disk's trouble does not change. */
function stepped(files: Files, step: () => void): Omit<Files, 'writePrivate' | 'reserve' | 'database'> {
  const after =
    <A extends unknown[], R>(work: (...given: A) => R) =>
    (...given: A): R => {
      step()
      return work(...given)
    }
  return {
    readText: after(files.readText),
    remove: after(files.remove),
    ensureFolder: after(files.ensureFolder),
    list: after(files.list),
    move: after(files.move),
    removeDatabase: after(files.removeDatabase),
    sizeOf: after(files.sizeOf),
    empty: after(files.empty),
    realPath: after(files.realPath),
    identity: after(files.identity),
    openBytes: after(files.openBytes),
  }
}

/** Keeps databases and their logs as they are: closing them would bring the logs home. */
function setLogsAside(paths: readonly string[]): readonly string[] {
  const logs = [...new Set(paths)].filter(path => existsSync(`${path}-wal`) && !existsSync(`${path}.synced`))
  for (const path of logs) for (const end of ['', '-wal']) copyFileSync(path + end, `${path}.torn${end}`)
  return logs
}

/** Puts a database and its log back with half a page after the log's end. */
function tear(path: string, disk: Disk): void {
  for (const end of ['-shm', '-wal', '']) rmSync(path + end, { force: true })
  for (const end of ['', '-wal']) renameSync(`${path}.torn${end}`, path + end)
  appendFileSync(`${path}-wal`, new Uint8Array(disk.tornBytes).fill(0xa5))
  disk.torn += 1
}

interface GuardedDatabase {
  readonly path: string
  close(): void
  losePower(): void
}

interface Guard {
  readonly path: string
  readonly disk: Disk
  readonly step: () => void
  readonly committed: () => void
  readonly readOnly: boolean
}

/**
 * Puts a step before each statement, and a disk's trouble before what writes. A commit with `synchronous=FULL` is
 * durable. One with less is not: the file as it was before is kept aside, and comes back after a power cut.
 */
function guardDatabase(db: Database, guard: Guard): GuardedDatabase {
  const { path, disk, step, readOnly } = guard
  const aside = `${path}.synced`
  let isUnsynced = false

  function beforeWrite(isCommit: boolean): void {
    step()
    if (readOnly) return
    if (disk.trouble === 'full' && disk.spare < BYTES_A_WRITE)
      throw failedWrite('SQLITE_FULL', 'database or disk is full')
    if (disk.trouble === 'full') disk.spare -= BYTES_A_WRITE
    if (!isCommit) return
    if (disk.trouble === 'failing') throw failedWrite('SQLITE_IOERR_FSYNC', 'disk I/O error')
    noteSync()
    guard.committed()
  }
  /** SQLite gives the whole transaction up when a write fails for want of a disk. */
  function failedWrite(code: string, message: string): Error {
    if (db.inTransaction) native.exec.call(db, 'ROLLBACK')
    return new SQLite.SqliteError(message, code)
  }
  /** `PRAGMA synchronous` as it is; it is asked for again once something may have set it, not at each commit. */
  let synchronous: number | null = null
  function noteSync(): void {
    synchronous ??= Number(durability.get())
    if (synchronous >= 2) {
      if (isUnsynced) forgetAside()
      isUnsynced = false
    } else if (!isUnsynced) {
      isUnsynced = true
      for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, aside + end)
    }
  }
  function forgetAside(): void {
    for (const end of ['', '-wal']) rmSync(aside + end, { force: true })
  }

  const native = { prepare: db.prepare, exec: db.exec, pragma: db.pragma, transaction: db.transaction }
  const durability = db.prepare('PRAGMA synchronous').pluck()
  function beforeRead(): void {
    step()
    if (disk.trouble === 'unreadable') throw failedWrite('SQLITE_IOERR_READ', 'disk I/O error')
  }
  function beforeSql(sql: string): () => void {
    if (SETS.test(sql))
      return () => {
        step()
        synchronous = null
      }
    if (!WRITES.test(sql)) return READS.test(sql) ? beforeRead : step
    return COMMITS.test(sql) ? () => beforeWrite(true) : () => beforeWrite(false)
  }
  const own = {
    prepare(sql: string) {
      step()
      return guardStatement(native.prepare.call(db, sql), beforeSql(sql))
    },
    exec(sql: string) {
      beforeSql(sql)()
      return native.exec.call(db, sql)
    },
    pragma(source: string, options?: SQLite.PragmaOptions) {
      synchronous = null
      return native.pragma.call(db, source, options)
    },
    transaction(work: (...given: unknown[]) => unknown) {
      return native.transaction.call(db, (...given: unknown[]) => {
        depth += 1
        try {
          const result = work(...given)
          if (depth === 1) beforeWrite(true)
          return result
        } finally {
          depth -= 1
        }
      })
    },
  }
  let depth = 0
  Object.assign(db, own)
  return {
    path,
    close() {
      try {
        db.close()
      } catch {
        setImmediate(() => db.close()) // a statement of it is running: it is what noticed
      }
    },
    losePower() {
      if (!isUnsynced) return
      for (const end of ['-wal', '-shm', '']) {
        rmSync(path + end, { force: true })
        if (existsSync(aside + end)) copyFileSync(aside + end, path + end)
      }
      forgetAside()
    },
  }
}

function guardStatement(statement: Statement, before: () => void): Statement {
  const { run, get, all, iterate } = statement
  const guarded =
    <R>(native: (...given: unknown[]) => R) =>
    (...given: unknown[]): R => {
      before()
      return native.apply(statement, given)
    }
  return Object.assign(statement, {
    run: guarded(run),
    get: guarded(get),
    all: guarded(all),
    iterate: guarded(iterate),
  })
}

function noSpace(path: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, '${path}'`), { code: 'ENOSPC' })
}
