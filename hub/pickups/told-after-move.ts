import type { PickupMoved } from '../../shared/events.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import type { Reads, Tx } from '../db/db.ts'
import {
  type BookedFulfillment,
  fulfillmentsOfPickup,
  type LineUnits,
  unitsToldUnmatched,
} from './fulfillments.ts'
import { addUnits, dueUnits } from './line-counts.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'
import { shownUnits } from './shown-units.ts'
import { shownThen } from './state-known.ts'

type UnitsByLine = ReadonlyMap<string, number>
type Line = LedgerLines['lines'][number]

/** What a till's word of a hand-over means for an order that another store has by now. Units of each line. */
export interface ToldAfterMove {
  /** What left the till's store by this word. The next four are parts of it. */
  readonly out: readonly LineUnits[]
  /** Shopify has it as handed over by another store, which did not say so: these are the same goods. */
  readonly fulfilled: readonly LineUnits[]
  /** The store that has the order is still to hand it over, by Shopify. */
  readonly open: readonly LineUnits[]
  /** The other store has handed it over as well. */
  readonly twice: readonly LineUnits[]
  /** The order does not have it any more. */
  readonly offOrder: readonly LineUnits[]
  /** What another till of the store had told before: no more left than the store had of it. */
  readonly again: readonly LineUnits[]
  /** Whether units that were not handed over are left of the order. */
  readonly isPart: boolean
}

/** Works out what a till's hand-over means that could not know of a move. Writes nothing. `at`: the till's place. */
export async function toldAfterMove(
  tx: Tx,
  at: { readonly store: string; readonly device: string },
  event: PickupMoved,
  pickup: Pickup,
): Promise<ToldAfterMove> {
  const rows = await fulfillmentsOfPickup(tx, pickup.row.pickup)
  const before = await unitsToldUnmatched(tx, pickup.row.pickup)
  const unitsOf = shownUnits(event, pickup)
  const then = await shownThen(tx, at.device, event)
  const told = sumOf(rows.filter(({ state, store }) => state === 'told' && store === at.store))
  const here = sumOf(rows.filter(({ state, store }) => state === 'booked' && store === at.store))
  const free = freeElsewhere(rows, pickup, at.store)
  const own = byOtherStores(rows, pickup, at.store)
  const due = stillDue(pickup)
  const of = (line: Line) => {
    const { id } = line
    const said = unitsOf === null ? line.quantity : (unitsOf.get(id) ?? 0)
    const had = Math.max(said, then?.units.get(id) ?? 0)
    // Shopify has it as handed over by this store since the till was told what it showed
    const gone = Math.max(0, (here.get(id) ?? 0) - (then?.collected.get(id) ?? 0))
    const out = Math.max(0, Math.min(said - gone, had - gone - (told.get(id) ?? 0)))
    const again = Math.max(0, said - gone - out)
    const fulfilled = Math.min(out, free.get(id) ?? 0)
    const toldBefore = before.get(id) ?? 0
    const dueHere = due.get(id) ?? 0
    const open = Math.min(out - fulfilled, Math.max(0, dueHere - toldBefore))
    const ownLeft = Math.max(0, (own.get(id) ?? 0) - Math.max(0, toldBefore - dueHere))
    const twice = Math.min(out - fulfilled - open, ownLeft)
    const offOrder = out - fulfilled - open - twice
    return { id, out, again, fulfilled, open, twice, offOrder, left: dueHere - toldBefore - open }
  }
  const lines = pickup.lines.lines.map(of)
  const units = (what: 'out' | 'again' | 'fulfilled' | 'open' | 'twice' | 'offOrder') =>
    lines.flatMap(line => (line[what] > 0 ? [{ line: line.id, quantity: line[what] }] : []))
  return {
    out: units('out'),
    fulfilled: units('fulfilled'),
    open: units('open'),
    twice: units('twice'),
    offOrder: units('offOrder'),
    again: units('again'),
    isPart: lines.some(({ left }) => left > 0),
  }
}

/** Units of each line that a pickup's store is still to hand over. One that Shopify moved on or regrouped is still due somewhere. */
function stillDue({ body, lines }: Pickup): UnitsByLine {
  const code = body.notice === null ? undefined : knownNotice(body.notice)?.code
  const isDue = lines.committed || code === 'moved-away' || code === 'continues'
  return new Map(lines.lines.map(line => [line.id, isDue ? dueUnits(line) : 0]))
}

/** Units of each line that Shopify has as handed over by other stores, and that neither they nor a till of another store told. */
function freeElsewhere(rows: readonly BookedFulfillment[], pickup: Pickup, store: string): UnitsByLine {
  const free = new Map<string, number>()
  for (const row of rows)
    if (row.state === 'booked' && row.store !== store)
      for (const line of row.lines)
        addUnits(free, line.line, line.quantity - line.putBack - byStore(row, line, pickup))
  return free
}

/** Units of each line that other stores have handed over by their own tills and receipts, also where Shopify has not heard of it. */
export function byOtherStores(
  rows: readonly BookedFulfillment[],
  pickup: Pickup,
  store: string,
): UnitsByLine {
  const own = new Map<string, number>()
  if (pickup.row.store !== store)
    for (const { id, handed = 0 } of pickup.lines.lines) addUnits(own, id, handed)
  for (const row of rows)
    if (row.state === 'booked' && row.store !== store)
      for (const line of row.lines) addUnits(own, line.line, byStore(row, line, pickup))
  return own
}

/** Of an older version's row it is known only whether its pickup was handed over at a till. */
function byStore(
  { store }: BookedFulfillment,
  { byStore: noted, quantity, putBack }: BookedFulfillment['lines'][number],
  { row, body }: Pickup,
): number {
  if (noted !== undefined) return noted
  const isByTill = row.store === store && body.state === 'collected' && body.shopify !== 'nothing-due'
  return isByTill ? quantity - putBack : 0
}

/** The stores whose tills told of a hand-over after a move, the last one first. */
export async function storesThatTold(db: Reads, pickup: string): Promise<readonly string[]> {
  const rows = (await fulfillmentsOfPickup(db, pickup)).filter(({ state }) => state === 'told')
  return [...new Set(rows.toSorted((one, other) => other.madeAt - one.madeAt).map(({ store }) => store))]
}

function sumOf(rows: readonly BookedFulfillment[]): UnitsByLine {
  const units = new Map<string, number>()
  for (const { lines } of rows) for (const { line, quantity } of lines) addUnits(units, line, quantity)
  return units
}
