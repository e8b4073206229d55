import { expect } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { type ShopAndHub, tills, warehouses } from '../hub-shopify/shop-and-hub.ts'
import { bothSides } from './at-the-till.ts'

export const mug = 'MUG-BLU'
let seq = 0

/** An order of mugs that the hub does not know yet. */
export function placeMugs(hub: ShopAndHub, quantity: number, location: 'HAR' | 'MKT' = 'HAR') {
  const lines = [{ sku: mug, quantity }]
  const { name, fulfillmentOrders } = hub.shop.createOrder({ location, lines, customer: { name: 'Ada' } })
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

export async function knownMugs(hub: ShopAndHub, quantity: number, location: 'HAR' | 'MKT' = 'HAR') {
  const order = placeMugs(hub, quantity, location)
  await hub.poll()
  return order
}

/** The units of an order's fulfilments in Shopify that count. */
export const fulfilled = (hub: ShopAndHub, name: string) =>
  hub.shop
    .order(name)
    .fulfillments.filter(({ status }) => status === 'SUCCESS')
    .flatMap(({ lines }) => lines)

/** What has left the store's shelf, which the ledger and Shopify must agree on. */
export async function left(hub: ShopAndHub): Promise<number> {
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
  return 180 - (ledger[0]?.onHand ?? 0)
}

interface Rung {
  readonly units: number
  readonly order?: string
  readonly receipt?: number
  /** Another one is a correction. */
  readonly content?: string
  /** Units that it takes back. */
  readonly back?: number
  /** Null: its lines have no item number. */
  readonly sku?: null
  /** Left out: the first till's. */
  readonly store?: 'HAR' | 'MKT'
}

/** The cashier rings up mugs, for an order when it is given. */
export async function ringUp(
  hub: ShopAndHub,
  { units, order, receipt = 1, content = 'f', back = 0, store = 'HAR', ...told }: Rung,
): Promise<void> {
  const now = hub.world.clock.now()
  const sku = told.sku === null ? null : mug
  const line = { sku, barcode: null, title: 'Mug', warehouse: warehouses[store] }
  const event = SaleCompleted.parse(
    sale(receipt, units, {
      at: now,
      fingerprint: content.repeat(16),
      soldAt: { wall: new Date(now).toISOString().slice(0, 19), zone: 'UTC' },
      staff: 'Cora',
      lines: [
        { ...line, line: 0, quantity: units * 1000, net: units * 840 },
        ...(back === 0 ? [] : [{ ...line, line: 1, quantity: -back * 1000, net: -back * 840 }]),
      ],
      ...(order === undefined ? {} : { order }),
    }),
  )
  await receive(hub, event, store)
}

export async function voidReceipt(hub: ShopAndHub, receipt = 1, store: 'HAR' | 'MKT' = 'HAR'): Promise<void> {
  const [kind, reason] = ['sale.voided', 'marked-void']
  const at = hub.world.clock.now()
  await receive(hub, SaleVoided.parse({ kind, at, source: 'pos', receipt: `r-${receipt}`, reason }), store)
}

async function receive(
  hub: ShopAndHub,
  event: SaleCompleted | SaleVoided,
  store: 'HAR' | 'MKT',
): Promise<void> {
  seq += 1
  const till = tills.find(one => one.store === store) ?? tills[0]
  const at = hub.world.clock.now()
  const origin = { store: till.store, device: till.device, epoch: 3, seq, at }
  const context = { store: till.store, at, afterCommit: () => undefined }
  await transaction(hub.db, tx => applyReceipts(tx, [{ event, origin }], context))
}

export async function settle(hub: ShopAndHub): Promise<void> {
  for (let again = 0; again < 3; again += 1) {
    hub.advance(15_000)
    await hub.writeAll()
    await hub.poll()
  }
}
