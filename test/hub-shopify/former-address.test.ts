import { expect, test } from 'vitest'
import { keepSubscriptions } from '../../hub/shopify/webhooks/subscriptions.ts'
import { type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const [OLD, NEW] = ['https://127.0.0.1:9/webhooks/shopify', 'https://127.0.0.1:10/webhooks/shopify']
const keep = (hub: ShopAndHub, uri: string) => keepSubscriptions(hub.client, uri, () => true)

test('one topic that is refused at a new address keeps no other at the former one', async () => {
  await using hub = await shopAndHub()
  await keep(hub, OLD)
  const { write } = hub.client
  const refusing: typeof write = (mutation, variables, lane) =>
    mutation.name === 'CreateSubscription' && variables['topic'] === 'FULFILLMENTS_UPDATE'
      ? Promise.resolve({
          kind: 'user-errors',
          errors: [{ code: null, field: [], message: 'You cannot create this' }],
        })
      : write(mutation, variables, lane)
  Object.assign(hub.client, { write: refusing })
  for (let hour = 0; hour < 3; hour += 1) await keep(hub, NEW)
  const old = hub.shop.webhooks
    .subscriptions()
    .filter(({ uri }) => uri === OLD)
    .map(({ topic }) => topic)
  expect((await keep(hub, NEW)).refused.size).toBe(1)
  expect(old).toEqual(['FULFILLMENTS_UPDATE'])
})
