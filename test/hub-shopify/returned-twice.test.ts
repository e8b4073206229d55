import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { decideReturns, nothingReturned } from '../../hub/stock/same-returns.ts'
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

/** A receipt of the harbour store, with units sold or, when negative, taken back. */
function receipt(hub: ShopAndHub, number: number, units: number, order?: string): SaleCompleted {
  const now = hub.world.clock.now()
  const line = { line: 0, sku: SKU, barcode: null, title: 'Mug', quantity: units * 1000, net: units * 840 }
  return sale(number, units, {
    at: now,
    soldAt: { wall: new Date(now).toISOString().slice(0, 19), zone: 'UTC' },
    lines: [{ ...line, warehouse: warehouses.HAR }],
    ...(order === undefined ? {} : { order }),
  }) as SaleCompleted
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
  hub.advance(MINUTE)
  await followOrders(hub).follow()
  await hub.writeAll()
  await followOrders(hub).follow()
  await hub.writeAll()
}

/** An order of so many, sent from the harbour store. @returns its name, and what the store had before */
async function sent(hub: ShopAndHub, quantity: number): Promise<{ order: string; before: number }> {
  await hub.sync()
  await settle(hub)
  const before = shopLevel(hub, SKU, 'HAR').on_hand
  const customer = { name: 'Ann' }
  const { name } = hub.shop.createOrder({ location: 'ship', lines: [{ sku: SKU, quantity }], customer })
  hub.advance(MINUTE)
  hub.shop.act(name, { do: 'fulfil' })
  await settle(hub)
  return { order: name, before }
}

function refund(hub: ShopAndHub, order: string, quantity: number): void {
  const lines = [{ line: SKU, quantity }]
  hub.shop.act(order, { do: 'refund', lines, restock: 'RETURN', at: 'HAR' })
}

/** Both books have so many. */
async function both(hub: ShopAndHub, onHand: number): Promise<void> {
  await settle(hub)
  expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(onHand)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand, posted: onHand })
}

/** The receipts that are asked about. */
const asked = async (hub: ShopAndHub) =>
  (await openExceptions(hub))
    .filter(({ kind }) => kind === 'returned-twice')
    .map(({ sentence }) => /: ([^:]+: \d+)\. If/.exec(sentence)?.[1])

const decide = (hub: ShopAndHub, isSame: boolean) =>
  transaction(hub.db, tx =>
    decideReturns(tx, {
      store: 'HAR',
      sku: SKU,
      isSame,
      by: 'Kim',
      why: 'asked',
      now: hub.world.clock.now(),
    }),
  )

test.each(['receipt first', 'refund first'])(
  'goods that a till took back and Shopify restocked are asked about, and count once when they are the same (%s)',
  async first => {
    await using hub = await shopAndHub()
    const { order, before } = await sent(hub, 2)
    if (first === 'refund first') refund(hub, order, 2)
    await receive(hub, receipt(hub, 1, -2))
    if (first === 'receipt first') refund(hub, order, 2)
    await both(hub, before + 2) // twice, until it is known
    expect(await asked(hub)).toEqual(['1 (till-1): 2'])
    expect(await decide(hub, true)).toEqual([
      { receiptNumber: '1', till: 'till-1', order, sku: SKU, units: 2 },
    ])
    await both(hub, before)
    expect(await asked(hub)).toEqual([])
    await expect(decide(hub, true)).rejects.toMatchObject({ code: nothingReturned.code })
    const { at, source, receipt: key } = receipt(hub, 1, -2)
    await receive(hub, SaleVoided.parse({ kind: 'sale.voided', at, source, receipt: key, reason: 'deleted' }))
    await both(hub, before) // Shopify's restock alone
  },
)

test('goods that are different ones stay as they are, and are not asked about again', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 2)
  await receive(hub, receipt(hub, 1, -1))
  refund(hub, order, 2)
  await both(hub, before + 1)
  expect(await decide(hub, false)).toMatchObject([{ units: 0 }])
  expect(await asked(hub)).toEqual([])
  await both(hub, before + 1)
  await receive(hub, receipt(hub, 2, -1))
  await both(hub, before + 2)
  expect(await asked(hub)).toEqual(['2 (till-1): 1'])
})

test('a receipt that names the order proves it; one that names another is of other goods', async () => {
  await using hub = await shopAndHub()
  const { order, before } = await sent(hub, 3)
  await receive(hub, receipt(hub, 1, -2, order.slice(1)))
  await receive(hub, receipt(hub, 2, -1, '#9999'))
  refund(hub, order, 2)
  await both(hub, before)
  expect(await asked(hub)).toEqual([])
})

test('a till’s return of another week, of another item or of nothing that Shopify restocked is not asked about', async () => {
  await using hub = await shopAndHub()
  const { order } = await sent(hub, 3)
  await receive(hub, receipt(hub, 1, -2))
  hub.shop.act(order, { do: 'refund', lines: [{ line: SKU, quantity: 1 }], restock: 'NO_RESTOCK' })
  await settle(hub)
  expect(await asked(hub)).toEqual([])
  hub.advance(8 * 24 * 60 * MINUTE)
  refund(hub, order, 1)
  await settle(hub)
  expect(await asked(hub)).toEqual([])
  await receive(hub, receipt(hub, 2, -1))
  await settle(hub)
  expect(await asked(hub)).toEqual(['2 (till-1): 1'])
})
