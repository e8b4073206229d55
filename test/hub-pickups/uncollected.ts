import { expect } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { noteSeen } from '../../hub/fleet/devices.ts'
import { expireUncollected } from '../../hub/pickups/expire.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, press, shown } from './at-the-till.ts'

export const MUG = 'MUG-BLU'
export const DAY_MS = 86_400_000
export const HALF_HOUR_MS = 30 * 60_000

type Sandbox = Parameters<typeof shopAndHub>[0]

/** The stores agree that orders are paid back that their customers do not collect. */
export async function open(options: Sandbox = {}): Promise<ShopAndHub> {
  const hub = await shopAndHub(options)
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  for (const store of ['HAR', 'MKT'] as const) await agreed(hub, store, 'refund')
  return hub
}

/** What becomes of a store's orders that are not collected. */
export async function agreed(
  hub: ShopAndHub,
  store: 'HAR' | 'MKT',
  notCollected: 'ask' | 'refund',
): Promise<void> {
  const what = { store, terms: { notCollected }, by: 'Kim', why: 'test' }
  await transaction(hub.db, tx => agree(tx, what, hub.world.clock.now()))
}

/** An order of three mugs. */
export async function ordered(hub: ShopAndHub) {
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity: 3 }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await hub.poll()
  return { name, pickup: fulfillmentOrders[0]?.id ?? '' }
}

/** Staff pick it, and Shopify hears that it is ready. */
export async function makeReady(
  hub: ShopAndHub,
  pickup: string,
  till: (typeof tills)[number] = tills[0],
): Promise<void> {
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move, till)
  await hub.writeAll()
}

/** An order of three mugs is ready, and its customer does not come for a week. */
export async function expired(hub: ShopAndHub) {
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const view = await shown(hub, pickup)
  await expire(hub)
  return { name, pickup, view }
}

export async function expire(hub: ShopAndHub): Promise<void> {
  hub.advance(7 * DAY_MS)
  await expireNow(hub)
}

export async function expireNow(hub: ShopAndHub): Promise<void> {
  await expireUncollected(hub.db, { afterDays: 7, now: hub.world.clock.now() })
}

export async function look(hub: ShopAndHub, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    hub.advance(15_000)
    await hub.poll()
    await hub.writeAll()
  }
}

export const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

/** What Shopify has of an order. */
export function inShopify(hub: ShopAndHub, name: string) {
  const { cancelledAt, refunds } = hub.shop.order(name)
  return { isCancelled: cancelledAt !== null, refunds: refunds.length }
}

export const notCancelled = { isCancelled: false, refunds: 0 }
export const paidBack = { isCancelled: true, refunds: 1 }

export async function isFree(hub: ShopAndHub): Promise<void> {
  const { shopify, ledger } = await bothSides(hub, MUG)
  expect(ledger).toEqual(shopify)
  expect(ledger[0]).toEqual({ onHand: 180, committed: 0 })
}

/** Half an hour after an order has expired, and some minutes. */
export async function itsTimeIsOver(hub: ShopAndHub): Promise<void> {
  hub.advance(HALF_HOUR_MS)
  await look(hub, 6)
}

/** Head office was asked about an order that is left as it is, and told why. */
export async function isAsked(hub: ShopAndHub, name: string, why: string): Promise<void> {
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const asked = (await openExceptions(hub)).filter(({ kind }) => kind === 'pickup-not-collected')
  expect(asked.map(({ sentence }) => sentence)).toEqual([expect.stringContaining(why)])
}

/** The tills of both stores that the hub has heard until now. */
export async function seen(hub: ShopAndHub): Promise<void> {
  const devices = tills.map(({ device }) => device)
  await transaction(hub.db, tx => noteSeen(tx, devices, hub.world.clock.now()))
}
