import { expect, test } from 'vitest'
import { codeFor } from '../../hub/db/codes.ts'
import { transaction } from '../../hub/db/db.ts'
import { noteSeen, revokeDevice } from '../../hub/fleet/devices.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'
import {
  agreed,
  DAY_MS,
  expire,
  expired,
  expireNow,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  notCancelled,
  open,
  ordered,
  paidBack,
} from './uncollected.ts'

const [harbour, , market] = tills

/** It is ready at HAR, where a till shows it so, then moved to MKT, and ready there. */
async function moved(hub: ShopAndHub) {
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  const atHarbour = await shown(hub, pickup)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  await look(hub, 2)
  await makeReady(hub, pickup, market)
  return { name, pickup, atHarbour }
}

async function seen(hub: ShopAndHub): Promise<void> {
  const devices = tills.map(({ device }) => device)
  await transaction(hub.db, tx => noteSeen(tx, devices, hub.world.clock.now()))
}

test('an order that another store has handed over after it was moved is not paid back', async () => {
  await using hub = await open()
  const { name, pickup, atHarbour } = await moved(hub)
  await press(hub, pickup, 'collect', harbour, atHarbour)
  await look(hub, 2)
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'The customer may have the goods already')
  expect(await kinds(hub)).toContain('handed-over-after-move')
})

test('an order whose hand-over was cancelled in Shopify is not paid back', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  await press(hub, pickup, 'collect')
  await look(hub, 2)
  const [fulfillment] = hub.shop.order(name).fulfillments
  hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment: numberOf(fulfillment?.id) })
  await look(hub, 2)
  const again = hub.shop.order(name).fulfillmentOrders.find(({ status }) => status === 'OPEN')?.id ?? ''
  await makeReady(hub, again)
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'The customer may have the goods already')
})

test('the tills of a store from which an order was moved are waited for', async () => {
  await using hub = await open()
  await seen(hub)
  const { name, pickup, atHarbour } = await moved(hub)
  await seen(hub)
  const at = epochMs(hub.world.clock.now())
  hub.hear([market.device])
  await expire(hub)
  hub.advance(HALF_HOUR_MS)
  for (let hour = 0; hour < 23; hour += 1) {
    await hub.write()
    hub.advance(3_600_000)
  }
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.hear(tills.map(({ device }) => device))
  await press(hub, pickup, 'collect', harbour, atHarbour, { at, from: 'ready' })
  await look(hub, 4)
  await isAsked(hub, name, 'The customer may have the goods already')
  expect(await kinds(hub)).toContain('handed-over-after-move')
  expect((await bothSides(hub, MUG)).ledger[0]?.onHand).toBe(177)
})

test('once they are heard, and know of nothing, it is paid back', async () => {
  await using hub = await open()
  await seen(hub)
  const { name } = await moved(hub)
  await seen(hub)
  hub.hear([market.device])
  await expire(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  hub.advance(3_600_000)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.hear(tills.map(({ device }) => device))
  await look(hub, 6)
  expect(inShopify(hub, name)).toEqual(paidBack)
  expect(await kinds(hub)).toEqual([])
})

test('an order about which another exception is open is not paid back', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  await makeReady(hub, pickup)
  await expire(hub)
  // a till of MKT, which never had it
  await press(hub, pickup, 'collect', market, await shown(hub, pickup), { from: 'ready' })
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'Another exception about the order was open')
})

test.each([
  {
    what: 'has not applied a record of a till of its store',
    async prepare(hub: ShopAndHub) {
      const code = (text: string) => transaction(hub.db, tx => codeFor(tx, text))
      const row = {
        store: await code('HAR'),
        device: await code(harbour.device),
        epoch: 1,
        seq: 900,
        kind: 'pickup.moved',
        hash: 'x',
        state: 'quarantined' as const,
        problem: 'it could not be read',
        body: '{}',
        turn: 0,
        received_at: hub.world.clock.now(),
      }
      await transaction(hub.db, async tx => {
        await tx.insertInto('event').values(row).execute()
      })
    },
  },
  {
    what: 'keeps a step of its staff for an order that it does not know',
    async prepare(hub: ShopAndHub) {
      const pickup = PickupId.parse('gid://shopify/FulfillmentOrder/990001')
      await press(hub, pickup, 'collect', harbour, null, { lines: [{ pickupLine: 'a', units: 1 }] })
    },
  },
  {
    what: 'has set steps of its staff aside',
    async prepare(hub: ShopAndHub) {
      const row = { device: harbour.device, epoch: 1, store: 'HAR', next_seq: 5, last_seq: 6 }
      await transaction(hub.db, async tx => {
        await tx.insertInto('moves_set_aside').values(row).execute()
      })
    },
  },
  {
    what: 'has lost a till of its store that was revoked',
    prepare: (hub: ShopAndHub) =>
      transaction(hub.db, tx => revokeDevice(tx, harbour.device, hub.world.clock.now())),
  },
])(
  'while the hub $what, an order is not paid back; after a day head office is asked',
  async ({ prepare }) => {
    await using hub = await open()
    const { name } = await expired(hub)
    await seen(hub)
    await prepare(hub)
    hub.hear(tills.map(({ device }) => device))
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    hub.advance(23 * 3_600_000)
    await hub.write()
    expect(inShopify(hub, name)).toEqual(notCancelled)
    expect(await kinds(hub)).not.toContain('pickup-not-collected')
    hub.advance(2 * 3_600_000)
    await hub.write()
    await isAsked(hub, name, 'one of them may have handed it over')
  },
)

test('days count from when Shopify has told the customer, though the hub hears of it late', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  const view = await shown(hub, pickup)
  const at = epochMs(hub.world.clock.now() + 5_000)
  hub.advance(8 * DAY_MS)
  await press(hub, pickup, 'pick', harbour, view, { at })
  await press(hub, pickup, 'finish', harbour, view, { at: epochMs(at + 10_000) })
  await hub.writeAll()
  await expireNow(hub)
  await itsTimeIsOver(hub)
  expect((await shown(hub, pickup))?.state).toBe('ready')
  hub.advance(6 * DAY_MS)
  await expireNow(hub)
  expect((await shown(hub, pickup))?.state).toBe('ready')
  hub.advance(DAY_MS)
  await expireNow(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('days count by the hub’s clock, though the till’s is far behind', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  hub.advance(8 * DAY_MS)
  const at = epochMs(hub.world.clock.now() - 30 * DAY_MS)
  const view = await shown(hub, pickup)
  await press(hub, pickup, 'pick', harbour, view, { at })
  await press(hub, pickup, 'finish', harbour, view, { at: epochMs(at + 10_000) })
  await hub.writeAll()
  await expireNow(hub)
  await itsTimeIsOver(hub)
  expect((await shown(hub, pickup))?.state).toBe('ready')
  expect(inShopify(hub, name)).toEqual(notCancelled)
})

test.each(['ask', 'refund'] as const)(
  'an order whose customer was never told that it is ready is not paid back (rule: %s)',
  async rule => {
    await using hub = await open()
    await agreed(hub, 'HAR', rule)
    const { name, pickup } = await ordered(hub)
    const { write } = hub.client
    const errors = [{ field: ['input'], message: 'not now', code: 'X' }]
    Object.assign(hub.client, {
      write(operation: { name: string }, ...rest: unknown[]) {
        if (operation.name === 'PreparedForPickup') return Promise.resolve({ kind: 'user-errors', errors })
        return Reflect.apply(write, hub.client, [operation, ...rest])
      },
    })
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await hub.write()
    expect(await kinds(hub)).toEqual(['pickup-write-refused'])
    await expire(hub)
    await itsTimeIsOver(hub)
    await isAsked(hub, name, 'has not confirmed that the customer was told')
    expect(await openExceptions(hub)).toHaveLength(1)
  },
)
