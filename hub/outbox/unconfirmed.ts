import type { Reads } from '../db/db.ts'

/**
 * Changes decided here that Shopify has not confirmed: stock movements that no ended write carries (those of items
 * that Shopify does not count left out) and open pickup writes. Reads only what is due or open.
 */
export async function unconfirmedWrites(db: Reads): Promise<number> {
  const due = await db
    .selectFrom('due as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .select(e => e.fn.sum<number | string | null>('d.movements').as('count'))
    .where('i.state', '<>', 'untracked')
    .executeTakeFirstOrThrow()
  const underWay = await db
    .selectFrom('posting')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('write', 'in', e => e.selectFrom('shopify_write').select('id').where('settled_at', 'is', null))
    .executeTakeFirstOrThrow()
  const pickups = await db
    .selectFrom('shopify_write')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('settled_at', 'is', null)
    .where('kind', '<>', 'adjust')
    .executeTakeFirstOrThrow()
  return Number(due.count ?? 0) + Number(underWay.count) + Number(pickups.count)
}
