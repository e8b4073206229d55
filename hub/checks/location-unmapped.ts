import { defineCheck } from './check.ts'

/**
 * POS warehouses whose sales wait because the hub has never been told of them. Those it knows are compared with
 * Shopify's own list, see hub/shopify/catalogue/locations.ts.
 */
export const locationUnmapped = defineCheck({
  kind: 'location-unmapped',
  owner: 'ops',
  severity: 'urgent',
  everyMinutes: 15,
  scope: { code: 'location-unmapped.sold' },
  async find(db) {
    const rows = await db
      .selectFrom('due as d')
      .innerJoin('code as s', 's.id', 'd.store')
      .innerJoin('code as c', 'c.id', 'd.warehouse')
      .leftJoin('warehouse as w', join => join.onRef('w.store', '=', 's.text').onRef('w.code', '=', 'c.text'))
      .select(['s.text as store', 'c.text as warehouse'])
      .distinct()
      .where('w.location_id', 'is', null)
      .execute()
    return rows.map(({ store, warehouse }) => ({
      code: 'location-unmapped.sold' as const,
      subject: `${store}/${warehouse}`,
      store,
      fields: { store, warehouse },
      evidence: { warehouse },
    }))
  },
})
