import { z } from 'zod'
import { closeException, openException } from '../../checks/exceptions.ts'
import type { Tx } from '../../db/db.ts'
import { type Item, type ItemState, putItem } from '../../items/item-table.ts'
import { dueOfItem, dueSkus, takeDueOfItem } from '../../outbox/postings.ts'
import { recordWithoutCall } from '../../outbox/writes.ts'

/** A variant as Shopify gives it. */
export const Variant = z.object({
  id: z.string(),
  title: z.string(),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  product: z.object({ title: z.string() }),
  inventoryItem: z.object({ id: z.string(), sku: z.string().nullable(), tracked: z.boolean() }),
})
export type Variant = z.infer<typeof Variant>

/**
 * Writes what Shopify has for one SKU of the tills: nothing, one item, or several. The variants must be all that bear
 * the SKU or, where none does, the till's barcode, compared exactly. One inventory item under several variants is one item.
 * @returns the item's new state
 */
export async function writeItem(
  tx: Tx,
  sku: string,
  variants: readonly Variant[],
  now: number,
): Promise<ItemState> {
  const before = await tx.selectFrom('item').selectAll().where('sku', '=', sku).executeTakeFirst()
  const [first] = variants
  const items = new Set(variants.map(variant => variant.inventoryItem.id))
  const state = stateOf(items.size, first?.inventoryItem.tracked ?? false)
  const found = state === 'unknown' || state === 'ambiguous' ? undefined : first
  const row = {
    state,
    inventory_item_id: found?.inventoryItem.id ?? null,
    variant_id: found?.id ?? null,
    title: first?.product.title ?? null,
    variant_title: first === undefined || first.title === 'Default Title' ? null : first.title,
    barcode: before?.barcode ?? found?.barcode ?? null, // the till's own word first: it is what is scanned there
    checked_at: now,
  }
  if (state === 'mapped' && before !== undefined && isSame(before, row)) return state // most of a catalogue, most days
  await putItem(tx, sku, row)
  if (before?.state === 'untracked' && state === 'mapped') await settleUncounted(tx, sku, now)
  return state
}

function isSame(before: Item, row: Omit<Item, 'id' | 'sku' | 'image_url'>): boolean {
  return (
    before.state === row.state &&
    before.inventory_item_id === row.inventory_item_id &&
    before.variant_id === row.variant_id &&
    before.title === row.title &&
    before.variant_title === row.variant_title &&
    before.barcode === row.barcode
  )
}

function stateOf(items: number, tracked: boolean): ItemState {
  if (items === 0) return 'unknown'
  if (items > 1) return 'ambiguous'
  return tracked ? 'mapped' : 'untracked'
}

/**
 * What was sold while Shopify did not track an item is not posted later: the person who turned tracking on has counted
 * the shelf as it is now. One settled write without changes records that for the trace.
 */
async function settleUncounted(tx: Tx, sku: string, now: number): Promise<void> {
  for (const { store } of await dueOfItem(tx, sku)) {
    const why = `Shopify did not count ${sku} when these movements happened.`
    const id = await recordWithoutCall(tx, { store, subject: sku, why, now })
    await takeDueOfItem(tx, store, sku, id)
  }
}

/** SKUs that `reportItem` has something to say of: those with waiting movements or with an open exception. */
export async function reportableSkus(tx: Tx): Promise<ReadonlySet<string>> {
  const named = await tx
    .selectFrom('exception')
    .select('subject')
    .where('kind', 'in', Object.values(kindOf))
    .where('closed_at', 'is', null)
    .execute()
  return new Set([...(await dueSkus(tx)), ...named.map(row => row.subject)])
}

const kindOf = {
  unknown: 'sku-unknown',
  ambiguous: 'sku-ambiguous',
  untracked: 'item-untracked',
} as const

/**
 * Opens or closes the exceptions of an item, only while movements of it wait: an unsold item that Shopify lacks is not a
 * problem.
 */
export async function reportItem(tx: Tx, sku: string, state: ItemState, now: number): Promise<void> {
  const waiting = await dueOfItem(tx, sku)
  const stores = waiting.map(one => one.store)
  const problem = state in kindOf ? kindOf[state as keyof typeof kindOf] : null
  for (const kind of Object.values(kindOf))
    if (kind !== problem || waiting.length === 0) await closeException(tx, kind, sku, now)
  if (problem === null || waiting.length === 0) return
  const fields = { sku, stores: stores.join(', ') }
  const store = stores.length === 1 ? (stores[0] ?? null) : null
  await openException(tx, { code: problem, subject: sku, store, fields, evidence: { stores, waiting } }, now)
}
