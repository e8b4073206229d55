import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { closePickupWrite } from '../../hub/pickups/close-write.ts'
import { takeInOrder } from '../../hub/pickups/intake.ts'
import type { OrderSnapshot, PickupFulfillmentOrder } from '../../hub/pickups/order-snapshot.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { ledgerLevel, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'

const [till] = tills
const SKU = 'MUG-BLU'
const PICKUP = 'gid://shopify/FulfillmentOrder/777'
const LINE = 'gid://shopify/FulfillmentOrderLineItem/9'
const fulfillment = {
  id: 'gid://shopify/Fulfillment/5',
  status: 'SUCCESS' as const,
  location: null,
  createdAt: 4_000_000_000_000,
  updatedAt: 4_000_000_000_000,
  lines: [{ line: LINE, quantity: 2 }],
}
const fulfilled = { status: 'CLOSED' as const, fulfillments: [fulfillment] }

/** An order of two mugs, as Shopify shows it at its n-th change. */
async function orderSays(
  hub: ShopAndHub,
  n: number,
  change: Partial<PickupFulfillmentOrder> = {},
  remaining = 2,
): Promise<void> {
  const { places } = await readPlaces(hub.db)
  const line = { id: LINE, orderLine: 'gid://shopify/LineItem/8', sku: SKU, barcode: null, title: 'Mug' }
  const order: OrderSnapshot = {
    id: 'gid://shopify/Order/1',
    name: '#1',
    createdAt: hub.world.clock.now() + 1_000,
    updatedAt: 1_000 + n,
    cancelledAt: null,
    isTest: false,
    note: null,
    customer: { name: 'Ann', phone: null },
    outstanding: null,
    routed: true,
    pickups: [
      {
        id: PICKUP,
        status: 'OPEN',
        location: places.find(place => place.store === 'HAR')?.location ?? '',
        locationName: 'Harbour',
        scheduledFor: null,
        promisedBy: null,
        fulfillments: [],
        lines: [{ ...line, variantTitle: null, imageUrl: null, tracked: true, total: 2, remaining }],
        ...change,
      },
    ],
  }
  await transaction(hub.db, tx => takeInOrder(tx, order, hub.world.clock.now()))
}

/** A till's stream: sends moves, and gives what became of every record so far. */
function tillOf(hub: ShopAndHub) {
  let head = genesis('events', till.device, 1)
  let seq = 0
  const now = hub.world.clock.now
  const log = eventLog({
    db: hub.db,
    device: till.device,
    store: 'HAR',
    now,
    apply: applyEvents,
    signals: hub.signals,
  })
  return async (...moves: string[]) => {
    const records = moves.map(move => {
      const moved = {
        kind: 'pickup.moved',
        at: now(),
        pickup: PICKUP,
        move,
        staff: 'Maya',
        till: 'Till 1',
        reason: null,
      }
      const body = JSON.stringify(moved)
      seq += 1
      head = link(head, body)
      return { epoch: 1, seq, hash: head, body }
    })
    await log.commit(records)
    const kept = await hub.db.selectFrom('event').select('state').orderBy('seq').execute()
    return kept.map(row => row.state)
  }
}

test('fulfilled in Shopify while the till was offline: the later hand-over stays, and its units leave stock once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = (await ledgerLevel(hub, SKU, 'HAR')).onHand
  const send = tillOf(hub)
  await orderSays(hub, 1)
  await send('pick')
  await orderSays(hub, 2, fulfilled, 0)
  expect(new Set(await send('finish', 'collect'))).toEqual(new Set(['applied']))
  expect((await transaction(hub.db, tx => readPickup(tx, PICKUP)))?.body.state).toBe('collected')
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: before - 2, committed: 0 })
})

test('a pickup that opens again after Shopify had closed it is handed over, and its units leave stock once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = (await ledgerLevel(hub, SKU, 'HAR')).onHand
  const send = tillOf(hub)
  await orderSays(hub, 1)
  await orderSays(hub, 2, fulfilled, 0)
  await orderSays(hub, 3, { fulfillments: [{ ...fulfillment, status: 'CANCELLED' }] })
  await send('pick', 'finish', 'collect')
  const write = await hub.db
    .selectFrom('shopify_write')
    .select('id')
    .where('kind', '=', 'collected')
    .executeTakeFirstOrThrow()
  const again = { ...fulfillment, id: 'gid://shopify/Fulfillment/6' }
  const confirmed = { kind: 'confirmed', proof: {}, fulfillments: [again], lost: [], told: [] } as const
  await transaction(hub.db, tx => closePickupWrite(tx, write.id, confirmed, hub.world.clock.now()))
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: before - 2, committed: 0 })
})
