import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { appConfiguration } from '../shopify/app-configuration.ts'
import { type HubCommandParts, type HubFolder, hubFolderOption } from './command-parts.ts'
import { hubUrlOf } from './configured-shop.ts'

export function shopAppCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'app',
    'print the app’s configuration for Shopify (shopify.app.toml): scopes, addresses, privacy webhooks',
  )
    .option('--client-id <id>', 'the app’s client id in the Dev Dashboard (default: from hub.json)')
    .option(...hubFolderOption)
  return answers<HubFolder & { clientId?: string }>(of, terminal, async ({ data, clientId }) => {
    const config = readHubConfig(world.files, hubPaths(data).config)
    const id = clientId ?? config.shopify?.clientId ?? 'CLIENT-ID-OF-THE-APP'
    const toml = appConfiguration({ clientId: id, hubUrl: hubUrlOf(config) })
    return { json: { toml }, text: toml.trimEnd() }
  })
}
