import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { ProxySwitch, World } from '../../shared/world.ts'
import { wordStored } from '../checks/words/word.ts'
import { type Capability, capabilities, missingScopes } from './api/capabilities.ts'
import { type ShopifyClient, shopifyDenies } from './api/client.ts'
import { isOfProxy } from './api/proxy-words.ts'
import { sendRequest } from './api/send-request.ts'
import { readScopes } from './app-rights.ts'
import { type PickupLocation, readPickupLocations } from './catalogue/pickup-locations.ts'
import { type AskedShop, openAskingClient } from './catalogue/shop-check.ts'
import { shopDefaults } from './shop-settings.ts'
import { subscribedTopics, topics, WEBHOOK_PATH } from './webhooks/subscriptions.ts'
import { addressProblem } from './webhooks/webhook-state.ts'

/** One thing that was looked at. */
export interface ShopFinding {
  readonly about: 'proxy' | 'access' | 'scopes' | 'version' | 'locations' | 'webhooks' | 'clock' | 'budget'
  /** `look`: it works and needs attention; `untested`: it could not be tested. */
  readonly mark: 'ok' | 'look' | 'wrong' | 'untested'
  readonly says: string
  /** What to do; null: nothing. */
  readonly toDo: string | null
  /** The code of the error behind it, as in docs/errors.md; null: no error is. */
  readonly code: string | null
}

/** A store's warehouse that is mapped to a location. */
export interface MappedStore {
  readonly store: string
  readonly warehouse: string
  readonly location: string
}

interface Examination {
  readonly shop: AskedShop
  readonly world: World
  /** Where Shopify should reach the hub. */
  readonly hubUrl: string
  readonly mapped: readonly MappedStore[]
}

/**
 * Looks at everything that a shop's connection needs, and changes nothing. Never throws for what Shopify or the network
 * did: that is a finding.
 * @throws SHOP_DOMAIN_REFUSED
 */
export async function examineShop(parts: Examination): Promise<readonly ShopFinding[]> {
  using client = openAskingClient(parts.shop, parts.world)
  const scopes = await attempt('access', () => readScopes(client))
  const proxy = proxyFindings(parts.world.sockets.proxy ?? null)
  if ('about' in scopes) return [...proxy, scopes, await reachability(parts, client)]
  const access = ok('access', `Shopify lets the app in to ${parts.shop.domain}.`)
  const missing = missingScopes(scopes.value)
  return [
    ...proxy,
    access,
    ...scopeFindings(missing),
    versionFinding(client),
    ...(await locationFindings(parts, client)),
    await reachability(parts, client),
    await subscriptionFinding(parts, client, missing),
    clockFinding(client),
    budgetFinding(client),
  ]
}

type About = ShopFinding['about']
const ok = (about: About, says: string): ShopFinding => ({ about, mark: 'ok', says, toDo: null, code: null })
const look = (about: About, says: string, toDo: string | null): ShopFinding => ({
  about,
  mark: 'look',
  says,
  toDo,
  code: null,
})
const wrong = (about: About, says: string, toDo: string): ShopFinding => ({
  about,
  mark: 'wrong',
  says,
  toDo,
  code: null,
})

/** What is read, or the finding that it could not be. */
async function attempt<T>(
  about: About,
  read: () => Promise<T>,
): Promise<{ readonly value: T } | ShopFinding> {
  try {
    return { value: await read() }
  } catch (error) {
    const { code, sentence } = describeError(error)
    if (shopifyDenies.is(error)) return { about, mark: 'untested', says: sentence, toDo: null, code }
    const toDo = isOfProxy(error) ? 'See HTTPS_PROXY in docs/operations.md.' : 'See docs/connect-shopify.md.'
    return { ...wrong(about, sentence, toDo), code }
  }
}

function proxyFindings(proxy: ProxySwitch | null): ShopFinding[] {
  const unusable = proxy?.unusable() ?? null
  if (unusable !== null) return [look('proxy', unusable, null)]
  const shown = proxy?.shown() ?? null
  return shown === null ? [] : [ok('proxy', `The hub reaches Shopify through the proxy ${shown}.`)]
}

const GRANT =
  'Add it to a new version of the app in the Dev Dashboard, release it, and approve it in the shop.'

function scopeFindings(missing: ReadonlyMap<Capability, readonly string[]>): ShopFinding[] {
  if (missing.size === 0) return [ok('scopes', 'The app has every scope that Tillbridge uses.')]
  return [...missing].flatMap(([capability, scopes]) => {
    const { without, consequence } = capabilities[capability]
    const make = without === 'stops' ? wrong : look
    return scopes.map(scope =>
      make('scopes', `${scope} is missing. ${wordStored(consequence, {}, 'en')}`, GRANT),
    )
  })
}

function versionFinding(client: ShopifyClient): ShopFinding {
  const asked = shopDefaults.apiVersion
  const other = client.otherVersion()
  return other === null
    ? ok('version', `Shopify answers with API version ${asked}.`)
    : look('version', `Shopify answers with API version ${other} instead of ${asked}.`, 'Update Tillbridge.')
}

async function locationFindings({ mapped }: Examination, client: ShopifyClient): Promise<ShopFinding[]> {
  const read = await attempt('locations', () => readPickupLocations(client))
  if ('about' in read) return [read]
  const byId = new Map(read.value.map(one => [one.id, one]))
  const found = [
    ...mapped.flatMap(store => storeFinding(store, byId.get(store.location))),
    ...read.value.flatMap(one => unmappedFinding(one, mapped)),
  ]
  if (found.length > 0) return found
  return [ok('locations', `All ${mapped.length} mapped locations exist in Shopify and offer pickup.`)]
}

function storeFinding(
  { store, warehouse, location }: MappedStore,
  found: PickupLocation | undefined,
): ShopFinding[] {
  const what = `Warehouse "${warehouse}" of ${store}`
  const remap = `Map it to another location: tillbridge-hub store map ${store} "${warehouse}" LOCATION`
  if (found === undefined)
    return [wrong('locations', `${what} is mapped to ${location}, which Shopify does not have.`, remap)]
  if (!found.isActive)
    return [wrong('locations', `${what} is mapped to ${found.name}, which is deactivated in Shopify.`, remap)]
  if (found.offersPickup !== false) return []
  const turnOn = 'If customers collect there, turn on local pickup for it in Shopify’s shipping settings.'
  return [look('locations', `${found.name}, the location of ${store}, does not offer pickup.`, turnOn)]
}

function unmappedFinding(one: PickupLocation, mapped: readonly MappedStore[]): ShopFinding[] {
  if (!one.isActive || one.offersPickup !== true || mapped.some(({ location }) => location === one.id))
    return []
  const number = one.id.replace(/^.*\//, '')
  const toDo = `Map it to a store: tillbridge-hub store map STORE WAREHOUSE ${number}`
  return [
    look(
      'locations',
      `${one.name} offers pickup, and no store is mapped to it: its orders reach no till.`,
      toDo,
    ),
  ]
}

const Answer = z.object({ code: z.string() })

/** An unsigned webhook must come through to the hub, which refuses it. */
async function reachability(
  { hubUrl, world }: Examination,
  { address }: ShopifyClient,
): Promise<ShopFinding> {
  const url = `${hubUrl}${WEBHOOK_PATH}`
  if (addressProblem(url, address.loopback) !== null)
    return look(
      'webhooks',
      `Shopify sends webhooks to https addresses only, and this hub’s is ${hubUrl}. Work goes on by polling.`,
      'Set publicUrl in hub.json to the https address of the proxy in front of the hub.',
    )
  const stopped = new AbortController().signal
  const exchange = await sendRequest({ world, timeoutMs: 10_000, stopped }, url, {
    method: 'POST',
    body: '{}',
  })
  const check = 'Start the hub, and check the proxy, its certificate and the firewall.'
  if ('failure' in exchange) return look('webhooks', `${url} does not answer from here.`, check)
  const code = Answer.safeParse(asJson(exchange.body)).data?.code
  return code === 'WEBHOOK_FORGED'
    ? ok('webhooks', `The hub answers at ${url}, as far as this machine can see.`)
    : look('webhooks', `${url} answers ${exchange.status}, which is not this hub’s answer.`, check)
}

async function subscriptionFinding(
  { hubUrl }: Examination,
  client: ShopifyClient,
  missing: ReadonlyMap<Capability, readonly string[]>,
): Promise<ShopFinding> {
  const read = await attempt('webhooks', () => subscribedTopics(client, `${hubUrl}${WEBHOOK_PATH}`))
  if ('about' in read) return read
  const says = `${read.value.size} of ${topics.length} webhooks are subscribed.`
  if (read.value.size >= topics.length) return ok('webhooks', says)
  const toDo =
    missing.size > 0 ? GRANT : 'The hub subscribes them when it starts; see its exceptions if this stays.'
  return look('webhooks', says, toDo)
}

const CLOCK_LOOK_MS = 30_000
const CLOCK_WRONG_MS = 5 * 60_000

function clockFinding(client: ShopifyClient): ShopFinding {
  const ahead = client.clockAheadMs()
  if (ahead === null)
    return { about: 'clock', mark: 'untested', says: 'Shopify did not say the time.', toDo: null, code: null }
  const seconds = Math.round(Math.abs(ahead) / 1_000)
  const says = `This machine’s clock is ${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} Shopify’s.`
  const toDo = 'Turn on time synchronization on this machine.'
  if (Math.abs(ahead) >= CLOCK_WRONG_MS) return wrong('clock', says, toDo)
  return Math.abs(ahead) >= CLOCK_LOOK_MS
    ? look('clock', says, toDo)
    : ok('clock', 'This machine’s clock agrees with Shopify’s.')
}

function budgetFinding(client: ShopifyClient): ShopFinding {
  const budget = client.budget()
  if (budget === null)
    return {
      about: 'budget',
      mark: 'untested',
      says: 'Shopify did not say how much the hub may ask.',
      toDo: null,
      code: null,
    }
  const { maximum, available, restoreRate } = budget
  const says = `Shopify gives the app ${restoreRate} points a second, ${maximum} at once; ${available} are free now.`
  return available * 4 < maximum
    ? look(
        'budget',
        says,
        'Something uses most of it now: a first sync, or another program with this app’s token.',
      )
    : ok('budget', says)
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // another server's page
  }
}
