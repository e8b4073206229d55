import { expect, test, vi } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { allRemainders } from '../../hub/outbox/remainders.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { audit } from '../../hub/stock/audit.ts'
import { decideRestored, undecidedOf } from '../../hub/stock/decide-restored.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { dropRecovery, recoverByClaim, recoveries } from '../../hub/stock/recovery.ts'
import { units } from '../../shared/quantity.ts'
import {
  agree,
  allConnect,
  connects,
  hubWithSales,
  kinds,
  MUG,
  shown,
  sold,
  TOTE,
} from './sales-and-restores.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  tills,
  upgradeFractions,
  warehouses,
} from './shop-and-hub.ts'

const [till, second] = tills

test('what was due in the backup and posted since is not posted again, before any till connects', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1' }, { receipt: 'r2', count: 4 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 5)
  await hub.putBack()
  expect(await kinds(hub)).toContain('hub-restored')
  await hub.writeAll()
  await agree(hub, before - 5)
  await allConnect(hub)
  await hub.write()
  expect(await kinds(hub)).toEqual([])
  expect(await recoveries(hub.db)).toEqual([])
})

test('sales that a till sends again are matched by their receipts, whatever their numbers are now', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await hub.backUp()
  await sold(hub, { receipt: 'r1', sale: 1 })
  await sold(hub, { receipt: 'r2', sale: 2, count: 2, device: second.device })
  await hub.writeAll()
  await hub.putBack()
  await hub.writeAll()
  await sold(hub, { receipt: 'r2', sale: 1, count: 2, device: second.device })
  await sold(hub, { receipt: 'r1', sale: 2 })
  await sold(hub, { receipt: 'r3', sale: 3 })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 4)
  expect(await kinds(hub)).toEqual([])
  expect(await hub.db.selectFrom('lost_posting').selectAll().execute()).toEqual([])
})

test('new sales are posted while a till is still waited for', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await hub.backUp()
  await sold(hub, { receipt: 'r1' })
  await hub.writeAll()
  await hub.putBack()
  await sold(hub, { receipt: 'r2' })
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  await sold(hub, { receipt: 'r1' })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 2)
})

test('a level that happens to agree proves nothing: another app took one, and the sale is still sent', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await hub.backUp()
  await adjustByOthers(hub, -1)
  await sold(hub, { receipt: 'r1' })
  await hub.putBack()
  await sold(hub, { receipt: 'r1' })
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
})

test('a box that came in meanwhile hides nothing that the record knows', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 3 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await adjustByOthers(hub, 10)
  await hub.putBack()
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before + 7)
  expect(await kinds(hub)).toEqual([])
})

test('a request whose answer the lost hub never saw is asked for under its own key', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 3 })
  await using _ = hub
  await hub.backUp()
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  expect(shown(hub)).toBe(before - 3)
  await hub.putBack()
  await hub.writeAll()
  await agree(hub, before - 3)
})

test('a request that was counted by a hub killed before it could note it is noted by the hub that sends it', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r9', count: 3 })
  await using _ = hub
  await hub.writeAll()
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count: 2 })
  vi.spyOn(hub.sends, 'sending').mockImplementationOnce(() => {
    throw new Error('killed')
  })
  await hub.write()
  expect(shown(hub)).toBe(before - 3)
  await hub.restart()
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 5)
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count: 2 })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 5)
  expect(await kinds(hub)).toEqual([])
})

test('a request that was under way in the backup is judged by what the record knows of it', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 3 })
  await using _ = hub
  hub.shop.faults.set({ kind: 'http-5xx', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  await hub.backUp()
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
  await hub.putBack()
  await hub.writeAll()
  await agree(hub, before - 3)
})

test('an item whose ledger began after the backup begins again without counting a posted sale twice', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('movement').where('kind', '=', movementKinds.opening).execute()
    await tx.deleteFrom('level').execute()
  })
  await hub.backUp()
  await hub.sync()
  await sold(hub, { receipt: 'r1', count: 2 })
  await hub.writeAll()
  await hub.putBack()
  await hub.sync() // the ledger begins at what Shopify shows, the posted sale included
  await hub.writeAll()
  await sold(hub, { receipt: 'r1', count: 2 })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 2)
})

test('an item that is mapped only after the restore is judged as well', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  const item = await hub.db.selectFrom('item').selectAll().where('sku', '=', MUG).executeTakeFirstOrThrow()
  const map = (state: 'unknown' | 'mapped') =>
    transaction(hub.db, tx => tx.updateTable('item').set({ state }).where('id', '=', item.id).execute())
  await map('unknown')
  await hub.backUp()
  await map('mapped')
  await hub.writeAll()
  await hub.putBack('lost')
  await allConnect(hub)
  await hub.writeAll()
  expect(await kinds(hub)).toEqual([])
  await map('mapped')
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  expect(await kinds(hub)).toEqual(['stock-write-unknown'])
})

test('a receipt that the lost hub saw edited, and this one only at its end, counts by what was posted of it', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count: 1 })
  await hub.writeAll()
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count: 2 }) // the till lost its journal and read the corrected receipt
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 1)
  const [named] = await openExceptions(hub)
  expect(named).toMatchObject({ kind: 'stock-write-unknown', subject: `HAR/${warehouses.HAR}/${MUG}` })
})

test('of a receipt that gained an item above another one, what was posted of that one is not posted again', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  const totes = shown(hub, TOTE)
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count: 2 })
  await hub.writeAll()
  await hub.putBack()
  const lines = [
    { sku: TOTE, count: 3 },
    { sku: MUG, count: 2 },
  ]
  await sold(hub, { receipt: 'r1', lines })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 2)
  await agree(hub, totes - 3, TOTE)
  expect(await openExceptions(hub)).toEqual([])
})

test('of a receipt that lost an item, what was posted of the other one under another line is not posted again', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  const totes = shown(hub, TOTE)
  await hub.backUp()
  const lines = [
    { sku: MUG, count: 2 },
    { sku: TOTE, count: 1 },
  ]
  await sold(hub, { receipt: 'r1', lines })
  await hub.writeAll()
  await hub.putBack()
  await sold(hub, { receipt: 'r1', sku: TOTE })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, totes - 1, TOTE)
  expect(await kinds(hub)).toEqual(['hub-restored']) // two mugs of which no till tells
  await transaction(hub.db, tx => dropRecovery(tx, 'HAR', hub.world.clock.now()))
  await lookAgain({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  const differing = await hub.db
    .selectFrom('shopify_level')
    .select(['sku', 'on_hand', 'expected'])
    .where('differs_since', 'is not', null)
    .execute()
  expect(differing).toEqual([{ sku: MUG, on_hand: before - 2, expected: units(before) }])
})

test.each(['lost', 'restored'] as const)(
  'with the record %s, a level that has not changed since the backup shows that nothing was posted',
  async record => {
    const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
    await using _ = hub
    hub.advance(3_600_000)
    await hub.backUp()
    await hub.putBack(record)
    await hub.writeAll()
    await agree(hub, before - 2)
  },
)

test('without a record a level that has changed is not guessed: it is named, and nothing old is sent', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await hub.putBack('lost')
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  const named = (await openExceptions(hub)).find(({ kind }) => kind === 'stock-write-unknown')
  expect(named?.sentence).toContain(`recovery judge HAR --sku ${MUG}`)
  hub.advance(600_000)
  await sold(hub, { receipt: 'r2' }) // new, and not held up
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
})

test.each([
  { posted: true, after: -2 },
  { posted: false, after: -4 },
])('a person decides: posted $posted', async ({ posted, after }) => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await hub.putBack('lost')
  await hub.writeAll()
  expect(await undecidedOf(hub.db, 'HAR')).toMatchObject([{ sku: MUG, quantity: -units(2) }])
  const now = hub.world.clock.now()
  await transaction(hub.db, tx =>
    decideRestored(tx, { store: 'HAR', sku: MUG, posted, why: 'Maya looked', now }),
  )
  await hub.writeAll()
  expect(shown(hub)).toBe(before + after)
  expect(await undecidedOf(hub.db, 'HAR')).toEqual([])
  expect(await kinds(hub)).not.toContain('stock-write-unknown')
})

test('a claim that nothing supports holds up no new sale, and ends with the till’s next hello', async () => {
  const { hub, before } = await hubWithSales()
  await using _ = hub
  await connects(hub, till, 1)
  const now = hub.world.clock.now()
  const claim = { ...till, since: 0, heard: new Set<string>(), isOtherLife: false, now }
  await transaction(hub.db, tx => recoverByClaim(tx, claim))
  await connects(hub, till, 1_000_000_000, 1)
  hub.advance(600_000)
  await sold(hub, { receipt: 'r1' })
  await hub.writeAll()
  await agree(hub, before - 1)
  expect((await recoveries(hub.db)).map(({ store, ended_at }) => [store, ended_at])).toEqual([['HAR', null]])
  await connects(hub, till, 1)
  await hub.writeAll()
  expect(await recoveries(hub.db)).toEqual([])
})

test('a recovery waits for no till that was revoked', async () => {
  const { hub } = await hubWithSales()
  await using _ = hub
  await hub.backUp()
  await sold(hub, { receipt: 'r1' })
  await hub.writeAll()
  await hub.putBack()
  await sold(hub, { receipt: 'r1' })
  await connects(hub, till)
  await hub.writeAll()
  expect((await recoveries(hub.db)).some(({ store }) => store === 'HAR')).toBe(true)
  await transaction(hub.db, tx =>
    tx.updateTable('device').set({ state: 'revoked' }).where('device', '=', second.device).execute(),
  )
  await hub.writeAll()
  expect((await recoveries(hub.db)).some(({ store }) => store === 'HAR')).toBe(false)
})

test('restored twice to the same backup, everything is still posted once', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1' })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  for (const receipt of ['r2', 'r3']) {
    await sold(hub, { receipt })
    await hub.writeAll()
    await hub.putBack()
    await hub.writeAll()
  }
  await sold(hub, { receipt: 'r2' })
  await sold(hub, { receipt: 'r3' })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 3)
  expect(await kinds(hub)).toEqual([])
})

async function adjustByOthers(hub: ShopAndHub, delta: number): Promise<void> {
  const row = await hub.db
    .selectFrom('item')
    .select('inventory_item_id')
    .where('sku', '=', MUG)
    .executeTakeFirst()
  const change = {
    inventoryItemId: row?.inventory_item_id ?? '',
    locationId: 'gid://shopify/Location/70100000001',
    delta,
    changeFromQuantity: null,
  }
  await fetch(`${hub.shop.url}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': hub.shop.accessToken },
    body: JSON.stringify({
      query: `mutation ($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "box${delta}") { userErrors { code } } }`,
      variables: {
        input: {
          name: 'available',
          reason: 'received',
          referenceDocumentUri: 'gid://head-office/Box/1',
          changes: [change],
        },
      },
    }),
  })
}

/** Shopify has the ledger's stock less what waits and is held back, and less than a unit is held back. */
async function agreeBut(hub: ShopAndHub, expected: number, held: number): Promise<void> {
  expect(shown(hub)).toBe(expected)
  expect(await ledgerLevel(hub, MUG, 'HAR')).toMatchObject({ onHand: expected + held, posted: expected })
  expect((await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')).toEqual([])
}

test.each(['kept', 'lost'] as const)(
  'fractions that a lost hub had sent in part or held back add up after the restore (record %s)',
  async record => {
    const { hub, before } = await hubWithSales({ receipt: 'r1', count: 0.4 })
    await using _ = hub
    await hub.write()
    await agreeBut(hub, before, -0.4)
    await hub.backUp()
    hub.advance(3_600_000)
    const later = [
      { receipt: 'r2', count: 0.5 },
      { receipt: 'r3', count: 30.2 }, // 31.1 with the others: 31 go, and 0.1 is held back
      { receipt: 'r4', count: 0.3 },
    ]
    for (const sale of later) {
      await sold(hub, sale)
      await hub.writeAll()
    }
    await agreeBut(hub, before - 31, -0.4)
    await hub.putBack(record)
    for (const sale of later) await sold(hub, { ...sale, soldAt: 1 })
    await allConnect(hub)
    await hub.writeAll()
    if (record !== 'kept') {
      // nothing is known of what was sent: a person finds that Shopify has it
      const decision = { store: 'HAR', sku: MUG, posted: true, why: 'seen', now: hub.world.clock.now() }
      expect(await transaction(hub.db, tx => decideRestored(tx, decision))).not.toEqual([])
    }
    await agreeBut(hub, before - 31, -0.4)
    await sold(hub, { receipt: 'r5', count: 0.6 })
    await hub.writeAll()
    await agreeBut(hub, before - 32, 0)
  },
)

test('fractions of which a person finds that Shopify does not have them go as if they were new', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 0.4 })
  await using _ = hub
  await hub.write()
  await hub.backUp()
  hub.advance(3_600_000)
  await sold(hub, { receipt: 'r2', count: 2.7 })
  await hub.writeAll()
  await hub.putBack('lost')
  await sold(hub, { receipt: 'r2', count: 2.7, soldAt: 1 })
  await allConnect(hub)
  await hub.writeAll()
  const decision = { store: 'HAR', sku: MUG, posted: false, why: 'seen', now: hub.world.clock.now() }
  await transaction(hub.db, tx => decideRestored(tx, decision))
  await hub.writeAll()
  expect((await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')).toEqual([])
  expect(shown(hub)).toBe(before - 6) // 3 of the lost hub, and 3 that a person ordered to send
})

test.each([true, false])(
  'what was set aside before the upgrade is decided with its fraction (Shopify has it: %s)',
  async posted => {
    const { hub, before } = await hubWithSales()
    await using _ = hub
    await hub.backUp()
    hub.advance(3_600_000)
    await sold(hub, { receipt: 'r2', count: 2.5 })
    await hub.writeAll()
    await hub.putBack('lost')
    await sold(hub, { receipt: 'r2', count: 2.5, soldAt: 1 })
    await allConnect(hub)
    await hub.writeAll()
    await upgradeFractions(hub)
    const decision = { store: 'HAR', sku: MUG, posted, why: 'seen', now: hub.world.clock.now() }
    expect(await transaction(hub.db, tx => decideRestored(tx, decision))).toHaveLength(1)
    await hub.writeAll()
    expect((await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')).toEqual([])
    expect(await allRemainders(hub.db)).toMatchObject([{ sku: MUG, quantity: -500 }])
    expect(shown(hub)).toBe(before - (posted ? 2 : 4))
  },
)
