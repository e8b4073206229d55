import { expect, test } from 'vitest'
import { press, shown } from '../hub-pickups/at-the-till.ts'
import {
  ada,
  adasRedaction,
  applyWebhooks,
  ordersOfAdaAndBob,
  tellWebhook,
  tillsAcked,
} from './customers-of-orders.ts'
import { shopAndHub, tills } from './shop-and-hub.ts'

test('a redaction takes the place that staff typed from the pickup too: they may have written the customer there', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const pickup = first.fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  await press(hub, pickup, 'finish', tills[0], undefined, { keptAt: `Bag of ${ada.name}` })
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  expect((await shown(hub, pickup))?.customer.name).toBe('')
  const told = await hub.db
    .selectFrom('command')
    .select('body')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  expect(told?.body).not.toContain(ada.name)
  expect(JSON.stringify(await hub.db.selectFrom('pickup').selectAll().execute())).not.toContain(ada.name)
})
