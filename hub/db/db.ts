import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Insertable,
  type Kysely,
  type KyselyPlugin,
  type RawBuilder,
  sql,
  type Transaction,
} from 'kysely'
import { defineError } from '../../shared/errors.ts'
import type { Files, World } from '../../shared/world.ts'
import { type CodeCache, stageCodes } from './code-cache.ts'
import type { Conflict, Engine } from './engines/engine.ts'
import { openPostgresEngine } from './engines/postgres.ts'
import type { DatabaseServer } from './engines/server-address.ts'
import { openHubSqlite, type SqliteServer } from './engines/sqlite.ts'
import { hubDatabaseDamaged, isDamageCode } from './engines/watched.ts'
import { databaseCodeOf } from './errors.ts'
import { migrateHub } from './migrate.ts'
import type { Schema } from './schema.ts'

const engineOf: unique symbol = Symbol('engine')
/** Where `codes.ts` remembers what it has read; nothing else uses it. */
export const codeCache: unique symbol = Symbol('codes')
const fence: unique symbol = Symbol('fence')
const outside: unique symbol = Symbol('outside a transaction')
const inside: unique symbol = Symbol('inside a transaction')

/** What can be read from: either the database as last committed, or a transaction. */
export interface Reads {
  readonly selectFrom: Kysely<Schema>['selectFrom']
  /** A query in SQL that both engines understand. */
  rows<R>(query: RawBuilder<R>): Promise<R[]>
  readonly [codeCache]: CodeCache
}

/** Reads what was committed. It cannot write, and it throws READ_IN_TRANSACTION inside a transaction: use the `Tx` there. */
export interface ReadDb extends Reads {
  readonly [outside]: true
}

/** The hub's database: reads, and lets `transaction` write. */
export interface Db extends ReadDb {
  readonly [engineOf]: Engine
  /** The same database, whose queries outside transactions pass through a plugin. */
  withPlugin(plugin: KyselyPlugin): Db
  destroy(): Promise<void>
  /** Another value once something was committed that may be work for someone; see `Engine`. Null: the engine can't tell. */
  changes(): string | null
  /** Reads every page, which takes long and blocks SQLite's process. Gives what is damaged, in the engine's words. */
  check(): Promise<readonly string[]>
  /** What `check` can't look at, and why; null: it looks at everything. */
  unchecked(): Promise<string | null>
  readonly [fence]?: (tx: Tx) => Promise<void>
}

/** Reads and writes; exists only within `transaction`. */
export interface Tx extends Reads {
  readonly insertInto: Kysely<Schema>['insertInto']
  readonly updateTable: Kysely<Schema>['updateTable']
  readonly deleteFrom: Kysely<Schema>['deleteFrom']
  readonly [inside]: { readonly engine: Engine; readonly raw: Transaction<Schema> }
}

export const readInTransaction = defineError(
  'READ_IN_TRANSACTION',
  () =>
    'A query or a second transaction was started beside the transaction under way, and would not see what it writes. This is a fault in Tillbridge: report it with the log.',
)

/** The transaction that the running code is part of; closed when it has ended. */
const running = new AsyncLocalStorage<{ engine: Engine; open: boolean }>()

function refuseInside(engine: Engine): void {
  const current = running.getStore()
  if (current?.open === true && current.engine === engine) throw readInTransaction({})
}

export const databaseMissing = defineError(
  'DATABASE_MISSING',
  (f: { path: string }) =>
    `There is no hub database at ${f.path}. Check --data and --database, or create one with: tillbridge-hub migrate.`,
)

/** Where a hub's database is: an SQLite file, or a PostgreSQL server. */
export type DatabaseAddress = { readonly file: string } | DatabaseServer

/**
 * Opens the hub's database on either engine and brings its schema up to date.
 * @param given.create make it when it is missing, or when a server's database is empty
 * @param given.server the process serves others: it must not stand still, and is told of faults
 * @throws DATABASE_MISSING, MIGRATION_FAILED, and what `openHubSqlite` and `openPostgresEngine` throw
 */
export async function openHubDatabase(
  world: Pick<World, 'files' | 'log'>,
  address: DatabaseAddress,
  given: { readonly create: boolean; readonly server?: SqliteServer } = { create: true },
): Promise<Db> {
  if ('file' in address) {
    const { file } = address
    if (!given.create && world.files.sizeOf(file) === null) throw databaseMissing({ path: file })
    if (given.create) return openHubDb(world.files, file, given.server)
    return readable(file, () => migrated(openHubSqlite(world.files, file, given.server), file))
  }
  return migrated(await openPostgresEngine(world, address), given.create ? null : address.url)
}

/** Damage that opening meets is said in words, not in SQLite's code. */
async function readable<T>(path: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const damage = damageIn(error)
    throw damage === null ? error : hubDatabaseDamaged({ path, why: damage }, error)
  }
}

/** SQLite's code of damage, in an error or in what caused it. */
export function damageIn(error: unknown): string | null {
  if (hubDatabaseDamaged.is(error)) return String(error.facts['why'])
  const code = databaseCodeOf(error)
  if (isDamageCode(code)) return code
  return error instanceof Error && error.cause !== undefined ? damageIn(error.cause) : null
}

/** Opens the hub's embedded database, migrated. `path`: an SQLite file. */
export async function openHubDb(files: Files, path: string, server?: SqliteServer): Promise<Db> {
  return readable(path, () => migrated(openHubSqlite(files, path, server), null))
}

/** @param mustExist how the database is named when it has never been a hub's; null: it may be new */
async function migrated(engine: Engine, mustExist: string | null): Promise<Db> {
  try {
    if (mustExist !== null && !(await hasSchema(engine))) throw databaseMissing({ path: mustExist })
    await migrateHub(engine.writer)
    return hubDb(engine)
  } catch (error) {
    await engine.close()
    throw error
  }
}

async function hasSchema({ reader }: Engine): Promise<boolean> {
  return (await reader.introspection.getTables()).some(({ name }) => name === 'setting')
}

function hubDb(engine: Engine): Db {
  const guard: KyselyPlugin = {
    transformQuery({ node }) {
      refuseInside(engine)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return dbOf(engine, engine.reader.withPlugin(guard))
}

function dbOf(engine: Engine, reader: Kysely<Schema>): Db {
  return {
    selectFrom: reader.selectFrom.bind(reader),
    rows: async query => (await query.execute(reader)).rows,
    withPlugin: plugin => dbOf(engine, reader.withPlugin(plugin)),
    destroy: () => engine.close(),
    changes: () => engine.changes(),
    check: () => engine.check(),
    unchecked: () => engine.unchecked(),
    [outside]: true,
    [codeCache]: engine.codes,
    [engineOf]: engine,
  }
}

/** The same database; each of its transactions first passes `check`, which throws when it must not write. */
export function withFence(db: Db, check: (tx: Tx) => Promise<void>): Db {
  return { ...db, [fence]: check }
}

/** Whether SQLite could not read a page of its file. */
export function isUnreadablePage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|IOERR)/.test(String(error.code))
}

/**
 * What the engine finds wrong with tables and their indexes, by which rows are found: a reader would miss some in
 * silence. Null: nothing; PostgreSQL's own tools look at its indexes.
 */
export async function tableFault(db: Db, tables: readonly (keyof Schema)[]): Promise<string | null> {
  if (db[engineOf].name !== 'sqlite') return null
  for (const table of tables) {
    const check = sql<{ integrity_check: string }>`PRAGMA integrity_check(${sql.table(table)})`
    const found = await db.rows(check).catch((error: unknown) => {
      if (isUnreadablePage(error)) return [{ integrity_check: error.message }]
      throw error
    })
    const [first] = found
    if (first !== undefined && first.integrity_check !== 'ok') return `${table}: ${first.integrity_check}`
  }
  return null
}

/** Whether one transaction runs at a time, whatever it writes; else those of different stores run side by side. */
export function holdsOneWriter(db: Db): boolean {
  return db[engineOf].name === 'sqlite'
}

/** How often a transaction that lost against another, or lost its connection, is run. */
const MOST_RUNS = 4

/** What a transaction writes, so that those of different stores can run at the same time. */
export interface TransactionScope {
  /** It writes only rows of this store, and rows that are shared by design: items and codes. */
  readonly store?: string
}

/**
 * Runs `work` in one write transaction: all of it, or nothing. One transaction runs at a time; on PostgreSQL,
 * transactions of different stores run at the same time. `work` runs again from its start when the database gave up on
 * it before it could commit, so it must change nothing but the database.
 * @throws READ_IN_TRANSACTION when it is called within another one
 */
export async function transaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  scope: TransactionScope = {},
): Promise<T> {
  const engine = db[engineOf]
  refuseInside(engine)
  for (let run = 1, locked = 1; ; run += 1) {
    const attempt = { committing: false }
    try {
      return await runOnce(db, work, scope, attempt)
    } catch (error) {
      if (!attempt.committing && (await engine.waitForLock(error, locked))) {
        locked += 1
        run -= 1
        continue
      }
      // once COMMIT is sent, a lost connection leaves open whether it took place
      if (attempt.committing || run === MOST_RUNS || !engine.runsAgain(error)) throw error
    }
  }
}

async function runOnce<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  scope: TransactionScope,
  attempt: { committing: boolean },
): Promise<T> {
  const engine = db[engineOf]
  const codes = stageCodes(engine.codes)
  const failures: unknown[] = []
  const done = engine.writer.transaction().execute(async raw => {
    try {
      await engine.lock(raw, { store: scope.store ?? null })
      const result = await within(engine, async () => {
        const tx = openTx(engine, raw, codes)
        await db[fence]?.(tx)
        return work(tx)
      })
      attempt.committing = true
      return result
    } catch (error) {
      failures.push(error)
      throw error
    }
  })
  try {
    const result = await done
    codes.keep()
    return result
  } catch (error) {
    // a rollback that fails on a lost connection must not hide what came first
    throw failures[0] ?? error
  }
}

async function within<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  const current = { engine, open: true }
  try {
    return await running.run(current, work)
  } finally {
    current.open = false
  }
}

function openTx(engine: Engine, raw: Transaction<Schema>, codes: CodeCache): Tx {
  return {
    selectFrom: raw.selectFrom.bind(raw),
    insertInto: raw.insertInto.bind(raw),
    updateTable: raw.updateTable.bind(raw),
    deleteFrom: raw.deleteFrom.bind(raw),
    rows: async query => (await query.execute(raw)).rows,
    [codeCache]: codes,
    [inside]: { engine, raw },
  }
}

type Column<T extends keyof Schema> = keyof Schema[T] & string

/** What becomes of rows whose key exists: nothing unless `replace`, `add` or `fill` name columns. See `Conflict`. */
export type OnConflict<T extends keyof Schema> = Conflict & {
  readonly key: readonly Column<T>[]
  readonly replace?: readonly Column<T>[]
  readonly add?: readonly Column<T>[]
  readonly fill?: Column<T>
}

/**
 * Writes many rows at the cost of few: an order of magnitude cheaper than building a query for each.
 * @param rows all with the same columns; with `onConflict` no two with the same key
 */
export async function insertRows<T extends keyof Schema>(
  tx: Tx,
  table: T,
  rows: readonly Insertable<Schema[T]>[],
  onConflict: OnConflict<T> | null = null,
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const columns = Object.keys(first) as (keyof Insertable<Schema[T]> & string)[]
  const { engine, raw } = tx[inside]
  const values = rows.map(row => columns.map(column => row[column]))
  if (onConflict !== null)
    sortByKey(
      values,
      onConflict.key.map(column => (columns as readonly string[]).indexOf(column)),
    )
  await engine.insert(raw, { table, columns, rows: values, onConflict })
}

/** Transactions side by side take the locks of shared rows in one order, so that they cannot block each other. */
function sortByKey(rows: unknown[][], key: readonly number[]): void {
  const textOf = (row: readonly unknown[]) => key.map(index => String(row[index])).join('\n')
  const sorted = rows.map(row => ({ row, text: textOf(row) })).sort((a, b) => (a.text < b.text ? -1 : 1))
  for (const [index, { row }] of sorted.entries()) rows[index] = row
}
