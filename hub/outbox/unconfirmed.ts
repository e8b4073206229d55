import type { ReadDb } from '../db/db.ts'

/**
 * Changes decided here that Shopify has not confirmed: stock movements that no ended write carries (those of items
 * that Shopify does not count left out) and open pickup writes. Reads only what is due or open.
 */
export async function unconfirmedWrites(db: ReadDb): Promise<number> {
  const due = await db
    .selectFrom('due as d')
    .leftJoin('item as i', 'i.sku', 'd.sku')
    .select(e => e.fn.sum<number | string | null>('d.movements').as('count'))
    .where(e => e.or([e('i.state', 'is', null), e('i.state', '<>', 'untracked')]))
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
