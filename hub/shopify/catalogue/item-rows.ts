import { z } from 'zod'
import { closeException, reconcileExceptions } from '../../checks/exceptions.ts'
import { itemKinds, waitingItems } from '../../checks/waiting-items.ts'
import type { Tx } from '../../db/db.ts'
import { type HubItem, type ItemState, putItem } from '../../items/item-table.ts'
import { type Look, noteTracked, noteUntracked } from '../../items/tracking.ts'
import { wasOpened } from '../../stock/opening-balance.ts'

/** A variant as Shopify gives it. */
export const Variant = z.object({
  id: z.string(),
  title: z.string(),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  /** It is a bundle: Shopify derives its stock from its parts, and it can't be written. */
  requiresComponents: z.boolean(),
  product: z.object({ title: z.string(), status: z.string() }),
  inventoryItem: z.object({
    id: z.string(),
    sku: z.string().nullable(),
    tracked: z.boolean(),
    updatedAt: z.iso.datetime({ offset: true }),
  }),
})
export type Variant = z.infer<typeof Variant>

/**
 * Writes what Shopify has for one SKU of the tills: nothing, one item, or several. The variants must be all that bear
 * the SKU or, where none does, the till's barcode, compared exactly. One inventory item under several variants is one item.
 * A product that is for sale comes before a draft, and a draft before an archived one: a season that is launched again
 * leaves its former products behind under the same SKUs.
 * @returns the item's new state
 */
export async function writeItem(
  tx: Tx,
  sku: string,
  variants: readonly Variant[],
  look: Look,
): Promise<ItemState> {
  const { now } = look
  const before = await tx.selectFrom('item').selectAll().where('sku', '=', sku).executeTakeFirst()
  const meant = ofBestStatus(variants)
  const [first] = meant
  const items = new Set(meant.map(variant => variant.inventoryItem.id))
  const state = stateOf(items.size, first)
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
  // judged when it is planned, see stock/after-tracking.ts
  if (state === 'untracked') await noteUntracked(tx, sku, look, await mayBeCounted(tx, before))
  if (state === 'mapped' && found !== undefined)
    await noteTracked(tx, sku, Date.parse(found.inventoryItem.updatedAt))
  if (before?.state === 'mapped' && state === 'bundle') await closeRefused(tx, sku, now)
  return state
}

/** Whether Shopify may have counted the item before: of an SKU that named several it is not known what they were. */
async function mayBeCounted(tx: Tx, before: HubItem | undefined): Promise<boolean> {
  // what was found untracked before keeps the moment of the first look
  if (before === undefined || before.state === 'untracked') return false
  return before.state === 'mapped' || before.state === 'ambiguous' || (await wasOpened(tx, before.id))
}

function isSame(before: HubItem, row: Omit<HubItem, 'id' | 'sku' | 'image_url'>): boolean {
  return (
    before.state === row.state &&
    before.inventory_item_id === row.inventory_item_id &&
    before.variant_id === row.variant_id &&
    before.title === row.title &&
    before.variant_title === row.variant_title &&
    before.barcode === row.barcode
  )
}

function stateOf(items: number, first: Variant | undefined): ItemState {
  if (items === 0 || first === undefined) return 'unknown'
  if (items > 1) return 'ambiguous'
  if (first.requiresComponents) return 'bundle'
  return first.inventoryItem.tracked ? 'mapped' : 'untracked'
}

/** From the products that customers can buy to those that they can't. A status of a later version is taken for the former. */
const BY_STATUS = ['ACTIVE', 'UNLISTED', 'DRAFT', 'ARCHIVED']

function ofBestStatus(variants: readonly Variant[]): readonly Variant[] {
  const rankOf = ({ product }: Variant) => Math.max(0, BY_STATUS.indexOf(product.status))
  const best = Math.min(...variants.map(rankOf))
  return variants.filter(variant => rankOf(variant) === best)
}

/** Nothing of a bundle is sent any more, so nothing of it is refused; `item-bundle` says what to do. */
async function closeRefused(tx: Tx, sku: string, now: number): Promise<void> {
  const open = await tx
    .selectFrom('exception')
    .select('subject')
    .where('kind', '=', 'stock-write-refused')
    .where('closed_at', 'is', null)
    .execute()
  for (const { subject } of open)
    if (subject.endsWith(`/${sku}`)) await closeException(tx, 'stock-write-refused', subject, now)
}

/** Opens, counts or closes what e-commerce must know of items that were just looked up. */
export async function reportItems(tx: Tx, skus: readonly string[], now: number): Promise<void> {
  for (const kind of itemKinds) {
    const found = await waitingItems(tx, kind, skus)
    await reconcileExceptions(tx, { kind, scope: { subjects: skus }, found, at: now, seen: 'again' })
  }
}
