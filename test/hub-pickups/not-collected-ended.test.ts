import { expect, test } from 'vitest'
import { openException } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import { decideNotCollected } from '../../hub/pickups/expire.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import { askReopened } from '../../hub/pickups/reopened-and-left.ts'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, tills, writesOf } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'
import { knownMugs, ringUp } from './ring-up.ts'
import { fulfil, takeOff } from './till-without-contact.ts'
import {
  agreed,
  DAY_MS,
  expire,
  expired,
  HALF_HOUR_MS,
  inShopify,
  itsTimeIsOver,
  kinds,
  look,
  MUG,
  makeReady,
  notCancelled,
  open,
  paidBack,
} from './uncollected.ts'

/** An order that was not collected, and that Shopify, staff or a receipt went on with. */

const [till, , market] = tills
const rules = ['ask', 'refund'] as const
const sentences = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ sentence }) => sentence)

/** Staff of a till that has heard all press what they see. */
async function handOver(hub: ShopAndHub, pickup: string): Promise<void> {
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'she is here' })
  await press(hub, pickup, 'finish')
  const version = (await shown(hub, pickup))?.version
  const seen = await shown(hub, pickup)
  await press(hub, pickup, 'collect', till, undefined, { from: seen?.state, version })
  await look(hub, 3)
}

test.each(rules)(
  'an expired order that Shopify has as handed over is not handed over again (rule: %s)',
  async rule => {
    await using hub = await open()
    await agreed(hub, 'HAR', rule)
    const { name, pickup } = await expired(hub)
    fulfil(hub, { name, pickup }, 3)
    await look(hub, 2)
    const ended = { state: 'cancelled', notice: { code: 'fulfilled-at-shopify' } }
    expect(await shown(hub, pickup)).toMatchObject(ended)
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(notCancelled)
    expect(await kinds(hub)).toEqual([])
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'she is here' })
    expect(await shown(hub, pickup)).toMatchObject(ended)
    await handOver(hub, pickup)
    const sides = await bothSides(hub, MUG)
    expect(sides.ledger).toEqual(sides.shopify)
    expect(sides.shopify[0]).toEqual({ onHand: 177, committed: 0 })
    expect(await kinds(hub)).toContain('pickup-move-refused')
  },
)

test.each(rules)(
  'of an expired order that an edit has emptied, the money is asked about (rule: %s)',
  async rule => {
    await using hub = await open()
    await agreed(hub, 'HAR', rule)
    const { name, pickup, view } = await expired(hub)
    hub.shop.act(name, { do: 'edit', set: [{ line: MUG, quantity: 0 }], add: [] })
    await look(hub, 2)
    expect(await shown(hub, pickup)).toMatchObject({ state: 'cancelled', notice: { code: 'taken-back' } })
    await itsTimeIsOver(hub)
    expect(await sentences(hub)).toEqual([
      expect.stringContaining('The store can’t reopen it. An edit alone pays nothing back'),
    ])
    expect(await sentences(hub)).toEqual([expect.stringContaining('3 × Stoneware mug')])
    // a till that had not heard of it has handed it over
    await press(hub, pickup, 'collect', till, view, { from: 'ready' })
    await look(hub, 2)
    expect(await kinds(hub)).toContain('cancelled-but-collected')
    hub.shop.cancelOrder(name)
    await look(hub, 2)
    expect(await kinds(hub)).not.toContain('pickup-not-collected')
  },
)

test('an expired order whose items and money were given back by hand needs no question', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  takeOff(hub, { name }, 3)
  await look(hub, 2)
  await itsTimeIsOver(hub)
  expect((await shown(hub, pickup))?.state).toBe('cancelled')
  expect(await kinds(hub)).toEqual([])
})

/** The hub looks once an hour. */
async function days(hub: ShopAndHub, count: number): Promise<void> {
  hub.advance(count * DAY_MS)
  await look(hub)
  await askReopened(hub.db, { afterDays: 7, now: hub.world.clock.now() })
}

test.each(rules)(
  'an order that is reopened after it has expired, and left, is asked about once (rule: %s)',
  async rule => {
    await using hub = await open()
    await agreed(hub, 'HAR', rule)
    const { pickup } = await expired(hub)
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'she comes tonight' })
    await days(hub, 1)
    expect(await kinds(hub)).toEqual([])
    await days(hub, 1)
    const said = 'Staff reopened it 2 days ago, and it is not ready (3 × Stoneware mug'
    expect(await sentences(hub)).toEqual([expect.stringContaining(said)])
    await days(hub, 3)
    expect(await sentences(hub)).toEqual([expect.stringContaining(said)])
    await press(hub, pickup, 'finish')
    expect(await kinds(hub)).toEqual([])
    await press(hub, pickup, 'reopen', till, undefined, { reason: 'one is broken' })
    await days(hub, 5)
    expect(await kinds(hub)).toEqual([])
  },
)

test('a part that is split off an order that was reopened and left is asked about as well', async () => {
  await using hub = await open()
  const { name, pickup } = await expired(hub)
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'she comes tonight' })
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines: [{ line: MUG, quantity: 1 }] })
  await look(hub)
  await days(hub, 3)
  const [question, ...others] = await sentences(hub)
  expect(others).toEqual([])
  expect(question).toContain('Staff reopened it 3 days ago')
  for (const goods of ['1 × Stoneware mug', '2 × Stoneware mug']) expect(question).toContain(goods)
})

test('an order whose “ready” was undone after it was reopened is asked about', async () => {
  await using hub = await open()
  const { pickup } = await expired(hub)
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'she comes tonight' })
  const at = epochMs(hub.world.clock.now())
  await press(hub, pickup, 'finish', till, undefined, { at })
  const undoes = { move: 'finish' as const, at, staff: 'Maya', till: 'Till 1' }
  await press(hub, pickup, 'undo', till, undefined, { at: epochMs(at + 5_000), undoes })
  await days(hub, 3)
  expect(await kinds(hub)).toEqual(['pickup-not-collected'])
})

test('what head office is asked about stays with it when a part that was handed over is undone', async () => {
  await using hub = await open()
  const { name, pickup, view } = await expired(hub)
  hub.advance(HALF_HOUR_MS - 1_000)
  const at = epochMs(hub.world.clock.now())
  const lines = [{ pickupLine: view?.lines[0]?.id ?? '', units: 1 }]
  await press(hub, pickup, 'collect', till, view, { at, from: 'expired', lines })
  hub.advance(2_000)
  await hub.write()
  expect(await sentences(hub)).toEqual([expect.stringContaining('A part of the order was handed over')])
  const undoes = { move: 'collect' as const, at, staff: 'Maya', till: 'Till 1' }
  await press(hub, pickup, 'undo', till, undefined, { at: epochMs(at + 5_000), undoes })
  expect(await sentences(hub)).toEqual([
    expect.stringContaining('A hand-over of it was noted at a till and undone'),
  ])
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  expect((await writesOf(hub)).filter(({ kind }) => kind === 'refund')).toMatchObject([{ state: 'refused' }])
  const held = await readPickup(hub.db, pickup)
  if (held === null) return expect.unreachable('it is there')
  await transaction(hub.db, tx => decideNotCollected(tx, held, hub.world.clock.now()))
  expect(await kinds(hub)).toEqual(['pickup-not-collected'])
})

test.each(['as people say it', 'without its sign', 'by its id', 'in another store'])(
  'a customer who comes after the refund and is rung up at the POS is asked about in these words (%s)',
  async how => {
    await using hub = await open()
    const isElsewhere = how === 'in another store'
    const { name, pickup } = await knownMugs(hub, 3, isElsewhere ? 'MKT' : 'HAR')
    await makeReady(hub, pickup, isElsewhere ? market : till)
    await expire(hub)
    await itsTimeIsOver(hub)
    expect(inShopify(hub, name)).toEqual(paidBack)
    hub.advance(DAY_MS)
    const byId = how === 'by its id' ? `tillbridge:order:${pickup}` : name
    await ringUp(hub, { units: 3, order: how === 'without its sign' ? name.replace('#', '') : byId })
    expect(await sentences(hub)).toEqual([expect.stringContaining('they have the goods and the money')])
    await look(hub, 2)
    expect(await kinds(hub)).toEqual(['order-sale-unclear'])
  },
)

/** An order of two pickups: three mugs, of which one is split off. */
async function inTwoParts(hub: ShopAndHub) {
  const { name, pickup } = await knownMugs(hub, 3)
  hub.shop.act(name, { do: 'split', fulfilmentOrder: numberOf(pickup), lines: [{ line: MUG, quantity: 1 }] })
  await look(hub)
  const [one = '', other = ''] = hub.shop.order(name).fulfillmentOrders.map(({ id }) => id)
  for (const part of [one, other]) await makeReady(hub, part)
  return { name, one, other }
}

test('of two parts of an order with one hindrance, one question is asked; it goes on for the part that is left', async () => {
  await using hub = await open()
  const { name, one, other } = await inTwoParts(hub)
  await transaction(hub.db, async tx => {
    const about = { subject: other, store: 'HAR', device: null, evidence: {} }
    const fields = { order: name, store: 'HAR', staff: 'Maya', reason: 'none left' }
    await openException(tx, { code: 'pickup-short', ...about, fields }, hub.world.clock.now())
  })
  await expire(hub)
  await itsTimeIsOver(hub)
  const asked = async () =>
    (await openExceptions(hub))
      .filter(({ kind }) => kind === 'pickup-not-collected')
      .map(({ sentence }) => sentence)
  const [question, ...others] = await asked()
  expect(others).toEqual([])
  expect(question).toContain('Another exception about the order was open')
  for (const goods of ['1 × Stoneware mug', '2 × Stoneware mug']) expect(question).toContain(goods)
  await press(hub, one, 'reopen', till, undefined, { reason: 'she is here' })
  const [left, ...more] = await asked()
  expect(more).toEqual([])
  expect(left).toContain('Another exception about the order was open')
  expect(left).toContain('was not collected (1 × Stoneware mug')
  await press(hub, other, 'reopen', till, undefined, { reason: 'this too' })
  expect(await asked()).toEqual([])
})

test('of two parts in stores with different rules, one question is asked, in the words of the one that asks', async () => {
  await using hub = await open()
  await agreed(hub, 'MKT', 'ask')
  const { name, one, other } = await inTwoParts(hub)
  hub.shop.act(name, { do: 'move', fulfilmentOrder: numberOf(other), to: 'MKT' })
  await look(hub, 2)
  await makeReady(hub, other, market)
  await expire(hub)
  await itsTimeIsOver(hub)
  expect(inShopify(hub, name)).toEqual(notCancelled)
  const [question, ...others] = await openExceptions(hub)
  expect(others).toEqual([])
  expect(question).toMatchObject({ kind: 'pickup-not-collected' })
  expect(question?.sentence).not.toContain('Other parts of the order were still open')
  expect(question?.sentence).toMatch(/2 × Stoneware mug.*1 × Stoneware mug.*\(MKT\)/)
  for (const part of [one, other]) expect((await shown(hub, part))?.state).toBe('expired')
  hub.shop.cancelOrder(name)
  await look(hub, 2)
  expect(await kinds(hub)).toEqual([])
})

test('what an older version asked about a pickup is taken over', async () => {
  await using hub = await open()
  await agreed(hub, 'HAR', 'ask')
  const { pickup } = await expired(hub)
  // it asked about each pickup, and noted no parts
  await transaction(hub.db, tx =>
    tx
      .updateTable('exception')
      .set({ subject: pickup, evidence_json: '{"days":7,"reminders":[]}' })
      .execute(),
  )
  await transaction(hub.db, async tx => {
    const held = await readPickup(tx, pickup)
    if (held !== null) await decideNotCollected(tx, held, hub.world.clock.now())
  })
  expect(await kinds(hub)).toEqual(['pickup-not-collected'])
  await transaction(hub.db, tx =>
    tx
      .updateTable('exception')
      .set({ subject: pickup, evidence_json: '{"days":7,"reminders":[]}' })
      .execute(),
  )
  await press(hub, pickup, 'reopen', till, undefined, { reason: 'she is here' })
  expect(await kinds(hub)).toEqual([])
})
