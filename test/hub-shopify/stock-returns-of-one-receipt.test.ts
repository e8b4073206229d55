import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { noteHello } from '../../hub/stock/recovery.ts'
import { decideReturns } from '../../hub/stock/same-returns.ts'
import { type SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { followOrders } from './follow.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  shopLevel,
  tills,
  warehouses,
} from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const [till] = tills
let seq = 0

/** A receipt of the harbour store. `lines`: units sold or, when negative, taken back. */
function receipt(hub: ShopAndHub, number: number, lines: readonly number[], order?: string): SaleCompleted {
  const now = hub.world.clock.now()
  return sale(
    number,
    lines.reduce((sum, one) => sum + one, 0),
    {
      at: now,
      soldAt: { wall: new Date(now).toISOString().slice(0, 19), zone: 'UTC' },
      lines: lines.map((units, line) => ({
        line,
        sku: SKU,
        barcode: null,
        title: 'Mug',
        quantity: units * 1000,
        net: units * 840,
        warehouse: warehouses.HAR,
      })),
      ...(order === undefined ? {} : { order }),
    },
  ) as SaleCompleted
}

async function receive(hub: ShopAndHub, event: SaleCompleted | SaleVoided): Promise<void> {
  seq += 1
  const at = hub.world.clock.now()
  const origin = { store: till.store, device: till.device, epoch: 3, seq, at }
  await transaction(hub.db, tx =>
    applyReceipts(tx, [{ event, origin }], { store: till.store, at, afterCommit: () => undefined }),
  )
}

async function settle(hub: ShopAndHub): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    hub.advance(MINUTE)
    await followOrders(hub).follow()
    await hub.writeAll()
  }
}

async function sent(hub: ShopAndHub, quantity: number): Promise<{ order: string; before: number }> {
  await hub.sync()
  await settle(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const { name } = hub.shop.createOrder({
    location: 'ship',
    lines: [{ sku: SKU, quantity }],
    customer: { name: 'Ann' },
  })
  hub.advance(MINUTE)
  hub.shop.act(name, { do: 'fulfil' })
  await settle(hub)
  return { order: name, before }
}

const refund = (hub: ShopAndHub, order: string, quantity: number) =>
  void hub.shop.act(order, { do: 'refund', lines: [{ line: SKU, quantity }], restock: 'RETURN', at: 'HAR' })

async function both(hub: ShopAndHub, onHand: number): Promise<void> {
  await settle(hub)
  expect({
    shop: shopLevel(hub, SKU, 'HAR').on_hand,
    ledger: (await ledgerLevel(hub, SKU, 'HAR')).onHand,
  }).toEqual({ shop: onHand, ledger: onHand })
}

const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

test('one unit that a till took back is that of one refund, though two refunds of its order are heard of at once', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 2)
  await receive(hub, receipt(hub, 1, [-1], order))
  refund(hub, order, 1) // what the till took back
  refund(hub, order, 1) // what came back by post
  await both(hub, before)
})

test('units of two receipts that name an order are those of its two refunds, each once', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  await receive(hub, receipt(hub, 1, [-1], order))
  await receive(hub, receipt(hub, 2, [-2], order))
  refund(hub, order, 1)
  refund(hub, order, 2)
  await both(hub, before - 1)
})

test('a receipt with two lines of an item that names the order is that of a refund of both', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  await receive(hub, receipt(hub, 1, [-1, -1], order))
  refund(hub, order, 2)
  await both(hub, before - 2)
})

test('a receipt that is edited after it was proven to be of a refund counts what it says by then', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  await receive(hub, receipt(hub, 1, [-2], order))
  refund(hub, order, 2)
  await both(hub, before - 2)
  hub.advance(MINUTE)
  await receive(hub, receipt(hub, 1, [-1], order))
  await both(hub, before - 2)
  hub.advance(MINUTE)
  await receive(hub, receipt(hub, 1, [-3], order))
  await both(hub, before - 1) // two are the refund's, one came back besides
})

test('a receipt that is voided and its goods taken back by another count once', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  const first = receipt(hub, 1, [-2], order)
  await receive(hub, first)
  refund(hub, order, 2)
  await both(hub, before - 2)
  const { source, receipt: key } = first
  const at = hub.world.clock.now()
  await receive(hub, SaleVoided.parse({ kind: 'sale.voided', at, source, receipt: key, reason: 'deleted' }))
  await receive(hub, receipt(hub, 2, [-2], order))
  await both(hub, before - 2)
})

async function allConnect(hub: ShopAndHub): Promise<void> {
  for (const { device, store } of tills)
    await transaction(hub.db, async tx => {
      await noteHello(tx, { device, store, last: { epoch: 3, seq: 0 }, at: hub.world.clock.now() })
      await tx
        .insertInto('stream_in')
        .values({ device, epoch: 3, seq: 0, hash: 'h' })
        .onConflict(c => c.column('device').doUpdateSet({ epoch: 3, seq: 0 }))
        .execute()
    })
}

test.each(['kept', 'lost'] as const)(
  'a hub that is put back to before a receipt was proven to be of a refund counts it once, with its record %s',
  async record => {
    await using hub = await shopAndHub()
    const { order, before } = await sent(hub, 4)
    await hub.backUp()
    const event = receipt(hub, 1, [-2], order)
    await receive(hub, event)
    refund(hub, order, 2)
    await both(hub, before - 2)
    await hub.putBack(record)
    await receive(hub, event)
    await allConnect(hub)
    await settle(hub)
    const found = {
      shop: shopLevel(hub, SKU, 'HAR').on_hand,
      ledger: (await ledgerLevel(hub, SKU, 'HAR')).onHand,
    }
    const asked = (await kinds(hub)).includes('stock-write-unknown')
    expect(asked ? found.shop : found).toEqual(asked ? before - 2 : { shop: before - 2, ledger: before - 2 })
  },
)

test('a hub that is put back to before a person decided about a return asks again, and counts the goods once', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  const event = receipt(hub, 1, [-2])
  await receive(hub, event)
  refund(hub, order, 2)
  await settle(hub)
  await hub.backUp()
  const decide = () =>
    transaction(hub.db, tx =>
      decideReturns(tx, {
        store: 'HAR',
        sku: SKU,
        isSame: true,
        by: 'Kim',
        why: 'asked',
        now: hub.world.clock.now(),
      }),
    )
  await decide()
  await both(hub, before - 2)
  await hub.putBack()
  await allConnect(hub)
  await settle(hub)
  expect(await kinds(hub)).toContain('returned-twice')
  await decide()
  await both(hub, before - 2)
})

test('a refund whose order the hub reads only after a person accepted the level, and the till’s receipt of it, count once', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 4)
  refund(hub, order, 2)
  await receive(hub, receipt(hub, 1, [-2], order))
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  hub.shop.act(order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'RETURN', at: 'MKT' })
  await both(hub, before - 2)
})
