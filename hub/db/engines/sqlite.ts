import type { Database, Statement } from 'better-sqlite3'
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import { z } from 'zod'
import { pause } from '../../../shared/back-off.ts'
import { openBallast, openWithBallast } from '../../../shared/ballast.ts'
import { openDurable, sqliteCodeOf } from '../../../shared/durable-sqlite.ts'
import { lockHolder } from '../../../shared/lock-holder.ts'
import type { Files, Log, Timers } from '../../../shared/world.ts'
import { openCodeCache } from '../code-cache.ts'
import type { Schema } from '../schema.ts'
import { countChanges } from './changes.ts'
import type { Conflict, Engine, Insert } from './engine.ts'
import {
  type DatabaseFaults,
  type FaultWatch,
  hubDatabaseDamaged,
  isDamageCode,
  watchFaults,
} from './watched.ts'

const MAX_STATEMENTS = 500

/**
 * An SQLite file with two connections: one writes, the other only reads. A reader sees the last commit and never waits
 * for the writer (WAL), and it cannot write even by mistake (`query_only`).
 * @throws SQLITE_NOT_DURABLE, DATABASE_UNUSABLE, HUB_DATABASE_DAMAGED
 */
export function openHubSqlite(files: Files, path: string, server: SqliteServer | null = null): Engine {
  const writing = openUndamaged(files, path, server)
  const ballast = server === null ? null : keepBallast(files, path, server)
  try {
    // receipts' keys are spread over their indexes: with the default 2 MB, pages are read and written again and again
    writing.pragma('cache_size = -65536')
    writing.pragma('wal_autocheckpoint = 8000')
    const reading = files.database(path, { readOnly: false })
    reading.pragma('query_only = ON')
    reading.pragma('cache_size = -32768')
    if (server !== null) writing.pragma(`busy_timeout = ${BUSY_MS}`)
    return sqliteEngine(writing, reading, {
      watch: watchFaults(path, server?.faults ?? unheard, ballast?.release),
      waitForLock: server === null ? async () => false : lockWaiter(files, path, server),
      closed: () => ballast?.close(),
    })
  } catch (error) {
    ballast?.close()
    writing.close()
    throw error
  }
}

const unheard: DatabaseFaults = { damaged() {} }

function openUndamaged(files: Files, path: string, server: SqliteServer | null): Database {
  try {
    return server === null ? openDurable(files, path) : openWithBallast({ files, log: server.log }, path)
  } catch (error) {
    const why = sqliteCodeOf(error)
    throw isDamageCode(why) ? hubDatabaseDamaged({ path, why }, error) : error
  }
}

/** What a process that serves others must not do is stand still: it waits for locks off its event loop. */
export interface SqliteServer {
  readonly timers: Timers
  readonly log: Log
  readonly faults: DatabaseFaults
}

const REFILL_EVERY_MS = 5 * 60_000

/** Gives the reserve back at the first write that finds no room, and takes it again once there is some. */
function keepBallast(files: Files, path: string, { timers, log, faults }: SqliteServer) {
  const ballast = openBallast({ files, log }, path)
  let cancel = timers.after(REFILL_EVERY_MS, refill)
  function refill(): void {
    cancel = timers.after(REFILL_EVERY_MS, refill)
    if (!ballast.released()) return
    ballast.restore()
    if (!ballast.released()) faults.full?.(false)
  }
  faults.full?.(ballast.released())
  return {
    release(): void {
      if (ballast.released()) return
      ballast.release()
      log.error({ path }, 'the disk is full: the space kept for that is used, and will not last long')
      faults.full?.(true)
    },
    close: () => cancel(),
  }
}

const BUSY_MS = 50
const LOCKED_AGAIN_MS = 100
const MOST_LOCKED = 200

function lockWaiter(files: Files, path: string, { timers, log }: SqliteServer): Engine['waitForLock'] {
  return async (error, run) => {
    if (!/^SQLITE_BUSY/.test(sqliteCodeOf(error)) || run > MOST_LOCKED) return false
    if (run === 1)
      log.warn({ path, holder: lockHolder(files, path) }, 'another program has the database locked')
    await pause({ timers }, LOCKED_AGAIN_MS)
    return true
  }
}

function sqliteEngine(
  writing: Database,
  reading: Database,
  own: { watch: FaultWatch; closed(): void } & Pick<Engine, 'waitForLock'>,
): Engine {
  const { watch, waitForLock } = own
  const changes = countChanges(writing, watch)
  const reader = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: withStatementCache(reading, 'begin', watch) }),
  })
  const writer = new Kysely<Schema>({
    dialect: new SqliteDialect({
      database: withStatementCache(writing, 'begin immediate', watch, changes.counted),
    }),
  })
  const inserts = new Map<string, Statement>()
  return {
    name: 'sqlite',
    reader,
    writer,
    codes: openCodeCache(),
    lock: async () => undefined, // BEGIN IMMEDIATE has taken the one lock there is
    runsAgain: () => false,
    waitForLock,
    // The one writing connection is the transaction's while it runs, so the statement needs no way through Kysely.
    async insert(_tx, insert) {
      const sql = insertSql(insert)
      const statement = inserts.get(sql) ?? watch.during(() => writing.prepare(sql))
      inserts.set(sql, statement)
      changes.written()
      watch.during(() => {
        for (const row of insert.rows) statement.run(row)
      })
    },
    changes: changes.now,
    check: async () => checkFile(reading),
    unchecked: async () => null,
    async close() {
      own.closed()
      await reader.destroy()
      await writer.destroy()
      // Kysely closes only what it has used. The writer closes last, so that it takes the WAL into the file.
      reading.close()
      writing.close()
    },
  }
}

function insertSql({ table, columns, onConflict }: Insert): string {
  const values = columns.map(() => '?').join(', ')
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values}) ${conflictSql(table, onConflict)}`
}

function conflictSql(table: string, conflict: Conflict | null): string {
  if (conflict === null) return ''
  const { key, replace = [], add = [], fill } = conflict
  const set = [
    ...replace.map(column => `${column} = excluded.${column}`),
    ...add.map(column => `${column} = ${table}.${column} + excluded.${column}`),
    ...(fill === undefined ? [] : [`${fill} = excluded.${fill}`]),
  ]
  const target = `ON CONFLICT (${key.join(', ')})`
  if (set.length === 0) return `${target} DO NOTHING`
  const where = fill === undefined ? '' : ` WHERE ${table}.${fill} IS NULL AND excluded.${fill} IS NOT NULL`
  return `${target} DO UPDATE SET ${set.join(', ')}${where}`
}

/**
 * better-sqlite3 as Kysely wants it, with three changes: statements are prepared once, `begin` is the given statement
 * (the writer takes its lock at the start: BEGIN IMMEDIATE), and `rollback` does nothing when SQLite has rolled back
 * already, as it does when the disk is full or fails at the commit: its error would hide that one.
 */
function withStatementCache(
  db: Database,
  begin: string,
  watch: FaultWatch,
  counted = (_sql: string, statement: SqliteStatement) => statement,
): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>()
  return {
    close: () => void db.close(),
    prepare(sql) {
      const cached = cache.get(sql)
      if (cached !== undefined) return cached
      if (cache.size >= MAX_STATEMENTS) cache.clear()
      const prepared = plain(
        watch.during(() => db.prepare(sql === 'begin' ? begin : sql)),
        watch,
      )
      const statement = sql === 'rollback' ? onlyInside(db, prepared) : counted(sql, prepared)
      cache.set(sql, statement)
      return statement
    },
  }
}

function onlyInside(db: Database, rollback: SqliteStatement): SqliteStatement {
  return {
    ...rollback,
    run: parameters => (db.inTransaction ? rollback.run(parameters) : { changes: 0, lastInsertRowid: 0 }),
  }
}

function plain(statement: Statement, watch: FaultWatch): SqliteStatement {
  return {
    reader: statement.reader,
    all: parameters => watch.during(() => statement.all(...parameters)),
    run: parameters => watch.during(() => statement.run(...parameters)),
    iterate: parameters => watch.during(() => statement.iterate(...parameters)),
  }
}

const MOST_FOUND = 20

/** Reads every page of the file. Gives what is wrong, in SQLite's words. */
function checkFile(db: Database): string[] {
  try {
    const found = z.array(z.string()).parse(db.prepare(`PRAGMA quick_check(${MOST_FOUND})`).pluck().all())
    return found.filter(line => line !== 'ok')
  } catch (error) {
    if (!isDamageCode(sqliteCodeOf(error))) throw error
    return [sqliteCodeOf(error)]
  }
}
