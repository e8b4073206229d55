import mysql from 'mysql2/promise'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../../shared/errors.ts'
import { oneAtATime } from '../../../shared/turns.ts'
import type { Log } from '../../../shared/world.ts'
import { DatabaseBusy, integersOf, type Keys, type Query, type SqlEngine, type SqlRow } from './engine.ts'
import { isTlsProblem, mysqlConnection, type Server, serverTimes, unreachable } from './server.ts'
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

/**
 * A MySQL or MariaDB server, read over one connection. A read is one read-only transaction with a consistent snapshot:
 * row locks never delay it. If another program has locked a whole table, it waits one second, the shortest wait that
 * both products know. Any error ends the engine: the runner opens another.
 *
 * It can't tell whether anything has changed: the products count work before it is committed, the times of InnoDB's
 * tables are kept in memory and late, and the binary log is often off, needs more rights than SELECT, and runs ahead
 * of what can be seen.
 */
export async function openMysql(server: Server, { log }: { log: Log }): Promise<SqlEngine> {
  let connection: mysql.Connection
  try {
    connection = await mysql.createConnection({
      ...mysqlConnection(server),
      maxPreparedStatements: 200,
    })
  } catch (error) {
    throw plainProblem(error, server)
  }
  let lost: unknown = null
  connection.on('error', error => {
    lost = error // an idle connection broke; the next read reports it
  })
  const close = (): void => {
    connection.end().catch((error: unknown) => log.debug({ error }, 'connection did not end well'))
  }
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version')
    for (const sql of sessionFor(demandVersion(String(rows[0]?.['version'])))) await connection.query(sql)
    return mysqlEngine({ connection, server, close, lost: () => lost })
  } catch (error) {
    connection.destroy()
    throw plainProblem(error, server)
  }
}

interface Version {
  readonly isMariaDb: boolean
  readonly number: number
}

/** "8.0.36", "10.11.6-MariaDB-1:10.11", "5.5.5-10.6.12-MariaDB" */
function demandVersion(text: string): Version {
  const isMariaDb = /mariadb/i.test(text)
  const found = /(\d+)\.(\d+)\.\d+/.exec(text.replace(/^5\.5\.5-/, ''))
  const number = Number(found?.[1] ?? 0) * 100 + Number(found?.[2] ?? 0)
  const oldest = isMariaDb ? 1_001 : 506
  if (number < oldest)
    throw posServerTooOld({
      product: isMariaDb ? 'MariaDB' : 'MySQL',
      found: found?.[0] ?? text.slice(0, 40),
      needed: isMariaDb ? '10.1' : '5.6',
    })
  return { isMariaDb, number }
}

function sessionFor({ isMariaDb, number }: Version): readonly string[] {
  const seconds = serverTimes.statement / 1000
  return [
    'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
    'SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1',
    'SET SESSION net_write_timeout = 10, net_read_timeout = 10',
    ...(isMariaDb ? [`SET SESSION max_statement_time = ${seconds}`] : []),
    ...(!isMariaDb && number >= 507 ? [`SET SESSION max_execution_time = ${serverTimes.statement}`] : []),
    // The mapping's statements are written for the products' defaults, whatever this server's settings are.
    `SET SESSION sql_mode = ''`,
  ]
}

interface EngineParts {
  readonly connection: mysql.Connection
  readonly server: Server
  close(): void
  lost(): unknown
}

function mysqlEngine({ connection, server, close, lost }: EngineParts): SqlEngine {
  const turn = oneAtATime()
  const rowsOf = async (query: Query): Promise<readonly SqlRow[]> => {
    const { sql, values } = unfolded(query)
    // One statement for each shape of query, so that each is prepared once.
    const options = { sql, timeout: serverTimes.answer, typeCast }
    const [rows] = await connection.execute<mysql.RowDataPacket[]>(options, values)
    return rows as SqlRow[]
  }
  const plain = (sql: string) => connection.query({ sql, timeout: serverTimes.answer })
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
    if (queries.length === 1 && queries[0] !== undefined) return [await rowsOf(queries[0])]
    await plain('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
    const results: (readonly SqlRow[])[] = []
    try {
      for (const query of queries) results.push(await rowsOf(query))
    } catch (error) {
      await plain('ROLLBACK').catch(() => undefined) // the first error is the one to report
      throw error
    }
    await plain('COMMIT')
    return results
  }
  return {
    read: queries => guarded(() => inSnapshot(queries)),
    changeToken: null,
    find: table =>
      guarded(async () => {
        const [spelled] = await rowsOf({ sql: SPELLED, params: [table] })
        const name = spelled === undefined ? table : String(spelled['name'])
        const quoted = `\`${name.replaceAll('`', '``')}\``
        try {
          const [columns] = await connection.query<mysql.RowDataPacket[]>(`SHOW COLUMNS FROM ${quoted}`)
          const names = columns.map(column => String(column['Field']).toLowerCase())
          return {
            name: /^\w+$/.test(name) ? name : quoted,
            columns: new Set(names),
            hidden: new Set<string>(),
          }
        } catch (error) {
          if (codeOf(error) === 'ER_NO_SUCH_TABLE') return null
          throw error
        }
      }),
    close,
  }
}

/** Where file names are case-sensitive, so are table names. */
const SPELLED = /* sql */ `
  SELECT table_name AS name FROM information_schema.tables
   WHERE table_schema = DATABASE() AND LOWER(table_name) = ?
   ORDER BY table_name = LOWER(table_name) DESC LIMIT 1`

/** Sizes of a list of keys: a list is filled up to the next size with its last key, so that few statements are prepared. */
const LISTS = [1, 8, 32, 128, 512, 2_048, 8_192]

/** `{keys}` as placeholders: older servers have no JSON_TABLE, and values take on the column's own collation. */
function unfolded({ sql, keys, params }: Query): { sql: string; values: Value[] } {
  const values = params.map(bound)
  if (keys === undefined) return { sql, values }
  const list = keysOf(keys)
  const size = LISTS.find(each => each >= list.length) ?? list.length
  const places = Array.from({ length: size }, () => '?').join(',')
  const last = list.at(-1) ?? null
  const filled = [...list, ...Array.from({ length: size - list.length }, () => last)]
  return { sql: sql.replace('{keys}', `(${places})`), values: [...filled, ...values] }
}

function keysOf(keys: Keys): Value[] {
  return keys.as === 'integer' ? integersOf(keys).map(key => bound(BigInt(key))) : [...keys.list]
}

/** Sends whole numbers as integers: the client would send floats, which LIMIT does not accept. */
function bound(value: Query['params'][number]): Value {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return value
  return mysql.TypedParameter.LONGLONG(value)
}
type Value = Query['params'][number] | ReturnType<typeof mysql.TypedParameter.LONGLONG>

/** Java programs store a boolean as BIT(1). */
function typeCast(field: Parameters<Exclude<mysql.TypeCast, boolean>>[0], next: () => unknown): unknown {
  if (field.type !== 'BIT') return next()
  const bytes = field.buffer()
  return bytes === null ? null : bytes.reduce((number, byte) => number * 256 + byte, 0)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

const BUSY: ReadonlySet<string> = new Set([
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_LOCK_NOWAIT',
])
const RIGHTS: ReadonlySet<string> = new Set([
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_VIEW_INVALID',
])

/** Translates a server's error name or a socket's code into what it means to the shop. */
function plainProblem(error: unknown, server: Server): unknown {
  if (error instanceof TillbridgeError || error instanceof DatabaseBusy || !(error instanceof Error))
    return error
  const { where, user, database } = server
  const code = codeOf(error)
  const number = 'errno' in error ? error.errno : null
  const reason = maskCardNumbers(error.message).slice(0, 300)
  // 1969: MariaDB cancelled the statement after max_statement_time.
  if (BUSY.has(code) || number === 1969) return new DatabaseBusy('busy', { cause: error })
  if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR')
    return posLoginRefused({ where, user }, error)
  if (code === 'ER_HOST_NOT_PRIVILEGED' || code === 'ER_HOST_IS_BLOCKED')
    return posHostRefused({ where, user }, error)
  if (code === 'ER_BAD_DB_ERROR') return posDatabaseMissing({ where, database }, error)
  if (code === 'ER_DBACCESS_DENIED_ERROR')
    return posRightsMissing({ user, what: `the database "${database}", if there is one` }, error)
  if (RIGHTS.has(code)) {
    const table = /for (?:table|column '[^']*' in table) [`']?([^`'\s]+)/.exec(
      reason.replaceAll('`.`', '.'),
    )?.[1]
    return posRightsMissing(
      { user, what: table === undefined ? `"${database}"` : `the table "${table}"` },
      error,
    )
  }
  if (
    code === 'ER_CON_COUNT_ERROR' ||
    code === 'ER_TOO_MANY_USER_CONNECTIONS' ||
    code === 'ER_USER_LIMIT_REACHED'
  )
    return posServerFull({ where }, error)
  if (isTlsProblem(code, reason)) return posTlsFailed({ where, reason }, error)
  if (unreachable.has(code)) return posServerUnreachable({ where, reason: `${code}` }, error)
  if (code === '' || code.startsWith('E') === false || code.startsWith('ER_') === false)
    return posServerLost({ where, reason: reason || code }, error)
  if (code === 'ER_SERVER_SHUTDOWN' || code === 'ER_CONNECTION_KILLED' || code === 'ER_QUERY_INTERRUPTED')
    return posServerLost({ where, reason }, error)
  return posQueryFailed({ where, code, reason }, error)
}
