import { expect, test } from 'vitest'
import { contractOf, Terms } from '../../hub/contract/contract.ts'
import { transaction } from '../../hub/db/db.ts'
import { describeToTills } from '../../hub/fleet/stores.ts'
import { applyPickupMoved } from '../../hub/pickups/apply-move.ts'
import { expireUncollected } from '../../hub/pickups/expire.ts'
import { forgetReminders } from '../../hub/pickups/forget-reminders.ts'
import { applyReminded, traceReminders } from '../../hub/pickups/reminders.ts'
import { tracePickups } from '../../hub/pickups/trace-pickups.ts'
import { agree } from '../../hub/stock/go-live.ts'
import type { PickupReminded } from '../../shared/events.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'

const DAY_MS = 86_400_000
const [till1] = tills

async function newOrder(hub: ShopAndHub): Promise<string> {
  const lines = [{ sku: 'MUG-BLU', quantity: 2 }]
  const { fulfillmentOrders } = hub.shop.createOrder({ location: 'HAR', lines, customer: { name: 'Ada' } })
  return fulfillmentOrders[0]?.id ?? ''
}

async function ready(hub: ShopAndHub): Promise<string> {
  await hub.sync()
  const pickup = await newOrder(hub)
  await hub.poll()
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  return pickup
}

let made = 0

/** Staff record a reminder; the hub hears of it at once. */
async function remind(
  hub: ShopAndHub,
  pickup: string,
  more: Partial<PickupReminded> = {},
  by: { readonly device: string; readonly store: string } = till1,
): Promise<PickupReminded> {
  made += 1
  const now = hub.world.clock.now()
  const event: PickupReminded = {
    kind: 'pickup.reminded',
    at: EpochMs.parse(now + made),
    pickup: PickupId.parse(pickup),
    readyAt: EpochMs.parse((await shown(hub, pickup))?.movedAt ?? 0),
    number: 1,
    how: 'phone',
    staff: 'Maya',
    till: 'Till 1',
    ...more,
  }
  const at = { store: by.store, device: by.device, epoch: 1, seq: made, now }
  await transaction(hub.db, tx => applyReminded(tx, at, event))
  return event
}

const remindersOf = async (hub: ShopAndHub, pickup: string) =>
  (await shown(hub, pickup))?.reminders?.map(({ number, how, staff }) => `${number} ${how} ${staff}`)

test('a reminder is known at every till and at head office, and moves neither the order nor its time', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const before = await shown(hub, pickup)
  const { at } = await remind(hub, pickup)
  expect(await shown(hub, pickup)).toMatchObject({
    state: 'ready',
    movedAt: before?.movedAt,
    movedBy: 'Maya',
    shopify: 'confirmed',
    reminders: [{ number: 1, how: 'phone', staff: 'Maya', at }],
  })
  const [traced] = await tracePickups(hub.db, 'HAR', pickup)
  expect(traced?.reminders).toEqual([
    { number: 1, how: 'phone', staff: 'Maya', till: 'Till 1', madeAt: at, isUndone: false },
  ])
})

test('of two tills that record the same reminder, the first counts; the next one counts as well', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  await remind(hub, pickup)
  await remind(hub, pickup, { staff: 'Sam', till: 'Till 2', how: 'mail' })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
  await remind(hub, pickup, { number: 2, staff: 'Sam', till: 'Till 2', how: 'mail' })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya', '2 mail Sam'])
})

test('one that is taken back is gone, and does not come back when its till sends both again', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const first = await remind(hub, pickup)
  const undo = { undoes: first.at }
  await remind(hub, pickup, { ...undo, till: 'Till 2' })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
  const undone = await remind(hub, pickup, undo)
  expect(await remindersOf(hub, pickup)).toEqual([])
  for (const event of [first, undone]) await remind(hub, pickup, event)
  expect(await remindersOf(hub, pickup)).toEqual([])
  await remind(hub, pickup, { staff: 'Sam', till: 'Till 2' })
  for (const event of [first, undone]) await remind(hub, pickup, event)
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Sam'])
})

test('once it is made ready again, its reminders begin again; head office still sees the older one', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const old = await remind(hub, pickup)
  await press(hub, pickup, 'reopen', undefined, undefined, { reason: 'One is chipped' })
  await press(hub, pickup, 'finish')
  await remind(hub, pickup, { ...old, number: 2, at: EpochMs.parse(old.at + 1) })
  const { movedAt, reminders = [] } = (await shown(hub, pickup)) ?? {}
  expect(reminders.filter(({ readyAt }) => readyAt === movedAt)).toEqual([])
  await remind(hub, pickup, { staff: 'Sam' })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Sam'])
  const [traced] = await tracePickups(hub.db, 'HAR', pickup)
  expect(traced?.reminders.map(({ number, staff }) => `${number} ${staff}`)).toEqual([
    '1 Maya',
    '2 Maya',
    '1 Sam',
  ])
})

test('one that comes before its order is known shows once it is; another store’s is not its', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const pickup = await newOrder(hub)
  const readyAt = EpochMs.parse(hub.world.clock.now())
  const step = { kind: 'pickup.moved', at: readyAt, staff: 'Maya', till: 'Till 1', reason: null } as const
  for (const [index, move] of (['pick', 'finish'] as const).entries()) {
    const origin = { ...till1, epoch: 1, seq: 900 + index, now: hub.world.clock.now() }
    const event = { ...step, pickup: PickupId.parse(pickup), move }
    await transaction(hub.db, tx => applyPickupMoved(tx, origin, event))
  }
  await remind(hub, pickup, { readyAt })
  await remind(hub, 'gid://shopify/Order/1', { readyAt })
  expect(await shown(hub, pickup)).toBeNull()
  await hub.poll()
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', movedAt: readyAt })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
  const [, other] = tills
  await remind(hub, pickup, { number: 2 }, { device: other.device, store: 'MKT' })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
})

test('a customer who does not come in spite of reminders: head office sees how they were reminded', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const { at } = await remind(hub, pickup, { how: 'mail' })
  hub.advance(7 * DAY_MS)
  await expireUncollected(hub.db, { afterDays: 7, now: hub.world.clock.now() })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'expired' })
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'pickup-not-collected' }])
  const row = await hub.db.selectFrom('exception').select('evidence_json').executeTakeFirstOrThrow()
  expect(JSON.parse(row.evidence_json)).toMatchObject({
    days: 7,
    reminders: [{ number: 1, how: 'mail', by: 'Maya', at }],
  })
})

test('the store’s tills are told when to remind, and that they are not to any more', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const told = async () => {
    const rows = await hub.db
      .selectFrom('command')
      .select('body')
      .where('device', '=', till1.device)
      .orderBy('seq')
      .execute()
    const described = rows.map(({ body }) => JSON.parse(body)).filter(one => one.kind === 'store.described')
    return described.at(-1)?.reminders
  }
  const set = async (terms: Partial<Terms>) => {
    const now = hub.world.clock.now()
    await transaction(hub.db, async tx => {
      await agree(tx, { store: 'HAR', terms, by: 'Kim', why: 'test' }, now)
      await describeToTills(tx, 'HAR', now)
    })
    return told()
  }
  expect((await contractOf(hub.db, 'HAR'))?.terms).toMatchObject({ remindAfterDays: null, reminders: 2 })
  expect(await set({ remindAfterDays: 3 })).toEqual({ afterDays: 3, most: 2 })
  expect(await set({ reminders: 1 })).toEqual({ afterDays: 3, most: 1 })
  expect(await set({ remindAfterDays: null })).toBeNull()
  expect(Terms.safeParse({ goLive: 0, remindAfterDays: 0 }).success).toBe(false)
})

test('one that is heard before the step that made the order ready shows once that is heard', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const pickup = await newOrder(hub)
  await hub.poll()
  await press(hub, pickup, 'pick')
  const view = await shown(hub, pickup)
  const readyAt = EpochMs.parse(hub.world.clock.now() - 60_000)
  const event = await remind(hub, pickup, { readyAt })
  expect(await remindersOf(hub, pickup)).toEqual([])
  await press(hub, pickup, 'finish', till1, view, { at: readyAt })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
  await remind(hub, pickup, event) // its till had nothing back, and staff record it again
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
})

test('one that is heard while the order counts as handed over shows once that is taken back', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const view = await shown(hub, pickup)
  const readyAt = EpochMs.parse(view?.movedAt)
  const at = EpochMs.parse(hub.world.clock.now())
  await press(hub, pickup, 'collect', till1, view, { at })
  await remind(hub, pickup, { readyAt, till: 'Till 2' })
  const undoes = { move: 'collect' as const, at, staff: 'Maya', till: 'Till 1' }
  await press(hub, pickup, 'undo', till1, view, { at: EpochMs.parse(at + 5_000), undoes })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', movedAt: readyAt })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
})

test('a till of another store neither records a reminder of an order nor takes its number, also not before the order is known', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const pickup = await newOrder(hub)
  const readyAt = EpochMs.parse(hub.world.clock.now())
  const foreign = { readyAt, staff: 'Mallory' }
  await remind(hub, pickup, foreign, tills[2])
  await hub.poll()
  await press(hub, pickup, 'pick')
  await press(hub, pickup, 'finish', till1, undefined, { at: readyAt })
  expect(await remindersOf(hub, pickup)).toEqual([])
  await remind(hub, pickup, { ...foreign, number: 2 }, tills[2])
  for (const number of [1, 2]) await remind(hub, pickup, { readyAt, number })
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya', '2 phone Maya'])
})

const noted = async (hub: ShopAndHub) =>
  (await hub.db.selectFrom('pickup_reminder').select('pickup').execute()).length

test('reminders that a till makes up are kept up to a limit; those of an order that is known always find room', async () => {
  await using hub = await shopAndHub()
  const pickup = await ready(hub)
  const madeUp = (n: number) => `gid://shopify/FulfillmentOrder/9${n}`
  const row = {
    ready_at: 1,
    number: 1,
    store: 'HAR',
    how: 'phone',
    staff: 'M',
    till: 'T',
    made_at: 1,
    undone_at: null,
  }
  const rows = Array.from({ length: 1_999 }, (_, n) => ({ ...row, pickup: madeUp(n) }))
  await transaction(hub.db, async tx => {
    for (let from = 0; from < rows.length; from += 500)
      await tx
        .insertInto('pickup_reminder')
        .values(rows.slice(from, from + 500))
        .execute()
  })
  for (const n of [5_000, 5_001]) await remind(hub, madeUp(n))
  expect(await noted(hub)).toBe(2_000)
  await remind(hub, pickup)
  expect(await remindersOf(hub, pickup)).toEqual(['1 phone Maya'])
  for (let n = 0; n < 110; n += 1) await remind(hub, pickup, { readyAt: EpochMs.parse(1 + n) })
  expect(await noted(hub)).toBe(2_100)
})

test('reminders of an order that has ended are forgotten after 90 days, those of one that waits are not', async () => {
  await using hub = await shopAndHub()
  const [over, waits] = [await ready(hub), await ready(hub)]
  for (const pickup of [over, waits]) await remind(hub, pickup)
  await press(hub, over, 'collect')
  await hub.writeAll()
  const left = async () => {
    const before = hub.world.clock.now() - 90 * DAY_MS
    const removed = await forgetReminders(hub.db, { before }, async () => true)
    const counts = await Promise.all(
      [over, waits].map(async one => (await traceReminders(hub.db, one)).length),
    )
    return { removed, counts }
  }
  hub.advance(89 * DAY_MS)
  expect(await left()).toEqual({ removed: 0, counts: [1, 1] })
  hub.advance(2 * DAY_MS)
  expect(await left()).toEqual({ removed: 1, counts: [0, 1] })
})
