import type { PosWritten, SaleCompleted, SaleVoided, StockCounted, StockMoved } from '../../shared/events.ts'
import { momentOf } from '../../shared/moment.ts'
import type { Reads } from '../db/db.ts'
import type { Origin } from '../streams/placed-event.ts'

/** A till's clock and the hub's may differ by so much without being wrong. */
const CLOCKS_MS = 2 * 60_000
/** What is measured of a clock is off by the time that the line takes. */
const MEASURED_MS = 2_000
/** A till may have kept events of another hub, from before this one knew any till. An event that is older was made by a wrong clock. */
const FORMER_HUB_MS = 90 * 86_400_000

/** What the hub knows of the clock of a device. */
interface DeviceClock {
  /** Its clock minus the hub's, ms, as measured last; null: never. */
  readonly offsetMs: number | null
  /** The same before the clock was found changed; null: it never was. */
  readonly beforeMs: number | null
  /** Hub clock, ms: what the device has recorded since carries `offsetMs`. */
  readonly changedAt: number | null
  /** Hub clock, ms: the device has made no event before. */
  readonly earliest: number
}

/** The clocks of the devices that some events came from. */
export interface Clocks {
  of(device: string): DeviceClock
}

/** By the hub's clock, ms. `first`: when the goods moved. `change`: when a change of it was seen. */
export interface Moments {
  readonly first: number
  readonly change: number
  /** By so much later both may have been, because the clock was changed and it is not known when; negative: earlier. 0: it is known. */
  readonly orLaterBy: number
}

export async function readClocks(db: Reads, devices: readonly string[]): Promise<Clocks> {
  const rows =
    devices.length === 0
      ? []
      : await db
          .selectFrom('device')
          .select(['device', 'clock_offset_ms', 'clock_before_ms', 'clock_changed_at', 'enrolled_at'])
          .where('device', 'in', [...new Set(devices)])
          .execute()
  const known = new Map(rows.map(row => [row.device, row]))
  return {
    of: device => {
      const row = known.get(device)
      return {
        offsetMs: row?.clock_offset_ms ?? null,
        beforeMs: row?.clock_before_ms ?? null,
        changedAt: row?.clock_changed_at ?? null,
        earliest: (row?.enrolled_at ?? 0) - FORMER_HUB_MS,
      }
    },
  }
}

/**
 * When the goods of an event moved, by the hub's clock. The POS's own time is taken as it is while the till's clock can
 * be right. The POS and the agent share a clock, so what they agree on is how old the sale was when the agent saw it; when the agent
 * saw it follows from the offset that the hub has measured. Where that is impossible, a POS whose own time is possible is
 * believed, as it may have a clock of its own; else the agent saw the sale at the latest when the hub received it.
 */
export function momentsOf(
  event: SaleCompleted | SaleVoided | StockMoved | StockCounted | PosWritten,
  { device, at: receivedAt }: Origin,
  clocks: Clocks,
): Moments {
  const clock = clocks.of(device)
  const isPossible = (at: number) => at >= clock.earliest && at <= receivedAt + CLOCKS_MS
  const seen = seenAt(event.at, clock, isPossible)
  const change = seen ?? receivedAt
  const orLaterBy = (otherSeen(event.at, receivedAt, clock, change) ?? change) - change
  if (event.kind === 'sale.voided' || event.kind === 'pos.written')
    return { first: change, change, orLaterBy }
  const told = momentOf(wallOf(event)) ?? event.at
  if (seen === null && isPossible(told)) return { first: told, change, orLaterBy: 0 }
  return { first: change - Math.max(0, event.at - told), change, orLaterBy }
}

function wallOf(event: SaleCompleted | StockMoved | StockCounted) {
  if (event.kind === 'stock.moved') return event.happenedAt
  return event.kind === 'stock.counted' ? event.countedAt : event.soldAt
}

/** Null: by no clock that is known can it be true. */
function seenAt(at: number, { offsetMs }: DeviceClock, isPossible: (at: number) => boolean): number | null {
  const isOff = offsetMs !== null && Math.abs(offsetMs) > MEASURED_MS
  return (isOff ? [at - offsetMs, at] : [at]).find(isPossible) ?? null
}

/** When the agent saw it if the clock was still as it was before it was found changed; null: that can't be. */
function otherSeen(
  at: number,
  receivedAt: number,
  { beforeMs, changedAt, earliest }: DeviceClock,
  seen: number,
): number | null {
  if (beforeMs === null || seen >= receivedAt - CLOCKS_MS) return null // made just now
  if (changedAt !== null && seen >= changedAt) return null
  const other = at - beforeMs
  return other >= earliest && other <= receivedAt + CLOCKS_MS ? other : null
}
