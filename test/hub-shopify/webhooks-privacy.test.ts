import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import {
  ada,
  adasRedaction,
  applyWebhooks,
  everyText,
  numberOf,
  ofAda,
  ofBob,
  ordersOfAdaAndBob,
  tellWebhook,
  tillsAcked,
} from './customers-of-orders.ts'
import { openExceptions, shopAndHub } from './shop-and-hub.ts'

test('a redaction removes one customer from pickups, tills, webhooks and exceptions, and no other', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const unreadable = { code: 'order-unreadable', subject: first.id, store: null } as const
  await transaction(hub.db, tx =>
    openException(
      tx,
      { ...unreadable, fields: { order: '#1', problem: '' }, evidence: { order: { customer: ada } } },
      1,
    ),
  )
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  const told = await hub.db
    .selectFrom('command')
    .select('body')
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(told.body)).toMatchObject({ kind: 'pickup.put', customer: { name: '', phoneEnd: null } })
  const left = await everyText(hub)
  expect(left).not.toMatch(ofAda)
  expect(left).toContain('Bob Sykes')
})

test('ids that look like payment cards are understood, and a redaction that is told twice is done twice', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const id = 'gid://shopify/Order/5900000000402'
  await transaction(hub.db, async tx => {
    await tx.updateTable('pickup').set({ order_id: id }).where('order_id', '=', first.id).execute()
    await tx.updateTable('webhook').set({ subject: id }).where('subject', '=', first.id).execute()
  })
  const unreadable = { code: 'order-unreadable', subject: id, store: null } as const
  const fields = { order: '#1', problem: '' }
  const evidence = { order: { customer: ada } }
  await transaction(hub.db, tx => openException(tx, { ...unreadable, fields, evidence }, 1))
  await tillsAcked(hub)
  for (let time = 0; time < 2; time += 1) {
    await tellWebhook(hub, 'customers/redact', { ...adasRedaction(id), customer: { id: 5_900_000_000_402 } })
    await applyWebhooks(hub)
    hub.advance(120_000)
  }
  await applyWebhooks(hub)
  expect(await everyText(hub)).not.toMatch(ofAda)
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual(['order-unreadable'])
})

test('what a till has not acked yet is redacted once it has; the chain of its commands stays whole', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const before = await hub.db.selectFrom('command').select(['seq', 'hash', 'body']).execute()
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  const since = await hub.db.selectFrom('command').select(['seq', 'hash', 'body']).execute()
  expect(since).toEqual(expect.arrayContaining(before))
  await tillsAcked(hub)
  hub.advance(10 * 60_000)
  await applyWebhooks(hub)
  expect(await everyText(hub)).not.toMatch(ofAda)
  expect(
    await hub.db.selectFrom('webhook').select('state').where('topic', '=', 'customers/redact').execute(),
  ).toEqual([{ state: 'applied' }])
})

test('a request for data is one exception that lists what is held; a later redaction removes that too', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  const request = { customer: { id: 191 }, orders_requested: [numberOf(first.id)], data_request: { id: 9 } }
  await tellWebhook(hub, 'customers/data_request', request)
  await applyWebhooks(hub)
  const [open] = await openExceptions(hub)
  expect(open).toMatchObject({
    kind: 'customer-data-request',
    owner: 'ops',
    sentence: expect.stringMatching(/191.*request 9.*#1001/),
  })
  expect(JSON.parse(open?.evidence_json ?? '')).toMatchObject({
    held: [{ order: '#1001', name: 'Ada Byron', phoneEnd: '1815' }],
  })
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub)
  expect(await everyText(hub)).not.toMatch(ofAda)
})

test('after the app was removed the whole shop is redacted, without asking Shopify', async () => {
  await using hub = await shopAndHub()
  await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  hub.shop.app.uninstall()
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await applyWebhooks(hub)
  for (const theirs of [ofAda, ofBob]) expect(await everyText(hub)).not.toMatch(theirs)
})

test.each([
  ['customers/redact', { customer: 7 }],
  ['customers/data_request', { orders_requested: 'all' }],
])('%s that can’t be read is named, without what it says of a person', async (topic, body) => {
  await using hub = await shopAndHub()
  await tellWebhook(hub, topic, { ...body, email: 'ada@example.com' })
  await applyWebhooks(hub)
  const open = await openExceptions(hub)
  expect(open).toMatchObject([{ kind: 'webhook-unreadable', subject: topic }])
  expect(JSON.stringify(open)).not.toContain('ada@')
})

test.each([
  ['customers/redact', {}],
  ['customers/redact', { customer: null, orders_to_redact: [] }],
  ['customers/data_request', { customer: { id: null } }],
])('%s with less in it than usual is answered', async (topic, body) => {
  await using hub = await shopAndHub()
  await ordersOfAdaAndBob(hub)
  await tellWebhook(hub, topic, body)
  await applyWebhooks(hub)
  expect((await openExceptions(hub)).filter(({ kind }) => kind === 'webhook-unreadable')).toEqual([])
  expect(await everyText(hub)).toContain('Ada Byron')
})
