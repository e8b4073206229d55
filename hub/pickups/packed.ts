import { isEnded, type PickupState } from '../../shared/pickup-moves.ts'
import type { LineUnits } from './fulfillments.ts'
import { toLines } from './new-pickup.ts'
import { fulfilledUnits, type PickupFulfillmentOrder } from './order-snapshot.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'

type Line = LedgerLines['lines'][number]

/** Units of a line that lie packed for the customer. Older versions noted none; what they called ready is packed whole. */
export function packedUnits(line: Line, state: PickupState): number {
  return Math.min(line.quantity, line.packed ?? (state === 'ready' ? line.quantity : 0))
}

/** Whether nothing of it is left to pick. */
export function isPacked(lines: readonly Line[], state: PickupState): boolean {
  return lines.every(line => packedUnits(line, state) >= line.quantity)
}

/** A fulfilment order of an order that was read, with the pickup that the hub has of it and the store that it is in now. */
export interface PickupPart {
  readonly fulfillment: PickupFulfillmentOrder
  readonly held: Pickup | null
  readonly store: string | null
  readonly isOver: boolean
}

interface Given {
  readonly from: Pickup
  units: number
  packed: number
}

interface Taken {
  readonly units: number
  readonly packed: number
  readonly from: Pickup | null
}

/**
 * Where the units of an order go within a store when it is split, merged or remade: what one pickup loses and another
 * gains has not left its shelf.
 */
export interface Shifts {
  /** Takes units of an order's line that another pickup of the store has lost. */
  take(store: string, orderLine: string, wanted: number): Taken
  /** How many of the units that a pickup has lost no other one gains. */
  gone(store: string, orderLine: string, lost: number): number
}

const keyOf = (store: string, orderLine: string) => `${store}\n${orderLine}`

/** What an order's pickups lose to each other. Must be made before any of them is changed. */
export function shiftsOf(parts: readonly PickupPart[]): Shifts {
  const given = new Map<string, Given[]>()
  const balance = new Map<string, number>()
  const weigh = (key: string, units: number) => balance.set(key, (balance.get(key) ?? 0) + units)
  for (const part of parts) {
    for (const { key, lost, packed, from } of lossesOf(part)) {
      given.set(key, [...(given.get(key) ?? []), { from, units: lost, packed }])
      weigh(key, lost)
    }
    for (const { key, gained } of gainsOf(part)) weigh(key, -gained)
  }
  return {
    take(store, orderLine, wanted) {
      let [left, packed] = [wanted, 0]
      let from: Pickup | null = null
      for (const one of given.get(keyOf(store, orderLine)) ?? []) {
        const units = Math.min(left, one.units)
        if (units === 0) continue
        const laidOut = Math.min(units, one.packed)
        one.units -= units
        one.packed -= laidOut
        left -= units
        packed += laidOut
        from ??= one.from
      }
      return { units: wanted - left, packed, from }
    },
    gone(store, orderLine, lost) {
      const key = keyOf(store, orderLine)
      const units = Math.min(lost, Math.max(0, balance.get(key) ?? 0))
      weigh(key, -units)
      return units
    },
  }
}

/** Units that were handed over between two looks at a line. */
function doneSince(line: Line, { fulfillments }: PickupFulfillmentOrder): number {
  return Math.max(0, fulfilledUnits(fulfillments, line.id) - line.fulfilled)
}

/** The lines of a pickup as its store still had them to do, after what was handed over since. */
function stillDue(part: PickupPart): readonly (Line & { packed: number })[] {
  const { held, fulfillment } = part
  if (held === null || isEnded(held.body.state) || !held.lines.committed) return []
  return held.lines.lines.map(line => {
    const done = isInItsStore(part) ? doneSince(line, fulfillment) : 0 // else another store handed it over
    const packed = Math.max(0, packedUnits(line, held.body.state) - done)
    return { ...line, quantity: Math.max(0, line.quantity - done), packed }
  })
}

const isInItsStore = ({ held, store }: PickupPart) => held !== null && held.row.store === store

/** Units that are due now in the store that has the pickup, by line. */
const dueNow = (part: PickupPart) =>
  new Map(
    part.isOver || !isInItsStore(part) ? [] : part.fulfillment.lines.map(line => [line.id, line.remaining]),
  )

function orderLineOf(line: Line, { lines }: PickupFulfillmentOrder): string {
  return line.orderLine ?? lines.find(one => one.id === line.id)?.orderLine ?? line.id
}

function lossesOf(part: PickupPart) {
  const { held, fulfillment } = part
  if (held === null) return []
  const due = dueNow(part)
  return stillDue(part).flatMap(line => {
    const lost = line.quantity - (due.get(line.id) ?? 0)
    if (lost <= 0) return []
    const key = keyOf(held.row.store, orderLineOf(line, fulfillment))
    return [{ key, lost, packed: Math.max(0, line.packed - (due.get(line.id) ?? 0)), from: held }]
  })
}

function gainsOf(part: PickupPart) {
  const { fulfillment, store, isOver } = part
  if (store === null || isOver) return []
  const before = new Map(isInItsStore(part) ? stillDue(part).map(line => [line.id, line.quantity]) : [])
  return fulfillment.lines.flatMap(({ id, orderLine, remaining }) => {
    const gained = remaining - (before.get(id) ?? 0)
    return gained > 0 ? [{ key: keyOf(store, orderLine), gained }] : []
  })
}

export interface ChangedLines {
  readonly lines: LedgerLines['lines']
  /** Units that are new in the store. */
  readonly added: readonly LineUnits[]
  /** Units that are no longer due in the store. */
  readonly removed: readonly LineUnits[]
  /** The pickup whose units it has taken over; null: none. */
  readonly from: Pickup | null
}

/** A pickup's lines as Shopify has them now, with what lies packed of them. A line that is gone stays known, with no units due. */
export function changedLines(part: PickupPart & { readonly store: string }, shifts: Shifts): ChangedLines {
  const { fulfillment, store } = part
  const before = new Map(isInItsStore(part) ? stillDue(part).map(line => [line.id, line]) : [])
  const added: LineUnits[] = []
  let from: Pickup | null = null
  const fresh = toLines(fulfillment).map(line => {
    const old = before.get(line.id)
    const gained = line.quantity - (old?.quantity ?? 0)
    const taken =
      gained > 0 ? shifts.take(store, line.orderLine, gained) : { units: 0, packed: 0, from: null }
    from ??= taken.from
    if (gained > taken.units) added.push({ line: line.id, quantity: gained - taken.units })
    const packed = Math.min(line.quantity, (old?.packed ?? 0) + taken.packed)
    return packed > 0 ? { ...line, packed } : line
  })
  const known = new Set(fresh.map(line => line.id))
  const gone = (part.held?.lines.lines ?? [])
    .filter(line => !known.has(line.id))
    .map(({ packed: _packed, ...line }) => ({ ...line, quantity: 0 }))
  return { lines: [...fresh, ...gone], added, removed: removedUnits(part, shifts), from }
}

/** Units that its store no longer has to hand over, with this pickup or another one of the order. */
export function removedUnits(part: PickupPart, shifts: Shifts): readonly LineUnits[] {
  const { held, fulfillment } = part
  if (held === null) return []
  const due = dueNow(part)
  return stillDue(part).flatMap(line => {
    const lost = line.quantity - (due.get(line.id) ?? 0)
    const units = lost > 0 ? shifts.gone(held.row.store, orderLineOf(line, fulfillment), lost) : 0
    return units > 0 ? [{ line: line.id, quantity: units }] : []
  })
}
