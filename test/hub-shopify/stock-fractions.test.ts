import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quantityNotWhole } from '../../hub/checks/quantity-not-whole.ts'
import { transaction } from '../../hub/db/db.ts'
import { takeInLostSends } from '../../hub/outbox/lost-postings.ts'
import { releaseWrite } from '../../hub/outbox/postings.ts'
import { allRemainders } from '../../hub/outbox/remainders.ts'
import { audit } from '../../hub/stock/audit.ts'
import { movementsOfWrite } from '../../hub/stock/movement-names.ts'
import type { Fault } from '../sandbox/shopify/faults.ts'
import {
  ledgerLevel,
  look,
  openExceptions,
  type ShopAndHub,
  sell,
  shopAndHub,
  shopLevel,
  upgradeFractions,
  writesOf,
} from './shop-and-hub.ts'

const MUG = 'MUG-BLU'
const skus = ['MUG-BLU', 'MUG-OAT', 'TOTE-NAT'] as const

const held = async (hub: ShopAndHub) =>
  Object.fromEntries((await allRemainders(hub.db)).map(({ sku, quantity }) => [sku, quantity]))
const found = async (hub: ShopAndHub) =>
  (await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')

test('half a unit sold once keeps no whole unit back, and goes with the other half', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, MUG, 'HAR').on_hand
  await sell(hub, 'HAR', MUG, 0.5)
  await hub.write()
  expect(await held(hub)).toEqual({ [MUG]: -500 })
  for (let sale = 0; sale < 30; sale += 1) await sell(hub, 'HAR', MUG, 1)
  await hub.restart()
  await hub.write()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before - 30)
  expect(await held(hub)).toEqual({ [MUG]: -500 })
  expect(await look(hub, quantityNotWhole)).toMatchObject([{ subject: 'HAR/WH-HARBOUR', severity: 'notice' }])
  expect(await audit(hub.db)).toMatchObject({ heldBack: 1 })
  expect(await found(hub)).toEqual([])
  await sell(hub, 'HAR', MUG, 1.5)
  await hub.write()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before - 32)
  expect(await held(hub)).toEqual({})
  expect(await look(hub, quantityNotWhole)).toEqual([])
  await sell(hub, 'HAR', MUG, 0.25)
  await sell(hub, 'HAR', MUG, -0.25) // its void
  await hub.write()
  expect(await held(hub)).toEqual({})
  expect(await found(hub)).toEqual([])
})

test('a fraction and a return that exceeds it: the sign of what is held back turns', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, MUG, 'HAR').on_hand
  await sell(hub, 'HAR', MUG, 0.3)
  await hub.write()
  await sell(hub, 'HAR', MUG, -2.5)
  await hub.write()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before + 2)
  expect(await held(hub)).toEqual({ [MUG]: 200 })
  expect(await found(hub)).toEqual([])
})

test('a refused change takes what it left over back with it, and leaves it once when it goes later', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, MUG, 'HAR').on_hand
  const { write } = hub.client
  Object.assign(hub.client, { write: async () => ({ kind: 'invalid', problem: 'no' }) })
  await sell(hub, 'HAR', MUG, 0.4)
  await hub.write()
  await sell(hub, 'HAR', MUG, 2.5)
  await sell(hub, 'HAR', 'MUG-OAT', 3.25)
  await hub.write()
  expect(await held(hub)).toEqual({ [MUG]: -400 })
  expect(await found(hub)).toEqual([])
  await hub.restart()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before)
  Object.assign(hub.client, { write })
  hub.advance(86_400_000)
  await hub.restart()
  await hub.writeAll()
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before - 2)
  expect(await held(hub)).toEqual({ [MUG]: -900, 'MUG-OAT': -250 })
  expect(await found(hub)).toEqual([])
  expect((await openExceptions(hub)).map(({ kind }) => kind)).toEqual([])
})

test('a fraction in a request that was under way at the upgrade is held back once, also when it is refused', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shopLevel(hub, MUG, 'HAR').on_hand
  const { write } = hub.client
  Object.assign(hub.client, { write: async () => ({ kind: 'not-sent', problem: 'offline' }) })
  await sell(hub, 'HAR', MUG, 2.5)
  await hub.write()
  await upgradeFractions(hub)
  expect(await held(hub)).toEqual({ [MUG]: -500 })
  Object.assign(hub.client, { write: async () => ({ kind: 'invalid', problem: 'no' }) })
  await hub.writeAll()
  expect(await held(hub)).toEqual({})
  expect(await found(hub)).toEqual([])
  Object.assign(hub.client, { write })
  hub.advance(86_400_000)
  await hub.writeAll()
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(before - 2)
  expect(await held(hub)).toEqual({ [MUG]: -500 })
  expect(await found(hub)).toEqual([])
})

test('a request that an older version noted, without what it left over, holds back the fraction of its movements', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await hub.backUp()
  await sell(hub, 'HAR', MUG, 2.5)
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  const [sent] = await writesOf(hub)
  if (sent === undefined) throw new Error('nothing was sent')
  const [movement] = await movementsOfWrite(hub.db, sent.id)
  if (movement === undefined) throw new Error('it carries nothing')
  await hub.putBack('lost')
  const send = {
    key: sent.idempotency_key,
    store: 'HAR',
    subject: sent.subject,
    request: sent.request_json.replace(',"rest":-500', ''),
    at: 0,
    movements: [movement],
    group: null,
  }
  await transaction(hub.db, tx => takeInLostSends(tx, [send]))
  expect(await held(hub)).toEqual({ [MUG]: -500 })
  const write = (await writesOf(hub)).at(-1)
  await transaction(hub.db, tx => releaseWrite(tx, write?.id ?? 0))
  expect(await held(hub)).toEqual({})
})

test('an item that is begun, or counted by Shopify again, while a fraction waits holds it back', async () => {
  await using hub = await shopAndHub()
  await hub.lookUp() // no opening yet
  await sell(hub, 'HAR', MUG, 0.5)
  await hub.lookUp()
  await hub.write()
  await sell(hub, 'HAR', MUG, 1)
  await hub.write()
  const shown = shopLevel(hub, MUG, 'HAR').on_hand
  expect(await ledgerLevel(hub, MUG, 'HAR')).toMatchObject({ posted: shown, onHand: shown - 0.5 })
  expect(await found(hub)).toEqual([])
})

test('many items of fractions take no request and no row each time that the hub looks', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  for (const sku of skus) await sell(hub, 'HAR', sku, 0.5)
  await hub.write()
  const writes = await writesOf(hub)
  expect(writes.map(({ state, attempts }) => [state, attempts])).toEqual([['confirmed', 0]])
  await hub.write()
  await hub.write()
  expect(await writesOf(hub)).toHaveLength(1)
})

/** Without ignored keys: what they leave open is asked about, see stock.test.ts. */
const faultKinds = ['http-5xx', 'lost-answer', 'lost-request', 'throttled'] as const satisfies Fault['kind'][]
const step = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    sku: fc.constantFrom(...skus),
    quarters: fc.integer({ min: -7, max: 9 }),
  }),
  fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom(...faultKinds) }),
  fc.record({ do: fc.constant('write' as const), later: fc.boolean() }),
  fc.record({ do: fc.constant('restart' as const) }),
)

test('however calls fail and the hub dies, Shopify has the ledger’s stock less what is held back', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async steps => {
      await using hub = await shopAndHub({ settings: { readAttempts: 2, retryBaseMs: 1 } })
      await hub.sync()
      const opening = new Map(skus.map(sku => [sku, shopLevel(hub, sku, 'HAR').on_hand]))
      const sold = new Map<string, number>()
      for (const one of steps)
        switch (one.do) {
          case 'sell':
            await sell(hub, 'HAR', one.sku, one.quarters / 4)
            sold.set(one.sku, (sold.get(one.sku) ?? 0) + one.quarters / 4)
            break
          case 'fault':
            hub.shop.faults.set({ kind: one.kind, operation: 'inventoryAdjustQuantities' })
            break
          case 'write':
            if (one.later) hub.advance(600_000)
            await hub.write()
            break
          case 'restart':
            await hub.restart()
        }
      hub.shop.faults.clear()
      await hub.writeAll()
      for (const sku of skus) {
        const exact = (opening.get(sku) ?? 0) - (sold.get(sku) ?? 0)
        const shown = shopLevel(hub, sku, 'HAR').on_hand
        expect(await ledgerLevel(hub, sku, 'HAR')).toMatchObject({ onHand: exact, posted: shown })
        expect(Math.abs(shown - exact)).toBeLessThan(1)
      }
      expect(await found(hub)).toEqual([])
    }),
    { numRuns: 6 },
  ))
