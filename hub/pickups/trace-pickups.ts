import { PickupMoved } from '../../shared/events.ts'
import type { HandedTo } from '../../shared/hand-over.ts'
import { sum } from '../../shared/money.ts'
import type { PickupState } from '../../shared/pickup-moves.ts'
import type { Reads } from '../db/db.ts'
import { parsePickup } from './pickup-row.ts'
import { type TracedReminder, traceReminders } from './reminders.ts'

/** One step that staff made with a pickup, as their till told it. One that came too late has had no effect. */
export interface TracedMove {
  readonly move: string
  /** The till's clock, ms. */
  readonly madeAt: number
  readonly staff: string
  readonly till: string
  /** The hub does not know the order yet, or did not within the time for it. */
  readonly isWaiting: boolean
  readonly reason: string | null
  /** `finish` and `collect`: whole units found or handed over; null: the till did not say. */
  readonly units: number | null
  /** `collect`: who took it and what was checked; null: not said. */
  readonly handedTo: HandedTo | null
}

/** A pickup with all that staff did to it. */
export interface TracedPickup {
  readonly pickup: string
  readonly order: string
  readonly state: PickupState
  readonly keptAt: string | null
  readonly moves: readonly TracedMove[]
  /** How staff reminded the customer, oldest first. */
  readonly reminders: readonly TracedReminder[]
}

/**
 * What staff of a store did with an order's pickups, oldest step first.
 * @param named an order by its name, with or without #, or Shopify's id of the order or of the pickup
 */
export async function tracePickups(db: Reads, store: string, named: string): Promise<TracedPickup[]> {
  const rows = await db
    .selectFrom('pickup')
    .selectAll()
    .where('store', '=', store)
    .where(e =>
      named.startsWith('gid://')
        ? e.or([e('pickup', '=', named), e('order_id', '=', named)])
        : e('order_name', 'in', [named, `#${named}`]),
    )
    .orderBy('placed_at')
    .orderBy('pickup')
    .execute()
  const found: TracedPickup[] = []
  for (const row of rows) {
    const { body } = parsePickup(row)
    const { state, keptAt = null } = body
    const moves = await movesOf(db, row.pickup)
    const reminders = await traceReminders(db, row.pickup)
    found.push({ pickup: row.pickup, order: row.order_name, state, keptAt, moves, reminders })
  }
  return found
}

async function movesOf(db: Reads, pickup: string): Promise<TracedMove[]> {
  const rows = await db
    .selectFrom('pickup_move')
    .select(['move', 'made_at', 'staff', 'till', 'state', 'body_json'])
    .where('pickup', '=', pickup)
    .orderBy('made_at')
    .orderBy('received_at')
    .orderBy('move')
    .execute()
  return rows.map(({ made_at: madeAt, body_json, state, ...row }) => {
    const { reason, lines, moreLines = [], handedTo = null } = PickupMoved.parse(JSON.parse(body_json))
    const units = lines === undefined ? null : sum([...lines, ...moreLines].map(line => line.units))
    return { ...row, madeAt, isWaiting: state === 'waiting', reason, units, handedTo }
  })
}
