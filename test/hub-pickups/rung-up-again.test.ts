import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { tracePickups } from '../../hub/pickups/trace-pickups.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { openExceptions, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import { fulfilled, knownMugs, left, placeMugs, ringUp, settle } from './ring-up.ts'

const [till] = tills

test.each([
  ['is read again', 'f'],
  ['is corrected in its tender', 'g'],
])('a receipt that handed over a part and %s hands over nothing more', async (_, content) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 3)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await ringUp(hub, { units: 1, order: name })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([1])
  await ringUp(hub, { units: 1, order: name, content })
  await settle(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', lines: [{ units: 2, packed: 2 }] })
  expect(fulfilled(hub, name)).toEqual([1])
  expect(await left(hub)).toBe(1)
})

test('a receipt that handed over one mug of two and is corrected to both hands over one more', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 3)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await ringUp(hub, { units: 1, order: name })
  await settle(hub)
  await ringUp(hub, { units: 2, order: name, content: 'g' })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([1, 1])
  expect(await left(hub)).toBe(2)
})

test('goods of a cancelled order that were rung up leave once, also when the receipt is corrected in its tender', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  hub.shop.act(name, { do: 'cancel', restock: true })
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  expect(await left(hub)).toBe(2)
  await ringUp(hub, { units: 2, order: name, content: 'g' })
  await settle(hub)
  expect(await left(hub)).toBe(2)
})

test('a receipt hands no order over that was placed after it', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  const next = `#${Number(name.slice(1)) + 1}` // a slip of the finger: there is no such order yet
  await ringUp(hub, { units: 1, order: next })
  await settle(hub)
  hub.advance(3 * 86_400_000)
  const later = await knownMugs(hub, 1)
  expect(later.name).toBe(next)
  await settle(hub)
  expect(await shown(hub, later.pickup)).toMatchObject({ state: 'received' })
  expect(fulfilled(hub, next)).toEqual([])
})

test('when a receipt was made that an older version noted is not known: that is what is asked', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = placeMugs(hub, 1)
  await ringUp(hub, { units: 1, order: name })
  await transaction(hub.db, tx => tx.updateTable('order_sale').set({ sold_at: null }).execute())
  await hub.poll()
  expect(await shown(hub, pickup)).toMatchObject({ state: 'received' })
  expect(await openExceptions(hub)).toMatchObject([
    { code: 'order-sale-unclear.time-unknown', sentence: expect.stringContaining('did not note when') },
  ])
})

test('a receipt that no longer names an order hands none over', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  const next = `#${Number(name.slice(1)) + 1}`
  await ringUp(hub, { units: 1, order: next })
  await ringUp(hub, { units: 1, content: 'g' }) // the cashier takes the order off
  const later = await knownMugs(hub, 1)
  await settle(hub)
  expect(await shown(hub, later.pickup)).toMatchObject({ state: 'received' })
})

test.each([
  ['to fewer mugs', { units: 1, named: true }],
  ['to name no order', { units: 2, named: false }],
])('a receipt that handed an order over and is corrected %s is asked about', async (_, { units, named }) => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  await ringUp(hub, { units, content: 'g', ...(named ? { order: name } : {}) })
  await settle(hub)
  expect(await openExceptions(hub)).toMatchObject([{ kind: 'order-sale-voided' }])
})

test.each([
  ['another store', 'MKT'],
  ['no store', null],
] as const)(
  'a receipt that names an order of %s is asked about: the order is still due',
  async (_, location) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const order = location === null ? '#9999' : (await knownMugs(hub, 2, location)).name
    await ringUp(hub, { units: 2, order })
    hub.advance(2 * 86_400_000)
    await settle(hub)
    expect(await openExceptions(hub)).not.toEqual([])
  },
)

test('a receipt of a hand-over that was cancelled in Shopify hands nothing over when it is read again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 2)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  const fulfilment = numberOf(hub.shop.order(name).fulfillments[0]?.id)
  hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
  await settle(hub)
  const before = await left(hub)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  expect(await left(hub)).toBe(before)
  expect(fulfilled(hub, name)).toEqual([])
})

test.each([
  ['at once', false],
  ['once Shopify has it', true],
])(
  'a part handed over at the till and the whole order rung up %s: three units have left',
  async (_, isTold) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = await knownMugs(hub, 3)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    const line = (await shown(hub, pickup))?.lines[0]?.id ?? ''
    await press(hub, pickup, 'collect', till, undefined, { lines: [{ pickupLine: line, units: 1 }] })
    if (isTold) await settle(hub)
    await ringUp(hub, { units: 3, order: name })
    await settle(hub)
    expect(await left(hub)).toBe(3)
    expect(await openExceptions(hub)).toEqual([])
  },
)

test.each([
  ['at once', false],
  ['once Shopify has it', true],
])(
  'a part rung up and the whole order handed over at a till that did not know, %s: three units have left',
  async (_, isTold) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = await knownMugs(hub, 3)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    const before = await shown(hub, pickup)
    await ringUp(hub, { units: 1, order: name })
    if (isTold) await settle(hub)
    await press(hub, pickup, 'collect', till, before)
    await settle(hub)
    expect(await left(hub)).toBe(3)
    expect(await openExceptions(hub)).toEqual([])
  },
)

test('an order rung up on two receipts, two units on each of its three: the fourth is sold besides', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 3)
  await ringUp(hub, { units: 2, order: name })
  await ringUp(hub, { units: 2, order: name, receipt: 2 })
  await settle(hub)
  const handedOver = fulfilled(hub, name).reduce((sum, units) => sum + units, 0)
  expect({ handedOver, left: await left(hub) }).toEqual({ handedOver: 3, left: 4 })
})

test.each(['the receipt comes first', 'Shopify is read first'] as const)(
  'a hub that is put back to before a part was rung up: that part has left once (%s)',
  async first => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name, pickup } = await knownMugs(hub, 3)
    for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
    await settle(hub)
    await hub.backUp()
    await ringUp(hub, { units: 1, order: name })
    await settle(hub)
    expect(fulfilled(hub, name)).toEqual([1])
    await hub.putBack()
    if (first === 'Shopify is read first') {
      hub.advance(15_000)
      await hub.poll()
    }
    await ringUp(hub, { units: 1, order: name }) // the till sends again what the hub has lost
    await settle(hub)
    expect(fulfilled(hub, name)).toEqual([1])
    expect(await shown(hub, pickup)).toMatchObject({ state: 'ready' })
  },
)

test('the trace of an order that was rung up says who handed it over, and that of the receipt that its goods left with the order', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 2)
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  const [traced] = await tracePickups(hub.db, 'HAR', name)
  const [receipt] = await traceReceipt(hub.db, { store: 'HAR', receipt: '1', source: null })
  expect({
    steps: traced?.moves.map(({ move, staff }) => [move, staff]),
    order: receipt?.order,
    movements: receipt?.movements.map(({ kind }) => kind),
  }).toEqual({
    steps: [
      ['pick', 'Maya'],
      ['finish', 'Maya'],
      ['collect', 'Cora'],
    ],
    order: name,
    movements: expect.arrayContaining(['sale', 'order-sale']),
  })
})
