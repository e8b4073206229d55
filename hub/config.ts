import { join } from 'node:path'
import { z } from 'zod'
import { isAddressRange, isEveryAddress } from '../shared/address-range.ts'
import { defineError } from '../shared/errors.ts'
import { jsonFault, settingsMistakes } from '../shared/plain-issues.ts'
import { isTimeZone } from '../shared/time-zone.ts'
import type { Files } from '../shared/world.ts'
import type { DatabaseAddress } from './db/db.ts'
import { isServerUrl } from './db/engines/server-address.ts'

/** `hub.json` in the hub's data folder. Secrets are named by file, so that they appear in no argument and no log. */
export const HubConfig = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(7400),
  /** Where Shopify, tills and browsers reach this hub; the address it listens on when absent. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Our own reverse proxies: addresses and networks whose X-Forwarded-For counts. */
  trustedProxies: z
    .array(
      z
        .string()
        .refine(isAddressRange, 'an address or a network is wanted, such as 10.0.0.7 or 10.0.0.0/8')
        .refine(text => !isEveryAddress(text), 'a network of all addresses would trust every stranger'),
    )
    .max(100)
    .default([]),
  /** Most connections at once: one for each till, and some for pages and Shopify. */
  maxConnections: z.int().min(100).max(100_000).default(10_000),
  metrics: z
    .strictObject({
      /** A file with the token that Prometheus sends; without it only this machine may ask. */
      tokenFile: z.string().min(1).optional(),
    })
    .prefault({}),
  /** A PostgreSQL server; the file `hub.db` in the data folder when absent. */
  database: z
    .strictObject({
      /** `postgres://user@host:5432/database`, without a password. */
      url: z.string().min(1),
      /** Without it, PGPASSWORD or PGPASSFILE decide. */
      passwordFile: z.string().min(1).optional(),
    })
    .optional(),
  /** How long old things are kept in which form. */
  history: z
    .strictObject({
      /** Events older than this are packed. */
      packAfterDays: z.int().min(1).max(3_650).default(1),
      /** Exceptions that were closed longer ago than this are removed. */
      forgetExceptionsAfterDays: z.int().min(1).max(36_500).default(400),
      /** Where `trace` and `rebuild` look for archive files. */
      archiveFolder: z.string().min(1).optional(),
    })
    .prefault({}),
  /** When an hour of one till becomes the exception `till-unusual`: amounts in minor units. */
  unusual: z
    .strictObject({
      times: z.number().min(3).max(1_000).default(10),
      receipts: z.int().min(1).default(200),
      sold: z.int().min(1).default(1_000_000),
      refunded: z.int().min(1).default(200_000),
      /** Units of one item on one receipt. */
      units: z.int().min(1).max(1_000_000).default(1_000),
      /** Of one line. */
      amount: z.int().min(1).default(1_000_000),
    })
    .prefault({}),
  pickups: z
    .strictObject({
      /** Days after which a ready pickup that its customer does not collect ends; null: it waits for ever. */
      expireAfterDays: z.int().min(1).max(365).nullable().default(30),
    })
    .prefault({}),
  updates: z
    .strictObject({
      /** How long an update of the tills stays in each ring at least. */
      soakMinutes: z
        .int()
        .min(1)
        .max(30 * 24 * 60)
        .default(24 * 60),
      /** The public keys that sign releases: what none of them signed is not taken in. Left out: only the tills check. */
      releaseKeys: z.array(z.string().min(40).max(200)).max(10).optional(),
    })
    .prefault({}),
  /** When the hub audits itself each night, and compares all levels with Shopify's. */
  selfCheck: z
    .strictObject({
      at: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 03:30')
        .default('03:30'),
      zone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').default('UTC'),
    })
    .prefault({}),
  shopify: z
    .strictObject({
      /** `my-shop.myshopify.com`, or an http address on this machine for the sandbox. */
      shop: z.string().min(1),
      /** Of an app of the Dev Dashboard: tokens are then asked for with it and the client secret. */
      clientId: z.string().min(1).optional(),
      /** For an app with a token that does not end, such as one once made in the shop's admin. */
      accessTokenFile: z.string().min(1).optional(),
      /** Signs webhooks, and gets tokens. */
      clientSecretFile: z.string().min(1),
      /** The secret before this one, while it is being replaced: Shopify signs with the old one until it is revoked. */
      formerClientSecretFile: z.string().min(1).optional(),
      pollSeconds: z.int().min(1).max(3_600).default(30),
    })
    .refine(
      shop => (shop.clientId === undefined) !== (shop.accessTokenFile === undefined),
      'must have either "clientId" or "accessTokenFile"',
    )
    .optional(),
})
export type HubConfig = z.infer<typeof HubConfig>

export const hubConfigInvalid = defineError(
  'HUB_CONFIG_INVALID',
  (f: { path: string; why: string }) => `${f.path} can't be used: ${f.why}. Correct it and start again.`,
)
export const secretMissing = defineError(
  'SECRET_MISSING',
  (f: { path: string; what: string }) => `The ${f.what} is missing: ${f.path} is empty or does not exist.`,
)

export function hubPaths(folder: string) {
  return {
    config: join(folder, 'hub.json'),
    database: join(folder, 'hub.db'),
    node: join(folder, 'node'),
    releases: join(folder, 'releases'),
  }
}

/** Where the hub's database is: as the command line says, else as hub.json says, else a file in the data folder. */
export function databaseAddress(
  files: Files,
  folder: string,
  config: HubConfig,
  given: string | undefined,
): DatabaseAddress {
  const url = given ?? config.database?.url
  if (url === undefined) return { file: hubPaths(folder).database }
  if (!isServerUrl(url)) return { file: url }
  const passwordFile = config.database?.passwordFile
  return {
    url,
    password:
      passwordFile === undefined ? null : () => readSecret(files, passwordFile, 'password of the database'),
  }
}

/** @throws HUB_CONFIG_INVALID naming every field that is wrong */
export function readHubConfig(files: Files, path: string): HubConfig {
  const text = files.readText(path)
  let json: unknown
  try {
    json = text === null ? {} : JSON.parse(text)
  } catch (cause) {
    const { line, column } = jsonFault(text ?? '')
    throw hubConfigInvalid({ path, why: `it is not JSON from line ${line}, column ${column} on` }, cause)
  }
  const config = HubConfig.safeParse(json)
  if (!config.success)
    throw hubConfigInvalid({ path, why: settingsMistakes(config.error, 'hub.json').join('; ') })
  return config.data
}

type ShopConfig = NonNullable<HubConfig['shopify']>

/** How a configured shop is called. The files are read at each use, so that a new secret is used at once. */
export function shopAccess(shop: ShopConfig, files: Pick<Files, 'readText'>) {
  const { accessTokenFile, clientId = '', formerClientSecretFile } = shop
  const secrets = () => {
    // once a replaced secret is revoked, its file may be removed
    const former = formerClientSecretFile === undefined ? null : files.readText(formerClientSecretFile)
    const secret = readSecret(files, shop.clientSecretFile, 'Shopify client secret')
    return [secret, former?.trim() ?? ''].filter(text => text !== '')
  }
  const access =
    accessTokenFile === undefined
      ? { clientId, secrets }
      : { token: () => readSecret(files, accessTokenFile, 'Shopify access token') }
  return { domain: shop.shop, access, webhookSecrets: secrets }
}

/** Sets the shop in hub.json and keeps everything else there. @throws HUB_CONFIG_INVALID */
export function writeShopConfig(
  files: Files,
  path: string,
  shop: Pick<ShopConfig, 'shop' | 'clientId' | 'clientSecretFile' | 'formerClientSecretFile'>,
): void {
  const held = readHubConfig(files, path).shopify // refuses what the next line could not parse
  const json: unknown = JSON.parse(files.readText(path) ?? '{}')
  const { pollSeconds } = held ?? {}
  const shopify = { ...shop, ...(pollSeconds === undefined ? {} : { pollSeconds }) }
  files.writePrivate(path, `${JSON.stringify({ ...(json as object), shopify }, null, 2)}\n`)
  readHubConfig(files, path)
}

/** @throws SECRET_MISSING naming the file, never the secret */
export function readSecret(files: Pick<Files, 'readText'>, path: string, what: string): string {
  const secret = files.readText(path)?.trim() ?? ''
  if (secret === '') throw secretMissing({ path, what })
  return secret
}
