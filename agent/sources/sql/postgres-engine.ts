import pg from 'pg'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../../shared/errors.ts'
import { oneAtATime } from '../../../shared/turns.ts'
import type { Log } from '../../../shared/world.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { DatabaseBusy, integersOf, type Query, type SqlEngine, type SqlRow } from './engine.ts'
import {
  isTlsProblem,
  lockWaits,
  postgresConnection,
  type Server,
  serverTimes,
  unreachable,
} from './server.ts'
import {
  posDatabaseMissing,
  posHostRefused,
  posLoginRefused,
  posQueryFailed,
  posRightsMissing,
  posServerFull,
  posServerLost,
  posServerTooOld,
  posServerUnreachable,
  posTlsFailed,
} from './server-problems.ts'

const OLDEST = 90_600

/**
 * A PostgreSQL server, read over one connection that can't write. A read is one REPEATABLE READ transaction; it takes
 * no lock but the one that every SELECT takes, which only DDL and LOCK TABLE conflict with, and waits 200 ms for it at
 * most. Any error ends the engine: the runner opens another.
 */
export async function openPostgres(server: Server, { log }: { log: Log }): Promise<SqlEngine> {
  const client = new pg.Client({
    ...postgresConnection(server),
    types: { getTypeParser: ((oid: number) => parsers[oid] ?? asText) as typeof pg.types.getTypeParser },
  })
  let lost: unknown = null
  client.on('error', error => {
    lost = error // an idle connection broke; the next read reports it
  })
  const close = (): void => {
    client.end().catch((error: unknown) => log.debug({ error }, 'connection did not end well'))
  }
  try {
    await client.connect()
    const version = await numberOf(client, 'SHOW server_version_num', 'server_version_num')
    if (version < OLDEST) {
      const found = `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}`
      throw posServerTooOld({ product: 'PostgreSQL', found, needed: '9.6' })
    }
    await client.query(SESSION)
    return postgresEngine({ client, server, version, close, lost: () => lost })
  } catch (error) {
    close()
    throw plainProblem(error, server)
  }
}

/** ISO dates, floats with all their digits, no writing, no long waits. */
const SESSION = `
  SET default_transaction_read_only = on;
  SET statement_timeout = ${serverTimes.statement};
  SET lock_timeout = ${lockWaits.reading};
  SET idle_in_transaction_session_timeout = ${2 * serverTimes.statement};
  SET DateStyle = 'ISO, YMD';
  SET extra_float_digits = 3`

interface EngineParts {
  readonly client: pg.Client
  readonly server: Server
  readonly version: number
  close(): void
  lost(): unknown
}

function postgresEngine({ client, server, version, close, lost }: EngineParts): SqlEngine {
  const turn = oneAtATime()
  const texts = new Map<string, { name: string; text: string }>()
  const prepared = (sql: string) => {
    const known = texts.get(sql) ?? { name: `t${fingerprintOf([sql]).slice(0, 40)}`, text: numbered(sql) }
    texts.set(sql, known)
    return known
  }
  const rowsOf = async (query: Query): Promise<readonly SqlRow[]> => {
    const { name, text } = prepared(withKeys(query))
    const keys = query.keys
    const list = keys === undefined ? [] : [keys.as === 'integer' ? integersOf(keys) : keys.list]
    const result = await client.query<Record<string, SqlRow[string]>>({
      name,
      text,
      values: [...list, ...query.params],
    })
    return result.rows
  }
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    turn(async () => {
      if (lost() !== null) throw plainProblem(lost(), server)
      try {
        return await work()
      } catch (error) {
        throw plainProblem(error, server)
      }
    })
  const inSnapshot = async (queries: readonly Query[]) => {
    // A single statement sees one snapshot anyway, and this saves two round trips.
    if (queries.length === 1 && queries[0] !== undefined) return [await rowsOf(queries[0])]
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const results: (readonly SqlRow[])[] = []
    try {
      for (const query of queries) results.push(await rowsOf(query))
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined) // the first error is the one to report
      throw error
    }
    await client.query('COMMIT')
    return results
  }
  // Its text lists the transactions in progress that may write, so it changes as soon as one of them ends. Counters of
  // commits would not do: they are up to a second late and count transactions that only read.
  const snapshot = version >= 130_000 ? 'pg_current_snapshot()' : 'txid_current_snapshot()'
  return {
    read: queries => guarded(() => inSnapshot(queries)),
    changeToken: () =>
      guarded(async () => {
        const [row] = await rowsOf({ sql: `SELECT ${snapshot}::text AS "token"`, params: [] })
        return String(row?.['token'])
      }),
    find: table =>
      guarded(async () => {
        const columns = await rowsOf({ sql: COLUMNS, params: [table] })
        if (columns.length === 0) return null
        const named = (allowed: boolean) =>
          new Set(columns.filter(c => (c['allowed'] === 1) === allowed).map(c => String(c['name'])))
        if (named(true).size === 0)
          throw posRightsMissing({ user: server.user, what: `the table "${table}"` })
        return { name: table, columns: named(true), hidden: named(false) }
      }),
    close,
  }
}

/** Columns of the table that an unqualified name means, whether or not the user may read them. */
const COLUMNS = /* sql */ `
  SELECT lower(attname) AS "name",
         has_schema_privilege(relnamespace, 'USAGE') AND has_column_privilege(attrelid, attnum, 'SELECT') AS "allowed"
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
   WHERE attrelid = (
     SELECT c.oid FROM pg_class c
      WHERE c.relname = ? AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
        AND c.relnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false) || 'public'::name))
      ORDER BY c.oid LIMIT 1)
     AND attnum > 0 AND NOT attisdropped`

function withKeys({ sql, keys }: Query): string {
  if (keys === undefined) return sql
  return sql.replace('IN {keys}', keys.as === 'integer' ? '= ANY(?::bigint[])' : '= ANY(?::text[])')
}

function numbered(sql: string): string {
  let place = 0
  return sql.replace(/\?/g, () => {
    place += 1
    return `$${place}`
  })
}

async function numberOf(client: pg.Client, sql: string, column: string): Promise<number> {
  const result = await client.query<Record<string, unknown>>(sql)
  return Number(result.rows[0]?.[column])
}

const asText = (text: string): string => text
const asNumber = (text: string): number => Number(text)
/** By type number in pg_type. All others stay text, above all numeric, dates and times. */
const parsers: Readonly<Record<number, (text: string) => SqlRow[string]>> = {
  16: text => (text === 't' ? 1 : 0), // bool
  17: text => Buffer.from(text.slice(2), 'hex'), // bytea, as \x…
  20: text => (Number.isSafeInteger(Number(text)) ? Number(text) : text), // int8
  21: asNumber, // int2
  23: asNumber, // int4
  26: asNumber, // oid
  700: asNumber, // float4
  701: asNumber, // float8
}

/** Translates an SQLSTATE or a socket's code into what it means to the shop. */
function plainProblem(error: unknown, server: Server): unknown {
  if (error instanceof TillbridgeError || error instanceof DatabaseBusy || !(error instanceof Error))
    return error
  const { where, user, database } = server
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const reason = maskCardNumbers(error.message).slice(0, 300)
  if (code === '55P03' || code === '57014' || code === '40P01')
    return new DatabaseBusy('busy', { cause: error })
  if (code === '28P01') return posLoginRefused({ where, user }, error)
  if (code === '28000') {
    const isHost = /pg_hba|no encryption/i.test(reason)
    return isHost ? posHostRefused({ where, user }, error) : posLoginRefused({ where, user }, error)
  }
  if (code === '3D000') return posDatabaseMissing({ where, database }, error)
  if (code === '42501') {
    const what =
      /(?:table|relation|schema|view|function|database) "?[^\s"]+"?/.exec(reason)?.[0] ?? `"${database}"`
    return posRightsMissing({ user, what: `the ${what}` }, error)
  }
  if (code === '53300') return posServerFull({ where }, error)
  if (code === '57P03' || unreachable.has(code) || reason === 'timeout expired')
    return posServerUnreachable({ where, reason }, error)
  if (isTlsProblem(code, reason)) return posTlsFailed({ where, reason }, error)
  // SCRAM fails in the client when there is no password at all.
  if (/SASL|password must be a string/i.test(reason)) return posLoginRefused({ where, user }, error)
  if (code === '' || code.startsWith('E') || /^(08|57P)/.test(code))
    return posServerLost({ where, reason }, error)
  return posQueryFailed({ where, code, reason }, error)
}
