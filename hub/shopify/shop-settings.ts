import { defineError } from '../../shared/errors.ts'

/** The client id and secrets of an app of the Dev Dashboard: tokens are asked for, and end after a day. */
export interface ClientCredentials {
  readonly clientId: string
  /** Newest first. */
  readonly secrets: () => readonly string[]
}

/** How the app is let in. */
export type ShopAccess = { readonly token: () => string } | ClientCredentials

/** One shop and how to reach it. Secrets come through getters, so that a rotated one is used at once. */
export interface ShopSettings {
  /** `harbour.myshopify.com`, or `http://127.0.0.1:PORT` of a sandbox. */
  readonly domain: string
  readonly access: ShopAccess
  /** The app's client secrets, newest first: each may sign webhooks. Two while one is being replaced. */
  readonly webhookSecrets: () => readonly string[]
  /** Where Shopify posts webhooks; null: none are subscribed and polling finds everything. */
  readonly webhookUrl: string | null
  readonly apiVersion: string
  /** How long a call may take before its answer counts as lost. */
  readonly requestTimeoutMs: number
  /** Reads: the first wait of the full-jitter back-off, and how often in all. */
  readonly retryBaseMs: number
  readonly readAttempts: number
  readonly pollOrdersMs: number
  /** How far back each poll of orders looks again: more than Shopify's search index lags. */
  readonly pollOverlapMs: number
  readonly pollWorkMs: number
  /** Days after which a ready pickup that no customer collects ends; null: never. */
  readonly expireAfterDays: number | null
  readonly syncCatalogueMs: number
  /** The time of day at which all levels are compared, in a time zone; null: never. */
  readonly allLevelsAt: { readonly at: string; readonly zone: string } | null
}

export const shopDefaults = {
  apiVersion: '2026-10',
  webhookUrl: null,
  requestTimeoutMs: 30_000,
  retryBaseMs: 500,
  readAttempts: 6,
  pollOrdersMs: 30_000,
  pollOverlapMs: 10 * 60_000,
  pollWorkMs: 5_000,
  expireAfterDays: 30,
  syncCatalogueMs: 6 * 3_600_000,
  allLevelsAt: null,
} as const satisfies Partial<ShopSettings>

export const shopDomainRefused = defineError(
  'SHOP_DOMAIN_REFUSED',
  (f: { domain: string }) =>
    `"${f.domain}" is not a Shopify shop's address. Use the one that ends in .myshopify.com; the access token is sent nowhere else.`,
)

/** Where a shop is called and what its webhooks call it. */
export interface ShopAddress {
  /** `harbour.myshopify.com`, or the sandbox's `http://127.0.0.1:PORT`. */
  readonly storeDomain: string
  /** A sandbox on this machine: plain HTTP, and its webhooks name whatever shop it plays. */
  readonly loopback: boolean
}

/**
 * The only addresses that the access token goes to: a shop of Shopify's over TLS, or this very machine.
 * @throws SHOP_DOMAIN_REFUSED
 */
export function shopAddress(domain: string): ShopAddress {
  const text = domain.trim().toLowerCase()
  if (/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/.test(text)) return { storeDomain: text, loopback: false }
  if (/^https:\/\/[a-z0-9][a-z0-9-]*\.myshopify\.com\/?$/.test(text))
    return { storeDomain: new URL(text).hostname, loopback: false }
  const local = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?\/?$/.exec(text)
  if (local === null) throw shopDomainRefused({ domain })
  return { storeDomain: `http://${local[1]}${local[2] ?? ''}`, loopback: true }
}

/**
 * A shop's address from what people copy: its name, its address, or its admin's address.
 * @throws SHOP_DOMAIN_REFUSED
 */
export function shopDomain(text: string): string {
  const given = text.trim().toLowerCase()
  const name = /^(?:https:\/\/admin\.shopify\.com\/store\/)?([a-z0-9][a-z0-9-]*)\/?$/.exec(given)?.[1]
  return shopAddress(name === undefined ? given : `${name}.myshopify.com`).storeDomain
}
