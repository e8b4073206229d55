import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import { type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { longRun } from '../long-run.ts'
import { HttpProblem } from '../sandbox/shopify/http/messages.ts'
import type { OrderActionInput } from '../sandbox/shopify/orders/action-schema.ts'
import { bothSides, numberOf, press } from './at-the-till.ts'

const ordered = ['MUG-BLU', 'TOTE-NAT'] as const
const skus = [...ordered, 'LIN-SHIRT-M'] as const
const sku = fc.constantFrom(...skus)
const units = fc.integer({ min: 1, max: 2 })
const which = fc.nat(3)

/** What people do in Shopify, in the stores, and what befalls the hub meanwhile. */
const step = fc.oneof(
  fc.record({ do: fc.constant('fulfil' as const), which, sku, quantity: units }),
  fc.record({ do: fc.constant('cancel-fulfilment' as const), which }),
  fc.record({ do: fc.constant('move' as const), which, to: fc.constantFrom('HAR', 'MKT') }),
  fc.record({ do: fc.constant('split' as const), which, sku, quantity: fc.constant(1) }),
  fc.record({ do: fc.constant('refund' as const), sku, quantity: fc.constant(1) }),
  fc.record({ do: fc.constant('add' as const), sku, quantity: units }),
  fc.record({ do: fc.constant('set' as const), sku, quantity: fc.nat(3) }),
  fc.record({ do: fc.constantFrom('hold' as const, 'release' as const, 'cancel' as const) }),
  fc.record({
    do: fc.constant('press' as const),
    which,
    moves: fc.integer({ min: 1, max: 3 }),
    till: fc.constantFrom(0, 2),
  }),
  fc.record({
    do: fc.constantFrom('poll' as const, 'write' as const, 'restart' as const, 'lost-answer' as const),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What a step asks of Shopify's admin; null: it is of another kind. */
function asked(hub: ShopAndHub, name: string, one: Step): OrderActionInput | null {
  const { fulfillmentOrders, fulfillments } = hub.shop.order(name)
  const at = (list: readonly { readonly id: string }[], index: number) =>
    numberOf(list[index % list.length]?.id)
  switch (one.do) {
    case 'fulfil':
    case 'split': {
      const fulfilmentOrder = at(fulfillmentOrders, one.which)
      return { do: one.do, fulfilmentOrder, lines: [{ line: one.sku, quantity: one.quantity }] }
    }
    case 'cancel-fulfilment':
      return fulfillments.length === 0 ? null : { do: one.do, fulfilment: at(fulfillments, one.which) }
    case 'move':
      return { do: one.do, fulfilmentOrder: at(fulfillmentOrders, one.which), to: one.to }
    case 'refund':
      return { do: one.do, lines: [{ line: one.sku, quantity: one.quantity }], restock: 'CANCEL' }
    case 'add':
      return { do: 'edit', add: [{ sku: one.sku, quantity: one.quantity }] }
    case 'set':
      return { do: 'edit', set: [{ line: one.sku, quantity: one.quantity }] }
    case 'hold':
    case 'release':
    case 'cancel':
      return { do: one.do }
    default:
      return null
  }
}

/** The shop may refuse it: what is asked is drawn without looking. */
function tryTo(hub: ShopAndHub, name: string, action: OrderActionInput): void {
  try {
    hub.shop.act(name, action)
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.status !== 409) throw error
  }
}

async function play(hub: ShopAndHub, name: string, one: Step): Promise<void> {
  const action = asked(hub, name, one)
  if (action !== null) tryTo(hub, name, action)
  if (one.do === 'press') {
    const { fulfillmentOrders } = hub.shop.order(name)
    const pickup = fulfillmentOrders[one.which % fulfillmentOrders.length]?.id ?? ''
    const moves: StaffMove[] = ['pick', 'finish', 'collect']
    for (const move of moves.slice(0, one.moves)) await press(hub, pickup, move, tills[one.till])
  } else if (one.do === 'poll') {
    hub.advance(2_000)
    await hub.poll()
  } else if (one.do === 'write') await hub.write()
  else if (one.do === 'restart') await hub.restart()
  else if (one.do === 'lost-answer')
    hub.shop.faults.set({ kind: 'lost-answer', operation: 'fulfillmentCreate' })
}

async function settle(hub: ShopAndHub, name: string): Promise<void> {
  hub.shop.faults.clear()
  tryTo(hub, name, { do: 'release' })
  for (let time = 0; time < 4; time += 1) {
    hub.advance(2_000)
    await hub.poll()
    await hub.writeAll()
  }
}

test('whatever is done to an order in Shopify and at the tills, ledger and Shopify have the same units in each store', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 14 }),
      fc.constantFrom('leave-total' as const, 'stay-in-total' as const),
      fc.constantFrom('keep' as const, 'separate' as const, 'replace' as const),
      async (steps, removedUnits, editFulfillmentOrders) => {
        await using hub = await shopAndHub()
        await hub.sync()
        hub.shop.switches.turn({ moveStarted: 'allow', removedUnits, editFulfillmentOrders })
        const lines = ordered.map(one => ({ sku: one, quantity: 2 }))
        const { name } = hub.shop.createOrder({ location: 'HAR', lines, customer: { name: 'Ada' } })
        await hub.poll()
        for (const one of steps) await play(hub, name, one)
        await settle(hub, name)
        for (const one of skus) {
          const { shopify, ledger } = await bothSides(hub, one)
          expect([one, ledger]).toEqual([one, shopify])
        }
      },
    ),
    longRun(8),
  ))
