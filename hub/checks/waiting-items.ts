import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { dueMovements } from '../outbox/postings.ts'
import type { SubjectProblem } from './problem.ts'
import { type CameBy, quietestDevices } from './quietest-device.ts'

type ItemKind = 'sku-unknown' | 'sku-ambiguous' | 'item-untracked' | 'item-bundle'

const stateOf = {
  'sku-unknown': 'unknown',
  'sku-ambiguous': 'ambiguous',
  'item-untracked': 'untracked',
  'item-bundle': 'bundle',
} as const satisfies Record<ItemKind, Schema['item']['state']>

/** The kinds of exceptions about items whose stock cannot reach Shopify. */
export const itemKinds = Object.keys(stateOf) as readonly ItemKind[]

/**
 * Items of one such kind whose movements wait: an item that was never sold or moved is of no concern.
 * @param skus only these; left out: all that wait
 */
export async function waitingItems(
  db: Reads,
  kind: ItemKind,
  skus?: readonly string[],
): Promise<readonly SubjectProblem[]> {
  const rows = await db
    .selectFrom('due as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .innerJoin('code as s', 's.id', 'd.store')
    .select(e => ['i.sku', 's.text as store', e.fn.sum<number | string>('d.quantity').as('quantity')])
    .where('i.state', '=', stateOf[kind])
    .$if(skus !== undefined, query => query.where('i.sku', 'in', [...(skus ?? [])]))
    .groupBy(['i.sku', 's.text'])
    .orderBy('i.sku')
    .orderBy('s.text')
    .execute()
  const devices = quietestDevices(rows.length === 0 ? [] : await cameBy(db, kind, skus))
  return [...Map.groupBy(rows, row => row.sku)].map(([sku, ofSku]) => {
    const waiting = ofSku.map(({ store, quantity }) => ({ store, quantity: Number(quantity) }))
    const stores = waiting.map(({ store }) => store)
    const store = stores.length === 1 ? (stores[0] ?? null) : null
    const fields = { sku, stores: stores.join(', ') }
    const device = devices.get(sku) ?? null
    return { code: kind, subject: sku, store, device, fields, evidence: { stores, waiting } }
  })
}

/** By which devices the movements came that wait of such items. */
async function cameBy(db: Reads, kind: ItemKind, skus?: readonly string[]): Promise<readonly CameBy[]> {
  return dueMovements(db)
    .innerJoin('item as i', 'i.id', 'd.item')
    .innerJoin('code as c', 'c.id', 'm.device')
    .select(['i.sku as subject', 'c.text as device'])
    .distinct()
    .where('i.state', '=', stateOf[kind])
    .$if(skus !== undefined, query => query.where('i.sku', 'in', [...(skus ?? [])]))
    .execute()
}
