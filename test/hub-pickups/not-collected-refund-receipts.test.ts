import { expect, test } from 'vitest'
import { closeException } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import { takeInOrder } from '../../hub/pickups/intake.ts'
import { readOrder } from '../../hub/shopify/orders/read-order.ts'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { press, shown } from './at-the-till.ts'
import { knownMugs, ringUp, voidReceipt } from './ring-up.ts'
import {
  expire,
  expired,
  HALF_HOUR_MS,
  inShopify,
  isAsked,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  open,
  paidBack,
} from './uncollected.ts'

const [till, , market] = tills
const namings = ['as people say it', 'without its sign', 'by its id'] as const

function namedSo(how: (typeof namings)[number], name: string, pickup: string): string {
  if (how === 'by its id') return `tillbridge:order:${pickup}`
  return how === 'without its sign' ? name.replace('#', '') : name
}

/** It is ready at MKT, and a receipt of HAR names it. */
async function rungUpElsewhere(hub: ShopAndHub, how: (typeof namings)[number]) {
  const { name, pickup } = await knownMugs(hub, 3, 'MKT')
  await makeReady(hub, pickup, market)
  hub.advance(86_400_000)
  await ringUp(hub, { units: 3, order: namedSo(how, name, pickup) })
  return { name, pickup }
}

test.each(namings)('an order that a receipt of another store names %s is not paid back', async how => {
  await using hub = await open()
  const { name } = await rungUpElsewhere(hub, how)
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'A receipt of a till names the order')
  expect(await kinds(hub)).toContain('order-sale-unclear')
})

test('nor is it once a person has closed the question about the receipt', async () => {
  await using hub = await open()
  const { name } = await rungUpElsewhere(hub, 'without its sign')
  const row = await hub.db
    .selectFrom('exception')
    .select('subject')
    .where('kind', '=', 'order-sale-unclear')
    .executeTakeFirstOrThrow()
  const now = hub.world.clock.now()
  await transaction(hub.db, tx => closeException(tx, 'order-sale-unclear', row.subject, now))
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'A receipt of a till names the order')
})

test('a receipt that was voided keeps no order from being paid back', async () => {
  await using hub = await open()
  const { name } = await rungUpElsewhere(hub, 'as people say it')
  await voidReceipt(hub)
  await expire(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(paidBack)
})

test('an edit that takes the goods of an expired order off pays nothing back: the question stays', async () => {
  await using hub = await open()
  const { name } = await expired(hub)
  hub.shop.act(name, { do: 'edit', set: [{ line: MUG, quantity: 0 }], add: [] })
  hub.advance(HALF_HOUR_MS)
  await look(hub, 8)
  expect(inShopify(hub, name).refunds).toBe(0)
  expect(await kinds(hub)).toEqual(['pickup-not-collected'])
})

test.each(['before', 'after'])(
  'what Shopify kept of an order is asked until a person says that it is paid back (its cancellation is read %s that)',
  async when => {
    await using hub = await open()
    const { pickup } = await expired(hub)
    await keepsTwelve(hub)
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    for (let hour = 0; hour < 26; hour += 1) {
      hub.advance(3_600_000)
      if (when === 'before') await hub.poll()
      await hub.write()
    }
    const asked = async () => (await openExceptions(hub)).map(({ sentence }) => sentence)
    expect(await asked()).toEqual([expect.stringContaining('pay back what is missing')])
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'at the door' })
    expect((await shown(hub, pickup))?.state).toBe(when === 'before' ? 'cancelled' : 'expired')
    await hub.poll()
    await readAgain(hub, pickup)
    expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'paid-back' } })
    expect(await asked()).toEqual([expect.stringContaining('pay back what is missing')])
  },
)

/** Something of the order changed in Shopify, as with a tag or a note: it is read again. */
async function readAgain({ db, client, world }: ShopAndHub, pickup: string): Promise<void> {
  const row = await db
    .selectFrom('pickup')
    .select('order_id')
    .where('pickup', '=', pickup)
    .executeTakeFirstOrThrow()
  const order = await readOrder(client, row.order_id)
  const now = world.clock.now()
  if (order === null) return expect.unreachable('the order is there')
  await transaction(db, tx => takeInOrder(tx, { ...order, updatedAt: now }, now))
}

/** Shopify shows 12.00 of the money as not paid back. */
async function keepsTwelve({ client }: ShopAndHub): Promise<void> {
  const { read } = client
  const netPaymentSet = { shopMoney: { amount: '12.00', currencyCode: 'EUR' } }
  Object.assign(client, {
    async read(operation: { name: string }, ...rest: unknown[]) {
      const answer = await Reflect.apply(read, client, [operation, ...rest])
      return operation.name === 'OrderStanding' ? { order: { ...answer.order, netPaymentSet } } : answer
    },
  })
}

test.each(['HAR', 'MKT'] as const)(
  'nor is one that a receipt names whose lines have no item (order at %s)',
  async at => {
    await using hub = await open()
    const { name, pickup } = await knownMugs(hub, 3, at)
    await makeReady(hub, pickup, at === 'HAR' ? till : market)
    await ringUp(hub, { units: 3, order: name, sku: null })
    await expire(hub)
    await itsTimeIsOver(hub)
    await isAsked(hub, name, 'A receipt of a till names the order')
  },
)

test('an order to which a receipt was corrected is not paid back, also once that question is closed', async () => {
  await using hub = await open()
  const first = await knownMugs(hub, 3)
  const other = await knownMugs(hub, 3)
  for (const { pickup } of [first, other]) await makeReady(hub, pickup)
  await ringUp(hub, { units: 3, order: first.name })
  await look(hub, 2)
  await ringUp(hub, { units: 3, order: other.name, content: 'e' })
  await look(hub, 2)
  const [asked] = await openExceptions(hub)
  expect(asked).toMatchObject({ code: 'order-sale-voided.other-order' })
  const now = hub.world.clock.now()
  await transaction(hub.db, tx => closeException(tx, 'order-sale-voided', asked?.subject ?? '', now))
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, other.name, 'A receipt of a till names the order')
})

test.each(['# 1001', ' 1001', 'Order #1001', 'order 1001 '])(
  'a receipt that names it "%s" rings it up',
  async order => {
    await using hub = await open()
    const { name, pickup } = await knownMugs(hub, 3)
    expect(name).toBe('#1001')
    await makeReady(hub, pickup)
    await ringUp(hub, { units: 3, order })
    expect(await shown(hub, pickup)).toMatchObject({ state: 'collected' })
    expect(await openExceptions(hub)).toEqual([])
  },
)
