import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHubDb } from '../../hub/db/db.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { audit } from '../../hub/stock/audit.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

// Two tills sold for two minutes through Shopify's sandbox, with orders in every state, and the hub was killed with -9.
const busy = new URL('frozen/busy/hub-023.db', import.meta.url)

async function openCopy() {
  const folder = temporaryFolder()
  const file = join(folder.path, 'hub.db')
  copyFileSync(busy, file)
  const db = await openHubDb(manualWorld().files, file)
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

test('a hub of two busy stores, killed fifty migrations ago, opens with every sale, level and request that it held', async () => {
  await using hub = await openCopy()
  expect(await audit(hub.db)).toMatchObject({
    events: 152,
    sales: 137,
    movements: 332,
    levels: 63,
    findings: [],
  })
  const sold = await hub.db
    .selectFrom('sale')
    .select(e => ['state', e.fn.countAll().as('receipts'), e.fn.sum('tendered').as('minor')])
    .groupBy('state')
    .orderBy('state')
    .execute()
  expect(sold).toEqual([
    { state: 'sold', receipts: 131, minor: 1_102_930 },
    { state: 'voided', receipts: 6, minor: 87_310 },
  ])
  const requests = await hub.db
    .selectFrom('shopify_write')
    .select(e => ['kind', 'state', e.fn.countAll().as('sent')])
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .execute()
  expect(requests).toEqual([
    { kind: 'adjust', state: 'confirmed', sent: 137 },
    { kind: 'collected', state: 'confirmed', sent: 1 },
    { kind: 'ready', state: 'confirmed', sent: 2 },
  ])
  const [traced] = await traceReceipt(hub.db, { store: 'HAR', receipt: '51', source: null })
  expect(traced?.movements).toMatchObject([{ quantity: -1_000 }, { quantity: -1_000 }])
})

test('its pickups can be read and go on from the state they had', async () => {
  await using hub = await openCopy()
  const rows = await hub.db.selectFrom('pickup').select('pickup').orderBy('order_name').execute()
  const pickups = await Promise.all(rows.map(({ pickup }) => readPickup(hub.db, pickup)))
  expect(pickups.map(one => [one?.row.order_name, one?.row.state, one?.row.store])).toEqual([
    ['#1001', 'collected', 'HAR'],
    ['#1002', 'ready', 'HAR'],
    ['#1003', 'received', 'MKT'],
    ['#1004', 'picking', 'HAR'],
    ['#1005', 'cancelled', 'HAR'],
    ['#1006', 'received', 'MKT'],
    ['#1007', 'received', 'HAR'],
    ['#1008', 'received', 'HAR'],
    ['#1009', 'received', 'MKT'],
  ])
})
