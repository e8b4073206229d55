import { defineError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { type HubConfig, hubPaths, readHubConfig } from '../config.ts'
import { databaseMissing } from '../db/db.ts'
import { listWarehouses } from '../fleet/stores.ts'
import type { MappedStore } from '../shopify/examine-shop.ts'
import { type HubFolder, withDb } from './command-parts.ts'

export const shopNotSet = defineError(
  'SHOP_NOT_SET',
  () => 'No shop is set in hub.json. Connect one: tillbridge-hub shop connect SHOP --client-id ID.',
)

/** The shop of hub.json. @throws SHOP_NOT_SET, HUB_CONFIG_INVALID */
export function configuredShop(
  world: World,
  data: string,
): { readonly config: HubConfig; readonly shop: NonNullable<HubConfig['shopify']> } {
  const config = readHubConfig(world.files, hubPaths(data).config)
  if (config.shopify === undefined) throw shopNotSet({})
  return { config, shop: config.shopify }
}

/** Where Shopify should reach the hub. */
export function hubUrlOf({ publicUrl, host, port }: HubConfig): string {
  return (publicUrl ?? `http://${host}:${port}`).replace(/\/$/, '')
}

/** The warehouses that are mapped to locations; none while there is no database yet. */
export async function mappedStores(world: World, folder: HubFolder): Promise<readonly MappedStore[]> {
  try {
    const warehouses = await withDb(world, folder, listWarehouses)
    return warehouses.flatMap(({ store, code: warehouse, location_id: location }) =>
      location === null ? [] : [{ store, warehouse, location }],
    )
  } catch (error) {
    if (databaseMissing.is(error)) return []
    throw error
  }
}
