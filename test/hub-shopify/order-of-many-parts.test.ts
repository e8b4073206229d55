import { expect, test } from 'vitest'
import { readOrder } from '../../hub/shopify/orders/read-order.ts'
import { shopAndHub } from './shop-and-hub.ts'

test('an order of 25 fulfilment orders is read whole: the newest part is a pickup as well', async () => {
  await using hub = await shopAndHub()
  const { id, name } = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 25 }],
    customer: { name: 'Ann' },
    oversell: true,
  })
  const parts = () => hub.shop.order(name).fulfillmentOrders
  for (let left = 24; left > 0; left -= 1)
    hub.shop.act(name, {
      do: 'split',
      fulfilmentOrder: Number((parts().at(0)?.id ?? '').split('/').at(-1)),
      lines: [{ line: 'MUG-BLU', quantity: 1 }],
    })
  const read = await readOrder(hub.client, id)
  expect(read?.pickups).toHaveLength(25)
  expect(read?.pickups.map(({ id }) => id).sort()).toEqual(
    parts()
      .map(({ id }) => id)
      .sort(),
  )
})
