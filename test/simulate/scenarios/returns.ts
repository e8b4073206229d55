import { transaction } from '../../../hub/db/db.ts'
import { describeToTills } from '../../../hub/fleet/stores.ts'
import { agree } from '../../../hub/stock/go-live.ts'
import { decideReturns } from '../../../hub/stock/same-returns.ts'
import type { Scenario } from '../scenarios.ts'
import { type Scene, scene } from '../scene.ts'
import { TEE, wrongOnline } from '../steps.ts'
import type { Order } from '../truth.ts'

/** It is agreed that the store takes orders back and pays for them. */
async function takesBack(world: Scene): Promise<void> {
  const now = world.universe.epoch + world.universe.time.elapsedMs()
  const terms = { returns: 'refund' } as const
  await world.settle(
    world.hub.look(db =>
      transaction(db, async tx => {
        await agree(tx, { store: 'S1', terms, by: 'Kim', why: 'asked for' }, now)
        await describeToTills(tx, 'S1', now)
      }),
    ),
  )
}

/** An order that was picked in S1, and whose customer is gone with the goods. */
async function collectedOrder(world: Scene, units: number): Promise<Order> {
  const order = await world.order('S1', TEE.sku, units)
  await world.minutes(2)
  await world.press('S1', 1, order, 'pick', 'finish')
  await world.minutes(1)
  await world.press('S1', 1, order, 'collect')
  order.state = 'collected'
  world.truth.moveUnits('S1', TEE.sku, -units)
  await world.minutes(2)
  return order
}

/** The customer brings the goods back: the till takes them, and the web shop refunds them into stock. */
async function broughtBack(world: Scene, units: number): Promise<Order> {
  const order = await collectedOrder(world, units)
  world.counter('S1').pos.sell([{ ...TEE, units: -units }])
  const lines = [{ line: TEE.sku, quantity: units }]
  world.shop.shop().act(order.name, { do: 'refund', lines, restock: 'RETURN', at: 'S1' })
  await world.minutes(60)
  return order
}

/** How far the first till's newest return is, and what Shopify has paid back. */
async function standing(world: Scene, order: Order): Promise<string> {
  const [view] = await world.settle(world.counter('S1').staff.returns())
  const { returns, money } = world.shop.shop().order(order.name)
  return `${view?.state ?? 'none'}, ${returns.length} in Shopify, ${money.refunded > 0 ? 'paid' : 'not paid'}`
}

const takeBack = (world: Scene, order: Order, units: number, key: string) =>
  world.settle(world.counter('S1').staff.takeBack(order.name, units, `ret_${key.padStart(16, '0')}`))

/** Nothing is asked, and every shelf is as Shopify and the ledger say. */
async function allInOrder(world: Scene): Promise<string | null> {
  const open = await world.exceptions()
  if (open.length > 0) return `Open: ${open.join(', ')}`
  return wrongOnline(world) ?? (await world.broken('shelves-agree', 'queues-empty'))
}

export const returnScenarios: readonly Scenario[] = [
  {
    says: 'What a till takes back is paid back by Shopify and on the shelf once, whatever is pressed twice',
    play: () =>
      scene(async world => {
        await takesBack(world)
        const order = await collectedOrder(world, 2)
        if ((await takeBack(world, order, 1, '1')) !== 'done') return 'It was not recorded'
        await takeBack(world, order, 1, '1')
        world.truth.moveUnits('S1', TEE.sku, 1)
        await world.minutes(30)
        const found = await standing(world, order)
        return found === 'done, 1 in Shopify, paid' ? allInOrder(world) : found
      }),
  },
  {
    says: 'What a till takes back without head office is carried out once when it is there again',
    play: () =>
      scene(async world => {
        await takesBack(world)
        const order = await collectedOrder(world, 2)
        await world.settle(world.hub.stop())
        await world.minutes(1)
        if ((await takeBack(world, order, 2, '2')) !== 'done') return 'It was not recorded'
        if ((await takeBack(world, order, 1, '3')) === 'done') return 'More came back than was handed over'
        world.truth.moveUnits('S1', TEE.sku, 2)
        world.hub.start()
        await world.minutes(30)
        const found = await standing(world, order)
        return found === 'done, 1 in Shopify, paid' ? allInOrder(world) : found
      }),
  },
  {
    says: 'Goods that the POS takes back and the web shop refunds are asked about, and go back on the shelf once',
    play: () =>
      scene(async world => {
        const order = await broughtBack(world, 2)
        const asked = await world.exceptions()
        const [question, ...others] = asked
        if (question?.startsWith('returned-twice:') !== true || others.length > 0)
          return `Open: ${asked.join(', ') || 'nothing'}`
        if (!question.includes(order.name)) return `${question} does not name ${order.name}`
        const now = world.universe.epoch + world.universe.time.elapsedMs()
        const decision = { store: 'S1', sku: TEE.sku, isSame: true, by: 'Kim', why: 'asked Ana', now }
        await world.settle(world.hub.look(db => transaction(db, tx => decideReturns(tx, decision))))
        await world.minutes(30)
        const left = await world.exceptions()
        if (left.length > 0) return `Still open: ${left.join(', ')}`
        return wrongOnline(world) ?? (await world.broken('shelves-agree', 'queues-empty'))
      }),
  },
]
