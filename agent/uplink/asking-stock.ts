import { StockChanges } from '../../shared/free-stock.ts'
import type { World } from '../../shared/world.ts'

/** A hub that has many stores to look at takes its time. */
const WAIT_MS = 60_000

type Answer = StockChanges | null | undefined

/** The question about stock of one connection. Only one waits at a time. */
export interface StockQuestion {
  /** Undefined: there was no answer. */
  ask(since: string | null): Promise<Answer>
  /** What can't be read counts as if nothing had come. */
  answered(changes: unknown): void
  end(): void
}

export function openAskingStock(
  { timers, log }: Pick<World, 'timers' | 'log'>,
  send: (since: string | null) => void,
): StockQuestion {
  let waiting: ((answer: Answer) => void) | null = null
  return {
    ask(since) {
      if (waiting !== null) return Promise.resolve(undefined)
      return new Promise(resolve => {
        const cancel = timers.after(WAIT_MS, () => waiting?.(undefined))
        waiting = answer => {
          cancel()
          waiting = null
          resolve(answer)
        }
        send(since)
      })
    },
    answered(changes) {
      const read = StockChanges.nullable().safeParse(changes)
      if (!read.success) log.warn({ error: read.error }, "the hub's answer about stock can't be read")
      waiting?.(read.data)
    },
    end: () => waiting?.(undefined),
  }
}
