import { defineError } from '../../shared/errors.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { codeFor } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { itemNumbers, numberIn, siblingsOf } from '../items/item-table.ts'
import { takeMovements } from '../outbox/postings.ts'
import { recordWithoutCall } from '../outbox/writes.ts'
import { keepBases } from './level-base.ts'
import { movementKinds } from './movement-kinds.ts'
import { writeMovements } from './movements.ts'
import { readPlaces, type StockPlace } from './places.ts'
import { differenceOf } from './seen-levels.ts'

export const nothingToAccept = defineError(
  'NOTHING_TO_ACCEPT',
  (f: { store: string; sku: string }) =>
    `Shopify's stock of ${f.sku} in store ${f.store} does not differ from the ledger, as far as it was looked at; news of it is looked at within minutes. List what differs with: tillbridge-hub exceptions.`,
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
 */
export async function acceptLevel(tx: Tx, acceptance: Acceptance): Promise<Accepted[]> {
  const { store, sku } = acceptance
  const siblings = (await siblingsOf(tx, [sku])).get(sku) ?? [sku]
  const rows = await tx
    .selectFrom('shopify_level')
    .selectAll()
    .where('store', '=', store)
    .where('sku', 'in', siblings)
    .where('differs_since', 'is not', null)
    .where('dirty', '=', 0) // it may be explained by now: the next look tells
    .execute()
  const { places } = await readPlaces(tx)
  const accepted: Accepted[] = []
  for (const row of rows) {
    const place = places.find(one => one.store === store && one.location === row.location)
    const difference = differenceOf(row)
    if (place === undefined || difference === null || row.on_hand === null) continue
    await book(tx, place, row, { quantity: difference, ...acceptance })
    const [warehouse] = place.warehouses
    accepted.push({ warehouse, sku: row.sku, units: unitsForPeople(difference), shown: row.on_hand })
  }
  if (accepted.length === 0) throw nothingToAccept({ store, sku })
  return accepted
}

async function book(
  tx: Tx,
  { store, location, warehouses }: StockPlace,
  row: Schema['shopify_level'],
  { quantity, by, why, now }: Acceptance & { readonly quantity: number },
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
    .set({ expected: (row.expected ?? 0) + quantity, differs_since: null })
    .where(e => e.and({ store, location, item: row.item }))
    .execute()
}
