import { z } from 'zod'
import type { PickupMoved, SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import { units } from '../../shared/quantity.ts'
import { openException } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { setDoubtfulAside } from '../stock/clock-doubt.ts'
import { numberOfGid, revisionOf } from '../stock/movement-key.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import type { PlacedEvent } from '../streams/placed-event.ts'
import { handOverRungUp } from './apply-move.ts'
import { goodsOf } from './goods-text.ts'
import { type Pickup, readPickup } from './pickup-row.ts'

const Sold = z.array(z.object({ sku: z.string(), warehouse: z.string(), units: z.int().min(1) }))
type Sold = z.infer<typeof Sold>
/** Units of a receipt that are an order's, by the fulfilment order's line. */
const Taken = z.array(
  z.object({ line: z.string(), sku: z.string(), warehouse: z.string(), units: z.int().min(1) }),
)
type Taken = z.infer<typeof Taken>

type Row = Schema['order_sale']

/** A receipt, and when what it tells happened. */
export type TimedSale = PlacedEvent<SaleCompleted | SaleVoided> & {
  /** By the hub's clock in ms, as `Moments` of the ledger. */
  readonly moments: { readonly first: number; readonly change: number; readonly orLaterBy: number }
}

/** What an order's external id in a POS begins with, see docs/write-back.md. */
const EXTERNAL = 'tillbridge:order:'

/**
 * Receipts that ring up an online order are its hand-over: what they took of the order moves no stock besides. Whichever comes first,
 * the receipt, the hand-over at a till or the order itself, and whatever is corrected or voided later. After commit, say
 * `commands`, `pickup-writes` and `stock`. @returns whether there was any
 */
export async function applyOrderSales(tx: Tx, store: string, placed: readonly TimedSale[]): Promise<boolean> {
  let found = false
  for (const { event, origin, moments } of placed) {
    const before = await readRow(tx, store, event)
    const said = (event.kind === 'sale.completed' ? event.order : undefined) ?? before?.named
    if (said === undefined) continue
    found = true
    const { named, pickup } = await orderOf(tx, store, said, before)
    const sold = event.kind === 'sale.completed' ? soldOf(event) : []
    const by =
      event.kind === 'sale.completed'
        ? { staff: event.staff?.trim() || event.till.trim() || 'POS', till: event.till }
        : { staff: before?.staff ?? 'POS', till: before?.till ?? '' }
    const { device, epoch, seq } = origin
    const sold_json = JSON.stringify(sold)
    const row: Row = {
      store,
      source: event.source,
      receipt: event.receipt,
      named,
      pickup,
      sold_json,
      taken_json: before?.taken_json ?? '[]',
      revision: before?.revision ?? 0,
      ...movedOf(before, sold_json, moments),
      ...by,
      device,
      epoch,
      seq,
    }
    await writeRow(tx, row)
    if (event.kind === 'sale.voided') await nameVoided(tx, row, origin.at)
    else if (said !== named) await nameOtherOrder(tx, row, said, origin.at)
    await match(tx, row, origin.at)
  }
  return found
}

/** As its movements: what a receipt says of its sale is true of its first content, and a later one moves goods when it is changed. */
function movedOf(
  before: Row | undefined,
  sold: string,
  { first, change, orLaterBy }: TimedSale['moments'],
): Pick<Row, 'moved_at' | 'or_moved_at'> {
  if (before?.sold_json === sold) return { moved_at: before.moved_at, or_moved_at: before.or_moved_at }
  const moved_at = before === undefined ? first : change
  return { moved_at, or_moved_at: orLaterBy === 0 ? null : moved_at + orLaterBy }
}

/** An order has become known: receipts that rang it up before take effect. @returns whether there was any */
export async function matchOrderSales(
  tx: Tx,
  order: { readonly id: string; readonly name: string },
  now: number,
): Promise<boolean> {
  const pickups = await tx.selectFrom('pickup').select('pickup').where('order_id', '=', order.id).execute()
  if (pickups.length === 0) return false
  const ids = pickups.map(({ pickup }) => pickup)
  const rows = await tx
    .selectFrom('order_sale')
    .selectAll()
    .where(e =>
      e.or([
        e('pickup', 'in', ids),
        e.and([e('pickup', 'is', null), e('named', 'in', [order.name, order.name.replace(/^#/, '')])]),
      ]),
    )
    .execute()
  const waiting = rows.filter(row => row.taken_json === '[]' && row.sold_json !== '[]')
  for (const row of waiting) {
    const pickup = row.pickup ?? (await pickupNamed(tx, row.store, row.named))
    if (pickup === null) continue
    await writeRow(tx, { ...row, pickup })
    await match(tx, { ...row, pickup }, now)
  }
  return waiting.length > 0
}

/** The units of items that left with a receipt, whole and net of what it took back. */
function soldOf({ lines }: SaleCompleted): Sold {
  const of = new Map<string, { sku: string; warehouse: string; quantity: number }>()
  for (const { sku, warehouse, quantity } of lines) {
    if (sku === null) continue
    const key = `${warehouse}\n${sku}`
    of.set(key, { sku, warehouse, quantity: (of.get(key)?.quantity ?? 0) + quantity })
  }
  return [...of.values()].flatMap(({ sku, warehouse, quantity }) => {
    const whole = Math.floor(quantity / units(1))
    return whole > 0 ? [{ sku, warehouse, units: whole }] : []
  })
}

/** The store's pickup that a receipt names: by its external id, or by the order's name if that is one pickup only. */
async function pickupNamed(tx: Tx, store: string, named: string): Promise<string | null> {
  if (named.startsWith(EXTERNAL)) return named.slice(EXTERNAL.length)
  const rows = await tx
    .selectFrom('pickup')
    .select(['pickup', 'state'])
    .where('store', '=', store)
    .where('order_name', 'in', [named, `#${named}`])
    .execute()
  const [only, ...others] = rows.length > 1 ? rows.filter(({ state }) => state !== 'cancelled') : rows
  return only === undefined || others.length > 0 ? null : only.pickup
}

/**
 * The order that a receipt hands over. A receipt may be told again with another order's name; once it has handed goods over, the
 * first one stays, because Shopify has it as handed over.
 */
async function orderOf(
  tx: Tx,
  store: string,
  said: string,
  before: Row | undefined,
): Promise<Pick<Row, 'named' | 'pickup'>> {
  if (before === undefined) return { named: said, pickup: await pickupNamed(tx, store, said) }
  const { named } = before
  if (said === named) return { named, pickup: before.pickup ?? (await pickupNamed(tx, store, named)) }
  const pickup = await pickupNamed(tx, store, said)
  const isSame = before.pickup !== null && before.pickup === pickup
  const isTaken = Taken.parse(JSON.parse(before.taken_json)).length > 0
  return isTaken && !isSame ? { named, pickup: before.pickup } : { named: said, pickup }
}

async function readRow(
  tx: Tx,
  store: string,
  { source, receipt }: { readonly source: string; readonly receipt: string },
): Promise<Row | undefined> {
  return tx
    .selectFrom('order_sale')
    .selectAll()
    .where('store', '=', store)
    .where('source', '=', source)
    .where('receipt', '=', receipt)
    .executeTakeFirst()
}

async function writeRow(tx: Tx, row: Row): Promise<void> {
  await tx
    .insertInto('order_sale')
    .values(row)
    .onConflict(c => c.columns(['store', 'source', 'receipt']).doUpdateSet(row))
    .execute()
}

/** Brings what a receipt takes of its order in line with what it says, and hands the order over. */
async function match(tx: Tx, row: Row, now: number): Promise<void> {
  const pickup = row.pickup === null ? null : await readPickup(tx, row.pickup)
  if (pickup === null) return
  const before = Taken.parse(JSON.parse(row.taken_json))
  const after = await takenOf(tx, row, pickup)
  const revision = await writeDifference(tx, { row, pickup, before, after }, now)
  await writeRow(tx, { ...row, taken_json: JSON.stringify(after), revision })
  if (after.length === 0 || pickup.body.state === 'collected') return
  const handed = new Map<string, number>()
  for (const { line, units } of after) handed.set(line, (handed.get(line) ?? 0) + units)
  const { store, source, receipt, device, epoch, seq } = row
  const event: PickupMoved = {
    kind: 'pickup.moved',
    at: epochMs(now),
    pickup: PickupId.parse(pickup.row.pickup),
    move: 'collect',
    staff: row.staff,
    till: row.till,
    reason: null,
    lines: [...handed].map(([pickupLine, units]) => ({ pickupLine, units })),
    paid: true, // at the till, which rang it up
  }
  const of = { revision: revisionOf(source, receipt, revision), movedAt: row.moved_at }
  await handOverRungUp(tx, { store, device, epoch, seq, now }, event, pickup, of)
}

/** What of a receipt is the order's: as many units of each item as the store has of it, less what other receipts took. */
async function takenOf(tx: Tx, row: Row, pickup: Pickup): Promise<Taken> {
  const { state } = pickup.body
  if (pickup.row.store !== row.store || state === 'cancelled' || state === 'refused') return []
  const others = await tx
    .selectFrom('order_sale')
    .select(['source', 'receipt', 'taken_json'])
    .where('pickup', '=', pickup.row.pickup)
    .execute()
  const used = new Map<string, number>()
  for (const { source, receipt, taken_json } of others)
    if (source !== row.source || receipt !== row.receipt)
      for (const { line, units } of Taken.parse(JSON.parse(taken_json)))
        used.set(line, (used.get(line) ?? 0) + units)
  const free = pickup.lines.lines.map(({ id, sku, quantity, fulfilled }) => ({
    id,
    sku,
    units: Math.max(0, quantity + fulfilled - (used.get(id) ?? 0)),
  }))
  return Sold.parse(JSON.parse(row.sold_json)).flatMap(({ sku, warehouse, units: sold }) => {
    let left = sold
    return free.flatMap(line => {
      const units = line.sku === sku ? Math.min(left, line.units) : 0
      if (units === 0) return []
      left -= units
      line.units -= units
      return [{ line: line.id, sku, warehouse, units }]
    })
  })
}

interface Change {
  readonly row: Row
  readonly pickup: Pickup
  readonly before: Taken
  readonly after: Taken
}

/** The order's hand-over moves these units: what the receipt moves of them is put back. @returns the row's next revision */
async function writeDifference(tx: Tx, { row, pickup, before, after }: Change, now: number): Promise<number> {
  const { device, epoch, seq } = row
  const by = new Map<string, { line: string; sku: string; warehouse: string; units: number }>()
  const add = (some: Taken, sign: 1 | -1) => {
    for (const { line, sku, warehouse, units } of some) {
      const key = `${line}\n${warehouse}`
      by.set(key, { line, sku, warehouse, units: (by.get(key)?.units ?? 0) + sign * units })
    }
  }
  add(before, -1)
  add(after, 1)
  let { revision } = row
  const movements: NewMovement[] = []
  for (const { line, sku, warehouse, units: count } of by.values()) {
    if (count === 0) continue
    revision += 1
    const key = {
      kind: 'order-sale' as const,
      cause: numberOfGid(pickup.row.pickup),
      line: numberOfGid(line),
    }
    const place = { store: row.store, warehouse, sku }
    const named = revisionOf(row.source, row.receipt, revision)
    const moved = {
      movedAt: row.moved_at,
      ...(row.or_moved_at === null ? {} : { orMovedAt: row.or_moved_at }),
    }
    const change = { revision: named, quantity: units(count), at: now, ...moved }
    movements.push({ ...key, ...place, ...change, origin: { device, epoch, seq }, posts: true })
  }
  const { doubtful } = await writeMovements(tx, movements)
  await setDoubtfulAside(tx, doubtful)
  return revision
}

/** The receipt of a hand-over was voided: whether the goods came back, only people know. */
async function nameVoided(tx: Tx, row: Row, now: number): Promise<void> {
  const found = await handedOverBy(tx, row)
  if (found === null) return
  await openException(tx, { code: 'order-sale-voided', ...found }, now)
}

/** The receipt names another order than the one that it has handed over: only the store knows which of them was collected. */
async function nameOtherOrder(tx: Tx, row: Row, other: string, now: number): Promise<void> {
  const found = await handedOverBy(tx, row)
  if (found === null) return
  const fields = { ...found.fields, other }
  const evidence = { ...found.evidence, other }
  await openException(tx, { code: 'order-sale-voided.other-order', ...found, fields, evidence }, now)
}

/** What people must know of a receipt to ask about what it has handed over; null: it has handed nothing over. */
async function handedOverBy(tx: Tx, row: Row) {
  const pickup = row.pickup === null ? null : await readPickup(tx, row.pickup)
  const taken = Taken.parse(JSON.parse(row.taken_json))
  if (pickup === null || taken.length === 0) return null
  const items = goodsOf(
    pickup,
    taken.map(({ line, units }) => ({ line, quantity: units })),
  )
  const { receipt, store, source } = row
  return {
    subject: `${pickup.row.pickup}/${receipt}`,
    store,
    device: null,
    fields: { order: pickup.row.order_name, store, receipt, items },
    evidence: { source, receipt, pickup: pickup.row.pickup },
  }
}
