import pg from 'pg'
import { TillbridgeError } from '../../shared/errors.ts'
import type { Server } from '../sources/sql/server.ts'
import { lockWaits, postgresConnection, serverTimes } from '../sources/sql/server.ts'
import { withPlaces } from './named-values.ts'
import { posWriteUnavailable, statementRefused } from './problems.ts'
import {
  again,
  codeOf,
  messageOf,
  type SqlTransaction,
  type SqlWriter,
  type TargetRow,
} from './sql-writer.ts'

/** @throws POS_WRITE_UNAVAILABLE */
export async function postgresWriter(
  server: Server,
  target: string,
  log: { debug(facts: Readonly<Record<string, unknown>>, message: string): void },
): Promise<SqlWriter> {
  const client = new pg.Client({
    ...postgresConnection(server),
    statement_timeout: serverTimes.statement,
    lock_timeout: lockWaits.writing,
    idle_in_transaction_session_timeout: serverTimes.answer,
  })
  let lost: unknown = null
  client.on('error', error => {
    lost = error // the next transaction reports it
  })
  const close = async (): Promise<void> => {
    try {
      await client.end()
    } catch (error) {
      log.debug({ error }, 'the connection did not end well')
    }
  }
  try {
    await client.connect()
  } catch (error) {
    await close()
    throw plainError(error, target)
  }
  const place = (n: number): string => `$${n}`
  const tx: SqlTransaction = {
    async query(sql, values) {
      const placed = withPlaces(sql, values, place)
      return (await client.query<Record<string, TargetRow[string]>>(placed.sql, placed.values)).rows
    },
    async run(sql, values) {
      const placed = withPlaces(sql, values, place)
      return (await client.query(placed.sql, placed.values)).rowCount ?? 0
    },
  }
  const rollBack = async (): Promise<void> => {
    try {
      await client.query('ROLLBACK')
    } catch (error) {
      lost = error
    }
  }
  const attempt = async <T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T> => {
    await client.query('BEGIN ISOLATION LEVEL SERIALIZABLE')
    try {
      const value = await work(tx)
      await client.query('COMMIT')
      return value
    } catch (error) {
      if (isServers(error) || error instanceof TillbridgeError || error instanceof RangeError)
        await rollBack()
      else lost = error // no answer: the next attempt finds out whether it was committed
      throw error
    }
  }
  return {
    async transaction(work) {
      if (lost !== null) throw plainError(lost, target)
      try {
        return await again(
          () => attempt(work),
          error => IN_THE_WAY.has(codeOf(error)),
        )
      } catch (error) {
        throw plainError(error, target)
      }
    },
    close,
  }
}

/** serialization_failure, deadlock_detected, lock_not_available, unique_violation: another agent was faster; the next attempt finds its rows. */
const IN_THE_WAY = new Set(['40001', '40P01', '55P03', '23505'])

const isServers = (error: unknown): boolean =>
  /^[0-9A-Z]{5}$/.test(codeOf(error)) && codeOf(error) !== 'EPIPE'

/** SQLSTATE classes 22, 23, 42 and 0A mean that the statement or the data is wrong; missing rights and logins can be corrected. */
function plainError(error: unknown, target: string): unknown {
  if (error instanceof TillbridgeError) return error
  const code = codeOf(error)
  const reason = code === '' ? messageOf(error) : `${code}: ${messageOf(error)}`
  const isRefused =
    (isServers(error) && /^(22|23|42|0A|P0)/.test(code) && code !== '42501') || error instanceof RangeError
  return isRefused ? statementRefused({ reason }, error) : posWriteUnavailable({ target, reason }, error)
}
