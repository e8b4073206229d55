import type { PickupMoved } from '../../shared/events.ts'
import { isEnded } from '../../shared/pickup-moves.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import type { Tx } from '../db/db.ts'
import type { LineUnits } from './fulfillments.ts'
import { toldByTills } from './hand-overs-noted.ts'
import { dueUnits } from './line-counts.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'
import { unitsRungUp } from './rung-up.ts'
import { knewThenOf, shownThen } from './state-known.ts'

/** A pickup in which goods of another one continue, and what of a hand-over is of it. */
export interface Continued {
  readonly pickup: Pickup
  readonly lines: readonly LineUnits[]
}

/**
 * Finds where the goods of a pickup that Shopify has regrouped are due now: a till that did not know of it handed them over.
 * @returns null when it was not regrouped, or not all of these units are due in the store as other pickups of the order
 */
export async function continuedIn(
  tx: Tx,
  { row, body, lines }: Pickup,
  handed: readonly LineUnits[],
): Promise<readonly Continued[] | null> {
  if (body.notice === null || knownNotice(body.notice)?.code !== 'continues') return null
  const left = new Map<string, number>()
  for (const { line, quantity } of handed) {
    const orderLine = lines.lines.find(({ id }) => id === line)?.orderLine
    if (orderLine === undefined) return null
    left.set(orderLine, (left.get(orderLine) ?? 0) + quantity)
  }
  const here = (await othersOf(tx, row)).filter(other => other.row.store === row.store)
  const open = here.filter(other => !isEnded(other.body.state))
  const parts = open.map(other => ({ pickup: other, lines: takenOf(other, left, dueUnits) }))
  const isAll = [...left.values()].every(units => units === 0)
  return isAll ? parts.filter(part => part.lines.length > 0) : null
}

/**
 * Finds where units that a till handed over, and that its pickup does not have any more, are due now: Shopify has put them into other pickups of the
 * order since the till was told what it showed. First those of the till's own store, then those to which other stores got them. What the till knew
 * as another pickup's is not among them. `over`: units of the pickup's lines.
 */
export async function movedOn(
  tx: Tx,
  at: { readonly store: string; readonly device: string },
  event: PickupMoved,
  pickup: Pickup,
  over: readonly LineUnits[],
): Promise<readonly Continued[]> {
  const { row } = pickup
  const left = unitsByOrderLine(pickup, over)
  const then = left.size === 0 ? null : await shownThen(tx, at.device, event)
  if (then === null) return []
  const isOpen = ({ body, lines: { committed } }: Pickup) =>
    committed && (body.state === 'expired' || !isEnded(body.state))
  const isElsewhere = (one: Pickup) => Number(one.row.store !== at.store)
  const open = (await othersOf(tx, row)).filter(isOpen)
  const parts: Continued[] = []
  for (const other of open.toSorted((a, b) => isElsewhere(a) - isElsewhere(b))) {
    const known = await knewThenOf(tx, at.device, { ...then, pickup: row.pickup }, other.row.pickup)
    if (known === null) return []
    const units = takenOf(other, left, line => dueUnits(line) - (known.get(line.id) ?? 0))
    if (units.length > 0) parts.push({ pickup: other, lines: units })
  }
  return parts
}

/**
 * Finds units of a regrouped pickup that a POS has rung up as other pickups of the order: a receipt and a till's word are of the same goods, but for
 * those that tills told of as those pickups.
 */
export async function rungUpElsewhere(
  tx: Tx,
  pickup: Pickup,
  out: readonly LineUnits[],
): Promise<readonly Continued[]> {
  const { row, body } = pickup
  const left = unitsByOrderLine(pickup, out)
  if (left.size === 0 || body.notice === null || knownNotice(body.notice)?.code !== 'continues') return []
  const parts: Continued[] = []
  for (const other of (await othersOf(tx, row)).filter(one => one.row.store === row.store)) {
    const rungUp = await unitsRungUp(tx, other.row)
    const told = rungUp.size === 0 ? new Map<string, number>() : await toldByTills(tx, other.row.pickup)
    const free = ({ id }: Pickup['lines']['lines'][number]) => (rungUp.get(id) ?? 0) - (told.get(id) ?? 0)
    const lines = takenOf(other, left, free)
    if (lines.length > 0) parts.push({ pickup: other, lines })
  }
  return parts
}

/** The order's other pickups, in whichever store. */
async function othersOf(tx: Tx, { order_id, pickup }: Pickup['row']): Promise<readonly Pickup[]> {
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', order_id)
    .where('pickup', '<>', pickup)
    .orderBy('pickup')
    .execute()
  return rows.map(parsePickup)
}

function unitsByOrderLine({ lines }: Pickup, units: readonly LineUnits[]): Map<string, number> {
  const of = new Map<string, number>()
  for (const { line, quantity } of units) {
    const orderLine = lines.lines.find(({ id }) => id === line)?.orderLine
    if (orderLine !== undefined) of.set(orderLine, (of.get(orderLine) ?? 0) + quantity)
  }
  return of
}

/** What of some units of an order's lines a pickup has. `left` is reduced. */
function takenOf(
  { lines }: Pickup,
  left: Map<string, number>,
  has: (line: Pickup['lines']['lines'][number]) => number,
): readonly LineUnits[] {
  return lines.lines.flatMap(line => {
    const wanted = left.get(line.orderLine ?? '') ?? 0
    const quantity = Math.min(wanted, Math.max(0, has(line)))
    left.set(line.orderLine ?? '', wanted - quantity)
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
}

/** Units less those that other pickups have. */
export function withoutParts(
  { lines }: Pickup,
  units: readonly LineUnits[],
  parts: readonly Continued[],
): readonly LineUnits[] {
  const orderLines = new Map(lines.lines.map(({ id, orderLine }) => [id, orderLine ?? '']))
  const taken = new Map<string, number>()
  for (const part of parts)
    for (const { line, quantity } of part.lines) {
      const orderLine = part.pickup.lines.lines.find(({ id }) => id === line)?.orderLine ?? ''
      taken.set(orderLine, (taken.get(orderLine) ?? 0) + quantity)
    }
  return units.flatMap(({ line, quantity }) => {
    const orderLine = orderLines.get(line) ?? ''
    const less = Math.min(quantity, taken.get(orderLine) ?? 0)
    taken.set(orderLine, (taken.get(orderLine) ?? 0) - less)
    return quantity > less ? [{ line, quantity: quantity - less }] : []
  })
}
