import type { Known } from '../known.ts'
import { type Scene, scene } from '../scene.ts'
import { TEE, wrongOnline } from '../steps.ts'
import type { Order } from '../truth.ts'

const DAY_MS = 86_400_000

/** What the till of S1 shows of an order. */
const shownAtS1 = (world: Scene, order: Order) => world.settle(world.counter('S1').staff.shows(order.name))

/** An order that is ready to be collected in S1. */
async function readyOrder(world: Scene, units: number): Promise<Order> {
  const order = await world.order('S1', TEE.sku, units)
  await world.minutes(2)
  await world.press('S1', 1, order, 'pick', 'finish')
  await world.minutes(1)
  return order
}

/** The same, with its customer gone with the goods. */
async function collectedOrder(world: Scene, units: number): Promise<Order> {
  const order = await readyOrder(world, units)
  await world.press('S1', 1, order, 'collect')
  order.state = 'collected'
  world.truth.moveUnits('S1', TEE.sku, -units)
  await world.minutes(2)
  return order
}

export const orderKnown: readonly Known[] = [
  {
    finding: 'shopify-22',
    says: 'Goods that the POS takes back and the web shop refunds go back on the shelf once',
    scenario: () =>
      scene(async world => {
        const order = await collectedOrder(world, 2)
        world.counter('S1').pos.sell([{ ...TEE, units: -2 }])
        const lines = [{ line: TEE.sku, quantity: 2 }]
        world.shop.shop().act(order.name, { do: 'refund', lines, restock: 'RETURN', at: 'S1' })
        await world.minutes(60)
        return wrongOnline(world) // level-variance names it; it should not happen
      }),
  },
  {
    finding: 'shopify-34',
    says: 'An order that is not collected for two months ends, or an exception names it',
    scenario: () =>
      scene(async world => {
        const order = await readyOrder(world, 1)
        world.universe.time.skip(62 * DAY_MS)
        await world.minutes(10)
        const isNamed = (await world.exceptions()).some(text => text.includes(order.name))
        const shown = await shownAtS1(world, order)
        return shown?.state === 'ready' && !isNamed
          ? 'Two months later the till still shows it as ready'
          : null
      }),
  },
]
