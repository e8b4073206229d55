import { expect, test } from 'vitest'
import { ADJUST, adjustment, at, handClock, harbour, levels, openShop, type TestShop } from './harness.ts'

async function adjust(shop: TestShop, key: string, delta: number, change: object = {}) {
  const input = adjustment(await shop.item('MUG-BLU'), delta, change)
  const data = await shop.data(ADJUST, { input, key })
  return at(data, 'inventoryAdjustQuantities') as {
    inventoryAdjustmentGroup: { id: string } | null
    userErrors: readonly { code: string }[]
  }
}

test('without the directive, or with a blank key, nothing is executed', async () => {
  await using shop = await openShop()
  const input = adjustment(await shop.item('MUG-BLU'), -1)
  const bare = ADJUST.replace(' @idempotent(key: $key)', '').replace(', $key: String!', '')
  const missing = await shop.post(bare, { input })
  expect(missing.status).toBe(200)
  expect(missing.body).not.toHaveProperty('data')
  expect(missing.body.errors).toMatchObject([
    {
      message: 'The @idempotent directive is required for this mutation but was not provided.',
      path: ['inventoryAdjustQuantities'],
      extensions: { code: 'BAD_REQUEST' },
    },
  ])
  const blank = await shop.post(ADJUST, { input, key: ' ' })
  expect(blank.body.errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10 })
})

test('a resent request answers as the first did and moves stock once', async () => {
  await using shop = await openShop()
  const first = await adjust(shop, 'k', -2, { changeFromQuantity: 10 })
  expect(await adjust(shop, 'k', -2, { changeFromQuantity: 10 })).toEqual(first)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8 })
})

test('the same key with other variables is refused, and so is a key whose attempt failed', async () => {
  await using shop = await openShop()
  await adjust(shop, 'k', -2)
  expect((await adjust(shop, 'k', -3)).userErrors).toMatchObject([
    { code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' },
  ])
  expect((await adjust(shop, 'stale', -1, { changeFromQuantity: 3 })).userErrors).toMatchObject([
    { code: 'CHANGE_FROM_QUANTITY_STALE' },
  ])
  expect((await adjust(shop, 'stale', -1, { changeFromQuantity: 3 })).userErrors).toMatchObject([
    { code: 'IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED' },
  ])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8 })
})

test('24 hours after its first request a key is new again', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  await adjust(shop, 'k', -1)
  clock.advance(24 * 3_600_000 - 1)
  await adjust(shop, 'k', -1)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 9 })
  clock.advance(1)
  await adjust(shop, 'k', -1)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8 })
})

test('a second request while the first is at work is told to wait', async () => {
  await using shop = await openShop()
  await shop.item('MUG-BLU')
  shop.sandbox.faults.set({ kind: 'slow', ms: 150, operation: 'inventoryAdjust' })
  const [slow, quick] = await Promise.all([adjust(shop, 'k', -1), adjust(shop, 'k', -1)])
  const codes = [slow, quick].flatMap(({ userErrors }) => userErrors.map(({ code }) => code))
  expect(codes).toEqual(['IDEMPOTENCY_CONCURRENT_REQUEST'])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 9 })
})

test('the switch that ignores keys applies every send', async () => {
  await using shop = await openShop()
  shop.sandbox.faults.set({ kind: 'ignore-idempotency-keys', times: 'always' })
  for (let send = 0; send < 3; send += 1) await adjust(shop, 'k', -1)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7 })
})

test('mutations without idempotency do not get it from the directive', async () => {
  await using shop = await openShop()
  const create = `mutation($order: OrderCreateOrderInput!) {
    orderCreate(order: $order) @idempotent(key: "k") { order { name } userErrors { message } }
  }`
  const order = { lineItems: [{ title: 'Card', quantity: 1 }] }
  const names = [await shop.data(create, { order }), await shop.data(create, { order })].map(data =>
    at(data, 'orderCreate', 'order', 'name'),
  )
  expect(new Set(names).size).toBe(2)
})
