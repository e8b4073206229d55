import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { openLevelMarks } from '../../hub/shopify/webhooks/level-marks.ts'
import { acceptLevel, nothingToAccept } from '../../hub/stock/accept.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { audit } from '../../hub/stock/audit.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { manualWorld } from '../manual-world.ts'
import { ledgerLevel, look, type ShopAndHub, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const adjust = 'inventoryAdjustQuantities'

const byOtherApp = (hub: ShopAndHub, delta: number, sku = SKU) =>
  hub.shop.control('POST', '/sandbox/stock/adjust', { by: 'other-app', sku, location: 'HAR', delta })

const now = (hub: ShopAndHub) => hub.world.clock.now()
const lookWork = (hub: ShopAndHub) => ({ db: hub.db, client: hub.client, now: () => now(hub) })

/** Time passes as the running hub spends it: levels are looked at each minute. */
async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(lookWork(hub))
  }
}

/** The open exception of the one place, as it lists items. */
async function variance(hub: ShopAndHub): Promise<unknown> {
  const open = await look(hub, levelVariance)
  expect(open.length).toBeLessThan(2)
  return open[0]?.fields['items'] ?? null
}

const accept = (hub: ShopAndHub, sku = SKU) =>
  transaction(hub.db, tx =>
    acceptLevel(tx, { store: 'HAR', sku, by: 'Kim', why: 'two broke', now: now(hub) }),
  )

async function agreement(hub: ShopAndHub) {
  const { shopify, findings } = await audit(hub.db)
  expect(findings.filter(({ invariant }) => invariant !== 'promise-within-stock')).toEqual([])
  return shopify.find(({ store }) => store === 'HAR')
}

test('what another app changes becomes one exception of the place, with both numbers; corrected in Shopify, it closes', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  expect((await agreement(hub))?.differing).toBe(0)
  byOtherApp(hub, -4)
  byOtherApp(hub, 2, 'MUG-OAT')
  const oat = shopLevel(hub, 'MUG-OAT', 'HAR').on_hand
  hub.advance(MINUTE)
  await hub.sync() // the sweep of what changed
  expect(await variance(hub)).toBe(null) // an order may explain it within minutes
  await minutes(hub, 11)
  expect(await variance(hub)).toBe(`${SKU} ${shown} → ${shown - 4}, MUG-OAT ${oat - 2} → ${oat}`)
  expect(await agreement(hub)).toMatchObject({ differing: 2 })
  byOtherApp(hub, -2, 'MUG-OAT')
  await minutes(hub, 6)
  expect(await variance(hub)).toBe(`${SKU} ${shown} → ${shown - 4}`)
  byOtherApp(hub, 4)
  await minutes(hub, 6)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0, waiting: 0 })
})

test('a difference that a person accepts is booked once, and sales go on from there', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 11)
  await sell(hub, 'HAR', SKU, 3)
  expect(await accept(hub)).toEqual([{ warehouse: 'WH-HARBOUR', sku: SKU, units: -4, shown: shown - 4 }])
  await expect(accept(hub)).rejects.toMatchObject({ code: nothingToAccept.code })
  expect(await variance(hub)).toBe(null)
  await hub.writeAll()
  await minutes(hub, 12)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(shown - 7)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown - 7, posted: shown - 7 })
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
  const [said] = (await writesOf(hub)).filter(write => write.subject === SKU)
  expect(said?.answer_json).toContain('Kim found that Shopify is right: two broke')
})

test('where the contract says that Shopify is right, a difference is booked after ten minutes, and says by whom', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  const terms = { onDifference: 'accept' } as const
  await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms, by: 'Kim', why: 'the store ships orders' }, now(hub)),
  )
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown })
  await minutes(hub, 4)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: shown - 4, posted: shown - 4 })
  expect(await variance(hub)).toBe(null)
  const [said] = (await writesOf(hub)).filter(write => write.subject === SKU)
  expect(said?.answer_json).toContain('Version 1 of the contract, by Kim, found that Shopify is right')
})

test('while the hub’s own change is on its way, or its answer is lost, nothing differs', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', SKU, 3)
  hub.shop.faults.set({ kind: 'lost-answer', times: 'always', operation: adjust })
  await hub.write()
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 8)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
  hub.shop.faults.clear()
  await hub.writeAll()
  await minutes(hub, 2)
  expect(await agreement(hub)).toMatchObject({ differing: 0, waiting: 0 })
})

test('sales that go on do not hide a difference, nor look like one', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  byOtherApp(hub, -1)
  for (let sale = 0; sale < 14; sale += 1) {
    await sell(hub, 'HAR', SKU, 1)
    await sell(hub, 'HAR', 'MUG-OAT', sale % 3)
    await hub.writeAll()
    await minutes(hub, 1)
  }
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  expect(await variance(hub)).toBe(`${SKU} ${shown + 1} → ${shown}`)
})

test('a fraction that is held back does not count as one', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await sell(hub, 'HAR', SKU, 1.5)
  await hub.writeAll()
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toBe(null)
  expect(await agreement(hub)).toMatchObject({ differing: 0 })
})

test('before a store goes live, Shopify and the POS count apart', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const goLive = now(hub) + 3_600_000
  await transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms: { goLive }, by: 'Kim', why: 'counted tonight' }, now(hub)),
  )
  byOtherApp(hub, -4)
  hub.advance(MINUTE)
  await hub.sync()
  await minutes(hub, 12)
  expect(await variance(hub)).toBe(null)
})

test('a webhook marks a level, gathered with others; the echo of the hub’s own change does not', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const item = await hub.db.selectFrom('item').selectAll().where('sku', '=', SKU).executeTakeFirstOrThrow()
  const { available } = shopLevel(hub, SKU, 'HAR')
  const id = Number(item.inventory_item_id?.split('/').at(-1))
  const says = (level: number, of = id) =>
    JSON.stringify({ inventory_item_id: of, location_id: 70100000001, available: level })
  const marked = async () =>
    (await hub.db.selectFrom('shopify_level').select('sku').where('dirty', '=', 1).execute()).map(
      ({ sku }) => sku,
    )
  const told = async (...bodies: readonly string[]) => {
    await using marks = openLevelMarks({ db: hub.db, world: manualWorld() })
    for (const body of bodies) marks.take(body)
  }
  await told(says(available), 'no JSON', '{}', says(1, 404))
  expect(await marked()).toEqual([])
  await told(says(available), says(available - 4))
  expect(await marked()).toEqual([SKU])
  await lookAgain(lookWork(hub))
  expect(await marked()).toEqual([])
})

test('Shopify’s stock is the ledger less what is due, held back and on its way, part by part; the audit proves it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const shown = shopLevel(hub, SKU, 'HAR').on_hand
  const parts = async () => (await readAgreement(hub.db, { store: 'HAR' })).find(({ sku }) => sku === SKU)
  await sell(hub, 'HAR', SKU, 3)
  expect(await parts()).toMatchObject({ shown, ledger: shown - 3, due: -3, onItsWay: 0, difference: 0 })
  hub.shop.faults.set({ kind: 'lost-answer', times: 'always', operation: adjust })
  await hub.write()
  expect(await parts()).toMatchObject({ shown, ledger: shown - 3, due: 0, onItsWay: -3, difference: 0 })
  hub.shop.faults.clear()
  await hub.writeAll()
  await sell(hub, 'HAR', SKU, 1.5)
  await hub.writeAll()
  const after = { shown: shown - 4, ledger: shown - 4.5, due: 0, heldBack: -0.5, onItsWay: 0, difference: 0 }
  expect(await parts()).toMatchObject(after)
  await agreement(hub)
  await transaction(hub.db, tx =>
    tx
      .updateTable('shopify_level')
      .set(e => ({ expected: e('expected', '-', 1000) }))
      .where('sku', '=', SKU)
      .where('store', '=', 'HAR')
      .execute(),
  )
  const { findings } = await audit(hub.db)
  const [found] = findings.filter(({ invariant }) => invariant === 'shopify-agrees')
  expect(found?.sentence).toContain('noted a difference of 1;')
  expect(found?.sentence).toContain('it is 0.')
})
