import { z } from 'zod'
import type { Scenario } from '../scenarios.ts'
import { type Scene, scene } from '../scene.ts'
import { TEE } from '../steps.ts'

/** Whether an item can be counted in Shopify. */
async function track(world: Scene, sku: string, tracked: boolean): Promise<void> {
  const Items = z.object({
    inventoryItems: z.object({ nodes: z.array(z.object({ id: z.string(), sku: z.string().nullable() })) }),
  })
  const found = Items.parse(await world.admin('{ inventoryItems(first: 50) { nodes { id sku } } }'))
  const id = found.inventoryItems.nodes.find(node => node.sku === sku)?.id
  const change = `mutation($id: ID!, $input: InventoryItemInput!) {
    inventoryItemUpdate(id: $id, input: $input) { userErrors { message } } }`
  const done = await world.admin(change, { id, input: { tracked } })
  if (!JSON.stringify(done).includes('"userErrors":[]'))
    throw new Error(`the item was not changed: ${JSON.stringify(done)}`)
}

export const itemScenarios: readonly Scenario[] = [
  {
    says: 'Sales after tracking was turned on reach Shopify, those before it do not',
    play: () =>
      scene(async world => {
        const sell = (units: number) => world.counter('S1').pos.sell([{ ...TEE, units }])
        await track(world, TEE.sku, false)
        sell(1)
        await world.minutes(5)
        await track(world, TEE.sku, true)
        const counted = world.truth.units('S1', TEE.sku)
        world.shop.shop().control('POST', '/sandbox/stock/count', { sku: TEE.sku, location: 'S1', counted })
        sell(3) // in the same second, before Shopify has told the hub
        await world.minutes(80)
        const [shelf, online] = [world.truth.units('S1', TEE.sku), world.online('S1', TEE.sku)]
        return shelf === online ? null : `${shelf} on the shelf, ${online} in Shopify`
      }),
  },
]
