import { sum } from '../../shared/money.ts'
import { closeException, openException, reconcileExceptions } from '../checks/exceptions.ts'
import type { Tx } from '../db/db.ts'
import { type NotedItem, noteItems } from '../items/item-table.ts'
import { setDoubtfulAside } from '../stock/clock-doubt.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import type { PlacedEvent as Placed } from '../streams/placed-event.ts'
import {
  type DecidedEntry,
  type DecidedSale,
  decideEntry,
  decideSale,
  decideVoid,
  type HeldEntry,
  type HeldName,
  type HeldSale,
  type NamedSale,
  type ReceiptEvent,
  type TimedOrigin,
} from './decide.ts'
import { readHeldEntries, readHeldSales, storeNumber } from './held.ts'
import { type KnownNumber, keptNumbers, nextNumber, type Unnumbered } from './kept-numbers.ts'
import { momentsOf, readClocks } from './moments.ts'
import { expectOneTillEach } from './one-till-a-receipt.ts'
import { fingerprintKey, keyText } from './receipt-key.ts'
import { heldNames } from './receipt-names.ts'
import { clearRefused } from './refused-receipts.ts'
import { writeSales } from './sale-rows.ts'
import { writeStockEntries } from './stock-entries.ts'
import { expectNotToldBefore } from './told-before.ts'

export type PlacedReceipt = Placed<ReceiptEvent>

/** A receipt's event, and when what it tells happened. */
interface TimedReceipt extends PlacedReceipt {
  readonly origin: TimedOrigin
}

/** What a batch does, decided in stream order. */
interface Decisions {
  readonly sales: NamedSale[]
  readonly entries: DecidedEntry[]
  readonly movements: NewMovement[]
}

/**
 * Applies sales, voids and diary entries of one store, in stream order, in the caller's transaction: reads what the
 * hub holds of them once, decides purely, writes movements, levels and the receipts' content. Says how many movements
 * it wrote: a receipt that is already known writes none.
 */
export async function applyToLedger(
  tx: Tx,
  store: string,
  placed: readonly PlacedReceipt[],
): Promise<{ readonly movements: number }> {
  if (placed.length === 0) return { movements: 0 }
  const number = await storeNumber(tx, store)
  const decided = await decideAll(tx, number, await timed(tx, placed))
  await noteItems(tx, itemsOf(placed))
  const { history, doubtful } = await writeMovements(tx, decided.movements)
  await setDoubtfulAside(tx, doubtful)
  await writeSales(tx, number, decided.sales)
  await writeStockEntries(tx, number, decided.entries)
  await nameWhatDoesNotFit(tx, store, placed, decided.sales)
  await nameUnmappedWarehouses(
    tx,
    store,
    warehousesThatMove(placed, decided.movements, history),
    placed[0]?.origin,
  )
  await clearRefused(tx, number, placed, placed[0]?.origin.at ?? 0)
  return { movements: decided.movements.length }
}

async function timed(tx: Tx, placed: readonly PlacedReceipt[]): Promise<TimedReceipt[]> {
  const clocks = await readClocks(
    tx,
    placed.map(({ origin }) => origin.device),
  )
  return placed.map(({ event, origin }) => ({
    event,
    origin: { ...origin, moments: momentsOf(event, origin, clocks) },
  }))
}

/** Reads what the hub holds of these receipts and entries, and decides what each event does. */
export async function decideAll(tx: Tx, store: number, placed: readonly TimedReceipt[]): Promise<Decisions> {
  const names = await heldNames(tx, store, placed)
  const keys = names.map(({ key }) => key)
  const isEntry = placed.map(({ event }) => event.kind === 'stock.moved')
  const sales = await readHeldSales(
    tx,
    store,
    keys.filter((_, index) => !isEntry[index]),
  )
  const entries = await readHeldEntries(
    tx,
    store,
    keys.filter((_, index) => isEntry[index]),
  )
  const held = { sales, entries }
  if (store > 0) await expectNotToldBefore(tx, store, placed, keys, held) // what is replayed took effect
  const isHeld = keys.map((key, index) => (isEntry[index] ? entries : sales).has(keyText(key)))
  const known = <T>(all: readonly T[]) => all.filter((_, index) => isHeld[index])
  if (store > 0) await expectOneTillEach(tx, store, known(placed), known(keys)) // what is replayed was judged
  const numbers =
    store > 0
      ? await newNumbers(tx, store, isEntry)
      : await replayedNumbers(tx, -store, placed, { keys, held })
  return decideInOrder(placed, names, { ...held, numbers })
}

/** What the hub holds; decisions are added, so that later events of the batch see them. */
interface Held {
  readonly sales: Map<string, HeldSale>
  readonly entries: Map<string, HeldEntry>
}

/** The number of a receipt or entry that the hub does not hold; it is used up. */
interface Numbers {
  sale(key: string): KnownNumber
  entry(key: string): KnownNumber
}

/** Counts up from what was ever used. */
async function newNumbers(tx: Tx, store: number, isEntry: readonly boolean[]): Promise<Numbers> {
  let sale = isEntry.includes(false) ? await nextNumber(tx, 'sale', store) : 1
  let entry = isEntry.includes(true) ? await nextNumber(tx, 'stock_entry', store) : 1
  return {
    sale: () => ({ number: sale++, revision: 0 }),
    entry: () => ({ number: entry++, revision: 0 }),
  }
}

/** A rebuild keeps the numbers that movements have. */
async function replayedNumbers(
  tx: Tx,
  store: number,
  placed: readonly PlacedReceipt[],
  { keys, held }: { readonly keys: readonly Buffer[]; readonly held: Held },
): Promise<Numbers> {
  const wanted = { sale: new Map<string, Unnumbered>(), entry: new Map<string, Unnumbered>() }
  for (const [index, { event, origin }] of placed.entries()) {
    const key = nameAt(keys, index)
    const name = keyText(key)
    if (event.kind === 'sale.voided' || held.sales.has(name) || held.entries.has(name)) continue
    const of = event.kind === 'stock.moved' ? wanted.entry : wanted.sale
    const moves = event.kind === 'stock.moved' || event.lines.some(({ sku }) => sku !== null)
    if (!of.has(name)) of.set(name, { key, origin, moves })
  }
  const sales = await keptNumbers(tx, 'sale', store, [...wanted.sale.values()])
  const entries = await keptNumbers(tx, 'stock_entry', store, [...wanted.entry.values()])
  const known = (of: ReadonlyMap<string, KnownNumber>, key: string) => {
    const number = of.get(key)
    if (number === undefined) throw new RangeError(`no number was read for ${key}`)
    return number
  }
  return { sale: key => known(sales, key), entry: key => known(entries, key) }
}

function decideInOrder(
  placed: readonly TimedReceipt[],
  names: readonly HeldName[],
  held: Held & { readonly numbers: Numbers },
): Decisions {
  const decisions: Decisions = { sales: [], entries: [], movements: [] }
  for (const [index, { event, origin }] of placed.entries()) {
    const name = nameAt(names, index)
    const key = keyText(name.key)
    if (event.kind === 'stock.moved') {
      const fingerprint = keyText(fingerprintKey(event.fingerprint))
      const fresh = () => held.numbers.entry(key)
      const decision = decideEntry(event, fingerprint, held.entries.get(key), fresh, origin)
      if (decision === null) continue
      held.entries.set(key, decision.held)
      decisions.entries.push({ event, held: decision.held, origin, name })
      decisions.movements.push(...decision.movements)
      continue
    }
    const current = held.sales.get(key)
    const decision =
      event.kind === 'sale.voided'
        ? decideVoid(current, origin)
        : decideSale(
            event,
            keyText(fingerprintKey(event.fingerprint)),
            current,
            () => held.numbers.sale(key),
            origin,
          )
    if (decision === null) continue
    held.sales.set(key, decision.decided.held)
    decisions.sales.push({ ...decision.decided, name })
    decisions.movements.push(...decision.movements)
  }
  return decisions
}

function nameAt<T>(names: readonly T[], index: number): T {
  const name = names[index]
  if (name === undefined) throw new RangeError('one name for each event')
  return name
}

function itemsOf(placed: readonly PlacedReceipt[]): NotedItem[] {
  const items = new Map<string, NotedItem>()
  for (const { event } of placed) {
    if (event.kind === 'sale.completed')
      for (const { sku, barcode, title } of event.lines)
        if (sku !== null) items.set(sku, { sku, barcode, title })
    if (event.kind === 'stock.moved')
      items.set(event.sku, { sku: event.sku, barcode: event.barcode, title: null })
  }
  return [...items.values()]
}

async function nameWhatDoesNotFit(
  tx: Tx,
  store: string,
  placed: readonly PlacedReceipt[],
  sales: readonly DecidedSale[],
): Promise<void> {
  const now = placed[0]?.origin.at ?? 0
  const events = new Map(placed.map(({ event, origin }) => [`${origin.epoch}/${origin.seq}`, event]))
  const newest = new Map(sales.map(one => [one.held.sale, one]))
  for (const { held, origin, content } of newest.values()) {
    const event = events.get(`${origin.epoch}/${origin.seq}`)
    if (event === undefined || event.kind === 'stock.moved') continue
    const subject = `${store}/${event.source}/${event.receipt}`
    if (content === null || content.unexplained === 0) {
      if (held.revision > 0 || content === null)
        await closeException(tx, 'receipt-does-not-balance', subject, now)
      continue
    }
    await openException(tx, { ...doesNotBalance(store, subject, content), device: origin.device }, now)
  }
}

function doesNotBalance(
  store: string,
  subject: string,
  content: Extract<ReceiptEvent, { kind: 'sale.completed' }>,
) {
  const { receiptNumber, businessDate, unexplained, currency } = content
  return {
    code: 'receipt-does-not-balance' as const,
    subject,
    store,
    fields: { receipt: receiptNumber, date: businessDate, difference: { money: unexplained, currency } },
    evidence: {
      net: sum(content.lines.map(({ net }) => net)),
      tax: sum(content.taxes.map(({ amount }) => amount)),
      tendered: sum(content.tenders.map(({ amount }) => amount)),
      unexplained,
    },
  }
}

/** Warehouses whose stock moves in Shopify. One that only history names may have been given up long ago. */
function warehousesThatMove(
  placed: readonly PlacedReceipt[],
  movements: readonly NewMovement[],
  history: ReadonlySet<NewMovement>,
): Set<string> {
  const used = new Set<string>()
  for (const { event } of placed) {
    if (event.kind === 'sale.completed')
      for (const { sku, warehouse } of event.lines) if (sku !== null) used.add(warehouse)
    if (event.kind === 'stock.moved') used.add(event.warehouse)
  }
  const moving = new Set(movements.flatMap(one => (history.has(one) ? [] : [one.warehouse])))
  for (const one of history) if (!moving.has(one.warehouse)) used.delete(one.warehouse)
  return used
}

async function nameUnmappedWarehouses(
  tx: Tx,
  store: string,
  used: ReadonlySet<string>,
  origin: PlacedReceipt['origin'] | undefined,
): Promise<void> {
  const unmapped = new Set(used)
  const known = await tx
    .selectFrom('warehouse')
    .select('code')
    .where('store', '=', store)
    .where('location_id', 'is not', null)
    .execute()
  for (const { code } of known) unmapped.delete(code)
  const found = [...unmapped].map(warehouse => ({
    code: 'location-unmapped.sold' as const,
    subject: `${store}/${warehouse}`,
    store,
    device: origin?.device ?? null, // its share: a till names warehouses as it likes
    fields: { store, warehouse },
    evidence: { warehouse },
  }))
  const scope = { subjects: found.map(({ subject }) => subject) }
  const at = origin?.at ?? 0
  await reconcileExceptions(tx, { kind: 'location-unmapped', scope, found, at, seen: 'again' })
}
