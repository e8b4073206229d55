import { expect, test } from 'vitest'
import { ADJUST, adjustment, at, handClock, harbour, levels, openShop, type TestShop } from './harness.ts'

async function adjust(shop: TestShop, key = 'k') {
  return shop.post(ADJUST, { input: adjustment(await shop.item('MUG-BLU'), -1), key })
}

async function available(shop: TestShop): Promise<unknown> {
  return at(await levels(shop, 'MUG-BLU', harbour), 'available')
}

test('a lost answer was committed; a lost request was not', async () => {
  await using shop = await openShop()
  shop.sandbox.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  await expect(adjust(shop, 'a')).rejects.toThrow('fetch failed')
  expect(await available(shop)).toBe(9)
  shop.sandbox.faults.set({ kind: 'lost-request', operation: 'inventoryAdjustQuantities' })
  await expect(adjust(shop, 'b')).rejects.toThrow('fetch failed')
  expect(await available(shop)).toBe(9)
  // Sent again under its key, the lost answer comes and stock stays.
  expect((await adjust(shop, 'a')).body.errors).toBeUndefined()
  expect(await available(shop)).toBe(9)
})

test.each([
  ['http-429', 429],
  ['http-5xx', 503],
  ['html-body', 200],
] as const)('%s strikes before anything is done', async (kind, status) => {
  await using shop = await openShop()
  shop.sandbox.faults.set({ kind, operation: '^inventoryAdjust' })
  const answer = await adjust(shop)
  expect(answer.status).toBe(status)
  expect(answer.body.data).toBeUndefined()
  if (kind === 'http-429') expect(answer.headers.get('retry-after')).toBe('2.0')
  if (kind === 'html-body') expect(answer.headers.get('content-type')).toContain('text/html')
  expect(await available(shop)).toBe(10)
  expect((await adjust(shop)).status).toBe(200)
  expect(await available(shop)).toBe(9)
})

test('throttled, a hidden quantity and another version are what they say', async () => {
  await using shop = await openShop()
  shop.sandbox.faults.set({ kind: 'throttled', times: 2, operation: 'shop' })
  for (let send = 0; send < 2; send += 1) {
    expect((await shop.post('{ shop { name } }')).body.errors).toMatchObject([
      { extensions: { code: 'THROTTLED' } },
    ])
  }
  expect((await shop.post('{ shop { name } }')).body.errors).toBeUndefined()
  shop.sandbox.faults.set({ kind: 'quantity-after-change-null', operation: 'inventoryAdjust' })
  const changes = at(
    (await adjust(shop)).body,
    'data',
    'inventoryAdjustQuantities',
    'inventoryAdjustmentGroup',
    'changes',
  )
  expect(changes).toMatchObject([{ quantityAfterChange: null }, { quantityAfterChange: null }])
  shop.sandbox.faults.set({ kind: 'other-version' })
  expect((await shop.post('{ shop { name } }')).headers.get('x-shopify-api-version')).not.toBe('2026-10')
})

test('a lagging search index does not know the newest order; reading by id does', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  shop.sandbox.faults.set({ kind: 'search-lag', times: 'always', ms: 3000 })
  const { id } = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'PLATE', quantity: 1 }],
    customer: { name: 'Ada' },
  })
  const search = async (): Promise<unknown> =>
    at(await shop.data('{ orders(first: 1, query: "status:open") { nodes { id } } }'), 'orders', 'nodes')
  expect(await search()).toEqual([])
  expect(await shop.data('query($id: ID!) { order(id: $id) { id } }', { id })).toEqual({ order: { id } })
  clock.advance(3000)
  expect(await search()).toEqual([{ id }])
})

test('a fault that always strikes does so until cleared, over HTTP as in code', async () => {
  await using shop = await openShop()
  const set = await shop.control('POST', '/sandbox/faults', {
    kind: 'http-5xx',
    times: 'always',
    status: 502,
  })
  expect(set).toMatchObject({
    status: 201,
    body: { faults: [{ kind: 'http-5xx', times: 'always', status: 502 }] },
  })
  for (let send = 0; send < 3; send += 1) expect((await shop.post('{ shop { name } }')).status).toBe(502)
  expect(await shop.control('DELETE', '/sandbox/faults')).toEqual({ status: 200, body: { faults: [] } })
  expect((await shop.post('{ shop { name } }')).status).toBe(200)
  expect((await shop.control('POST', '/sandbox/faults', { kind: 'gremlin' })).status).toBe(400)
})
