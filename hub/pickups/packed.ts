import type { MissingUnits } from '../../shared/pickup-lines.ts'
import { isEnded } from '../../shared/pickup-moves.ts'
import type { LineUnits } from './fulfillments.ts'
import { missingUnits, packedUnits, someMissing, withCounts } from './line-counts.ts'
import { toLines } from './new-pickup.ts'
import { fulfilledUnits, type PickupFulfillmentOrder } from './order-snapshot.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'

type Line = LedgerLines['lines'][number]

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
  missing: MissingUnits | null
}

interface Taken {
  readonly units: number
  readonly packed: number
  readonly missing: MissingUnits | null
  readonly from: Pickup | null
}

const nothing: Taken = { units: 0, packed: 0, missing: null, from: null }

/**
 * Where the units of an order go within a store when it is split, merged or remade: what one pickup loses and another
 * gains has not left its shelf.
 */
export interface Shifts {
  /** Takes units of an order's line that another pickup of the store has lost. */
  take(store: string, orderLine: string, wanted: number): Taken
  /** How many of the units that a pickup has lost no other one gains. */
  gone(store: string, orderLine: string, lost: number): number
  /** How many units of an order's line its pickups have lost and no other one gains, in whichever store: they are not to be handed over any more. */
  off(orderLine: string): number
}

const keyOf = (store: string, orderLine: string) => `${store}\n${orderLine}`

/** What an order's pickups lose to each other. Must be made before any of them is changed. */
export function shiftsOf(parts: readonly PickupPart[]): Shifts {
  const given = new Map<string, Given[]>()
  const balance = new Map<string, number>()
  const weigh = (key: string, units: number) => balance.set(key, (balance.get(key) ?? 0) + units)
  const less = new Map<string, number>()
  const count = (line: string, units: number) => less.set(line, (less.get(line) ?? 0) + units)
  for (const part of parts) {
    for (const { orderLine, gained } of allGains(part)) count(orderLine, -gained)
    for (const { key, orderLine, lost, packed, missing, from } of lossesOf(part)) {
      count(orderLine, lost)
      given.set(key, [...(given.get(key) ?? []), { from, units: lost, packed, missing }])
      weigh(key, lost)
    }
    for (const { key, gained } of gainsOf(part)) weigh(key, -gained)
  }
  return {
    take(store, orderLine, wanted) {
      let [left, packed] = [wanted, 0]
      let from: Pickup | null = null
      let missing: MissingUnits | null = null
      for (const one of given.get(keyOf(store, orderLine)) ?? []) {
        const units = Math.min(left, one.units)
        if (units === 0) continue
        const laidOut = Math.min(units, one.packed)
        const notFound = Math.min(units - laidOut, one.missing?.units ?? 0)
        const before: number = missing?.units ?? 0
        if (one.missing !== null && notFound > 0) missing = { ...one.missing, units: before + notFound }
        one.missing = someMissing(one.missing, (one.missing?.units ?? 0) - notFound)
        one.units -= units
        one.packed -= laidOut
        left -= units
        packed += laidOut
        from ??= one.from
      }
      return { units: wanted - left, packed, missing, from }
    },
    gone(store, orderLine, lost) {
      const key = keyOf(store, orderLine)
      const units = Math.min(lost, Math.max(0, balance.get(key) ?? 0))
      weigh(key, -units)
      return units
    },
    off: orderLine => Math.max(0, less.get(orderLine) ?? 0),
  }
}

/** Units that were handed over between two looks at a line. */
function doneSince(line: Line, { fulfillments }: PickupFulfillmentOrder): number {
  return Math.max(0, fulfilledUnits(fulfillments, line.id) - line.fulfilled)
}

/** The lines of a pickup as its store still had them to do, after what was handed over since. */
function stillDue(part: PickupPart): readonly StillDue[] {
  const { held, fulfillment } = part
  if (held === null || !held.lines.committed) return []
  if (held.body.state === 'collected') return missedOfCollected(part, held)
  // what was not collected is due as before, and lies in the store
  if (isEnded(held.body.state) && held.body.state !== 'expired') return []
  return held.lines.lines.map(line => {
    const done = isInItsStore(part) ? doneSince(line, fulfillment) : 0 // else another store handed it over
    // what tills have handed out is booked first
    const told = Math.min(done, line.handed ?? 0)
    const state = held.body.state === 'expired' ? 'ready' : held.body.state
    const packed = Math.max(0, packedUnits(line, state) - (done - told))
    const quantity = Math.max(0, line.quantity - done)
    const handed = (line.handed ?? 0) - told
    const missing = someMissing(line.missing, Math.min(missingUnits(line), quantity - handed - packed))
    return { ...line, quantity, packed, handed, missing }
  })
}

/** What staff could not find of a pickup is due after the rest was handed over, until Shopify says what becomes of it. */
function missedOfCollected(part: PickupPart, { lines }: Pickup): readonly StillDue[] {
  return lines.lines.flatMap(line => {
    const units = Math.min(line.quantity, line.missing?.units ?? 0)
    if (units === 0) return []
    const done = isInItsStore(part) ? doneSince(line, part.fulfillment) : 0
    const quantity = Math.max(units, line.quantity - done)
    return [
      { ...line, quantity, packed: 0, handed: quantity - units, missing: someMissing(line.missing, units) },
    ]
  })
}

/** A handed-over pickup's lines without what was missing of them and another pickup, or nothing, has now. */
export function withoutLostMissing(part: PickupPart, lines: LedgerLines['lines']): LedgerLines['lines'] {
  const { held } = part
  if (held === null || !held.lines.lines.some(line => line.missing !== undefined)) return lines
  const due = dueNow(part)
  const lost = new Map(
    stillDue(part).map(line => [line.id, lossOf(line, due.get(line.id) ?? 0).missing?.units ?? 0]),
  )
  return lines.map(line => {
    const units = lost.get(line.id) ?? 0
    if (units === 0) return line
    const { missing, ...kept } = line
    const left = someMissing(missing, (missing?.units ?? 0) - units)
    const quantity = Math.max(0, line.quantity - units)
    return left === null ? { ...kept, quantity } : { ...kept, quantity, missing: left }
  })
}

type StillDue = Omit<Line, 'missing'> & {
  readonly packed: number
  readonly handed: number
  readonly missing: MissingUnits | null
}

/** What a line loses when so many of its units are left: first what was not found, then what was not looked for. */
function lossOf({ quantity, packed, handed, missing }: StillDue, due: number) {
  const lost = Math.max(0, quantity - due)
  const packedLost = Math.min(lost, Math.max(0, packed - Math.max(0, due - handed)))
  return { lost, packed: packedLost, missing: someMissing(missing, lost - packedLost) }
}

const isInItsStore = ({ held, store }: PickupPart) => held !== null && held.row.store === store

/** Units that are due now in the store that has the pickup, by line. */
const dueNow = (part: PickupPart) =>
  new Map(
    part.isOver || !isInItsStore(part) ? [] : part.fulfillment.lines.map(line => [line.id, line.remaining]),
  )

/** What lies packed, is missing and was handed out of a line that has so many units now. */
function countsAfter(quantity: number, old: StillDue | undefined, taken: Taken) {
  const handed = Math.min(quantity, old?.handed ?? 0)
  const packed = Math.min(quantity - handed, (old?.packed ?? 0) + taken.packed)
  const kept =
    (old?.missing?.units ?? 0) - (old === undefined ? 0 : (lossOf(old, quantity).missing?.units ?? 0))
  const units = Math.min(quantity - handed - packed, kept + (taken.missing?.units ?? 0))
  const missing = someMissing(wholly(taken.missing ?? old?.missing ?? null, units), units)
  return { handed, packed, missing }
}

const wholly = (missing: MissingUnits | null, units: number) =>
  missing === null ? null : { ...missing, units }

function orderLineOf(line: Pick<Line, 'id' | 'orderLine'>, { lines }: PickupFulfillmentOrder): string {
  return line.orderLine ?? lines.find(one => one.id === line.id)?.orderLine ?? line.id
}

function lossesOf(part: PickupPart) {
  const { held, fulfillment } = part
  if (held === null) return []
  const due = dueNow(part)
  return stillDue(part).flatMap(line => {
    const loss = lossOf(line, due.get(line.id) ?? 0)
    if (loss.lost === 0) return []
    const orderLine = orderLineOf(line, fulfillment)
    return [{ key: keyOf(held.row.store, orderLine), orderLine, ...loss, from: held }]
  })
}

function gainsOf(part: PickupPart) {
  const { store } = part
  if (store === null) return []
  return allGains(part).map(({ orderLine, gained }) => ({ key: keyOf(store, orderLine), gained }))
}

/** Also of one at a location that no store has. */
function allGains(part: PickupPart) {
  const { fulfillment, isOver } = part
  if (isOver) return []
  const before = new Map(isInItsStore(part) ? stillDue(part).map(line => [line.id, line.quantity]) : [])
  return fulfillment.lines.flatMap(({ id, orderLine, remaining }) => {
    const gained = remaining - (before.get(id) ?? 0)
    return gained > 0 ? [{ orderLine, gained }] : []
  })
}

/** Whether units of a pickup are off its order: it has lost them, no other one has them, and they were not handed over. */
export function isOffOrder(part: PickupPart, shifts: Shifts): boolean {
  return lossesOf(part).some(({ orderLine }) => shifts.off(orderLine) > 0)
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
    const taken = gained > 0 ? shifts.take(store, line.orderLine, gained) : nothing
    from ??= taken.from
    if (gained > taken.units) added.push({ line: line.id, quantity: gained - taken.units })
    const counted = withCounts(line, countsAfter(line.quantity, old, taken))
    return old?.beyond === undefined ? counted : { ...counted, beyond: old.beyond }
  })
  const known = new Set(fresh.map(line => line.id))
  const gone = (part.held?.lines.lines ?? [])
    .filter(line => !known.has(line.id))
    .map(line => ({ ...withCounts(line, { packed: 0, missing: null, handed: 0 }), quantity: 0 }))
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
