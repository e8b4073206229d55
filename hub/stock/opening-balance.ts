import { type Quantity, units } from '../../shared/quantity.ts'
import { codeFor, knownCodes } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { itemNumbers, mappedItems, numberIn, siblingsOf } from '../items/item-table.ts'
import { dueSums } from '../outbox/postings.ts'
import { keepBases } from './level-base.ts'
import { levelSums } from './levels.ts'
import { movementKinds } from './movement-kinds.ts'
import { type NewMovement, writeMovements } from './movements.ts'
import type { StockPlace } from './places.ts'
import type { ItemLevel } from './shop-level.ts'

/** The numbers that openings at a place are found by: their cause is the main warehouse as it is mapped now. Null: nothing moved there yet. */
async function placeNumbers(db: Reads, place: Pick<StockPlace, 'store' | 'warehouses'>) {
  const name = await openedAs(db, place)
  const codes = await knownCodes(db, [place.store, name])
  const store = codes.get(place.store)
  const cause = codes.get(name)
  return store === undefined || cause === undefined ? null : { store, cause }
}

/** What the openings of a place are found by: another location that its warehouse is mapped to has openings of its own. */
async function openedAs(
  db: Reads,
  { store, warehouses }: Pick<StockPlace, 'store' | 'warehouses'>,
): Promise<string> {
  const [main] = warehouses
  const row = await db
    .selectFrom('warehouse')
    .select('opened_as')
    .where('store', '=', store)
    .where('code', '=', main)
    .executeTakeFirst()
  return row?.opened_as ?? main
}

/** Which of these SKUs name an item whose level at one place the ledger has not taken from Shopify yet. */
export async function withoutOpening(
  db: Reads,
  place: StockPlace,
  skus: readonly string[],
): Promise<readonly string[]> {
  const at = await placeNumbers(db, place)
  if (at === null || skus.length === 0) return skus
  const siblings = await siblingsOf(db, skus)
  const rows = await db
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.line')
    .select('i.sku')
    .where('m.store', '=', at.store)
    .where('m.kind', '=', movementKinds.opening)
    .where('m.cause', '=', at.cause)
    .where('i.sku', 'in', [...new Set([...siblings.values()].flat())])
    .execute()
  const held = new Set(rows.map(row => row.sku))
  return skus.filter(sku => !(siblings.get(sku) ?? []).some(other => held.has(other)))
}

/** Whether the ledger of an item has begun anywhere: Shopify counted it then. @param item its number */
export async function wasOpened(db: Reads, item: number): Promise<boolean> {
  const row = await db
    .selectFrom('warehouse as own')
    .innerJoin('code as s', 's.text', 'own.store')
    .innerJoin('code as w', join =>
      join.on(e => e('w.text', '=', e.fn.coalesce('own.opened_as', 'own.code'))),
    )
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 's.id')
        .onRef('m.cause', '=', 'w.id')
        .on('m.kind', '=', movementKinds.opening),
    )
    .select('m.line')
    .where('m.line', '=', item)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Begins the ledger of an item at a place: what Shopify shows less what of ours it shows already, so that from here on
 * the ledger's level less its unposted movements is Shopify's level. Does nothing for an item that has begun. No write
 * of the item may be under way, and orders must not be taken in between the reading of `level` and this. `askedAt`: when the
 * reading began.
 */
export async function writeOpenings(
  tx: Tx,
  place: StockPlace,
  levels: ReadonlyMap<string, ItemLevel>,
  { askedAt, now }: { readonly askedAt: number; readonly now: number },
): Promise<void> {
  const unopened = await withoutOpening(tx, place, [...levels.keys()])
  if (unopened.length === 0) return
  const siblings = await siblingsOf(tx, unopened)
  const fresh = unopened.filter(sku => firstOf(siblings.get(sku) ?? [], unopened) === sku) // one opening an item
  const posted = await postedSums(tx, place, siblings, fresh)
  const [main] = place.warehouses
  const cause = await codeFor(tx, await openedAs(tx, place))
  const items = await itemNumbers(tx, new Set(fresh))
  const movements = fresh.flatMap((sku): NewMovement[] => {
    const level = levels.get(sku)
    if (level === undefined) return []
    const shared = {
      store: place.store,
      warehouse: main,
      sku,
      cause,
      line: numberIn(items, sku),
      origin: null,
      at: now,
      posts: false,
    }
    const onHand = units(level.onHand) - (posted.get(`on_hand/${sku}`) ?? 0)
    const committed = units(level.committed) - (posted.get(`committed/${sku}`) ?? 0)
    const opening = { ...shared, kind: 'opening' as const, revision: 0, quantity: onHand }
    if (committed === 0) return [opening]
    const revision = level.committedAt ?? 0
    return [opening, { ...shared, kind: 'opening-committed', revision, quantity: committed }]
  })
  await writeMovements(tx, movements)
  await keepOpenedLevels(tx, place, fresh, levels, askedAt)
}

/** Until when, by Shopify's clock, the levels that these items were opened with count what happened there. */
async function keepOpenedLevels(
  tx: Tx,
  place: StockPlace,
  skus: readonly string[],
  levels: ReadonlyMap<string, ItemLevel>,
  askedAt: number,
): Promise<void> {
  const bases = [...(await mappedItems(tx, skus))].flatMap(([sku, item]) => {
    const level = levels.get(sku)
    return level === undefined ? [] : [{ item, at: level.onHandAt ?? askedAt }]
  })
  await keepBases(tx, place, bases)
}

function firstOf(siblings: readonly string[], among: readonly string[]): string | undefined {
  return siblings.find(sku => among.includes(sku))
}

/** What Shopify has, or is being told, of each item under all its SKUs, by `state/SKU` of the one that opens it. */
async function postedSums(
  tx: Tx,
  place: StockPlace,
  siblings: ReadonlyMap<string, readonly string[]>,
  skus: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const all = [...new Set(skus.flatMap(sku => siblings.get(sku) ?? [sku]))]
  const held = await levelSums(tx, place, all)
  const due = (await dueSums(tx, place, all)).map(({ sku, quantity }) => ({
    sku,
    state: 'on_hand' as const,
    quantity: -quantity,
  }))
  const sums = new Map<string, number>()
  for (const sku of skus)
    for (const row of [...held, ...due]) {
      if (!(siblings.get(sku) ?? [sku]).includes(row.sku)) continue
      const key = `${row.state}/${sku}`
      sums.set(key, (sums.get(key) ?? 0) + row.quantity)
    }
  return sums
}

/** The main warehouse of the place that a warehouse belongs to, by the location that both show. */
async function mainWarehouseOf(tx: Tx, store: string, warehouse: string): Promise<string | null> {
  const own = await tx
    .selectFrom('warehouse')
    .select('location_id')
    .where('store', '=', store)
    .where('code', '=', warehouse)
    .executeTakeFirst()
  const location = own?.location_id ?? null
  if (location === null) return null
  const { code } = await tx
    .selectFrom('warehouse')
    .select('code')
    .where('store', '=', store)
    .where('location_id', '=', location)
    .orderBy('main', 'desc')
    .orderBy('code')
    .executeTakeFirstOrThrow()
  return code
}

interface OpeningOf {
  readonly store: string
  readonly warehouse: string
  readonly sku: string
}

/** The opening of an item with its corrections, oldest first, and the numbers that it is found by. */
async function openingOf(tx: Tx, of: OpeningOf) {
  const main = await mainWarehouseOf(tx, of.store, of.warehouse)
  const at = main === null ? null : await placeNumbers(tx, { store: of.store, warehouses: [main] })
  if (main === null || at === null) return null
  const siblings = (await siblingsOf(tx, [of.sku])).get(of.sku) ?? [of.sku]
  const rows = await tx
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.line')
    .select(['m.line', 'm.revision', 'm.at', 'i.sku'])
    .where('m.store', '=', at.store)
    .where('m.kind', '=', movementKinds.opening)
    .where('m.cause', '=', at.cause)
    .where('i.sku', 'in', siblings)
    .orderBy('m.revision')
    .execute()
  const [first] = rows
  return first === undefined ? null : { main, cause: at.cause, first, last: rows.at(-1) ?? first }
}

/** When the ledger of an item began, hub clock; null: it has not. */
export async function openedAt(tx: Tx, of: OpeningOf): Promise<number | null> {
  return (await openingOf(tx, of))?.first.at ?? null
}

/**
 * Shopify's level showed a movement already when the ledger of its item began, and the movement came into the ledger
 * besides, or the other way round: corrects the opening by so much. An opening from before `since`, or none, needs no
 * correction. `before`: only an opening from before that moment is meant.
 */
export async function countInOpening(
  tx: Tx,
  of: OpeningOf,
  correction: { readonly quantity: number; readonly since: number; readonly before?: number },
): Promise<void> {
  const found = await openingOf(tx, of)
  if (found === null || found.first.at < correction.since) return
  const { main, cause, first, last } = found
  if (correction.before !== undefined && first.at >= correction.before) return
  await writeMovements(tx, [
    {
      store: of.store,
      warehouse: main,
      sku: first.sku,
      kind: 'opening',
      cause,
      line: first.line,
      revision: last.revision + 1,
      quantity: correction.quantity,
      origin: null,
      at: first.at,
      posts: false,
    },
  ])
}

/**
 * How much of an order's units the opening of an item already counts as committed: all, when Shopify's level had
 * them at the moment it was read. Both times are Shopify's own.
 */
export async function countedByOpening(
  tx: Tx,
  place: { store: string; warehouse: string },
  line: { sku: string; quantity: Quantity },
  orderedAt: number,
): Promise<boolean> {
  const at = await placeNumbers(tx, { store: place.store, warehouses: [place.warehouse] })
  if (at === null) return false
  const siblings = (await siblingsOf(tx, [line.sku])).get(line.sku) ?? [line.sku]
  const row = await tx
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.line')
    .select(['m.revision', 'm.quantity'])
    .where('m.store', '=', at.store)
    .where('m.kind', '=', movementKinds['opening-committed'])
    .where('m.cause', '=', at.cause)
    .where('i.sku', 'in', siblings)
    .executeTakeFirst()
  if (row === undefined || row.quantity < line.quantity) return false
  return orderedAt <= row.revision
}
