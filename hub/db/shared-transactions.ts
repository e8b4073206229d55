import { oneAtATime, type Turn } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import { type Db, holdsOneWriter, type TransactionScope, type Tx, transaction } from './db.ts'

/** A shared transaction takes nothing more in once it has lasted this long: readers of sockets and pages wait for it. */
const MOST_MS = 50

/** Transactions that the work of several callers shares. */
export interface SharedTransactions {
  /**
   * As `transaction`: it resolves once the work is durable. When the work of one caller fails, all is rolled back and each
   * runs again alone, so a failure reaches its own caller only.
   */
  run<T>(work: (tx: Tx) => Promise<T>, scope: TransactionScope): Promise<T>
}

/** Each piece of work in a transaction of its own. */
export const ownTransactions = (db: Db): SharedTransactions => ({
  run: (work, scope) => transaction(db, work, scope),
})

interface Waiting {
  /** Does the work. Gives what tells the caller once it is durable. */
  attempt(tx: Tx): Promise<() => void>
  alone(): Promise<void>
  refuse(error: unknown): void
}

/** One transaction of each store at a time. A store that is locked, by a rebuild for instance, holds up only itself. */
function turnsByStore(): (scope: TransactionScope) => Turn {
  const turns = new Map<string | null, Turn>()
  return ({ store = null }) => {
    const turn = turns.get(store) ?? oneAtATime()
    turns.set(store, turn)
    return turn
  }
}

/**
 * What is asked for within one turn of the event loop shares one transaction and its fsync. A database that runs
 * transactions of different stores side by side shares none: they would hold each other up.
 */
export function openSharedTransactions(
  db: Db,
  world: {
    readonly clock: Pick<World['clock'], 'monotonicMs'>
    readonly timers: Pick<World['timers'], 'soon'>
  },
): SharedTransactions {
  if (!holdsOneWriter(db)) {
    const turnOf = turnsByStore()
    return { run: (work, scope) => turnOf(scope)(() => transaction(db, work, scope)) }
  }
  let waiting: Waiting[] = []
  let running = false

  async function runAll(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      await new Promise<void>(resolve => void world.timers.soon(resolve))
      const together = waiting
      waiting = []
      waiting.unshift(...(await runTogether(together)))
    }
    running = false
  }

  /** @returns those for which there was no time */
  async function runTogether(together: readonly Waiting[]): Promise<readonly Waiting[]> {
    const progress = { done: [] as (() => void)[], isCommitting: false }
    try {
      await transaction(db, async tx => {
        progress.done = []
        progress.isCommitting = false
        const began = world.clock.monotonicMs()
        for (const one of together) {
          if (progress.done.length > 0 && world.clock.monotonicMs() - began >= MOST_MS) break
          progress.done.push(await one.attempt(tx))
        }
        progress.isCommitting = true
      })
    } catch (error) {
      if (!progress.isCommitting && together.length > 1) {
        for (const one of together) await one.alone()
        return []
      }
      const had = progress.isCommitting ? together.slice(0, progress.done.length) : together
      for (const one of had) one.refuse(error)
      return together.slice(had.length)
    }
    for (const tell of progress.done) tell()
    return together.slice(progress.done.length)
  }

  return {
    run<T>(work: (tx: Tx) => Promise<T>, scope: TransactionScope): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      waiting.push({
        async attempt(tx) {
          const result = await work(tx)
          return () => resolve(result)
        },
        alone: () => transaction(db, work, scope).then(resolve, reject),
        refuse: reject,
      })
      if (!running) void runAll()
      return promise
    },
  }
}
