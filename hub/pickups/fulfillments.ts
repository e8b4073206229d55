import { z } from 'zod'
import { units } from '../../shared/quantity.ts'
import { codeFor } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { numberOfGid, revisionOf } from '../stock/movement-key.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import { openedAt } from '../stock/opening-balance.ts'
import { placeOf } from '../stock/places.ts'
import { type Fulfillment, fulfilledUnits } from './order-snapshot.ts'
import type { LedgerLines, Pickup } from './pickup-row.ts'

/** Units of one line of a pickup. */
export interface LineUnits {
  readonly line: string
  readonly quantity: number
}

const Booked = z.array(
  z.object({
    line: z.string(),
    orderLine: z.string().nullable(),
    sku: z.string().nullable(),
    warehouse: z.string(),
    quantity: z.int().min(1),
    /** How many of them moved stock: none of an item that Shopify does not count, or that the opening counted already. */
    counted: z.int().min(0),
    /** How many an older version had booked as handed over before it knew of fulfilments. */
    adopted: z.int().min(0),
    /** How many another store had handed over, so that they have not left this one: Shopify was told to put them back. */
    putBack: z.int().min(0).default(0),
    /** How many of them tills and receipts of the store had handed over by then. Left out: an older version did not note it. */
    byStore: z.int().min(0).optional(),
    /** Of what a till told after a move: how many its order does not have any more, so that no fulfilment of them comes. */
    offOrder: z.int().min(0).default(0),
    /** A till told it of a pickup that another store had by then. */
    isAfterMove: z.boolean().default(false),
  }),
)
type Booked = z.infer<typeof Booked>

/** What the ledger took of one fulfilment. `madeAt` and `cancelledAt`: Shopify's clock. `cancelledAt` null: not known. */
export interface BookedFulfillment {
  readonly fulfillment: string
  readonly pickup: string
  readonly store: string
  readonly state: 'booked' | 'taken-back' | 'told'
  readonly lines: Booked
  readonly madeAt: number
  readonly cancelledAt: number | null
}

/** Whose fulfilments are followed: a pickup, or one that this hub has never had at a till. */
export interface Followed {
  readonly pickup: string
  readonly order: string
  readonly store: string
  readonly warehouse: string
  readonly lines: readonly LedgerLines['lines'][number][]
}

export interface Following {
  /** Units that Shopify has as handed over since the last look, and the store that they left. */
  readonly done: readonly (LineUnits & { readonly store: string })[]
  /** Fulfilments that were cancelled since: their units are Shopify's to hand over again. */
  readonly takenBack: readonly string[]
  /** Goods left from a location that no store has: they are booked once it is mapped. */
  readonly isUnmapped: boolean
}

/**
 * Books what Shopify has handed over of a pickup, by fulfilment: each is booked once at the store that the goods left, and
 * taken back once when it is cancelled, however often and in whatever order it is read. What is not told is left as it is.
 */
export async function followFulfillments(
  tx: Tx,
  of: Followed,
  fulfillments: readonly Fulfillment[],
  now: number,
): Promise<Following> {
  if (fulfillments.length === 0) return { done: [], takenBack: [], isUnmapped: false }
  const known = new Map((await readRows(tx, of.pickup)).map(row => [row.fulfillment, row]))
  const older = await bookedBefore(tx, of, [...known.values()])
  const toldBefore = unmatched([...known.values()])
  const byStore = new Map(of.lines.map(({ id, handed = 0 }) => [id, handed]))
  const done: (LineUnits & { store: string })[] = []
  const takenBack: string[] = []
  let isUnmapped = false
  for (const told of fulfillments) {
    const row = known.get(told.id)
    if (row === undefined) {
      const at = await placeOfGoods(tx, of, told)
      if (at === null) isUnmapped = true
      else if (told.status === 'SUCCESS') {
        await book(tx, { of, at, told, older, toldBefore, byStore, now })
        done.push(...told.lines.map(line => ({ ...line, store: at.store })))
      } else if (isOff(told)) {
        const isBooked = await takeBackOlder(tx, { of, at, told, older, toldBefore, byStore, now })
        if (isBooked) takenBack.push(told.id)
      }
    } else if (row.state === 'booked' && isOff(told)) {
      await takeBack(tx, of, row, told, now)
      takenBack.push(told.id)
    }
  }
  return { done, takenBack, isUnmapped }
}

const isOff = ({ status }: Fulfillment) =>
  status === 'CANCELLED' || status === 'ERROR' || status === 'FAILURE'

/**
 * A pickup's lines after what Shopify said of its fulfilments. What has left its own store is no longer due there; what another
 * store handed over is, to be put back.
 */
export function linesAfter(
  { store, lines }: Followed,
  fulfillments: readonly Fulfillment[],
  { done }: Following,
): LedgerLines['lines'] {
  return lines.map(line => {
    const own = done.filter(one => one.line === line.id)
    const here = own.filter(one => one.store === store)
    return {
      ...line,
      quantity: Math.max(0, line.quantity - sumOf(here)),
      ...handedAfter(line, sumOf(here)),
      fulfilled: Math.max(line.fulfilled + sumOf(own), fulfilledUnits(fulfillments, line.id)),
    }
  })
}

/** What tills have handed out and Shopify has not booked; that is booked first. */
const handedAfter = ({ handed }: LedgerLines['lines'][number], done: number) =>
  handed === undefined ? {} : { handed: Math.max(0, handed - done) }

/** A line of which a till has handed over units that Shopify will not have as handed over. */
export const goneBeyond = <Line extends { readonly beyond?: number | undefined }>(
  line: Line,
  units: number,
): Line => (units > 0 ? { ...line, beyond: (line.beyond ?? 0) + units } : line)

const sumOf = (some: readonly LineUnits[]) => some.reduce((sum, one) => sum + one.quantity, 0)

/** Whose fulfilments are those of a pickup. */
export function followedOf({ row, lines }: Pickup): Followed {
  return {
    pickup: row.pickup,
    order: row.order_id,
    store: row.store,
    warehouse: lines.warehouse,
    lines: lines.lines,
  }
}

/** The fulfilments of a pickup that are booked. */
export async function bookedFulfillments(db: Reads, pickup: string): Promise<readonly string[]> {
  return (await readRows(db, pickup)).filter(row => row.state === 'booked').map(row => row.fulfillment)
}

/** The units of a pickup that were handed over in one store by Shopify's word, and not taken back. */
export async function handedOverAt(db: Reads, pickup: string, store: string): Promise<number> {
  return (await readRows(db, pickup))
    .filter(row => row.store === store && row.state === 'booked')
    .flatMap(row => row.lines)
    .reduce((sum, line) => sum + line.quantity, 0)
}

/** The units of each line that other stores have handed over by Shopify's word: no longer due here once Shopify has answered. */
export async function handedOverElsewhere(db: Reads, { row }: Pickup): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  for (const { store, state, lines } of await readRows(db, row.pickup))
    if (store !== row.store && state === 'booked')
      for (const { line, quantity } of lines) units.set(line, (units.get(line) ?? 0) + quantity)
  return units
}

/** The units of each line of hand-overs that were made after a time and cancelled in Shopify since. */
export async function takenBackSince(
  db: Reads,
  pickup: string,
  time: number,
): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  for (const { state, madeAt, lines } of await readRows(db, pickup))
    if (state === 'taken-back' && madeAt > time)
      for (const { line, quantity } of lines) units.set(line, (units.get(line) ?? 0) + quantity)
  return units
}

/** The units of each line that Shopify has as handed over now, and whether a hand-over was cancelled there. */
export async function unitsHandedOver(
  db: Reads,
  pickup: string,
): Promise<{ readonly units: ReadonlyMap<string, number>; readonly hasTakenBack: boolean }> {
  const rows = await readRows(db, pickup)
  const units = new Map<string, number>()
  for (const { line, quantity } of rows.filter(({ state }) => state === 'booked').flatMap(row => row.lines))
    units.set(line, (units.get(line) ?? 0) + quantity)
  return { units, hasTakenBack: rows.some(({ state }) => state === 'taken-back') }
}

interface Booking {
  readonly of: Followed
  readonly at: GoodsPlace
  readonly told: Fulfillment
  /** Units of each line that an older version has booked, and that no fulfilment has been matched with. */
  readonly older: Map<string, number>
  /** Units of each line that a till handed over after the order had been moved, and no fulfilment has been matched with. */
  readonly toldBefore: Map<string, number>
  /** Units of each line that the pickup's own store has handed over and Shopify has not booked. */
  readonly byStore: Map<string, number>
  readonly now: number
}
export interface GoodsPlace {
  readonly store: string
  readonly warehouse: string
}

async function book(tx: Tx, booking: Booking): Promise<void> {
  const { of, at, told, older, toldBefore, byStore, now } = booking
  const lines: Booked = []
  for (const { line: id, quantity } of told.lines) {
    const line = of.lines.find(one => one.id === id)
    const adopted = at.store === of.store ? adopt(older, id, quantity) : 0
    const moves = line?.tracked === true && line.sku !== null
    const counted = moves && !(await countsInOpening(tx, at, line.sku, told)) ? quantity : 0
    // goods that this store handed over are not those that another one did
    const own = at.store === of.store ? adopt(byStore, id, quantity) : 0
    lines.push({
      line: id,
      orderLine: line?.orderLine ?? null,
      sku: line?.sku ?? null,
      warehouse: at.warehouse,
      quantity,
      counted: Math.max(counted, adopted),
      adopted,
      putBack: adopt(toldBefore, id, quantity - own),
      byStore: own,
      offOrder: 0,
      isAfterMove: false,
    })
  }
  await writeMovements(tx, movementsOf('fulfillment', at.store, told.id, lines, now))
  await writeMovements(
    tx,
    putBackMovements(of, { ...at, fulfillment: told.id, lines, sign: 1, movedAt: told.createdAt }, now),
  )
  await writeRow(tx, of, { ...rowOf(told, at), lines }, now)
}

/** An older version may have booked it and never heard that it was cancelled. @returns whether it had */
async function takeBackOlder(tx: Tx, { of, at, told, older, now }: Booking): Promise<boolean> {
  const lines: Booked = []
  for (const { line: id, quantity } of told.lines) {
    const adopted = at.store === of.store ? adopt(older, id, quantity) : 0
    const line = of.lines.find(one => one.id === id)
    if (adopted === 0 || line === undefined) continue
    const { sku, orderLine = null } = line
    const { warehouse } = at
    lines.push({
      line: id,
      orderLine,
      sku,
      warehouse,
      quantity: adopted,
      counted: adopted,
      adopted,
      ...nothingTold,
    })
  }
  if (lines.length > 0) await takeBack(tx, of, { ...rowOf(told, at), lines }, told, now)
  return lines.length > 0
}

async function takeBack(
  tx: Tx,
  of: Followed,
  row: Omit<BookedFulfillment, 'state' | 'pickup'>,
  { updatedAt: cancelledAt }: Fulfillment,
  now: number,
): Promise<void> {
  await writeMovements(tx, movementsOf('fulfillment-cancelled', row.store, row.fulfillment, row.lines, now))
  const back = { ...row, sign: -1, movedAt: cancelledAt } as const
  await writeMovements(tx, putBackMovements(of, back, now))
  await writeRow(tx, of, { ...row, state: 'taken-back', cancelledAt }, now)
}

const rowOf = (told: Fulfillment, at: GoodsPlace) => ({
  fulfillment: told.id,
  store: at.store,
  state: 'booked' as const,
  madeAt: told.createdAt,
  cancelledAt: null,
})

function movementsOf(
  kind: 'fulfillment' | 'fulfillment-cancelled',
  store: string,
  fulfillment: string,
  lines: Booked,
  at: number,
): readonly NewMovement[] {
  return lines.flatMap(({ sku, line, warehouse, counted, adopted }) => {
    const left = kind === 'fulfillment' ? adopted - counted : counted
    if (sku === null || left === 0) return []
    const key = { kind, cause: numberOfGid(fulfillment), line: numberOfGid(line), revision: 0 }
    return [{ ...key, store, warehouse, sku, quantity: units(left), origin: null, at, posts: false }]
  })
}

/**
 * Another store has handed these goods over, and Shopify takes them off this one's level: it is told to put them back. The key's
 * `revision` is made of the fulfilment's number, which is far above every version of a pickup.
 */
function putBackMovements(
  of: Followed,
  back: {
    readonly store: string
    readonly fulfillment: string
    /** `before`: units of the line that were put back already. */
    readonly lines: readonly (Booked[number] & { readonly before?: number })[]
    readonly sign: 1 | -1
    /** Shopify's clock, ms. */
    readonly movedAt: number
  },
  at: number,
): readonly NewMovement[] {
  const { store, fulfillment, sign } = back
  const number = 2 * numberOfGid(fulfillment) + (sign === 1 ? 0 : 1)
  const movedAt = Math.min(back.movedAt, at)
  return back.lines.flatMap(({ line, sku, warehouse, putBack, before = 0 }) => {
    const isCounted = of.lines.some(({ id, tracked }) => id === line && tracked)
    if (sku === null || putBack === 0 || !isCounted) return []
    const key = {
      kind: 'hand-over-told' as const,
      cause: numberOfGid(of.pickup),
      line: numberOfGid(line),
      revision: before === 0 ? number : revisionOf('put-back', fulfillment, before),
    }
    const quantity = units(sign * putBack)
    return [{ ...key, store, warehouse, sku, quantity, origin: null, at, movedAt, posts: true }]
  })
}

/** Units that tills handed over after the order had been moved away, less those that a fulfilment has been matched with. */
function unmatched(rows: readonly BookedFulfillment[]): Map<string, number> {
  const open = new Map<string, number>()
  for (const { state, lines } of rows)
    for (const { line, quantity, putBack, offOrder } of lines) {
      const units = state === 'told' ? quantity - offOrder : state === 'booked' ? -putBack : 0
      open.set(line, (open.get(line) ?? 0) + units)
    }
  return open
}

/** What the ledger took of the fulfilments of a pickup, and what tills told of it after a move. */
export async function fulfillmentsOfPickup(db: Reads, pickup: string): Promise<readonly BookedFulfillment[]> {
  return readRows(db, pickup)
}

/** The store whose till handed units of a pickup over that no fulfilment has been matched with; null: none did. */
export async function toldUnmatched(db: Reads, pickup: string): Promise<string | null> {
  const rows = await readRows(db, pickup)
  const isOpen = [...unmatched(rows).values()].some(units => units > 0)
  return isOpen ? (rows.findLast(({ state }) => state === 'told')?.store ?? null) : null
}

/** The units of each line that tills handed over after the order had been moved away, and that no fulfilment has been matched with. */
export async function unitsToldUnmatched(db: Reads, pickup: string): Promise<ReadonlyMap<string, number>> {
  const open = unmatched(await readRows(db, pickup))
  return new Map([...open].filter(([, units]) => units > 0))
}

const nothingTold = { putBack: 0, offOrder: 0, isAfterMove: false } as const

/** Goods that a till handed over, and that Shopify has not as handed over by its store. */
interface ToldBesides {
  /** Names it among those of its pickup. Left out: it is named by its time. */
  readonly name?: string
  readonly isAfterMove?: boolean
  /** Of each line, what its order does not have any more. */
  readonly offOrder?: ReadonlyMap<string, number>
}

/** A till handed units over after their order had been moved away from its store: the fulfilment that comes is of the same goods. */
export async function noteTold(
  tx: Tx,
  of: Followed,
  at: GoodsPlace,
  handed: readonly LineUnits[],
  now: number,
  { name = String(now), isAfterMove = false, offOrder }: ToldBesides = {},
): Promise<void> {
  const lines = handed.map(({ line, quantity }) => {
    const known = of.lines.find(one => one.id === line)
    const { orderLine = null, sku = null } = known ?? {}
    const counts = { quantity, counted: 0, adopted: 0, putBack: 0, offOrder: offOrder?.get(line) ?? 0 }
    return { line, orderLine, sku, warehouse: at.warehouse, ...counts, isAfterMove }
  })
  const row = { fulfillment: `told/${name}`, store: at.store, state: 'told' as const, lines, madeAt: now }
  await writeRow(tx, of, { ...row, cancelledAt: null }, now)
}

/** Staff have taken back what a till told after a move. */
export async function forgetTold(tx: Tx, { pickup, fulfillment }: BookedFulfillment): Promise<void> {
  await tx
    .deleteFrom('pickup_fulfillment')
    .where('pickup', '=', pickup)
    .where('fulfillment', '=', fulfillment)
    .where('state', '=', 'told')
    .execute()
}

/** Units that a till told after a move are off their order: no fulfilment of them comes any more. */
export async function takeOffOrder(tx: Tx, pickup: string, lost: readonly LineUnits[]): Promise<void> {
  const left = new Map(lost.map(({ line, quantity }) => [line, quantity]))
  for (const { fulfillment, state, lines } of await readRows(tx, pickup)) {
    if (state !== 'told') continue
    const after = lines.map(line => {
      const units = adopt(left, line.line, line.quantity - line.offOrder)
      return { ...line, offOrder: line.offOrder + units }
    })
    await writeLines(tx, { pickup, fulfillment }, after)
  }
}

/**
 * A store handed over what Shopify has as handed over by another one: it is told to put it back there. `store`: it is not one of this store; null: it may be
 * of any.
 */
export async function matchTold(
  tx: Tx,
  of: Followed,
  handed: { readonly store: string | null; readonly units: readonly LineUnits[] },
  now: number,
): Promise<void> {
  const left = new Map(handed.units.map(({ line, quantity }) => [line, quantity]))
  for (const { fulfillment, store, state, lines, madeAt } of await readRows(tx, of.pickup)) {
    if (state !== 'booked' || store === handed.store) continue
    const fresh = lines.flatMap(line => {
      const { putBack: before, byStore: own = 0 } = line
      const putBack = adopt(left, line.line, line.quantity - own - before)
      return putBack > 0 ? [{ ...line, putBack, before }] : []
    })
    const back = { store, fulfillment, lines: fresh, sign: 1, movedAt: madeAt } as const
    await writeMovements(tx, putBackMovements(of, back, now))
    const backOf = new Map(fresh.map(({ line, putBack }) => [line, putBack]))
    const kept = lines.map(line => ({ ...line, putBack: line.putBack + (backOf.get(line.line) ?? 0) }))
    await writeLines(tx, { pickup: of.pickup, fulfillment }, kept)
  }
}

async function writeLines(
  tx: Tx,
  { pickup, fulfillment }: Pick<BookedFulfillment, 'pickup' | 'fulfillment'>,
  lines: Booked,
): Promise<void> {
  await tx
    .updateTable('pickup_fulfillment')
    .set({ lines_json: JSON.stringify(lines) })
    .where('pickup', '=', pickup)
    .where('fulfillment', '=', fulfillment)
    .execute()
}

/**
 * A store has handed goods over, and Shopify has them as handed over by another one, to which the order had been moved: it is told to
 * put them back there. `told`: fulfilments of these goods. @returns what was handed over, and the store that Shopify names
 */
export async function putBackElsewhere(
  tx: Tx,
  of: Followed,
  told: readonly Fulfillment[],
  handed: readonly LineUnits[],
  now: number,
): Promise<Following['done']> {
  const left = new Map(handed.map(({ line, quantity }) => [line, quantity]))
  const found: (LineUnits & { store: string })[] = []
  const rows = (await readRows(tx, of.pickup)).toSorted((one, other) => other.madeAt - one.madeAt)
  for (const { fulfillment, store, state, lines, madeAt } of rows) {
    if (state !== 'booked' || store === of.store || !told.some(({ id }) => id === fulfillment)) continue
    const fresh = lines.flatMap(line => {
      const quantity = line.putBack > 0 ? 0 : adopt(left, line.line, line.quantity - (line.byStore ?? 0))
      if (quantity === 0) return []
      found.push({ line: line.line, quantity, store })
      return [{ ...line, putBack: quantity }]
    })
    await writeMovements(
      tx,
      putBackMovements(of, { store, fulfillment, lines: fresh, sign: 1, movedAt: madeAt }, now),
    )
    const kept = lines.map(line => fresh.find(one => one.line === line.line) ?? line)
    await writeLines(tx, { pickup: of.pickup, fulfillment }, kept)
  }
  return found
}

/** Takes so many of the units that were booked without a fulfilment's name; they are this one's. */
function adopt(older: Map<string, number>, line: string, wanted: number): number {
  const there = older.get(line) ?? 0
  const adopted = Math.min(there, wanted)
  older.set(line, there - adopted)
  return adopted
}

/** The store that the goods left. Null: no store has the location. */
async function placeOfGoods(tx: Tx, of: Followed, { location }: Fulfillment): Promise<GoodsPlace | null> {
  const own = { store: of.store, warehouse: of.warehouse }
  if (location === null) return own
  const place = await placeOf(tx, location)
  if (place === null) return null
  return place.store === of.store ? own : { store: place.store, warehouse: place.warehouses[0] }
}

/** Shopify's times are whole seconds: within the second of a fulfilment it can't be told which came first. */
const SECOND_MS = 1_000

/** Whether the ledger of an item began with a level that had these goods taken off already. */
async function countsInOpening(
  tx: Tx,
  at: GoodsPlace,
  sku: string | null,
  { createdAt }: Fulfillment,
): Promise<boolean> {
  if (sku === null) return false
  const opened = await openedAt(tx, { ...at, sku })
  return opened !== null && opened >= createdAt + SECOND_MS
}

/**
 * Units that an older version has booked as handed over with the whole pickup, and that no fulfilment has been matched with since.
 * It left them due.
 */
export async function handedOverWhole(tx: Tx, of: Followed): Promise<ReadonlyMap<string, number>> {
  const older = await bookedBefore(tx, of, await readRows(tx, of.pickup))
  if (older.size === 0) return older
  const whole = (await olderHandOvers(tx, of)).filter(({ revision }) => revision === 0)
  const lines = new Map(whole.map(({ line, quantity }) => [line, -Number(quantity) / 1000]))
  return new Map(
    [...older].map(([line, units]) => [line, Math.min(units, lines.get(numberOfGid(line)) ?? 0)]),
  )
}

async function olderHandOvers(tx: Tx, of: Followed) {
  const store = await codeFor(tx, of.store)
  return tx
    .selectFrom('movement')
    .select(['line', 'revision', 'quantity'])
    .where('store', '=', store)
    .where('kind', '=', movementKinds['hand-over'])
    .where('cause', '=', numberOfGid(of.pickup))
    .execute()
}

/** What was booked of each line before fulfilments were booked one by one, less what has been matched since. */
async function bookedBefore(
  tx: Tx,
  of: Followed,
  rows: readonly BookedFulfillment[],
): Promise<Map<string, number>> {
  const moved = await olderHandOvers(tx, of)
  const older = new Map<string, number>()
  if (moved.length === 0) return older
  for (const { id } of of.lines) {
    const number = numberOfGid(id)
    const booked = moved
      .filter(row => row.line === number)
      .reduce((sum, row) => sum - Number(row.quantity) / 1000, 0)
    const adopted = rows
      .filter(row => row.store === of.store)
      .flatMap(row => row.lines)
      .filter(line => line.line === id)
      .reduce((sum, line) => sum + line.adopted, 0)
    older.set(id, Math.max(0, booked - adopted))
  }
  return older
}

async function readRows(db: Reads, pickup: string): Promise<readonly BookedFulfillment[]> {
  const rows = await db.selectFrom('pickup_fulfillment').selectAll().where('pickup', '=', pickup).execute()
  return rows.map(parseRow)
}

/** What the ledger took of the fulfilments of an order, the oldest first. */
export async function fulfillmentsOfOrder(db: Reads, order: string): Promise<readonly BookedFulfillment[]> {
  const rows = await db
    .selectFrom('pickup_fulfillment')
    .selectAll()
    .where('order_id', '=', order)
    .orderBy('made_at')
    .orderBy('updated_at')
    .orderBy('fulfillment')
    .execute()
  return rows.map(parseRow)
}

function parseRow(row: Schema['pickup_fulfillment']): BookedFulfillment {
  const { fulfillment, pickup, store, state, lines_json, made_at: madeAt, cancelled_at: cancelledAt } = row
  const lines = Booked.parse(JSON.parse(lines_json))
  return { fulfillment, pickup, store, state, lines, madeAt, cancelledAt }
}

async function writeRow(
  tx: Tx,
  of: Followed,
  row: Omit<BookedFulfillment, 'pickup'>,
  now: number,
): Promise<void> {
  const { pickup, order: order_id } = of
  const { fulfillment, store, state, lines, madeAt: made_at, cancelledAt: cancelled_at } = row
  const lines_json = JSON.stringify(lines)
  const change = { state, cancelled_at, updated_at: now }
  await tx
    .insertInto('pickup_fulfillment')
    .values({ fulfillment, pickup, order_id, store, lines_json, made_at, ...change })
    .onConflict(c => c.columns(['pickup', 'fulfillment']).doUpdateSet(change))
    .execute()
}
