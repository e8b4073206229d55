import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { apiVersion } from '../schema/load.ts'
import { dateTime } from '../state/clock.ts'
import type { CancelJob, Subscription } from '../state/entities.ts'

/** The shop has no state of its own: its profile comes with the request. */
export const shopFields: Fields<unknown> = {
  id: () => gid('Shop', 68_000_000_001),
  name: (_, __, { shop }) => shop.profile.name,
  myshopifyDomain: (_, __, { shop }) => shop.profile.domain,
  primaryDomain: (_, __, { shop }) => ({
    id: gid('Domain', 68_000_000_002),
    host: shop.profile.domain,
    url: `https://${shop.profile.domain}`,
    sslEnabled: true,
  }),
  url: (_, __, { shop }) => `https://${shop.profile.domain}`,
  email: () => 'owner@example.com',
  contactEmail: () => 'owner@example.com',
  currencyCode: (_, __, { shop }) => shop.profile.currency,
  ianaTimezone: (_, __, { shop }) => shop.profile.zone,
  taxesIncluded: () => true,
  weightUnit: () => 'KILOGRAMS',
  unitSystem: () => 'METRIC_SYSTEM',
  plan: () => ({
    displayName: 'Development',
    publicDisplayName: 'Development',
    partnerDevelopment: true,
    shopifyPlus: false,
  }),
}

export const installationFields: Fields<unknown> = {
  id: () => gid('AppInstallation', 68_000_000_003),
  accessScopes: (_, __, { shop }) =>
    [...shop.scopes].map(handle => ({ handle, description: handle.replaceAll('_', ' ') })),
  app: () => ({}),
}

/** Ours, unless it says which. */
export const appFields: Fields<{ readonly id?: number; readonly title?: string }> = {
  id: app => gid('App', app.id ?? 68_000_000_004),
  title: app => app.title ?? 'Tillbridge',
  handle: () => 'tillbridge',
}

export const jobFields: Fields<CancelJob> = {
  id: job => gid('Job', job.id),
  done: job => job.done,
}

export const subscriptionFields: Fields<Subscription> = {
  id: one => gid('WebhookSubscription', one.id),
  legacyResourceId: one => String(one.id),
  topic: one => one.topic,
  uri: one => one.uri,
  callbackUrl: one => one.uri,
  format: () => 'JSON',
  includeFields: one => one.includeFields,
  metafieldNamespaces: () => [],
  filter: () => null,
  name: one => one.name,
  apiVersion: () => ({ handle: apiVersion, displayName: apiVersion, supported: true }),
  createdAt: one => dateTime(one.createdAt),
  updatedAt: one => dateTime(one.updatedAt),
}
