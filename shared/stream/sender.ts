import type { Awaitable, Batch, OutLog, Position } from './log.ts'
import { isAfter } from './resume.ts'

export interface SenderLimits {
  readonly records: number
  readonly characters: number
}

export interface Sender {
  /** New records were appended. */
  appended(): void
  /** The receiver has committed everything up to `upTo` and takes `credit` records beyond it. */
  acked(upTo: Position, credit: number): Promise<void>
  stop(): void
}

/**
 * Sends a log's records over one connection, from a position on, never more than the receiver's credit ahead of
 * its last ack. Failures of the log go to `failed`: the connection ends, the next one resumes from what is durable.
 */
export function startSender(parts: {
  log: OutLog
  after: Position
  credit: number
  limits: SenderLimits
  send(batch: Batch): void
  failed(error: unknown): void
}): Sender {
  let sentTo = parts.after
  let ackedTo = parts.after
  /** Sent and not acked; counted, since positions of two epochs can't be subtracted. */
  let inFlight: { upTo: Position; records: number }[] = []
  let credit = parts.credit
  let running = false
  let again = false
  let stopped = false

  async function pump(): Promise<void> {
    while (!stopped) {
      const room = credit - inFlight.reduce((sum, batch) => sum + batch.records, 0)
      if (room <= 0) return
      const batch = await parts.log.read(sentTo, {
        ...parts.limits,
        records: Math.min(room, parts.limits.records),
      })
      if (batch === null || stopped) return
      sentTo = { epoch: batch.epoch, seq: batch.first + batch.bodies.length - 1 }
      inFlight.push({ upTo: sentTo, records: batch.bodies.length })
      parts.send(batch)
    }
  }

  /** One pump at a time; a call during one makes it look once more. */
  function wake(): Awaitable<void> {
    again = true
    if (running || stopped) return
    running = true
    void (async () => {
      try {
        while (again && !stopped) {
          again = false
          await pump()
        }
      } catch (error) {
        stopped = true
        parts.failed(error)
      } finally {
        running = false
      }
    })()
  }

  wake()
  return {
    appended: wake,
    async acked(upTo, newCredit) {
      if (stopped) return
      credit = newCredit
      if (isAfter(upTo, ackedTo)) {
        ackedTo = upTo
        inFlight = inFlight.filter(batch => isAfter(batch.upTo, upTo))
        await parts.log.acknowledge(upTo)
      }
      wake()
    },
    stop() {
      stopped = true
    },
  }
}
