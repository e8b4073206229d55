import { Command } from 'commander'
import type { HubCommandParts } from './command-parts.ts'
import { shopAppCommand } from './shop-app.ts'
import { shopCheckCommand } from './shop-check.ts'
import { shopConnectCommand } from './shop-connect.ts'
import { shopLocationsCommand } from './shop-locations.ts'

export function shopCommand(parts: HubCommandParts): Command {
  return new Command('shop')
    .description('the Shopify shop that this hub works with')
    .addCommand(shopAppCommand(parts))
    .addCommand(shopConnectCommand(parts))
    .addCommand(shopCheckCommand(parts))
    .addCommand(shopLocationsCommand(parts))
}
