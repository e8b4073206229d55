import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { noteConnected, noteDisconnected, noteSeen } from '../../hub/fleet/devices.ts'
import { type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { knownMugs, ringUp } from './ring-up.ts'
import {
  DAY_MS,
  expire,
  expired,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  makeReady,
  notCancelled,
  open,
  paidBack,
  seen,
} from './uncollected.ts'

const [till, second, market] = tills

/** A till has said once which POS it reads; null: none. */
async function reads(hub: ShopAndHub, device: string, source: string | null = 'pos'): Promise<void> {
  const sources_json = JSON.stringify(source === null ? [] : [{ source, state: 'reading', problem: null }])
  await transaction(hub.db, async tx => {
    await tx.updateTable('device').set({ sources_json, unsent: 0 }).where('device', '=', device).execute()
  })
}

/** A refund that waits is looked at each minute. */
async function someMinutes(hub: ShopAndHub): Promise<void> {
  for (let minute = 0; minute < 4; minute += 1) {
    hub.advance(60_000)
    await hub.poll()
    await hub.write()
  }
}

/** Only these tills have been heard since an order was placed; the half hour after it expired is over. */
async function heardAlone(hub: ShopAndHub, devices: readonly string[]): Promise<void> {
  await transaction(hub.db, tx => noteSeen(tx, devices, hub.world.clock.now()))
  await expire(hub)
  await transaction(hub.db, tx => noteSeen(tx, devices, hub.world.clock.now()))
  hub.advance(HALF_HOUR_MS)
  hub.hear(devices)
  await someMinutes(hub)
}

/** An order of three mugs, placed an hour after all tills were seen last. */
async function placed(hub: ShopAndHub, store: 'HAR' | 'MKT' = 'HAR') {
  await seen(hub)
  hub.advance(3_600_000)
  return knownMugs(hub, 3, store)
}

/** A day later head office is asked. */
async function waitsForADay(hub: ShopAndHub, name: string, devices: readonly string[]): Promise<void> {
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.advance(DAY_MS)
  hub.hear(devices)
  await someMinutes(hub)
  await isAsked(hub, name, 'Ask the stores')
}

test('a till that is off since before the order was placed is waited for where it alone reads its POS', async () => {
  await using hub = await open()
  await reads(hub, till.device)
  const { name, pickup } = await placed(hub)
  await makeReady(hub, pickup, second)
  await heardAlone(hub, [second.device, market.device])
  await waitsForADay(hub, name, [second.device, market.device])
})

test.each(['by what it said last', 'by a receipt that it told'])(
  'a till that reads a POS is known %s',
  async how => {
    await using hub = await open()
    await reads(hub, second.device, null)
    if (how === 'by what it said last') await reads(hub, till.device)
    else await ringUp(hub, { units: 1 })
    const { name, pickup } = await placed(hub, 'MKT')
    await makeReady(hub, pickup, market)
    await heardAlone(hub, [market.device])
    await waitsForADay(hub, name, [market.device])
  },
)

test('so is one that has never said what it reads', async () => {
  for (const store of ['HAR', 'MKT'] as const) {
    await using hub = await open()
    const { name, pickup } = await placed(hub, store)
    await makeReady(hub, pickup, store === 'HAR' ? second : market)
    const heard = store === 'HAR' ? [second.device, market.device] : [market.device]
    await heardAlone(hub, heard)
    await waitsForADay(hub, name, heard)
  }
})

test('it is not where another till reads the same POS, nor where it reads none', async () => {
  for (const source of ['pos', null]) {
    await using hub = await open()
    for (const { device } of [till, second]) await reads(hub, device, source)
    const { name, pickup } = await placed(hub)
    await makeReady(hub, pickup, second)
    await heardAlone(hub, [second.device, market.device])
    if (source === null) expect(inShopify(hub, name)).toEqual(paidBack)
    else {
      expect(inShopify(hub, name)).toEqual(notCancelled) // the other one has not read it since
      hub.hear([second.device, market.device], 0, hub.world.clock.now())
      await someMinutes(hub)
      expect(inShopify(hub, name)).toEqual(paidBack)
    }
  }
})

test('the POS of a store that was never told of the order is waited for if the store has its items', async () => {
  await using hub = await open()
  await reads(hub, till.device)
  await reads(hub, second.device, null)
  const { name, pickup } = await placed(hub, 'MKT')
  await makeReady(hub, pickup, market)
  await heardAlone(hub, [market.device])
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.hear([till.device, market.device], 0, hub.world.clock.now())
  await someMinutes(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('its tills that read no POS are not', async () => {
  await using hub = await open()
  for (const { device } of [till, second]) await reads(hub, device, null)
  const { name, pickup } = await placed(hub, 'MKT')
  await makeReady(hub, pickup, market)
  await heardAlone(hub, [market.device])
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('staff have half an hour from when a till can show that it expired', async () => {
  await using hub = await open()
  const { name, pickup } = await placed(hub)
  await makeReady(hub, pickup, second)
  const now = () => hub.world.clock.now()
  const both = [till.device, second.device]
  const line = (note: 'on' | 'off') =>
    transaction(hub.db, async tx => {
      for (const device of both)
        if (note === 'off') await noteDisconnected(tx, device, now(), null)
        else await noteConnected(tx, device, { at: now(), version: '1.0.0', offsetMs: 0 })
    })
  await line('on')
  hub.advance(3_600_000)
  await line('off')
  hub.hear([])
  await expire(hub)
  hub.advance(3 * 3_600_000)
  await line('on')
  hub.hear([...both, market.device], 0, now())
  await someMinutes(hub)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.advance(HALF_HOUR_MS - 6 * 60_000)
  await hub.write()
  expect(inShopify(hub, name)).toEqual(notCancelled)
  await someMinutes(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('a till that goes while Shopify is read is waited for', async () => {
  await using hub = await open()
  await seen(hub)
  const { name } = await expired(hub)
  const all = tills.map(({ device }) => device)
  hub.advance(HALF_HOUR_MS)
  hub.hear(all)
  const { read } = hub.client
  let isGone = false
  Object.assign(hub.client, {
    read(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'FulfillmentOrder' && !isGone) {
        isGone = true
        hub.hear(all, 1)
      }
      return Reflect.apply(read, hub.client, [operation, ...rest])
    },
  })
  await hub.write()
  expect(isGone).toBe(true)
  await someMinutes(hub)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  hub.hear(all)
  await someMinutes(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('two looks at once ask Shopify once', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  const { write } = hub.client
  let sends = 0
  Object.assign(hub.client, {
    write(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'CancelOrder') sends += 1
      return Reflect.apply(write, hub.client, [operation, ...rest])
    },
  })
  hub.advance(HALF_HOUR_MS)
  await Promise.all([hub.write(), hub.write()])
  await someMinutes(hub)
  expect({ sends, ...inShopify(hub, name) }).toEqual({ sends: 1, ...paidBack })
})
