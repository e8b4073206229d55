import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSandboxShopify, type SandboxShop } from '../sandbox/shopify/open.ts'
import type { OrderActionInput } from '../sandbox/shopify/orders/action-schema.ts'
import { accessToken, clientSecret, handClock, smallShop } from './harness.ts'

/**
 * Random lives of orders. After each step, for each order and item: goods are on a shelf, promised, with a
 * customer or lost, and nowhere twice; money adds up; nothing is below zero.
 */

const skus = ['MUG-BLU', 'MUG-OAT', 'PLATE'] as const
type Sku = (typeof skus)[number]
const prices: Readonly<Record<string, number>> = { 'MUG-BLU': 1690, 'MUG-OAT': 1690, PLATE: 2800 }
const places = ['HAR', 'MKT'] as const

const whats = [
  ...(['pay', 'part-payment', 'more', 'fewer', 'fewer-lost', 'add'] as const),
  ...(['refund-open', 'refund-return', 'refund-lost', 'refund-no-money', 'goodwill'] as const),
  ...(['fulfil', 'fulfil-part', 'unfulfil', 'cancel', 'cancel-lost'] as const),
  ...(['move', 'move-part', 'split', 'merge', 'hold', 'release', 'ready', 'close'] as const),
  ...([
    'return',
    'ask',
    'approve',
    'decline',
    'take',
    'take-damaged',
    'close-return',
    'cancel-return',
  ] as const),
]

const place = fc.constantFrom(...places)
const line = fc.record({
  sku: fc.constantFrom(...skus),
  quantity: fc.integer({ min: 1, max: 3 }),
  to: fc.constantFrom('HAR', 'MKT', 'ship'),
})
const small = fc.nat(7)
const placing = fc.record({
  kind: fc.constant('order' as const),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  payment: fc.constantFrom('paid' as const, 'pending' as const, 'authorized' as const, { part: 1000 }),
  discount: fc.constantFrom(0, 0, 333),
  tip: fc.constantFrom(undefined, 200),
  giftCard: fc.constantFrom(undefined, undefined, 2500),
})
const acting = fc.record({
  kind: fc.constant('act' as const),
  what: fc.constantFrom(
    ...whats,
    ...whats.filter(what => !what.startsWith('cancel')),
    'fulfil',
    'return',
    'return',
    'ask',
    'ask',
    'decline',
    'take',
  ),
  order: fc.nat(1),
  pick: small,
  units: fc.integer({ min: 1, max: 3 }),
  at: place,
})
const step = fc.oneof({ weight: 1, arbitrary: placing }, { weight: 14, arbitrary: acting })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Act = Extract<Step, { readonly kind: 'act' }>
type OrderView = ReturnType<SandboxShop['order']>

/** What a step says, for an order as it is; undefined when there is nothing to do it to. */
function actionOf({ what, pick, units, at }: Act, order: OrderView): OrderActionInput | undefined {
  const one = <T>(list: readonly T[]): T | undefined => list[pick % Math.max(1, list.length)]
  const number = (gid: string | undefined): number => Number(gid?.split('/').at(-1))
  const goods = one(order.lines.filter(({ sku }) => sku !== null))
  const held = one(order.fulfillmentOrders.filter(({ status }) => status !== 'CLOSED'))
  const fulfilmentOrder = number(held?.id)
  const lines = [{ line: goods?.id ?? 0, quantity: units }]
  const heldLine = held === undefined ? undefined : one(held.lines)
  const part = [{ line: heldLine?.sku ?? 0, quantity: units }]
  const back = (status: string): number => one(order.returns.filter(held => held.status === status))?.id ?? 0
  const fewer = [{ line: goods?.id ?? 0, quantity: Math.max(0, (goods?.currentQuantity ?? 0) - units) }]
  switch (what) {
    case 'pay':
      return { do: 'pay' }
    case 'part-payment':
      return { do: 'pay', minor: 100 * units }
    case 'more':
      return { do: 'edit', set: [{ line: goods?.id ?? 0, quantity: (goods?.currentQuantity ?? 0) + units }] }
    case 'fewer':
      return { do: 'edit', set: fewer, restock: true }
    case 'fewer-lost':
      return { do: 'edit', set: fewer, restock: false }
    case 'add':
      return { do: 'edit', add: [{ sku: skus[pick % skus.length] ?? 'PLATE', quantity: units }] }
    case 'refund-open':
      return { do: 'refund', lines, restock: 'CANCEL', shipping: pick === 0 }
    case 'refund-return':
      return { do: 'refund', lines, restock: 'RETURN', at }
    case 'refund-lost':
      return { do: 'refund', lines }
    case 'refund-no-money':
      return { do: 'refund', lines, restock: 'CANCEL', minor: 0 }
    case 'goodwill':
      return { do: 'refund', minor: 50 * units }
    case 'fulfil':
      return { do: 'fulfil' }
    case 'fulfil-part':
      return { do: 'fulfil', fulfilmentOrder, lines: part }
    case 'unfulfil':
      return { do: 'cancel-fulfilment', fulfilment: number(one(order.fulfillments)?.id) }
    case 'cancel':
      return { do: 'cancel', refund: pick % 2 === 0 }
    case 'cancel-lost':
      return { do: 'cancel', restock: false }
    case 'move':
      return { do: 'move', fulfilmentOrder, to: at }
    case 'move-part':
      return { do: 'move', fulfilmentOrder, to: at, lines: part }
    case 'split':
      return { do: 'split', fulfilmentOrder, lines: part }
    case 'merge': {
      const all = order.fulfillmentOrders.map(({ id }) => number(id))
      return {
        do: 'merge',
        fulfilmentOrders: [fulfilmentOrder, one(all.filter(id => id !== fulfilmentOrder)) ?? 0],
      }
    }
    case 'hold':
      return { do: 'hold', fulfilmentOrder }
    case 'release':
      return { do: 'release' }
    case 'ready':
      return { do: 'ready' }
    case 'close':
      return { do: 'close', fulfilmentOrder }
    case 'return':
      return { do: 'open-return', lines }
    case 'ask':
      return { do: 'ask-return', lines }
    case 'approve':
      return { do: 'approve-return', return: back('REQUESTED') }
    case 'decline':
      return { do: 'decline-return', return: back('REQUESTED') }
    case 'take':
      return { do: 'take-return', return: back('OPEN'), disposition: 'RESTOCKED', at, refund: pick % 2 === 0 }
    case 'take-damaged':
      return { do: 'take-return', return: back('OPEN'), disposition: 'NOT_RESTOCKED' }
    case 'close-return':
      return { do: 'close-return', return: back('OPEN') }
    case 'cancel-return':
      return { do: 'cancel-return', return: back('OPEN') }
  }
}

/** What has to come first where the order is not that far: a return needs goods that were handed over, and so on. */
function leadingTo(what: Act['what'], order: OrderView): Act['what'] {
  const has = (status: string): boolean => order.returns.some(one => one.status === status)
  const handedOver = skus.some(sku => fulfilledUnits(order, sku) > returnedUnits(order, sku))
  if ((what === 'approve' || what === 'decline') && !has('REQUESTED')) return leadingTo('ask', order)
  const onOpen = ['take', 'take-damaged', 'close-return', 'cancel-return'].includes(what)
  if (onOpen && !has('OPEN')) return leadingTo(has('REQUESTED') ? 'approve' : 'return', order)
  return ['ask', 'return', 'refund-return'].includes(what) && !handedOver ? 'fulfil' : what
}

const isOpen = (status: string): boolean => status !== 'CLOSED' && status !== 'CANCELLED'

/** Units of an item that an order still has to hand over. */
function open(order: OrderView, sku: string): number {
  return order.fulfillmentOrders
    .filter(({ status }) => isOpen(status))
    .flatMap(({ lines }) => lines)
    .filter(one => one.sku === sku)
    .reduce((sum, one) => sum + one.remaining, 0)
}

function total<T>(list: readonly T[], amount: (one: T) => number): number {
  return list.reduce((sum, one) => sum + amount(one), 0)
}

function returnedUnits(order: OrderView, sku: string): number {
  return total(
    order.lines.filter(one => one.sku === sku),
    one => one.returned,
  )
}

/** What the test itself knows of the goods, apart from the shop: units gone for good, and units back on a shelf. */
class Goods {
  readonly lost = new Map<string, number>()
  readonly back = new Map<string, number>()

  /** Books what an action that was carried out did to the goods. */
  book({ what }: Act, before: OrderView, after: OrderView): void {
    for (const sku of skus) {
      if (what === 'fewer-lost' || what === 'cancel-lost' || what === 'refund-lost')
        this.add(this.lost, sku, open(before, sku) - open(after, sku))
      if (what === 'take' || what === 'refund-return')
        this.add(this.back, sku, returnedUnits(after, sku) - returnedUnits(before, sku))
    }
  }

  private add(map: Map<string, number>, sku: string, units: number): void {
    map.set(sku, (map.get(sku) ?? 0) + units)
  }
}

type Levels = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>

function checkStock(levels: Levels, first: Levels, orders: readonly OrderView[], goods: Goods): void {
  const onHand = (state: Levels, sku: Sku): number =>
    total(places, at => {
      const { incoming: _, isActive: __, on_hand: ___, ...states } = state[sku]?.[at] ?? {}
      return total(Object.values(states), one => one)
    })
  for (const sku of skus) {
    for (const at of places) {
      const promised = total(
        orders
          .flatMap(order => order.fulfillmentOrders)
          .filter(one => one.location === at && isOpen(one.status)),
        one => total(one.lines, of => (of.sku === sku ? of.remaining : 0)),
      )
      expect(levels[sku]?.[at]?.['committed'] ?? 0, `${sku} committed at ${at}`).toBe(promised)
    }
    const withCustomers = total(orders, order => fulfilledUnits(order, sku))
    const gone = withCustomers + (goods.lost.get(sku) ?? 0) - (goods.back.get(sku) ?? 0)
    expect(onHand(first, sku) - onHand(levels, sku), `${sku} that left the shelves`).toBe(gone)
  }
}

/** Units that were handed over and not taken back by cancelling the fulfilment, returned ones included. */
function fulfilledUnits(order: OrderView, sku: string): number {
  return (
    total(
      order.lines.filter(one => one.sku === sku),
      one => one.currentQuantity + one.returned,
    ) - open(order, sku)
  )
}

function checkOrder(order: OrderView, discount: number, extras: number): void {
  const { received, refunded, outstanding, total: owedInAll } = order.money
  expect(received - refunded + outstanding, `${order.name}: paid, refunded, outstanding`).toBe(owedInAll)
  expect(refunded, `${order.name} refunds no more than it received`).toBeLessThanOrEqual(received)
  for (const one of order.fulfillmentOrders.flatMap(({ lines }) => lines)) {
    expect(one.remaining).toBeGreaterThanOrEqual(0)
    expect(one.total).toBeGreaterThanOrEqual(one.remaining)
  }
  for (const one of order.lines) {
    expect(one.currentQuantity).toBeGreaterThanOrEqual(0)
    expect(one.returned).toBeGreaterThanOrEqual(0)
    expect(one.currentQuantity + one.returned, `${order.name}: units of a line`).toBeLessThanOrEqual(
      one.quantity,
    )
  }
  const handedOver = total(
    order.fulfillments.filter(({ status }) => status === 'SUCCESS'),
    one => total(one.lines, units => units),
  )
  const goodsOver = total(skus, sku => fulfilledUnits(order, sku))
  expect(handedOver - goodsOver, `${order.name}: gift cards at most`).toBeGreaterThanOrEqual(0)
  expect(handedOver - goodsOver).toBeLessThanOrEqual(1)
  const goods = total(order.lines, one => one.currentQuantity * (prices[one.sku ?? ''] ?? 0))
  const wholly = order.refunds.length === 0 && order.lines.every(one => one.currentQuantity === one.quantity)
  if (wholly)
    expect(owedInAll, `${order.name}: an untouched order costs its lines`).toBe(goods + extras - discount)
}

function openTestShop(switches: object) {
  return openSandboxShopify(
    { seed: smallShop, accessToken, clientSecret, ...switches },
    {
      clock: handClock(),
      timers: { after: () => () => undefined, soon: () => () => undefined },
      random: { bytes: count => new Uint8Array(count) },
      fetch: () => Promise.reject(new Error('No webhook is subscribed')),
    },
  )
}

interface Placed {
  readonly discount: number
  readonly extras: number
}

function place1(
  shop: SandboxShop,
  wanted: Extract<Step, { readonly kind: 'order' }>,
): readonly [string, Placed] {
  const { lines, payment, discount, tip, giftCard } = wanted
  const order = shop.createOrder({
    lines,
    payment,
    oversell: true,
    discount: { code: 'WELCOME', minor: discount },
    tipMinor: tip,
    giftCardsMinor: giftCard === undefined ? [] : [giftCard],
    customer: { name: 'Ada Lovelace' },
  })
  const ships = lines.some(({ to }) => to === 'ship')
  const value = total(lines, one => one.quantity * (prices[one.sku] ?? 0))
  const extras = (tip ?? 0) + (giftCard ?? 0) + (ships ? 490 : 0)
  return [order.name, { discount: Math.min(discount, value), extras }]
}

const refusals = new Set(['HttpProblem', 'ActionRefused', 'OutOfStock'])
const lives = fc
  .tuple(placing, fc.array(step, { minLength: 30, maxLength: 45, size: 'max' }))
  .map(([first, rest]) => [first, ...rest])

async function live(steps: readonly Step[], switches: object, done: Map<string, number>): Promise<void> {
  await using shop = openTestShop(switches)
  const first = shop.state().levels as Levels
  const goods = new Goods()
  const placed = new Map<string, Placed>()
  for (const one of steps) {
    if (one.kind === 'order') placed.set(...place1(shop, one))
    else act(shop, one, [...placed.keys()], goods, done)
    const state = shop.state()
    checkStock(state.levels as Levels, first, state.orders, goods)
    for (const order of state.orders) {
      const { discount = 0, extras = 0 } = placed.get(order.name) ?? {}
      checkOrder(order, discount, extras)
    }
  }
}

function act(
  shop: SandboxShop,
  wanted: Act,
  names: readonly string[],
  goods: Goods,
  done: Map<string, number>,
): void {
  const name = names.at(-1 - (wanted.order % Math.max(1, names.length)))
  if (name === undefined) return
  const before = shop.order(name)
  const step = { ...wanted, what: leadingTo(wanted.what, before) }
  const action = actionOf(step, before)
  if (action === undefined) return
  try {
    goods.book(step, before, shop.act(name, action))
    done.set(step.what, (done.get(step.what) ?? 0) + 1)
  } catch (error) {
    if (!(error instanceof Error && refusals.has(error.name))) throw error
    expect(shop.order(name), 'what was refused changed nothing').toEqual(before)
  }
}

const worlds = [
  { moveStarted: 'allow' },
  { editFulfillmentOrders: 'separate', removedUnits: 'stay-in-total' },
  { editFulfillmentOrders: 'replace', refundShortfall: 'owed' },
] as const

test('goods and money add up through any life of an order', async () => {
  const done = new Map<string, number>()
  for (const switches of worlds) {
    await fc.assert(
      fc.asyncProperty(lives, steps => live(steps, switches, done)),
      { numRuns: 50, seed: 12 },
    )
  }
  // A kind of action that is always refused would prove nothing.
  expect(whats.filter(what => !done.has(what))).toEqual([])
})
