import { newRecords } from './accept.ts'
import type { Batch, InLog, Mark, StreamName } from './log.ts'

export interface Receiver {
  /** Takes a batch; batches are committed one after the other, each acked once it is durable. */
  batch(batch: Batch): void
  stop(): void
}

/**
 * Commits what arrives on one connection and acks it cumulatively. A refused batch goes to `failed` with its typed
 * error and nothing of it is kept; the caller closes the connection, or quarantines the device on a fork.
 */
export function startReceiver(parts: {
  id: { stream: StreamName; device: string }
  log: InLog
  credit: number
  ack(held: Mark, credit: number): void
  failed(error: unknown): void
}): Receiver {
  const waiting: Batch[] = []
  let running = false
  let stopped = false

  async function drain(): Promise<void> {
    running = true
    try {
      for (let batch = waiting.shift(); batch !== undefined && !stopped; batch = waiting.shift()) {
        const held = await parts.log.held()
        const fresh = await newRecords(parts.id, parts.log, held, batch)
        if (stopped) return
        const now = fresh.length === 0 ? held : await parts.log.commit(fresh)
        if (!stopped) parts.ack(now, parts.credit)
      }
    } catch (error) {
      stopped = true
      parts.failed(error)
    } finally {
      running = false
    }
  }

  return {
    batch(batch) {
      if (stopped) return
      waiting.push(batch)
      if (!running) void drain()
    },
    stop() {
      stopped = true
    },
  }
}
