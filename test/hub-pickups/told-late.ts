import { transaction } from '../../hub/db/db.ts'
import { applyReceipts } from '../../hub/effects/receipts.ts'
import { type PickupMoved, SaleCompleted } from '../../shared/events.ts'
import { epochMs } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import {
  openExceptions,
  type ShopAndHub,
  shopAndHub,
  tills,
  warehouses,
} from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'

export const MUG = 'MUG-BLU'

export async function started(): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  return hub
}

/** The hub and Shopify hear of each other. */
export async function catchUp(hub: ShopAndHub, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    hub.advance(15_000)
    await hub.poll()
    await hub.writeAll()
  }
}

type View = NonNullable<Awaited<ReturnType<typeof shown>>>

/** What a store's tills show of a pickup. */
export async function viewOf(hub: ShopAndHub, pickup: string): Promise<View> {
  const view = await shown(hub, pickup)
  if (view === null) throw new Error(`${pickup} is not known.`)
  return view
}

/** An order of mugs at HAR that lies ready, as its tills show it. `at`: when a till of it lost contact. */
export async function readyOrder(hub: ShopAndHub, quantity: number) {
  const lines = [{ sku: MUG, quantity }]
  const { name, fulfillmentOrders } = hub.shop.createOrder({
    location: 'HAR',
    lines,
    customer: { name: 'Ada' },
  })
  await catchUp(hub, 1)
  const pickup = fulfillmentOrders[0]?.id ?? ''
  return { name, pickup, view: await makeReady(hub, pickup), at: hub.world.clock.now() }
}

async function makeReady(hub: ShopAndHub, pickup: string, till: Till = tills[0]): Promise<View> {
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move, till)
  await catchUp(hub, 1)
  return viewOf(hub, pickup)
}

type Till = (typeof tills)[number]

interface Late extends Partial<Omit<PickupMoved, 'at' | 'till' | 'lines'>> {
  readonly at: number
  /** Of each line; left out: all that it showed. */
  readonly units?: number
  readonly by?: Till
}

/** A till tells late that it handed over what it showed. */
export function handOverLate(hub: ShopAndHub, pickup: string, view: View, late: Late): Promise<void> {
  const { at, units, by = tills[0], ...more } = late
  const lines = view.lines.map(line => ({ pickupLine: line.id, units: units ?? line.units }))
  const { state: from, version } = view
  return press(hub, pickup, 'collect', by, view, {
    at: epochMs(at),
    till: by.till,
    from,
    version,
    lines,
    ...more,
  })
}

let seq = 5_000

/** A till's POS has rung mugs up, and its receipt names an order. */
export async function ringUp(hub: ShopAndHub, units: number, order: string, at: number): Promise<void> {
  const [{ store, device }] = tills
  const line = { sku: MUG, barcode: null, title: 'Mug', warehouse: warehouses.HAR }
  const now = hub.world.clock.now()
  const event = SaleCompleted.parse(
    sale(1, units, {
      at: now,
      fingerprint: 'f'.repeat(16),
      soldAt: { wall: new Date(at).toISOString().slice(0, 19), zone: 'UTC' },
      staff: 'Cora',
      lines: [{ ...line, line: 0, quantity: units * 1_000, net: units * 840 }],
      order,
    }),
  )
  seq += 1
  const origin = { store, device, epoch: 3, seq, at: now }
  await transaction(hub.db, tx =>
    applyReceipts(tx, [{ event, origin }], { store, at: now, afterCommit: () => undefined }),
  )
}

/** What Shopify has of the mugs, once the ledger says the same, and the kinds of the exceptions that are open. */
export async function outcome(hub: ShopAndHub) {
  const { shopify, ledger } = await bothSides(hub, MUG)
  const isSame = JSON.stringify(shopify) === JSON.stringify(ledger)
  const kinds = (await openExceptions(hub)).map(({ kind }) => kind)
  return {
    isSame,
    stock: shopify.map(({ onHand }) => onHand),
    committed: shopify.map(({ committed }) => committed),
    kinds,
  }
}

/** The last that a till was told of a pickup. */
export async function lastTold(hub: ShopAndHub, { device }: Till, pickup: string): Promise<Partial<View>> {
  const row = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', device)
    .where('pickup', '=', pickup)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return JSON.parse(row.body)
}

/** Splits units off a pickup in Shopify. @returns the other part */
export function split(hub: ShopAndHub, name: string, pickup: string, quantity: number): string {
  const lines = [{ line: MUG, quantity }]
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines })
  return otherPart(hub, name, pickup)
}

export function otherPart(hub: ShopAndHub, name: string, pickup: string): string {
  const other = hub.shop
    .order(name)
    .fulfillmentOrders.find(({ id, status }) => id !== pickup && status !== 'CLOSED')
  if (other === undefined) throw new Error(`${name} has one part.`)
  return other.id
}

/** A mug of an order is refunded in Shopify before it is handed over. */
export function refundOne(hub: ShopAndHub, name: string): void {
  hub.shop.act(name, { do: 'refund', lines: [{ line: MUG, quantity: 1 }], restock: 'CANCEL' })
}
