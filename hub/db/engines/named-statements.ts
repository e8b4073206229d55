import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type pg from 'pg'

/** A session keeps each statement that has a name, with its plan: some tens of kilobytes. */
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
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  const named = (client: pg.PoolClient): PostgresPoolClient => {
    const ask = (text: string, values: readonly unknown[]) => {
      const name = values.length === 0 ? null : names.of(text)
      return client.query({ text, values: [...values], ...(name === null ? {} : { name }) })
    }
    const answer = async (text: string, values: readonly unknown[]) => {
      try {
        return await ask(text, values)
      } catch (error) {
        if (!isOutdatedPlan(error)) throw error
        names.forget(text)
        if (!runsAlone) throw error
        return ask(text, values)
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
      const known = clients.get(client) ?? named(client)
      clients.set(client, known)
      return known
    },
  }
}

/** Another node has changed a table whose columns this statement answers with: its plan is of before. */
export function isOutdatedPlan(error: unknown): boolean {
  return (
    error instanceof Error &&
    Reflect.get(error, 'code') === '0A000' &&
    Reflect.get(error, 'routine') === 'RevalidateCachedQuery'
  )
}

/** A statement has a name from its second use on, until there are too many: lists of values make ever new ones. */
function statementNames() {
  const names = new Map<string, string | null>()
  let given = 0
  let named = 0
  return {
    of(text: string): string | null {
      const name = names.get(text)
      if (name === undefined) {
        if (names.size >= 2 * MOST_NAMES) forgetUnnamed(names)
        names.set(text, null)
        return null
      }
      if (name !== null) return name
      if (named >= MOST_NAMES) return null
      named += 1
      given += 1
      names.set(text, `s${given}`)
      return `s${given}`
    },
    /** Its next use has another name, so that the server parses it again. */
    forget(text: string): void {
      given += 1
      names.set(text, `s${given}`)
    },
  }
}

function forgetUnnamed(names: Map<string, string | null>): void {
  for (const [text, name] of names) if (name === null) names.delete(text)
}
