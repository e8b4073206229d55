import { defineError } from '../../shared/errors.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { codeFor } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { itemNumbers, mappedItems, numberIn } from '../items/item-table.ts'
import { takeMovements } from '../outbox/postings.ts'
import { recordWithoutCall } from '../outbox/writes.ts'
import { keepBases } from './level-base.ts'
import { movementKinds } from './movement-kinds.ts'
import { writeMovements } from './movements.ts'
import { readPlaces, type StockPlace } from './places.ts'
import { isJudged } from './recovery.ts'
import { differenceOf } from './seen-levels.ts'

export const nothingToAccept = defineError(
  'NOTHING_TO_ACCEPT',
  (f: { store: string; sku: string }) =>
    `Shopify's stock of ${f.sku} in store ${f.store} does not differ from the ledger, as far as it was looked at; news of it is looked at within minutes. List what differs with: tillbridge-hub exceptions.`,
)

export const acceptingWaits = defineError(
  'ACCEPTING_WAITS',
  (f: { store: string }) =>
    `The hub was restored, and the ledger of store ${f.store} is not complete yet: what differs from it is known when the recovery has ended. See: tillbridge-hub recovery list.`,
)

/** What a person found out about a level that differs: Shopify is right. */
export interface Acceptance {
  readonly store: string
  readonly sku: string
  readonly by: string
  readonly why: string
  readonly now: number
}

export interface Accepted {
  readonly warehouse: string
  readonly sku: string
  /** Units that Shopify has more than the ledger had, and the ledger has now. */
  readonly units: number
  /** What Shopify showed on hand when it was seen last. */
  readonly shown: number
}

/**
 * Takes the difference of an item's level into the ledger, at each place of the store where there is one, with who decided it and why.
 * Nothing is sent to Shopify. What changed there since it was seen last is a new difference.
 * @throws NOTHING_TO_ACCEPT
 * @throws ACCEPTING_WAITS while what the store sold is judged after a restore
 */
export async function acceptLevel(tx: Tx, acceptance: Acceptance): Promise<Accepted[]> {
  const { store, sku } = acceptance
  if (await isJudged(tx, store)) throw acceptingWaits({ store })
  const item = (await mappedItems(tx, [sku])).get(sku)
  const rows = item === undefined ? [] : await acceptableLevels(tx, { store, item })
  const { places } = await readPlaces(tx)
  const accepted: Accepted[] = []
  for (const row of rows) {
    const place = places.find(one => one.store === store && one.location === row.location)
    const booked = place === undefined ? null : await bookDifference(tx, place, row, acceptance)
    if (booked !== null) accepted.push(booked)
  }
  if (accepted.length === 0) throw nothingToAccept({ store, sku })
  return accepted
}

/**
 * Levels that differ, were seen since anything was heard of them, and bear the SKU that names their item now. What the SKU
 * named before is left out.
 */
export async function acceptableLevels(
  db: Reads,
  of: {
    readonly store: string
    readonly item?: string | undefined
    readonly location?: string | undefined
  },
): Promise<Schema['shopify_level'][]> {
  const { store, item, location } = of
  let query = db
    .selectFrom('shopify_level as l')
    .innerJoin('item as i', join =>
      join.onRef('i.sku', '=', 'l.sku').onRef('i.inventory_item_id', '=', 'l.item'),
    )
    .selectAll('l')
    .where('i.state', '=', 'mapped')
    .where('l.store', '=', store)
    .where('l.differs_since', 'is not', null)
    .where('l.dirty', '=', 0) // it may be explained by now: the next look tells
  if (item !== undefined) query = query.where('l.item', '=', item)
  if (location !== undefined) query = query.where('l.location', '=', location)
  return query.orderBy('l.item').execute()
}

/** @returns null: there is no difference */
export async function bookDifference(
  tx: Tx,
  place: StockPlace,
  row: Schema['shopify_level'],
  decision: Pick<Acceptance, 'by' | 'why' | 'now'>,
): Promise<Accepted | null> {
  const quantity = differenceOf(row)
  if (quantity === null || quantity === 0 || row.on_hand === null) return null
  await book(tx, place, row, { quantity, ...decision })
  return { warehouse: place.warehouses[0], sku: row.sku, units: unitsForPeople(quantity), shown: row.on_hand }
}

async function book(
  tx: Tx,
  { store, location, warehouses }: StockPlace,
  row: Schema['shopify_level'],
  { quantity, by, why, now }: Pick<Acceptance, 'by' | 'why' | 'now'> & { readonly quantity: number },
): Promise<void> {
  const [warehouse] = warehouses
  const { sku } = row
  const item = numberIn(await itemNumbers(tx, new Set([sku])), sku)
  const place = await codeFor(tx, warehouse)
  const key = { kind: movementKinds['accepted-change'], cause: item, line: place, revision: now }
  await writeMovements(tx, [
    { store, warehouse, sku, ...key, kind: 'accepted-change', quantity, origin: null, at: now, posts: true },
  ])
  const reason = `${by} found that Shopify is right: ${why}`
  const facts = { acceptedBy: by, shown: row.on_hand, expected: row.expected }
  const write = await recordWithoutCall(tx, { store, subject: sku, why: reason, now, facts })
  const due = { store: await codeFor(tx, store), warehouse: place, item, ...key, quantity }
  await takeMovements(tx, [due], write)
  // what Shopify did until it was seen is in the level that the ledger has now
  await keepBases(tx, { store, location }, [{ item: row.item, at: row.on_hand_at ?? row.seen_at ?? now }])
  await tx
    .updateTable('shopify_level')
    .set({ expected: (row.expected ?? 0) + quantity, differs_since: null, differing_since: null })
    .where(e => e.and({ store, location, item: row.item }))
    .execute()
}
