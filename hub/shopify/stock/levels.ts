import { z } from 'zod'
import type { ItemLevel } from '../../stock/shop-level.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { ITEM_LEVELS, ITEMS_AT_LOCATION, LOCATION_LEVELS } from '../api/documents.ts'
import { type List, page } from '../api/pages.ts'
import type { Lane } from '../api/throttle.ts'
import { type Failing, readApart } from '../read-apart.ts'

const names = ['available', 'on_hand', 'committed'] as const

/** A level as the queries ask for it. */
export const LevelAnswer = z.object({
  isActive: z.boolean(),
  quantities: z.array(
    z.object({
      name: z.enum(names),
      quantity: z.int32(),
      updatedAt: z.iso.datetime({ offset: true }).nullable(),
    }),
  ),
})

/** @param level null: the item has none there */
export function toLevel(tracked: boolean, level: z.infer<typeof LevelAnswer> | null): ItemLevel {
  const of = (name: (typeof names)[number]) => level?.quantities.find(quantity => quantity.name === name)
  const changedAt = (name: (typeof names)[number]) => {
    const at = of(name)?.updatedAt ?? null
    return at === null ? null : Date.parse(at)
  }
  return {
    tracked,
    active: level?.isActive ?? false,
    available: of('available')?.quantity ?? 0,
    onHand: of('on_hand')?.quantity ?? 0,
    committed: of('committed')?.quantity ?? 0,
    availableAt: changedAt('available'),
    onHandAt: changedAt('on_hand'),
    committedAt: changedAt('committed'),
  }
}

const Items = z.object({
  nodes: z.array(
    z.object({ id: z.string(), tracked: z.boolean(), inventoryLevel: LevelAnswer.nullable() }).nullable(),
  ),
})
const itemLevels: Operation<z.infer<typeof Items>> = {
  name: 'ItemLevels',
  capability: 'stock',
  document: ITEM_LEVELS,
  answer: Items,
  points: { fixed: 0, perRow: 5 },
}

/**
 * The levels of some inventory items at one location. An item that Shopify does not have is missing from the answer;
 * one without a level there has zeros. Throws as `ShopifyClient.read` does.
 */
export async function readItemLevels(
  client: ShopifyClient,
  location: string,
  items: readonly string[],
  lane: Lane,
): Promise<ReadonlyMap<string, ItemLevel>> {
  const found = new Map<string, ItemLevel>()
  for (let start = 0; start < items.length; ) {
    const ids = items.slice(start, start + client.rowsThatFit(itemLevels, 100))
    start += ids.length
    const { nodes } = await client.read(itemLevels, { ids, location }, lane)
    for (const node of nodes)
      if (node !== null) found.set(node.id, toLevel(node.tracked, node.inventoryLevel))
  }
  return found
}

/**
 * The levels of some items, as `readItemLevels` has them, without those that Shopify fails on.
 * @returns `failing`: why there is no level, by item; it says nothing about whether Shopify has the item
 */
export async function readLevelsApart(
  client: ShopifyClient,
  location: string,
  items: readonly string[],
  lane: Lane,
): Promise<{ readonly levels: ReadonlyMap<string, ItemLevel>; readonly failing: Failing }> {
  const levels = new Map<string, ItemLevel>()
  const failing = await readApart(client, items, async some => {
    for (const [item, level] of await readItemLevels(client, location, some, lane)) levels.set(item, level)
  })
  return { levels, failing }
}

const AtLocation = z.object({
  location: z
    .object({
      inventoryLevels: page(
        LevelAnswer.extend({ item: z.object({ id: z.string(), tracked: z.boolean() }) }).transform(level => ({
          item: level.item.id,
          level: toLevel(level.item.tracked, level),
        })),
      ),
    })
    .nullable(),
})

/** Every active level of a location. */
export const locationLevels: List<z.infer<typeof AtLocation>, { item: string; level: ItemLevel }> = {
  operation: {
    name: 'LocationLevels',
    capability: 'stock',
    document: LOCATION_LEVELS,
    answer: AtLocation,
    points: { fixed: 3, perRow: 5 },
  },
  pick: answer => answer.location?.inventoryLevels ?? null,
  lane: 'bulk',
  most: 250,
}

const ItemsAtLocation = z.object({
  location: z
    .object({
      inventoryLevels: page(
        z.object({ item: z.object({ id: z.string() }) }).transform(({ item: { id } }) => ({ id })),
      ),
    })
    .nullable(),
})

/** The items of the same list alone. */
const itemsAtLocation = {
  operation: {
    name: 'ItemsAtLocation',
    capability: 'stock',
    document: ITEMS_AT_LOCATION,
    answer: ItemsAtLocation,
    points: { fixed: 3, perRow: 2 },
  },
  pick: (answer: z.infer<typeof ItemsAtLocation>) => answer.location?.inventoryLevels ?? null,
} as const

/** How that list is read where Shopify fails on one of its levels. */
export function levelsApart(location: string) {
  return {
    ids: itemsAtLocation,
    nodes: itemLevels,
    given: { location },
    found: ({ nodes }: z.infer<typeof Items>) =>
      nodes.map(node =>
        node === null ? null : { item: node.id, level: toLevel(node.tracked, node.inventoryLevel) },
      ),
  }
}
