import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { openShop } from './harness.ts'

const newFields = [
  ...['groups', 'plan', 'discountCode', 'refundIds', 'returnIds', 'shippingRefundedMinor'],
  ...['discrepancyMinor', 'edited'],
]

test('orders that an earlier sandbox kept go on', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'shop.db')
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 2 }], customer: { name: 'Ada' } }
  {
    await using shop = await openShop({ file })
    shop.sandbox.createOrder(order)
  }
  makeOlder(file)
  await using shop = await openShop({ file })
  expect(shop.sandbox.order('1001')).toMatchObject({
    financialStatus: 'PAID',
    money: { total: 3380, outstanding: 0 },
    fulfillmentOrders: [{ location: 'HAR', method: 'PICK_UP', status: 'OPEN' }],
  })
  expect(shop.sandbox.act('1001', { do: 'fulfil' }).fulfillmentStatus).toBe('FULFILLED')
})

/** Takes the order back to what it was before delivery groups. */
function makeOlder(file: string): void {
  const db = new Database(file)
  const rows = db.prepare("SELECT id, body FROM entity WHERE kind = 'order'").all() as {
    id: string
    body: string
  }[]
  for (const { id, body } of rows) {
    const order = JSON.parse(body)
    const [{ methodType, locationId, shipping }] = order.groups
    for (const field of newFields) delete order[field]
    for (const line of order.lines)
      for (const field of ['orderedQuantity', 'returned', 'discountMinor', 'group', 'kind'])
        delete line[field]
    const older = { ...order, methodType, locationId, shipping, financialStatus: 'PAID' }
    db.prepare("UPDATE entity SET body = ? WHERE kind = 'order' AND id = ?").run(JSON.stringify(older), id)
  }
  db.close()
}
