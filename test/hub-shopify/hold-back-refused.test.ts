import { expect, test } from 'vitest'
import { heldBackLong } from '../../hub/checks/held-back-long.ts'
import { transaction } from '../../hub/db/db.ts'
import { removeRefusedHolds } from '../../hub/outbox/refused-holds.ts'
import type { ShopifyClient } from '../../hub/shopify/api/client.ts'
import { decideHold, nothingUnclear } from '../../hub/stock/decide-hold.ts'
import { doubtMoves } from '../../hub/stock/hold-back.ts'
import { look, type ShopAndHub } from './shop-and-hub.ts'
import { alsoSells, held, MINUTE, open, place, round, SKU, shown } from './silent-store.ts'

const OTHER = 'MUG-OAT'

/** Shopify refuses to move units of one item, and may say which one it is. */
function refusing(hub: ShopAndHub, item: string, says: 'the item' | 'nothing') {
  const { client } = hub
  const sent: number[] = []
  const refuses: ShopifyClient = {
    ...client,
    rowsThatFit: (...given) => client.rowsThatFit(...given),
    read: (...given) => client.read(...given),
    write: (mutation, variables, ...given) => {
      const text = JSON.stringify(variables)
      if (mutation.name !== 'MoveQuantities') return client.write(mutation, variables, ...given)
      sent.push(text.split('inventoryItemId').length - 1)
      if (!text.includes(`"${item}"`)) return client.write(mutation, variables, ...given)
      const before = text.slice(0, text.indexOf(`"${item}"`)).split('inventoryItemId').length - 2
      const field = says === 'the item' ? ['input', 'changes', String(before)] : []
      return Promise.resolve({
        kind: 'user-errors',
        errors: [{ code: 'INVALID_ITEM', field, message: 'This item is locked.' }],
      })
    },
  }
  return { client: refuses, sent }
}

const refusedRows = (hub: ShopAndHub) =>
  hub.db.selectFrom('shopify_write').select('id').where('state', '=', 'refused').execute()

for (const says of ['the item', 'nothing'] as const)
  test(`an item that Shopify refuses is tried ever more seldom, stops no other, and comes back in the end (it names ${says})`, async () => {
    await using hub = await open()
    await alsoSells(hub, OTHER, 170)
    const before = await shown(hub)
    hub.advance(200 * MINUTE)
    await round(hub, null)
    expect((await held(hub)).map(({ sku }) => sku)).toEqual([SKU, OTHER])
    const { item } = await place(hub)
    const { client, sent } = refusing(hub, item, says)
    for (let minute = 0; minute < 40; minute += 1) {
      await round(hub, {}, client)
      hub.advance(MINUTE)
    }
    expect((await held(hub)).map(({ sku }) => sku)).toEqual([SKU])
    // after 1, 2, 4, 8, 16 minutes: at first with the other item
    expect(sent.length).toBeLessThan(12)
    expect((await refusedRows(hub)).length).toBeLessThan(10)
    expect(await look(hub, heldBackLong)).toMatchObject([
      {
        code: 'held-back-long.refused',
        subject: 'HAR/WH-HARBOUR/refused',
        fields: { items: SKU, problem: 'INVALID_ITEM This item is locked.' },
      },
    ])
    hub.advance(60 * MINUTE)
    await round(hub, {})
    expect(await shown(hub)).toEqual(before)
    expect(await held(hub)).toEqual([])
    expect(await look(hub, heldBackLong)).toEqual([])
    await removeRefusedHolds(hub.db, { before: hub.world.clock.now() + 1 }, () => Promise.resolve(true))
    expect(await refusedRows(hub)).toEqual([])
  })

test('what could not be held is forgotten once the store is heard, and a clock that ran ahead holds no retry up', async () => {
  await using hub = await open()
  const { item } = await place(hub)
  const { client } = refusing(hub, item, 'the item')
  hub.advance(15 * MINUTE)
  await round(hub, null, client)
  expect(await hub.db.selectFrom('hold_refusal').select('times').execute()).toEqual([{ times: 1 }])
  // noted by a clock that was a year ahead
  await transaction(hub.db, tx =>
    tx
      .updateTable('hold_refusal')
      .set({ retry_at: hub.world.clock.now() + 365 * 24 * 60 * MINUTE })
      .execute(),
  )
  hub.advance(15 * MINUTE) // the next step of the silence
  await round(hub, null, client)
  expect(await hub.db.selectFrom('hold_refusal').select('times').execute()).toEqual([{ times: 2 }])
  await round(hub, {})
  expect(await hub.db.selectFrom('hold_refusal').select('times').execute()).toEqual([])
})

/** A lost answer left open whether so many units of the item were moved. */
async function leaveOpen(hub: ShopAndHub, units: number): Promise<void> {
  const { item, location } = await place(hub)
  const now = hub.world.clock.now()
  const seen = new Map([[item, { safety: units - 1 }]])
  await transaction(hub.db, tx =>
    doubtMoves(tx, { store: 'HAR', location }, [{ item, sku: SKU, units, safety: 0 }], seen, {
      silentSince: now,
      now,
    }),
  )
}

const decide = (hub: ShopAndHub, wereHeld: boolean) =>
  transaction(hub.db, tx =>
    decideHold(tx, {
      store: 'HAR',
      sku: SKU,
      wereHeld,
      by: 'Kim',
      why: 'history',
      now: hub.world.clock.now(),
    }),
  )

test('a person decides units of which Shopify gave no answer: those that were held come back, others stay', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null) // six are in safety stock
  await transaction(hub.db, tx => tx.deleteFrom('hold_back').execute())
  await leaveOpen(hub, 7)
  expect(await held(hub)).toMatchObject([{ held: 0, unclear: 6 }])
  expect(await look(hub, heldBackLong)).toMatchObject([{ code: 'held-back-long.unclear' }])
  expect(await decide(hub, true)).toMatchObject([{ sku: SKU, units: 6 }])
  expect(await look(hub, heldBackLong)).toEqual([])
  await round(hub, {})
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
  await expect(decide(hub, true)).rejects.toThrow(nothingUnclear({ store: 'HAR', sku: SKU }).message)
})

test('units that were not held stay where a person put them', async () => {
  await using hub = await open()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const kept = await shown(hub)
  await transaction(hub.db, tx => tx.deleteFrom('hold_back').execute())
  await leaveOpen(hub, 7)
  await decide(hub, false)
  expect(await look(hub, heldBackLong)).toEqual([])
  await round(hub, {})
  expect(await shown(hub)).toEqual(kept)
  expect(await held(hub)).toEqual([])
})
