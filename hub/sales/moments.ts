import type { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
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
}

/** The clocks of the devices that some events came from. */
export interface Clocks {
  of(device: string): DeviceClock
  /** Hub clock, ms: no device has made an event before. */
  readonly earliest: number
}

/** By the hub's clock, ms. `first`: when the goods moved. `change`: when a change of it was seen. */
export interface Moments {
  readonly first: number
  readonly change: number
}

export async function readClocks(db: Reads, devices: readonly string[]): Promise<Clocks> {
  const rows = await db
    .selectFrom('device')
    .select(['device', 'clock_offset_ms'])
    .where('device', 'in', [...new Set(devices)])
    .execute()
  const first = await db
    .selectFrom('device')
    .select('enrolled_at')
    .orderBy('enrolled_at')
    .limit(1)
    .executeTakeFirst()
  const offsets = new Map(rows.map(row => [row.device, row.clock_offset_ms]))
  return {
    of: device => ({ offsetMs: offsets.get(device) ?? null }),
    earliest: (first?.enrolled_at ?? 0) - FORMER_HUB_MS,
  }
}

/**
 * When the goods of an event moved, by the hub's clock. The POS's own time is taken as it is while the till's clock can
 * be right. The POS and the agent share a clock, so what they agree on is how old the sale was when the agent saw it; when the agent
 * saw it follows from the offset that the hub has measured. Where that is impossible, a POS whose own time is possible is
 * believed, as it may have a clock of its own; else the agent saw the sale at the latest when the hub received it.
 */
export function momentsOf(
  event: SaleCompleted | SaleVoided | StockMoved,
  { device, at: receivedAt }: Origin,
  clocks: Clocks,
): Moments {
  const isPossible = (at: number) => at >= clocks.earliest && at <= receivedAt + CLOCKS_MS
  const seen = seenAt(event.at, clocks.of(device), isPossible)
  const change = seen ?? receivedAt
  if (event.kind === 'sale.voided') return { first: change, change }
  const told = momentOf(event.kind === 'stock.moved' ? event.happenedAt : event.soldAt) ?? event.at
  if (seen === null && isPossible(told)) return { first: told, change }
  return { first: change - Math.max(0, event.at - told), change }
}

/** Null: by no clock that is known can it be true. */
function seenAt(at: number, { offsetMs }: DeviceClock, isPossible: (at: number) => boolean): number | null {
  const isOff = offsetMs !== null && Math.abs(offsetMs) > MEASURED_MS
  return (isOff ? [at - offsetMs, at] : [at]).find(isPossible) ?? null
}
