import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fault } from '../sandbox/shopify/faults.ts'
import { ledgerLevel, openExceptions, sell, shopAndHub, shopLevel } from './shop-and-hub.ts'

/** Without ignored keys: what they leave open is asked about, see stock.test.ts. */
const kinds = [
  'http-5xx',
  'html-body',
  'lost-answer',
  'lost-request',
  'throttled',
] as const satisfies Fault['kind'][]
const skus = ['MUG-BLU', 'MUG-OAT', 'TOTE-NAT'] as const

const step = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    sku: fc.constantFrom(...skus),
    count: fc.integer({ min: -2, max: 3 }),
  }),
  fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom(...kinds), read: fc.boolean() }),
  fc.record({ do: fc.constant('write' as const), later: fc.boolean() }),
  fc.record({ do: fc.constant('restart' as const) }),
)

test('however calls fail and the hub dies, each sale moves Shopify’s stock once', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async steps => {
      await using hub = await shopAndHub({ settings: { readAttempts: 2, retryBaseMs: 1 } })
      await hub.sync()
      const sold = new Map<string, number>()
      for (const one of steps)
        switch (one.do) {
          case 'sell':
            await sell(hub, 'HAR', one.sku, one.count)
            sold.set(one.sku, (sold.get(one.sku) ?? 0) + one.count)
            break
          case 'fault':
            hub.shop.faults.set({
              kind: one.kind,
              operation: one.read ? 'nodes' : 'inventoryAdjustQuantities',
            })
            break
          case 'write':
            if (one.later) hub.advance(600_000)
            await hub
              .write()
              .catch((error: unknown) => expect(error).toMatchObject({ code: 'SHOPIFY_UNREACHABLE' }))
            break
          case 'restart':
            await hub.restart()
        }
      hub.shop.faults.clear()
      await hub.writeAll()
      hub.advance(7 * 3_600_000) // an item whose level could not be read waits for so long at most
      await hub.writeAll()
      for (const sku of skus) {
        const level = await ledgerLevel(hub, sku, 'HAR')
        const opening = { 'MUG-BLU': 180, 'MUG-OAT': 210, 'TOTE-NAT': 220 }[sku]
        expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(opening - (sold.get(sku) ?? 0))
        expect(level).toEqual({
          onHand: level.posted,
          posted: shopLevel(hub, sku, 'HAR').on_hand,
          committed: 0,
        })
      }
      expect(await openExceptions(hub)).toEqual([])
    }),
    { numRuns: 8 },
  ))
