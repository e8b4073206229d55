import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { appConfiguration } from '../shopify/app-configuration.ts'
import { type HubCommandParts, type HubFolder, hubFolderOption } from './command-parts.ts'
import { hubUrlOf } from './configured-shop.ts'

interface Options extends HubFolder {
  readonly clientId?: string
  readonly refunds?: boolean
}

export function shopAppCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'app',
    'print the app’s configuration for Shopify (shopify.app.toml): scopes, addresses, privacy webhooks',
  )
    .option('--client-id <id>', 'the app’s client id in the Dev Dashboard (default: from hub.json)')
    .option(
      '--refunds',
      'with the scope write_orders, which a contract with --not-collected refund or --short-lines ask needs',
    )
    .option(...hubFolderOption)
  return answers<Options>(of, terminal, async ({ data, clientId, refunds = false }) => {
    const config = readHubConfig(world.files, hubPaths(data).config)
    const id = clientId ?? config.shopify?.clientId ?? 'CLIENT-ID-OF-THE-APP'
    const toml = appConfiguration({ clientId: id, hubUrl: hubUrlOf(config), refunds })
    return { json: { toml }, text: toml.trimEnd() }
  })
}
