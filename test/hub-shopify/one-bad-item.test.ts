import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const good = 'LIN-SHIRT-M'
const other = 'MUG-BLU'
const bad = 'LIN-SHIRT-S'
const DAY_MS = 86_400_000

/** Sets the hub's wall clock alone. */
function setClock(hub: ShopAndHub, aheadMs: number): void {
  const { now } = hub.world.clock
  Object.assign(hub.world.clock, { now: () => now() + aheadMs })
}

test('an item whose level would be beyond Shopify’s limit waits alone and is named', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = [shopLevel(hub, good, 'HAR').on_hand, shopLevel(hub, bad, 'HAR').on_hand]
  for (let sale = 0; sale < 3; sale += 1) await sell(hub, 'HAR', bad, 800_000_000)
  await sell(hub, 'HAR', good, 2)
  await hub.write()
  expect([shopLevel(hub, good, 'HAR').on_hand, shopLevel(hub, bad, 'HAR').on_hand]).toEqual([
    (before[0] ?? 0) - 2,
    before[1],
  ])
  const open = await openExceptions(hub)
  expect(JSON.stringify(open)).toContain('stock-write-refused')
  expect(JSON.stringify(open)).toContain(bad)
  await sell(hub, 'HAR', good, 1)
  await hub.write()
  expect(shopLevel(hub, good, 'HAR').on_hand).toBe((before[0] ?? 0) - 3)
  for (let sale = 0; sale < 3; sale += 1) await sell(hub, 'HAR', bad, -800_000_000) // corrected
  hub.advance(DAY_MS)
  await hub.writeAll()
  expect(await openExceptions(hub)).toEqual([])
})

test('a request refused without a name is halved until the one item is found; the others go', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const skus = [good, other, bad, 'LIN-SHIRT-L']
  const before = skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)
  const { write } = hub.client
  const asked: number[] = []
  Object.assign(hub.client, {
    write: async (...call: Parameters<typeof write>) => {
      const text = JSON.stringify(call[1])
      asked.push((text.match(/"delta"/g) ?? []).length)
      if (text.includes('"delta":-7')) return { kind: 'invalid', problem: 'Int cannot represent it' }
      return write(...call)
    },
  })
  for (const sku of skus) await sell(hub, 'HAR', sku, sku === bad ? 7 : 1)
  for (let run = 0; run < 3; run += 1) await hub.writeAll()
  expect(skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)).toEqual(
    skus.map((sku, index) => (before[index] ?? 0) - (sku === bad ? 0 : 1)),
  )
  expect(asked.length).toBeLessThan(12)
  const open = await openExceptions(hub)
  expect(open).toHaveLength(1)
  expect(JSON.stringify(open)).toContain(bad)
})

test('what was put off while the hub’s clock was days ahead is due once it is right', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, good, 'HAR').on_hand
  setClock(hub, 2 * DAY_MS)
  await sell(hub, 'HAR', good, 3)
  hub.shop.faults.set({ kind: 'throttled', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  hub.shop.faults.clear()
  expect((await writesOf(hub)).map(({ state }) => state)).toEqual(['planned'])
  setClock(hub, -2 * DAY_MS)
  await sell(hub, 'HAR', good, 4)
  await hub.write()
  await hub.write()
  expect(shopLevel(hub, good, 'HAR').on_hand).toBe(before - 7)
})

test('a refused item is asked for again once a clock that was days ahead is right', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, good, 'HAR').on_hand
  setClock(hub, 2 * DAY_MS)
  await sell(hub, 'HAR', good, 800_000_000)
  await sell(hub, 'HAR', good, 800_000_000)
  await hub.write()
  expect(await openExceptions(hub)).toHaveLength(1)
  setClock(hub, -2 * DAY_MS)
  await sell(hub, 'HAR', good, -800_000_000)
  await sell(hub, 'HAR', good, -799_999_999)
  await hub.write()
  expect(shopLevel(hub, good, 'HAR').on_hand).toBe(before - 1)
})

test.each([
  ['always calls stale', 'CHANGE_FROM_QUANTITY_STALE', true],
  ['never can change, without a name', 'ADJUST_QUANTITIES_FAILED', false],
] as const)(
  'an item that Shopify %s waits alone after a while and is named; the others go',
  async (_, code, isNamed) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const skus = [good, other, bad]
    const before = skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)
    const { write } = hub.client
    Object.assign(hub.client, {
      write: async (...call: Parameters<typeof write>) => {
        const changes = (JSON.stringify(call[1]).match(/"delta":-?\d+/g) ?? []).map(each =>
          Number(each.slice(8)),
        )
        const index = changes.indexOf(-7)
        if (index === -1) return write(...call)
        const field = isNamed ? ['input', 'changes', String(index), 'changeFromQuantity'] : ['input']
        return { kind: 'user-errors', errors: [{ code, field, message: 'It has changed.' }] }
      },
    })
    for (const sku of skus) await sell(hub, 'HAR', sku, sku === bad ? 7 : 1)
    for (let run = 0; run < 110; run += 1) {
      await hub.write()
      hub.advance(6 * 60_000)
    }
    expect(skus.map(sku => shopLevel(hub, sku, 'HAR').on_hand)).toEqual(
      skus.map((sku, index) => (before[index] ?? 0) - (sku === bad ? 0 : 1)),
    )
    expect(await openExceptions(hub)).toMatchObject([
      { kind: 'stock-write-refused', code: 'stock-write-refused.item', owner: 'e-commerce' },
    ])
    expect(JSON.stringify(await openExceptions(hub))).toContain(bad)
  },
)
