import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { leaveUnanswered } from '../../hub/pickups/customer-choice/unanswered.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { openExceptions, type ShopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, press, shown } from './at-the-till.ts'
import {
  answer,
  asked,
  askingShop,
  atMarket,
  goOn,
  held,
  heldPart,
  look,
  money,
  mug,
  onlyQuestion,
  parts,
  sentence,
} from './customer-asked.ts'

const [harbour, , market] = tills
const MINUTE_MS = 60_000
const moved = { at: 'MKT', status: 'OPEN', units: [1] }
const rest = { at: 'HAR', status: 'IN_PROGRESS', units: [1] }

const nothing = { refunds: 0, minor: 0 }
const once = { refunds: 1, minor: 1_690 }
const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

test('the store that the customer chose prepares the items, and nothing is asked any more', async () => {
  await using hub = await askingShop()
  const { name, pickup, id } = await asked(hub)
  expect((await answer(hub, id, `move:${atMarket}`)).is).toBe('noted')
  expect((await shown(hub, pickup))?.asked?.chosen).toMatchObject({ choice: 'move', state: 'under-way' })
  expect(await sentence(hub)).toContain('The hub is carrying it out.')
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, moved])
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'done', location: atMarket })
  expect(await openExceptions(hub)).toEqual([])
  const part = hub.shop.order(name).fulfillmentOrders.find(({ location }) => location === 'MKT')?.id ?? ''
  expect(await shown(hub, part)).toMatchObject({ state: 'received', asked: null })
  await press(hub, part, 'pick', market)
  await press(hub, part, 'finish', market)
  await look(hub)
  await press(hub, part, 'collect', market)
  await press(hub, pickup, 'collect', harbour)
  for (let again = 0; again < 2; again += 1) await look(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
})

const calls = ['fulfillmentOrderReleaseHold', 'fulfillmentOrderMove'] as const
test.each(
  calls.flatMap(call =>
    (['lost-answer', 'lost-request', 'http-5xx'] as const).map(kind => [kind, call] as const),
  ),
)('%s of %s, and a restart: the items move once', async (kind, operation) => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, `move:${atMarket}`)
  hub.shop.faults.set({ kind, operation })
  await hub.write()
  await hub.restart()
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, moved])
  expect((await onlyQuestion(hub)).state).toBe('done')
  expect(await openExceptions(hub)).toEqual([])
})

test('a store that has sold them meanwhile is not offered, and not moved to', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const sellAll = async () => {
    hub.shop.createOrder({ location: 'MKT', lines: [{ sku: mug, quantity: 160 }], customer: { name: 'Bo' } })
    await hub.poll()
  }
  await answer(hub, id, `move:${atMarket}`)
  await sellAll()
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, held])
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'move', state: 'left' })
  expect(await sentence(hub)).toContain('The store no longer has them free')
})

test('another hold than the hub’s is left on, and head office is asked', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.shop.act(name, { do: 'hold' })
  await answer(hub, id, `move:${atMarket}`)
  await goOn(hub)
  expect(parts(hub, name).map(({ at, status }) => [at, status])).toContainEqual(['HAR', 'ON_HOLD'])
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
  expect(await sentence(hub)).toContain('hold')
})

test('cancelled items are paid back once to the original payment, and leave nothing promised', async () => {
  await using hub = await askingShop()
  const { name, pickup, id } = await asked(hub)
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(once)
  expect(parts(hub, name)).toEqual([rest])
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'done' })
  expect(await openExceptions(hub)).toEqual([])
  expect((await shown(hub, pickup))?.asked?.chosen).toEqual({ choice: 'cancel', to: null, state: 'done' })
  await press(hub, pickup, 'collect', harbour)
  for (let again = 0; again < 2; again += 1) await look(hub)
  const { shopify, ledger } = await bothSides(hub, mug)
  expect(ledger).toEqual(shopify)
})

test.each([
  ['lost-answer', 'kept'],
  ['lost-request', 'kept'],
  ['http-5xx', 'kept'],
  ['lost-answer', 'ignored'],
  ['lost-request', 'ignored'],
] as const)('%s of the refund, a restart, and keys %s: the money goes back once', async (kind, keys) => {
  await using hub = await askingShop()
  hub.shop.switches.turn({ idempotencyKeys: keys })
  const { name, id } = await asked(hub)
  await answer(hub, id, 'cancel')
  hub.shop.faults.set({ kind, operation: 'refundCreate' })
  await hub.write()
  await hub.restart()
  await goOn(hub, 6)
  expect(money(hub, name)).toEqual(once)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'done' })
  expect(await openExceptions(hub)).toEqual([])
})

test('a hub that was put back to before the choice pays nothing back a second time, and asks nothing', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await hub.backUp()
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(once)
  await hub.putBack()
  expect((await onlyQuestion(hub)).state).toBe('open')
  await answer(hub, id, 'cancel')
  await goOn(hub, 6)
  expect(money(hub, name)).toEqual(once)
  expect(await kinds(hub)).not.toContain('pickup-short')
})

/** Why money does not go back on its own: what happens before the customer chooses, and what head office reads. */
const doubts: readonly [string, (hub: ShopAndHub, name: string) => void, RegExp][] = [
  [
    'some money was paid back before',
    (hub, name) => hub.shop.act(name, { do: 'refund', lines: [], minor: 100 }),
    /paid back before/,
  ],
  ['someone else holds them', (hub, name) => hub.shop.act(name, { do: 'hold' }), /hold/],
  [
    'the hold was released',
    (hub, name) => hub.shop.act(name, { do: 'release' }),
    /not in Shopify as they were/,
  ],
]
test.each(doubts)('%s: nothing is paid back, and head office is asked', async (_, happens, reads) => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  happens(hub, name)
  const before = money(hub, name)
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(before)
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
  expect(await sentence(hub)).toMatch(reads)
})

test('a line of which another unit is still to be handed over is left to head office', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub, { mugs: 2, found: 1 })
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect(await sentence(hub)).toContain('Other units of an item are still to be handed over')
})

test('staff who find the items before the money goes back keep it, and head office is asked', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = hub.shop.order(name).fulfillmentOrders.find(({ status }) => status === 'ON_HOLD')?.id ?? ''
  await answer(hub, id, 'cancel')
  await press(hub, part, 'pick')
  await press(hub, part, 'finish')
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
  expect(await sentence(hub)).toContain('The store has found')
  expect((await shown(hub, part))?.asked?.chosen).toMatchObject({ choice: 'cancel', state: 'left' })
  await hub.poll()
  expect(await kinds(hub)).toContain('pickup-short')
  hub.shop.act(name, { do: 'release' })
  for (let again = 0; again < 3; again += 1) {
    hub.advance(15 * MINUTE_MS)
    await look(hub)
  }
  await press(hub, part, 'collect')
  for (let again = 0; again < 2; again += 1) await look(hub)
  expect(await kinds(hub)).not.toContain('pickup-short')
})

test('items that staff found after the customer chose another store stay, and head office is asked', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = heldPart(hub, name)
  await answer(hub, id, `move:${atMarket}`)
  await press(hub, part, 'pick')
  await press(hub, part, 'finish')
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, held])
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'move', state: 'left' })
  expect(await sentence(hub)).toContain('The store has found')
})

test('items that staff found while the hub was between release and move stay', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = heldPart(hub, name)
  await answer(hub, id, `move:${atMarket}`)
  hub.shop.faults.set({ kind: 'lost-request', operation: 'fulfillmentOrderMove' })
  await hub.write()
  await press(hub, part, 'pick')
  await press(hub, part, 'finish')
  await goOn(hub)
  expect(parts(hub, name).map(({ at }) => at)).toEqual(['HAR', 'HAR'])
  expect(parts(hub, name).map(({ status }) => status)).not.toContain('ON_HOLD')
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
})

test.each([`move:${atMarket}`, 'cancel'])(
  'a hold that head office released is not put back, and %s is left to it',
  async text => {
    await using hub = await askingShop()
    const { name, id } = await asked(hub)
    hub.shop.act(name, { do: 'release' })
    await look(hub)
    hub.shop.createOrder({ location: 'MKT', lines: [{ sku: mug, quantity: 1 }], customer: { name: 'Bo' } })
    expect((await answer(hub, id, text)).is).toBe('noted')
    await goOn(hub)
    expect(parts(hub, name)).toEqual([rest, { ...held, status: 'OPEN' }])
    expect(money(hub, name)).toEqual(nothing)
    expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
    expect(await kinds(hub)).toContain('pickup-short')
  },
)

/** How the items of an order are taken off it without money. */
const takenOff: readonly [string, Parameters<ShopAndHub['shop']['act']>[1]][] = [
  ['cancelled', { do: 'cancel', refund: false }],
  ['edited away', { do: 'edit', set: [{ line: mug, quantity: 0 }] }],
  [
    'refunded without money',
    { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL', minor: 0 },
  ],
]
test.each(takenOff)(
  'items that were %s after the customer chose their money back are told to head office',
  async (_, act) => {
    await using hub = await askingShop()
    const { name, id } = await asked(hub)
    await answer(hub, id, 'cancel')
    hub.shop.act(name, act)
    await hub.poll()
    await goOn(hub)
    expect(money(hub, name).minor).toBe(0)
    expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
    expect(await sentence(hub)).toContain('no money of the order was paid back')
    for (let again = 0; again < 2; again += 1) await hub.poll()
    expect(await kinds(hub)).toContain('pickup-short')
  },
)

test('a hub that was put back after the customer was asked leaves their choice to head office', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await hub.backUp()
  await answer(hub, id, 'deliver')
  await hub.putBack()
  expect((await answer(hub, id, 'cancel')).is).toBe('noted')
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect(await sentence(hub)).toContain('was put back to a backup')
})

test('head office is told once the customer has not chosen in time, and no till shows the link any more', async () => {
  await using hub = await askingShop()
  const { name, pickup, id } = await asked(hub)
  const { expires_at: until } = await onlyQuestion(hub)
  expect(await leaveUnanswered(hub.db, until - 1)).toEqual(new Set())
  expect((await onlyQuestion(hub)).state).toBe('open')
  expect(await leaveUnanswered(hub.db, until)).toEqual(new Set(['HAR']))
  expect(await onlyQuestion(hub)).toMatchObject({ choice: null, state: 'left' })
  expect((await shown(hub, pickup))?.asked).toBeNull()
  expect((await answer(hub, id, 'cancel')).is).toBe('answered')
  expect(await sentence(hub)).toContain('has not chosen; their link has expired')
  hub.shop.act(name, { do: 'edit', set: [{ line: mug, quantity: 0 }] })
  hub.advance(2_000)
  await hub.poll()
  expect(await kinds(hub)).not.toContain('pickup-short')
})

test('while a till is not heard nothing moves; after a day head office is asked', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.hear([market.device])
  await answer(hub, id, `move:${atMarket}`)
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, held])
  expect((await onlyQuestion(hub)).state).toBe('chosen')
  hub.advance(24 * 3_600_000)
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, held])
  expect(await sentence(hub)).toContain('tills')
})

test.each([`move:${atMarket}`, 'cancel'])(
  'once customers are not to be asked any more, %s is left to head office',
  async text => {
    await using hub = await askingShop()
    const { name, id } = await asked(hub)
    const terms = { shortLines: 'hold' } as const
    await transaction(hub.db, tx =>
      agree(tx, { store: 'HAR', terms, by: 'Kim', why: 'test' }, hub.world.clock.now()),
    )
    await answer(hub, id, text)
    await goOn(hub)
    expect(parts(hub, name)).toEqual([rest, held])
    expect(money(hub, name)).toEqual(nothing)
    expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
    expect(await sentence(hub)).toContain('not agreed any more')
  },
)

test.each([`move:${atMarket}`, 'cancel'])('reads that fail for a day leave %s to head office', async text => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, text)
  for (let hours = 0; hours <= 26; hours += 2) {
    for (const operation of ['order', 'fulfillmentOrder'] as const)
      hub.shop.faults.set({ kind: 'http-5xx', operation, times: 50 })
    await hub.write()
    hub.advance(2 * 3_600_000)
  }
  expect(money(hub, name)).toEqual(nothing)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
  expect(await sentence(hub)).toContain('Shopify has not done it for a day')
})

test('while a till is not heard nothing is paid back; after a day head office is asked', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.hear([market.device])
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect((await onlyQuestion(hub)).state).toBe('chosen')
  hub.advance(24 * 3_600_000)
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect(await sentence(hub)).toContain('tills')
})

test('an app that may not refund leaves it to head office', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  hub.shop.app.changeScopes([
    'read_orders',
    'read_merchant_managed_fulfillment_orders',
    'write_merchant_managed_fulfillment_orders',
    'read_products',
    'read_inventory',
    'write_inventory',
    'read_locations',
  ])
  await answer(hub, id, 'cancel')
  await goOn(hub)
  expect(money(hub, name)).toEqual(nothing)
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'left' })
})

test.each([
  ['cancel', []],
  [`move:${atMarket}`, [moved]],
] as const)('%s goes on while staff look for the items again and report them missing', async (text, now) => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  const part = heldPart(hub, name)
  await answer(hub, id, text)
  await press(hub, part, 'reopen', harbour, undefined, { reason: 'I look again' })
  await press(hub, part, 'miss', harbour)
  expect(await sentence(hub)).toMatch(/^1 × .*The hub is carrying it out\.$/)
  await goOn(hub)
  expect(parts(hub, name)).toEqual([rest, ...now])
  expect(await onlyQuestion(hub)).toMatchObject({ state: 'done' })
  expect(await openExceptions(hub)).toEqual([])
})

test('items that went back to a customer in another way than they chose are told to head office', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, `move:${atMarket}`)
  hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
  await hub.poll()
  await goOn(hub)
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'move', state: 'left' })
  expect(await sentence(hub)).toContain('not open at the store any more')
})

test('money that others paid back for the items after the customer chose it is for a person to compare', async () => {
  await using hub = await askingShop()
  const { name, id } = await asked(hub)
  await answer(hub, id, 'cancel')
  hub.shop.act(name, { do: 'refund', lines: [{ line: mug, quantity: 1 }], restock: 'CANCEL' })
  await hub.poll()
  await goOn(hub)
  expect(await onlyQuestion(hub)).toMatchObject({ choice: 'cancel', state: 'left' })
  expect(await sentence(hub)).toContain('Whether it was for them, the hub can’t tell')
})
