import type { Reads } from '../db/db.ts'
import { dueMovements } from '../outbox/postings.ts'
import { defineCheck } from './check.ts'
import { type CameBy, quietestDevices } from './quietest-device.ts'

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
    const devices = quietestDevices(rows.length === 0 ? [] : await cameBy(db))
    return rows.map(({ store, warehouse }) => ({
      code: 'location-unmapped.sold' as const,
      subject: `${store}/${warehouse}`,
      store,
      device: devices.get(`${store}/${warehouse}`) ?? null,
      fields: { store, warehouse },
      evidence: { warehouse },
    }))
  },
})

/** By which devices came what waits of warehouses without a location: a till names them as it likes. */
async function cameBy(db: Reads): Promise<readonly CameBy[]> {
  const rows = await dueMovements(db)
    .innerJoin('code as s', 's.id', 'd.store')
    .innerJoin('code as c', 'c.id', 'd.warehouse')
    .innerJoin('code as v', 'v.id', 'm.device')
    .leftJoin('warehouse as w', join => join.onRef('w.store', '=', 's.text').onRef('w.code', '=', 'c.text'))
    .select(['s.text as store', 'c.text as warehouse', 'v.text as device'])
    .distinct()
    .where('w.location_id', 'is', null)
    .execute()
  return rows.map(({ store, warehouse, device }) => ({ subject: `${store}/${warehouse}`, device }))
}
