import type { Known } from '../known.ts'
import { type Scene, scene } from '../scene.ts'
import { TEE, wrongOnline } from '../steps.ts'
import type { Order } from '../truth.ts'

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
]
