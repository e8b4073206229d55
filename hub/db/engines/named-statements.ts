import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'

/** A session keeps each statement that has a name, with its plan; docs/operations.md says what memory that takes. */
const MOST_NAMES = 400

/**
 * The pool, whose sessions keep statements that are used again: the server parses such a statement once a session. That
 * took most of its time, as the hub's statements are many words about few rows.
 * @param runsAlone each statement is a transaction of its own, so that one whose kept plan no longer fits can run again
 */
export function withNamedStatements(
  pool: pg.Pool,
  { runsAlone }: { readonly runsAlone: boolean },
): PostgresPool {
  const names = statementNames()
  const clients = new WeakMap<pg.PoolClient, Session>()
  const named = (client: pg.PoolClient): PostgresPoolClient => {
    const answer = async (text: string, values: readonly unknown[]) => {
      const ask = () => {
        const name = values.length === 0 ? null : names.of(text)
        return client.query({ text, values: [...values], ...(name === null ? {} : { name }) })
      }
      const round = names.round()
      try {
        return await ask()
      } catch (error) {
        if (!isOutdatedPlan(error)) throw error
        // a migration changes several tables: what else is kept about them must not fail one after the other
        if (names.round() === round) names.forget()
        if (!runsAlone) throw error
        return ask()
      }
    }
    function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
    function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
    function query(text: unknown, values: readonly unknown[] = []): unknown {
      if (typeof text !== 'string') throw new TypeError('the hub reads no rows by a cursor')
      return answer(text, values)
    }
    return {
      get processID() {
        return Reflect.get(client, 'processID')
      },
      query,
      release: destroy => client.release(destroy),
    }
  }
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const round = names.round()
      const session = clients.get(client) ?? { client: named(client), round }
      clients.set(client, session)
      if (session.round !== round) await giveBack(client)
      session.round = round
      return session.client
    },
  }
}

/** What the driver keeps of a session and has no type for. */
const ParsedStatements = z.object({
  parsedStatements: z.custom<object>(value => typeof value === 'object' && value !== null),
})

interface Session {
  readonly client: PostgresPoolClient
  /** The last of the rounds of names that it may keep statements of. */
  round: number
}

/** Frees what a session keeps, before any statement of a new round. */
async function giveBack(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('DEALLOCATE ALL')
  } catch (error) {
    client.release(true)
    throw error
  }
  // the driver notes the text of each
  const noted = ParsedStatements.parse(Reflect.get(client, 'connection')).parsedStatements
  for (const name of Object.keys(noted)) Reflect.deleteProperty(noted, name)
}

/** Another node has changed a table whose columns this statement answers with: its plan is of before. */
export function isOutdatedPlan(error: unknown): boolean {
  return (
    error instanceof Error &&
    Reflect.get(error, 'code') === '0A000' &&
    Reflect.get(error, 'routine') === 'RevalidateCachedQuery'
  )
}

/**
 * A statement has a name from its second use on. Lists of values make ever new ones: when all names are given, a new round
 * of them begins, so that what is used now has them. A name is given once.
 */
function statementNames() {
  const names = new Map<string, string | null>()
  let given = 0
  let named = 0
  let round = 0
  function forget(): void {
    names.clear()
    named = 0
    round += 1
  }
  return {
    of(text: string): string | null {
      const name = names.get(text)
      if (name === undefined) {
        if (names.size >= 2 * MOST_NAMES) forgetUnnamed(names)
        names.set(text, null)
        return null
      }
      if (name !== null) return name
      if (named >= MOST_NAMES) forget()
      named += 1
      given += 1
      names.set(text, `s${given}`)
      return `s${given}`
    },
    forget,
    /** Sessions give back what they keep when it has changed. */
    round: () => round,
  }
}

function forgetUnnamed(names: Map<string, string | null>): void {
  for (const [text, name] of names) if (name === null) names.delete(text)
}
