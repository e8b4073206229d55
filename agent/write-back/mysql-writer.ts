import mysql from 'mysql2/promise'
import { TillbridgeError } from '../../shared/errors.ts'
import type { Server } from '../sources/sql/server.ts'
import { lockWaits, mysqlConnection, serverTimes } from '../sources/sql/server.ts'
import { withPlaces } from './named-values.ts'
import { posWriteUnavailable, posWriteUnsafe, statementRefused } from './problems.ts'
import {
  again,
  codeOf,
  messageOf,
  type SqlTransaction,
  type SqlWriter,
  type TargetRow,
} from './sql-writer.ts'

/** MySQL or MariaDB. @throws POS_WRITE_UNAVAILABLE, POS_WRITE_UNSAFE when a table can't undo half a change */
export async function mysqlWriter(
  server: Server,
  target: string,
  tables: readonly string[],
  log: { debug(facts: Readonly<Record<string, unknown>>, message: string): void },
): Promise<SqlWriter> {
  const fail = (error: unknown): unknown => plainError(error, target)
  let connection: mysql.Connection
  try {
    connection = await mysql.createConnection(mysqlConnection(server))
  } catch (error) {
    throw fail(error)
  }
  let lost: unknown = null
  connection.on('error', error => {
    lost = error // the next transaction reports it
  })
  const plain = (sql: string) => connection.query({ sql, timeout: serverTimes.answer })
  const lockSeconds = lockWaits.writing / 1_000
  try {
    await plain('SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE')
    await plain(`SET SESSION innodb_lock_wait_timeout = ${lockSeconds}, lock_wait_timeout = ${lockSeconds}`)
    await plain(`SET SESSION sql_mode = 'STRICT_TRANS_TABLES'`)
    await demandTransactional(connection, target, tables)
  } catch (error) {
    connection.destroy()
    throw fail(error)
  }

  const tx = transactionOn(connection)
  const rollBack = async (): Promise<void> => {
    try {
      await plain('ROLLBACK')
    } catch (error) {
      lost = error
    }
  }
  const attempt = async <T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> => {
    await plain('START TRANSACTION')
    try {
      const value = await work(tx)
      await plain('COMMIT')
      return value
    } catch (error) {
      if (isConnectionGone(error)) lost = error
      else await rollBack()
      throw error
    }
  }
  return {
    async transaction(work) {
      if (lost !== null) throw fail(lost)
      try {
        return await again(
          () => attempt(work),
          error => IN_THE_WAY.has(codeOf(error)),
        )
      } catch (error) {
        throw fail(error)
      }
    },
    async close() {
      try {
        await connection.end()
      } catch (error) {
        log.debug({ error }, 'the connection did not end well')
        connection.destroy()
      }
    },
  }
}

function transactionOn(connection: mysql.Connection): SqlTransaction {
  return {
    async query(sql, values) {
      const placed = withPlaces(sql, values, () => '?')
      const [rows] = await connection.execute<mysql.RowDataPacket[]>(
        { sql: placed.sql, timeout: serverTimes.answer },
        placed.values,
      )
      return rows as TargetRow[]
    },
    async run(sql, values) {
      const placed = withPlaces(sql, values, () => '?')
      const [result] = await connection.execute<mysql.ResultSetHeader>(
        { sql: placed.sql, timeout: serverTimes.answer },
        placed.values,
      )
      return result.affectedRows
    },
  }
}

/** Two agents write the same job: one is rolled back or meets the other's key, and then finds the job written. */
const IN_THE_WAY = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_DUP_ENTRY', 'ER_CHECKREAD'])

const isConnectionGone = (error: unknown): boolean =>
  /^(PROTOCOL_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOST|ENET|ER_SERVER_SHUTDOWN)/.test(codeOf(error)) ||
  (typeof error === 'object' && error !== null && 'fatal' in error && error.fatal === true)

async function demandTransactional(
  connection: mysql.Connection,
  target: string,
  tables: readonly string[],
): Promise<void> {
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT TABLE_NAME AS name, ENGINE AS engine FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  )
  for (const { name, engine } of rows)
    if (tables.includes(String(name).toLowerCase()) && !/^innodb$/i.test(String(engine)))
      throw posWriteUnsafe({ target, table: String(name), engine: String(engine) })
}

/** Errors about the statement or the data are refusals; those about the server, its locks or the network are temporary. */
function plainError(error: unknown, target: string): unknown {
  if (error instanceof TillbridgeError) return error
  const code = codeOf(error)
  const reason = `${code}: ${messageOf(error)}`
  const passes =
    isConnectionGone(error) ||
    /^(ER_LOCK|ER_CON_COUNT|ER_TOO_MANY|ER_ACCESS|ER_DBACCESS|ER_TABLEACCESS|ER_COLUMNACCESS|ER_HOST|ER_BAD_DB|ER_DISK|ER_OUT_OF|ER_RECORD_FILE_FULL|ER_OPTION_PREVENTS|ER_QUERY_|ER_STATEMENT_TIMEOUT|HANDSHAKE)/.test(
      code,
    )
  const isStatement = code.startsWith('ER_') || error instanceof RangeError
  return isStatement && !passes
    ? statementRefused({ reason }, error)
    : posWriteUnavailable({ target, reason }, error)
}
