import { z } from 'zod'
import type { World } from '../../../shared/world.ts'
import { openShopifyClient, type ShopifyClient } from '../api/client.ts'
import { SHOP } from '../api/documents.ts'
import { type ShopSettings, shopDefaults } from '../shop-settings.ts'
import { readLocations } from './locations.ts'

/** What a store's settings are compared with. */
export interface ShopFacts {
  /** ISO 4217 */
  readonly currency: string
  readonly locations: readonly { readonly id: string; readonly name: string; readonly isActive: boolean }[]
}

/** A shop as a command asks it: once, and without waiting for long. */
export type AskedShop = Pick<ShopSettings, 'domain' | 'access'>

/** @throws SHOP_DOMAIN_REFUSED */
export function openAskingClient(settings: AskedShop, world: World): ShopifyClient {
  return openShopifyClient({
    settings: { ...shopDefaults, ...settings, webhookSecrets: () => [], readAttempts: 2 },
    world,
    onChange() {},
  })
}

const Answer = z.object({ shop: z.object({ currencyCode: z.string() }) })

/**
 * Asks Shopify once for the shop's currency and its locations.
 * @throws SHOP_DOMAIN_REFUSED, and as `ShopifyClient.read`
 */
export async function readShopFacts(settings: AskedShop, world: World): Promise<ShopFacts> {
  using client = openAskingClient(settings, world)
  const operation = { name: 'Shop', document: SHOP, answer: Answer, points: { fixed: 1, perRow: 0 } }
  const { shop } = await client.read(operation, {}, 'read')
  return { currency: shop.currencyCode, locations: await readLocations(client) }
}
