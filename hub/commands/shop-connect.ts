import { resolve } from 'node:path'
import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import type { Files } from '../../shared/world.ts'
import { hubPaths, readHubConfig, writeShopConfig } from '../config.ts'
import { missingScopes } from '../shopify/api/capabilities.ts'
import { readScopes } from '../shopify/app-rights.ts'
import { openAskingClient } from '../shopify/catalogue/shop-check.ts'
import { shopDomain } from '../shopify/shop-settings.ts'
import { type HubCommandParts, type HubFolder, hubFolderOption } from './command-parts.ts'
import { processKeyboard, readTypedSecret } from './read-password.ts'

type Options = HubFolder & { clientId: string; secretFile?: string }

export function shopConnectCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'connect',
    'prove an app’s client id and secret at its shop and keep them; asks for the secret without showing it, or reads it from a file or standard input',
  )
    .argument('<shop>', 'the shop’s name, as in NAME.myshopify.com')
    .requiredOption('--client-id <id>', 'the app’s client id in the Dev Dashboard')
    .option('--secret-file <file>', 'a file that holds the app’s client secret')
    .option(...hubFolderOption)
  return answers<Options>(of, terminal, async ({ data, clientId, secretFile }, name = '') => {
    const { files } = world
    const path = hubPaths(data).config
    readHubConfig(files, path) // a file that can't be read must not be replaced
    const shop = shopDomain(name)
    const secret = await readTypedSecret({
      file: secretFile ?? null,
      files,
      keyboard: processKeyboard,
      say: terminal.err,
      what: 'Client secret',
    })
    using client = openAskingClient({ domain: shop, access: { clientId, secrets: () => [secret] } }, world)
    const missing = [...missingScopes(await readScopes(client)).values()].flat()
    files.ensureFolder(data)
    const kept = keepSecret(files, data, { shop, clientId, secret })
    writeShopConfig(files, path, { shop, clientId, ...kept })
    const lacks =
      missing.length === 0
        ? ''
        : `\nThe app lacks these scopes: ${missing.join(', ')}. Check what stops without them: tillbridge-hub shop check.`
    const text = `The app may work with ${shop}. Its secret is in ${kept.clientSecretFile}. Start the hub, or restart it.${lacks}`
    return { json: { shop, clientId, missingScopes: missing, ...kept }, text }
  })
}

/** A secret that replaces another one of the app keeps that beside it: Shopify signs with the old one until it is revoked. */
function keepSecret(
  files: Files,
  data: string,
  { shop, clientId, secret }: { readonly shop: string; readonly clientId: string; readonly secret: string },
): { readonly clientSecretFile: string; readonly formerClientSecretFile?: string } {
  const held = readHubConfig(files, hubPaths(data).config).shopify
  const clientSecretFile = resolve(data, 'shopify-client-secret')
  const before = held === undefined ? null : files.readText(held.clientSecretFile)?.trim()
  const isSameApp = held?.shop === shop && held.clientId === clientId
  const isReplaced = isSameApp && typeof before === 'string' && before !== '' && before !== secret
  const formerClientSecretFile = isReplaced
    ? resolve(data, 'shopify-client-secret.former')
    : isSameApp
      ? held.formerClientSecretFile
      : undefined
  if (isReplaced) files.writePrivate(resolve(data, 'shopify-client-secret.former'), `${before}\n`)
  files.writePrivate(clientSecretFile, `${secret}\n`)
  return { clientSecretFile, ...(formerClientSecretFile === undefined ? {} : { formerClientSecretFile }) }
}
