import { CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { defineError, describeError, TillbridgeError } from '../../../shared/errors.ts'
import type { World } from '../../../shared/world.ts'
import { openCodeCache } from '../code-cache.ts'
import { isLostConnection } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { arrayLiteral } from './array-literal.ts'
import type { Engine, Insert, LockScope } from './engine.ts'
import { isOutdatedPlan, withNamedStatements } from './named-statements.ts'
import { type DatabaseServer, pgSettings } from './server-address.ts'

const OLDEST = 150_000
const READERS = 5
const WRITERS = 8
const CONNECT_MS = 10_000
/** A node that vanishes inside a transaction keeps its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 60_000

/** Advisory locks belong to one database, so small numbers do. */
const HUB_LOCK = 7400
const STORE_LOCKS = 7401

export const databaseUnreachable = defineError(
  'DATABASE_UNREACHABLE',
  (f: { where: string; reason: string }) =>
    `The hub's database at ${f.where} cannot be used: ${f.reason}. Check the address, the user and the password, and that the server is running.`,
)
export const databaseServerTooOld = defineError(
  'DATABASE_SERVER_TOO_OLD',
  (f: { where: string; found: string }) =>
    `The server at ${f.where} is PostgreSQL ${f.found}. The hub needs version 15 or later.`,
)
export const databaseNotUtf8 = defineError(
  'DATABASE_NOT_UTF8',
  (f: { where: string; found: string }) =>
    `The database at ${f.where} stores text as ${f.found}. Create it with: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
)

/**
 * A PostgreSQL database, reached by two pools: one for transactions, and one whose sessions only read.
 * @throws DATABASE_UNREACHABLE, DATABASE_SERVER_TOO_OLD, DATABASE_NOT_UTF8, DATABASE_URL_INVALID, SECRET_MISSING
 */
export async function openPostgresEngine(
  world: Pick<World, 'files' | 'log'>,
  server: DatabaseServer,
): Promise<Engine> {
  const settings = pgSettings(world.files, server)
  const { where } = settings
  await checkServer(settings.client, where)
  const open = (max: number, options: string, runsAlone: boolean) => {
    const pool = new pg.Pool({
      ...settings.client,
      max,
      options,
      connectionTimeoutMillis: CONNECT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      application_name: 'tillbridge-hub',
      types: { getTypeParser: ((oid: number) => parsers[oid] ?? asText) as typeof pg.types.getTypeParser },
    })
    const lost = (error: Error) =>
      world.log.warn({ database: where, ...describeError(error) }, 'a connection to the database was lost')
    pool.on('error', () => undefined) // an idle connection; its own listener has said so
    // the query under way fails as well; without a listener the loss would end the whole process
    pool.on('connect', client => client.on('error', lost))
    const dialect = new PostgresDialect({ pool: withNamedStatements(pool, { runsAlone }) })
    return new Kysely<Schema>({ dialect })
  }
  const reader = open(READERS, '-c default_transaction_read_only=on', true)
  // an acknowledged sale must survive the server's crash, whatever the server's default is
  const forWriting = '-c synchronous_commit=on -c default_transaction_isolation=read\\ committed'
  const writer = open(WRITERS, forWriting, false)
  return postgresEngine(reader, writer)
}

function postgresEngine(reader: Kysely<Schema>, writer: Kysely<Schema>): Engine {
  let columnTypes: ReadonlyMap<string, string> | null = null
  return {
    name: 'postgres',
    reader,
    writer,
    codes: openCodeCache(),
    async lock(tx, scope) {
      await tx.executeQuery(lockQuery(scope))
    },
    runsAgain: error => isConflict(error) || isLostConnection(error) || isOutdatedPlan(error),
    waitForLock: async () => false, // the server makes it wait
    async insert(tx, insert) {
      columnTypes ??= await readColumnTypes(tx)
      for (const query of insertQueries(insert, columnTypes)) await tx.executeQuery(query)
    },
    changes: () => null, // another hub or command may have written: only a query would tell
    check: () => checkIndexes(reader),
    unchecked: async () => ((await hasAmcheck(reader)) ? null : NOT_INSTALLED),
    async close() {
      await reader.destroy()
      await writer.destroy()
    },
  }
}

const NOT_INSTALLED =
  'The indexes of the database were not checked: the extension amcheck is not installed. A superuser can run: CREATE EXTENSION amcheck.'

async function hasAmcheck(reader: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM pg_extension WHERE extname = 'amcheck'`.execute(reader)
  return rows.length > 0
}

/**
 * PostgreSQL checks its pages itself when they have checksums. Its extension amcheck, where it is installed, compares
 * each index with its own order; without it nothing is found here.
 */
async function checkIndexes(reader: Kysely<Schema>): Promise<readonly string[]> {
  if (!(await hasAmcheck(reader))) return []
  const { rows } = await sql<{ oid: number; name: string }>`
    SELECT c.oid::int AS oid, c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname = current_schema()`.execute(reader)
  const found: string[] = []
  for (const { oid, name } of rows)
    try {
      await sql`SELECT bt_index_check(${oid}::regclass)`.execute(reader)
    } catch (error) {
      found.push(`${name}: ${describeError(error).sentence}`)
    }
  return found
}

/**
 * Another transaction was in the way, and has ended or will: a serialization failure, a deadlock, or a row that it made
 * first. A row that is there for good fails again.
 */
function isConflict(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return code === '40001' || code === '40P01' || code === '23505'
}

function lockQuery(scope: LockScope): CompiledQuery {
  if (scope.store === null) return CompiledQuery.raw(`SELECT pg_advisory_xact_lock(${HUB_LOCK})`)
  // two statements in one would take the locks in an order that the planner chooses
  return CompiledQuery.raw(
    `SELECT CASE WHEN pg_advisory_xact_lock_shared(${HUB_LOCK}) IS NOT NULL
                 THEN pg_advisory_xact_lock(${STORE_LOCKS}, hashtext($1)) END`,
    [scope.store],
  )
}

async function checkServer(settings: pg.ClientConfig, where: string): Promise<void> {
  const client = new pg.Client({ ...settings, connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => undefined) // the query under way says so
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; encoding: string }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
    )
    const { version = '0', encoding = '' } = rows[0] ?? {}
    if (Number(version) < OLDEST) {
      const found = `${Math.floor(Number(version) / 10_000)}.${Number(version) % 10_000}`
      throw databaseServerTooOld({ where, found })
    }
    if (encoding !== 'UTF8') throw databaseNotUtf8({ where, found: encoding })
  } catch (error) {
    if (error instanceof TillbridgeError) throw error
    throw databaseUnreachable({ where, reason: reasonOf(error) }, error)
  } finally {
    await client.end().catch(() => undefined) // it may never have been connected
  }
}

/** Of several addresses that all failed, the first one's reason. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

/** Every column's type, as `table.column`. */
async function readColumnTypes(tx: Transaction<Schema>): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ name: string; type: string }>`
    SELECT c.relname || '.' || a.attname AS name, format_type(a.atttypid, NULL) AS type
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
       AND a.attnum > 0 AND NOT a.attisdropped`.execute(tx)
  return new Map(rows.map(({ name, type }) => [name, type]))
}

/** One statement, whatever the number of rows: a column's values are one parameter. `fill` takes a second statement. */
function insertQueries(insert: Insert, columnTypes: ReadonlyMap<string, string>): CompiledQuery[] {
  const { table, columns, rows, onConflict } = insert
  const typeOf = (column: string) => {
    const type = columnTypes.get(`${table}.${column}`)
    if (type === undefined) throw new RangeError(`the database has no column ${table}.${column}`)
    return type
  }
  const values = columns.map((column, index) => arrayLiteral(typeOf(column), rows, index))
  const arrays = columns.map((column, index) => `$${index + 1}::${typeOf(column)}[]`).join(', ')
  const names = columns.map(quoted).join(', ')
  const added = `SELECT * FROM unnest(${arrays}) AS added (${names})`
  const put = `INSERT INTO ${quoted(table)} (${names}) ${added}${conflictSql(table, insert)}`
  const queries = [CompiledQuery.raw(put, values)]
  const fill = onConflict?.fill
  if (fill !== undefined && rows.some(row => (row[columns.indexOf(fill)] ?? null) !== null))
    queries.push(CompiledQuery.raw(fillSql(insert, fill, added), values))
  return queries
}

function conflictSql(table: string, { onConflict }: Insert): string {
  if (onConflict === null) return ''
  const { key, replace = [], add = [] } = onConflict
  const set = [
    ...replace.map(column => `${quoted(column)} = excluded.${quoted(column)}`),
    ...add.map(
      column => `${quoted(column)} = ${quoted(table)}.${quoted(column)} + excluded.${quoted(column)}`,
    ),
  ]
  const target = ` ON CONFLICT (${key.map(quoted).join(', ')})`
  return set.length === 0 ? `${target} DO NOTHING` : `${target} DO UPDATE SET ${set.join(', ')}`
}

/** Rows that have the value already are not locked; the others are locked in the order of their keys. */
function fillSql({ table, onConflict }: Insert, fill: string, added: string): string {
  const key = onConflict?.key ?? []
  const same = key.map(column => `held.${quoted(column)} = added.${quoted(column)}`).join(' AND ')
  const order = key.map(column => `held.${quoted(column)}`).join(', ')
  const value = quoted(fill)
  return `WITH added AS (${added}),
    empty AS (
      SELECT held.ctid AS place, added.${value} AS value
        FROM ${quoted(table)} AS held JOIN added ON ${same}
       WHERE held.${value} IS NULL AND added.${value} IS NOT NULL
       ORDER BY ${order} FOR UPDATE OF held)
    UPDATE ${quoted(table)} AS filled SET ${value} = empty.value
      FROM empty WHERE filled.ctid = empty.place AND filled.${value} IS NULL`
}

/** Names come from the schema; some, as `write` or `key`, are words of SQL. */
const quoted = (name: string) => `"${name}"`

const asText = (text: string): string => text
const asNumber = (text: string): number => Number(text)
function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be counted exactly`)
  return value
}

/** By the types' numbers in pg_type; truth values are 1 and 0, as on SQLite. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: text => (text === 't' ? 1 : 0), // bool
  17: text => Buffer.from(text.slice(2), 'hex'), // bytea, as \x…
  20: wholeNumber, // int8
  21: asNumber, // int2
  23: asNumber, // int4
  26: asNumber, // oid
  700: asNumber, // float4
  701: asNumber, // float8
  1700: asNumber, // numeric: sums of int8
}
