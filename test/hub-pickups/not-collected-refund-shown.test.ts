import { expect, test } from 'vitest'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press } from './at-the-till.ts'
import {
  agreed,
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
  notCancelled,
  open,
  ordered,
  paidBack,
} from './uncollected.ts'

const [harbour] = tills

type Action = Parameters<ShopAndHub['shop']['act']>[1]

/** `seen`: what is said once the hub has seen it, if that is something else. */
test.each<{ what: string; action: (pickup: string) => Action; why: string; seen?: string }>([
  {
    what: 'a part of its money was paid back by hand',
    action: () => ({ do: 'refund', lines: [{ line: MUG, quantity: 3 }], restock: 'CANCEL', minor: 4_000 }),
    why: 'Some of its money was paid back before',
    seen: 'is not left to hand over in Shopify',
  },
  {
    what: 'an item was added',
    action: () => ({ do: 'edit', set: [], add: [{ sku: MUG, quantity: 2 }], custom: [], restock: true }),
    why: 'was changed in Shopify after it had expired',
  },
  {
    what: 'an item was taken off',
    action: () => ({ do: 'edit', set: [{ line: MUG, quantity: 2 }], add: [], custom: [], restock: true }),
    why: 'was changed in Shopify after it had expired',
  },
  {
    what: 'it was put on hold',
    action: pickup => ({ do: 'hold', fulfilmentOrder: numberOf(pickup), reason: 'OTHER', notes: 'x' }),
    why: 'The order was on hold in Shopify',
  },
])(
  'an order of which $what after it had expired is not paid back',
  async ({ action, why, seen: whySeen = why }) => {
    await using hub = await open()
    // the hub sees the one before it looks for the last time, and the other one not
    const [seen, unseen] = [await ordered(hub), await ordered(hub)]
    for (const { pickup } of [seen, unseen]) await makeReady(hub, pickup)
    await expire(hub)
    hub.shop.act(seen.name, action(seen.pickup))
    await hub.poll()
    hub.shop.act(unseen.name, action(unseen.pickup))
    const before = [seen, unseen].map(({ name }) => inShopify(hub, name))
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    const asked = (await openExceptions(hub)).filter(({ kind }) => kind === 'pickup-not-collected')
    expect(asked.map(({ sentence }) => sentence)).toEqual(
      [whySeen, why].map(text => expect.stringContaining(text)),
    )
    await look(hub, 6)
    expect([seen, unseen].map(({ name }) => inShopify(hub, name))).toEqual(before)
    expect(before.map(({ isCancelled }) => isCancelled)).toEqual([false, false])
  },
)

test('an order with a part that the app is not shown is not paid back', async () => {
  await using hub = await open()
  const { name, pickup } = await ordered(hub)
  const fulfilmentOrder = numberOf(pickup)
  hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: MUG, quantity: 1 }] })
  const hidden = hub.shop.order(name).fulfillmentOrders.find(({ id }) => id !== pickup)?.id
  const { read } = hub.client
  Object.assign(hub.client, {
    async read(operation: { name: string }, ...rest: unknown[]) {
      const answer = await Reflect.apply(read, hub.client, [operation, ...rest])
      const parts = answer.order?.fulfillmentOrders
      if (parts?.nodes === undefined) return answer
      const nodes = parts.nodes.filter((node: { id: string }) => node.id !== hidden)
      return { ...answer, order: { ...answer.order, fulfillmentOrders: { ...parts, nodes } } }
    },
  })
  await look(hub)
  await makeReady(hub, pickup)
  await expire(hub)
  await itsTimeIsOver(hub)
  await isAsked(hub, name, 'items that Shopify does not show to the hub')
})

test.each([90_000, 400_000, 5_000_000])(
  'while Shopify is at work for %i ms, an order is cancelled once',
  async ms => {
    await using hub = await open()
    hub.shop.switches.turn({ cancelDelayMs: ms })
    const { name } = await expired(hub)
    hub.advance(HALF_HOUR_MS)
    for (let passed = 0; passed < ms + 200_000; passed += 100_000) {
      hub.advance(100_000)
      await hub.write()
    }
    await look(hub, 2)
    expect(inShopify(hub, name)).toEqual(paidBack)
    const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
    expect(refunds.map(({ state, attempts }) => [state, attempts])).toEqual([['confirmed', 1]])
    expect(await kinds(hub)).toEqual([])
  },
)

test('an order that Shopify’s job has left as it was is not cancelled by another one', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 5_000_000 })
  const { name } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  const { read } = hub.client
  Object.assign(hub.client, {
    read(operation: { name: string }, ...rest: unknown[]) {
      if (operation.name === 'Job') return Promise.resolve({ job: { done: true } })
      return Reflect.apply(read, hub.client, [operation, ...rest])
    },
  })
  const attempts = async () => (await writesOf(hub)).find(({ kind }) => kind === 'refund')?.attempts
  hub.advance(61_000)
  await hub.write()
  expect(await attempts()).toBe(1)
  hub.advance(900_000)
  await hub.write()
  expect(await attempts()).toBe(1)
  await isAsked(hub, name, 'Shopify says that it has finished')
})

test('an order is cancelled once though the answer was lost and Shopify takes ten minutes', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 600_000 })
  const { name } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'orderCancel' })
  await hub.write()
  hub.shop.faults.clear()
  await look(hub, 4)
  expect(inShopify(hub, name)).toEqual(paidBack)
  const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
  expect(refunds.map(({ attempts }) => attempts)).toEqual([1])
})

test('a refund that Shopify may have carried out is followed to its end though staff go on with the order', async () => {
  await using hub = await open()
  hub.shop.switches.turn({ cancelDelayMs: 90_000 })
  const { name, pickup, view } = await expired(hub)
  hub.advance(HALF_HOUR_MS)
  await hub.write()
  await press(hub, pickup, 'collect', harbour, view, { from: 'ready' })
  hub.advance(65_000)
  await hub.write()
  const refund = async () => (await writesOf(hub)).find(({ kind }) => kind === 'refund')
  expect(await refund()).toMatchObject({ state: 'sent', attempts: 1 })
  // Shopify is looked at each minute, for as long as it may be at work
  for (let minute = 0; minute < 20; minute += 1) {
    hub.advance(60_000)
    await hub.poll()
    await hub.write()
  }
  expect((await refund())?.state).not.toBe('sent')
  // Shopify does either: the goods are paid for, or head office is told
  const { isCancelled } = inShopify(hub, name)
  expect(await kinds(hub)).toEqual(isCancelled ? ['cancelled-but-collected'] : [])
})

test.each(['another part is reopened', 'it is not agreed any more'] as const)(
  'nothing is sent when just before it %s',
  async what => {
    await using hub = await open()
    const { name, pickup } = await ordered(hub)
    const fulfilmentOrder = numberOf(pickup)
    hub.shop.act(name, { do: 'split', fulfilmentOrder, lines: [{ line: MUG, quantity: 1 }] })
    await look(hub)
    const parts = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
    for (const part of parts) await makeReady(hub, part)
    await expire(hub)
    const { read } = hub.client
    let isDone = false
    Object.assign(hub.client, {
      async read(operation: { name: string }, ...rest: unknown[]) {
        const answer = await Reflect.apply(read, hub.client, [operation, ...rest])
        if (operation.name !== 'FulfillmentOrder' || isDone) return answer
        isDone = true
        const other = parts.find(part => part !== pickup) ?? ''
        if (what === 'another part is reopened') await press(hub, other, 'reopen', harbour, undefined, {})
        else await agreed(hub, 'HAR', 'ask')
        return answer
      },
    })
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    expect(isDone).toBe(true)
    expect(inShopify(hub, name)).toEqual(notCancelled)
    const refunds = (await writesOf(hub)).filter(({ kind }) => kind === 'refund')
    expect(refunds.map(({ attempts }) => attempts)).toEqual([0, 0])
    hub.advance(HALF_HOUR_MS)
    await hub.write()
    expect(inShopify(hub, name)).toEqual(notCancelled)
  },
)
