import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { noteSeen } from '../../hub/fleet/devices.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { noteCounts } from '../../hub/stock/pos-counts.ts'
import { ledgerLevel, type ShopAndHub, sell, shopAndHub, shopLevel, tills } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const [{ device }] = tills
const HOUR = 3_600_000

async function count(hub: ShopAndHub, units: number): Promise<void> {
  const at = hub.world.clock.now()
  const toldBy = 'pos/1@WH-HARBOUR'
  const one = {
    sku: SKU,
    warehouse: 'WH-HARBOUR',
    toldBy,
    device,
    quantity: units * 1000,
    at,
    isDoubtful: false,
  }
  await transaction(hub.db, tx => noteCounts(tx, 'HAR', [one], at))
}

async function pass(hub: ShopAndHub): Promise<void> {
  hub.advance(2 * HOUR)
  await transaction(hub.db, tx => noteSeen(tx, [device], hub.world.clock.now()))
  await hub.writeAll()
}

test('Shopify follows a count of the POS, once, and the ledger agrees with it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const now = hub.world.clock.now()
  await transaction(hub.db, tx =>
    agree(
      tx,
      { store: 'HAR', terms: { counts: 'follow', goLive: now - HOUR }, by: 'Kim', why: 'counts' },
      now,
    ),
  )
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  await count(hub, 20)
  await pass(hub)
  await sell(hub, 'HAR', SKU, 2)
  await count(hub, 15) // three more are gone
  await pass(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before - 5)
  await hub.restart()
  await count(hub, 15)
  await pass(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(before - 5)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: before - 5, posted: before - 5 })
  expect((await readAgreement(hub.db)).filter(({ difference }) => difference !== 0)).toEqual([])
})
