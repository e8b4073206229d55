import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { EpochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'
import { fulfilled, knownMugs, left, mug, placeMugs, ringUp, settle, voidReceipt } from './ring-up.ts'

const [till] = tills

const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

async function lay(hub: ShopAndHub, pickup: string): Promise<void> {
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
}

test('corrected down and up again: it is asked, and the question closes, and nothing more leaves', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 2, order: name })
  await ringUp(hub, { units: 1, order: name, content: 'g' })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'order-sale-voided', sentence: expect.stringContaining('1 × Stoneware mug') },
  ])
  await ringUp(hub, { units: 2, order: name, content: 'h' })
  await settle(hub)
  expect(await openExceptions(hub)).toEqual([])
  expect(fulfilled(hub, name)).toEqual([2])
  expect(await left(hub)).toBe(2)
})

test.each(['before', 'after'] as const)(
  'rung up on a second receipt %s the first one is voided: the goods are the second one’s, and left once',
  async when => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name } = await knownMugs(hub, 2)
    await ringUp(hub, { units: 2, order: name })
    await settle(hub)
    const again = () => ringUp(hub, { units: 2, order: name, receipt: 2 })
    if (when === 'before') await again()
    expect(await kinds(hub)).toEqual(when === 'before' ? ['order-sale-unclear'] : [])
    await voidReceipt(hub)
    if (when === 'after') {
      expect(await kinds(hub)).toEqual(['order-sale-voided'])
      await again()
    }
    await settle(hub)
    expect(await openExceptions(hub)).toEqual([])
    expect(fulfilled(hub, name)).toEqual([2])
    expect(await left(hub)).toBe(2)
    await voidReceipt(hub, 2)
    expect(await kinds(hub)).toEqual(['order-sale-voided'])
  },
)

test('voided, taken back in Shopify and sold again: it is handed over once more', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  await voidReceipt(hub)
  hub.shop.act(name, {
    do: 'cancel-fulfilment',
    fulfilment: numberOf(hub.shop.order(name).fulfillments[0]?.id),
  })
  await settle(hub)
  expect(await kinds(hub)).not.toContain('order-sale-voided')
  expect(await left(hub)).toBe(0)
  await ringUp(hub, { units: 2, order: name, content: 'g' })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([2])
  expect(await left(hub)).toBe(2)
  expect(await openExceptions(hub)).toEqual([])
})

test.each([
  ['none', 'after'],
  ['none', 'before'],
  ['another', 'after'],
] as const)(
  'a receipt that named an order by mistake and is corrected to %s %s the hand-over is cancelled: its goods have left, and the order is due',
  async (named, when) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const { name } = await knownMugs(hub, 2)
    await ringUp(hub, { units: 2, order: name })
    await settle(hub)
    const correct = () =>
      ringUp(hub, { units: 2, content: 'g', ...(named === 'none' ? {} : { order: '#9999' }) })
    const cancel = async () => {
      const fulfilment = numberOf(hub.shop.order(name).fulfillments[0]?.id)
      hub.shop.act(name, { do: 'cancel-fulfilment', fulfilment })
      await settle(hub)
    }
    if (when === 'after') {
      await correct()
      expect(await kinds(hub)).toEqual(['order-sale-voided'])
      await cancel()
    } else {
      await cancel()
      await correct()
      await settle(hub)
    }
    expect(await kinds(hub)).not.toContain('order-sale-voided')
    expect(await left(hub)).toBe(2)
    const open = hub.shop.order(name).fulfillmentOrders.find(({ status }) => status === 'OPEN')?.id ?? ''
    await lay(hub, open)
    await press(hub, open, 'collect')
    await settle(hub)
    expect(fulfilled(hub, name)).toEqual([2])
    expect(await left(hub)).toBe(4)
  },
)

test('units that are added to an order later are not handed over by its receipt, which is corrected in its tender', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 3, order: name }) // one besides
  await settle(hub)
  hub.shop.act(name, { do: 'edit', add: [{ sku: mug, quantity: 1 }] })
  await settle(hub)
  await ringUp(hub, { units: 3, order: name, content: 'g' })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([2])
  expect(await left(hub)).toBe(3)
})

test('two receipts of one order, and one is voided: only its unit is asked about', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 3)
  await lay(hub, pickup)
  await ringUp(hub, { units: 1, order: name })
  await ringUp(hub, { units: 1, order: name, receipt: 2 })
  await voidReceipt(hub, 2)
  await settle(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'ready', lines: [{ units: 1 }] })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'order-sale-voided', sentence: expect.stringContaining('r-2') },
  ])
  expect(await left(hub)).toBe(2)
})

test('an order that has less after a part was rung up: a correction hands over nothing that it does not have', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 3)
  await ringUp(hub, { units: 1, order: name })
  await settle(hub)
  hub.shop.act(name, { do: 'edit', set: [{ line: mug, quantity: 1 }] })
  await settle(hub)
  await ringUp(hub, { units: 2, order: name, content: 'g' })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([1])
  expect(await left(hub)).toBe(2)
})

test('a part handed over at the till and as much rung up is taken for the same goods, and asked; the rest follows a correction', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 3)
  await lay(hub, pickup)
  const line = (await shown(hub, pickup))?.lines[0]?.id ?? ''
  await press(hub, pickup, 'collect', till, undefined, { lines: [{ pickupLine: line, units: 1 }] })
  await ringUp(hub, { units: 1, order: name })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([1])
  expect(await kinds(hub)).toEqual(['order-sale-unclear'])
  await ringUp(hub, { units: 3, order: name, content: 'g' })
  await settle(hub)
  expect(fulfilled(hub, name)).toEqual([1, 2])
  expect(await left(hub)).toBe(3)
  expect(await openExceptions(hub)).toEqual([])
})

test('corrected before the order is known: what it says last is handed over, and the question closes', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = placeMugs(hub, 3)
  await ringUp(hub, { units: 2, order: name })
  await ringUp(hub, { units: 1, order: name, content: 'g' })
  expect(await kinds(hub)).toEqual(['order-sale-unclear'])
  await hub.poll()
  await settle(hub)
  expect(await openExceptions(hub)).toEqual([])
  expect(await shown(hub, pickup)).toMatchObject({ state: 'received', lines: [{ units: 2 }] })
  expect(fulfilled(hub, name)).toEqual([1])
  expect(await left(hub)).toBe(1)
})

test.each(['void', 'no order'] as const)(
  'a question about an order that is not known closes with the receipt: %s',
  async how => {
    await using hub = await shopAndHub()
    await hub.sync()
    await ringUp(hub, { units: 1, order: '#9999' })
    expect(await kinds(hub)).toEqual(['order-sale-unclear'])
    if (how === 'void') await voidReceipt(hub)
    else await ringUp(hub, { units: 1, content: 'g' })
    expect(await openExceptions(hub)).toEqual([])
  },
)

test('a question that a person has closed stays closed while the order is read and the receipt is read again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  await voidReceipt(hub)
  const closed_at = hub.world.clock.now()
  await transaction(hub.db, tx => tx.updateTable('exception').set({ closed_at }).execute())
  await voidReceipt(hub)
  await settle(hub)
  expect(await openExceptions(hub)).toEqual([])
})

test('staff can’t take a hand-over back at the till once it was rung up', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 2)
  await lay(hub, pickup)
  const at = EpochMs.parse(hub.world.clock.now())
  await press(hub, pickup, 'collect', till, undefined, { at })
  await ringUp(hub, { units: 2, order: name })
  const undoes = { move: 'collect', at, till: 'Till 1', staff: 'Maya' } as const
  await press(hub, pickup, 'undo', till, undefined, { undoes })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'collected', notice: { code: 'undo-too-late' } })
  await settle(hub)
  expect(await left(hub)).toBe(2)
})

test('a part of an order that is not begun: the rest is due at once, as far as it is', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name, pickup } = await knownMugs(hub, 3)
  await press(hub, pickup, 'pick')
  await ringUp(hub, { units: 2, order: name })
  expect(await shown(hub, pickup)).toMatchObject({ state: 'picking', lines: [{ units: 1 }] })
  await settle(hub)
  expect(await shown(hub, pickup)).toMatchObject({ state: 'picking', lines: [{ units: 1 }] })
  await press(hub, pickup, 'finish')
  await press(hub, pickup, 'collect')
  await settle(hub)
  expect(await left(hub)).toBe(3)
})

test('handed over in Shopify and rung up: the goods have left once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  hub.shop.act(name, { do: 'fulfil' })
  await settle(hub)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  expect(await left(hub)).toBe(2)
  expect(await openExceptions(hub)).toEqual([])
})

test('a receipt that names an order of which nothing is left is asked about, and an exchange that names it is not', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { name } = await knownMugs(hub, 2)
  await ringUp(hub, { units: 2, order: name })
  await settle(hub)
  await ringUp(hub, { units: 2, order: name, receipt: 2, back: 1 })
  expect(await openExceptions(hub)).toEqual([])
  await ringUp(hub, { units: 1, order: name, receipt: 3 })
  expect(await openExceptions(hub)).toMatchObject([
    { kind: 'order-sale-unclear', sentence: expect.stringContaining('r-3') },
  ])
})
