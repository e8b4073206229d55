import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type SandboxShopify,
  type SandboxShopifyOptions,
  type ShopSeed,
  startSandboxShopify,
} from '../sandbox/shopify/server.ts'

export const accessToken = 'shpat_sandbox_token'
export const clientSecret = 'shpss_sandbox_secret'

export const harbour = 'gid://shopify/Location/101'
export const market = 'gid://shopify/Location/102'

/** A small shop: two mugs, a bundle, an untracked wrap, and one plate the market never stocked. */
export const smallShop: ShopSeed = {
  name: 'Small shop',
  domain: 'small.myshopify.com',
  currency: 'EUR',
  zone: 'Europe/Berlin',
  locations: [
    {
      id: 101,
      code: 'HAR',
      name: 'Harbour Street',
      street: 'Hafen 1',
      postcode: '20359',
      city: 'Hamburg',
      country: 'DE',
      pickup: true,
    },
    {
      id: 102,
      code: 'MKT',
      name: 'Market Square',
      street: 'Markt 3',
      postcode: '23552',
      city: 'Lübeck',
      country: 'DE',
      pickup: true,
    },
  ],
  products: [
    {
      handle: 'mug',
      title: 'Mug',
      variants: [
        {
          sku: 'MUG-BLU',
          title: 'Blue',
          barcode: '9520110000017',
          priceMinor: 1690,
          taxRate: 19,
          stock: { 101: 10, 102: 20 },
        },
        {
          sku: 'MUG-OAT',
          title: 'Oat',
          barcode: '9520110000024',
          priceMinor: 1690,
          taxRate: 19,
          stock: { 101: 5, 102: 5 },
        },
      ],
    },
    {
      handle: 'plate',
      title: 'Plate',
      variants: [
        { sku: 'PLATE', title: 'One', barcode: null, priceMinor: 2800, taxRate: 19, stock: { 101: 8 } },
      ],
    },
    {
      handle: 'set',
      title: 'Breakfast set',
      variants: [
        {
          sku: 'SET',
          title: 'One',
          barcode: null,
          priceMinor: 4990,
          taxRate: 19,
          bundle: true,
          stock: { 101: 3 },
        },
      ],
    },
    {
      handle: 'wrap',
      title: 'Gift wrap',
      variants: [
        {
          sku: 'WRAP',
          title: 'One',
          barcode: null,
          priceMinor: 350,
          taxRate: 19,
          tracked: false,
          stock: { 101: 0, 102: 0 },
        },
      ],
    },
  ],
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  // The answers are as deep as the queries; tests compare them whole or by path.
  readonly body: {
    readonly data?: unknown
    readonly errors?: readonly GraphqlProblem[]
    readonly extensions?: unknown
  }
}

interface GraphqlProblem {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

export interface TestShop extends AsyncDisposable {
  readonly sandbox: SandboxShopify
  post(query: string, variables?: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** The data of a request that must have no errors. */
  data(query: string, variables?: object): Promise<Data>
  control(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: Data }>
  /** The global id of an item by SKU. */
  item(sku: string): Promise<string>
}

/** A JSON object, walked by path: `at(data, 'order', 'name')`. */
type Data = Readonly<Record<string, unknown>>

/** A value deep inside an answer. A path that leads nowhere fails the test here, not three lines later. */
export function at(data: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner: unknown, key) => {
    if (typeof inner !== 'object' || inner === null || !(key in inner)) {
      throw new Error(`No ${path.join('.')} in ${JSON.stringify(data)}`)
    }
    return (inner as Readonly<Record<string | number, unknown>>)[key]
  }, data)
}

export async function openShop(options: Partial<SandboxShopifyOptions> = {}): Promise<TestShop> {
  const sandbox = await startSandboxShopify({ seed: smallShop, accessToken, clientSecret, ...options })
  const headersFor = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => ({
    'Content-Type': 'application/json',
    'X-Shopify-Access-Token': accessToken,
    ...extra,
  })
  const shop: TestShop = {
    sandbox,
    async post(query, variables = {}, headers) {
      const response = await fetch(`${sandbox.url}/admin/api/2026-10/graphql.json`, {
        method: 'POST',
        headers: headersFor(headers),
        body: JSON.stringify({ query, variables }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : {} }
    },
    async data(query, variables) {
      const { body } = await shop.post(query, variables)
      if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
      return body.data as Data
    },
    async control(method, path, body) {
      const response = await fetch(`${sandbox.url}${path}`, {
        method,
        headers: headersFor(),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as Data }
    },
    async item(sku) {
      const data = await shop.data(
        'query($q: String!) { inventoryItems(first: 10, query: $q) { nodes { id sku } } }',
        {
          q: `sku:'${sku}'`,
        },
      )
      const nodes = at(data, 'inventoryItems', 'nodes') as readonly { id: string; sku: string }[]
      const found = nodes.find(node => node.sku === sku)
      if (found === undefined) throw new Error(`No item ${sku}`)
      return found.id
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  }
  return shop
}

const quantityNames = ['available', 'committed', 'on_hand', 'damaged', 'reserved'] as const

/** The quantities of an item at a location, by state; null where there is no (active) level. */
export async function levels(shop: TestShop, sku: string, location: string, includeInactive = false) {
  const data = await shop.data(
    `query($id: ID!, $location: ID!, $names: [String!]!, $all: Boolean!) {
      inventoryItem(id: $id) { inventoryLevel(locationId: $location, includeInactive: $all) {
        isActive quantities(names: $names) { name quantity }
      } }
    }`,
    { id: await shop.item(sku), location, names: quantityNames, all: includeInactive },
  )
  const level = at(data, 'inventoryItem', 'inventoryLevel') as {
    isActive: boolean
    quantities: readonly { name: string; quantity: number }[]
  } | null
  if (level === null) return null
  return {
    isActive: level.isActive,
    ...Object.fromEntries(level.quantities.map(({ name, quantity }) => [name, quantity])),
  }
}

export const ADJUST = `mutation($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason referenceDocumentUri changes { name delta quantityAfterChange ledgerDocumentUri } }
    userErrors { code field message }
  }
}`

/** Input of an adjustment of `available` that skips the comparison. */
export function adjustment(inventoryItemId: string, delta: number, change: object = {}, input: object = {}) {
  return {
    name: 'available',
    reason: 'correction',
    referenceDocumentUri: 'gid://tillbridge/Receipt/1',
    changes: [{ inventoryItemId, locationId: harbour, delta, changeFromQuantity: null, ...change }],
    ...input,
  }
}

/** The fulfilment orders of an order, as Shopify shows them. */
export async function fulfillmentOrders(shop: TestShop, name: string) {
  const data = await shop.data(
    `query($q: String!) { orders(first: 1, query: $q) { nodes { fulfillmentOrders(first: 10) { nodes {
      id status requestStatus assignedLocation { name location { id } } deliveryMethod { methodType }
      supportedActions { action }
      lineItems(first: 10) { nodes { id sku totalQuantity remainingQuantity } }
    } } } } }`,
    { q: `name:${name}` },
  )
  return at(data, 'orders', 'nodes', 0, 'fulfillmentOrders', 'nodes') as readonly FulfillmentOrderView[]
}

interface FulfillmentOrderView {
  readonly id: string
  readonly status: string
  readonly requestStatus: string
  readonly assignedLocation: { readonly name: string; readonly location: { readonly id: string } }
  readonly deliveryMethod: { readonly methodType: string }
  readonly supportedActions: readonly { readonly action: string }[]
  readonly lineItems: {
    readonly nodes: readonly {
      readonly id: string
      readonly sku: string
      readonly totalQuantity: number
      readonly remainingQuantity: number
    }[]
  }
}

interface Hook {
  readonly topic: string
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly body: unknown
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly hooks: readonly Hook[]
  /** Answers with these statuses in turn, then 200. 0 never answers. */
  answerWith(...statuses: readonly number[]): void
  topics(): readonly string[]
}

/** An app's webhook endpoint. */
export async function openReceiver(): Promise<Receiver> {
  const hooks: Hook[] = []
  let statuses: readonly number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString()
      hooks.push({
        topic: String(request.headers['x-shopify-topic']),
        headers: request.headers,
        raw,
        body: JSON.parse(raw),
      })
      const [status = 200, ...rest] = statuses
      statuses = rest
      if (status !== 0)
        response.writeHead(status, status >= 300 && status < 400 ? { Location: '/' } : {}).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    hooks,
    answerWith(...next) {
      statuses = next
    },
    topics: () => hooks.map(hook => hook.topic),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export const SUBSCRIBE = `mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) {
    webhookSubscription { id uri topic } userErrors { field message }
  }
}`

/** Subscribes an endpoint to topics. */
export async function subscribe(
  shop: TestShop,
  receiver: Receiver,
  ...topics: readonly string[]
): Promise<void> {
  for (const topic of topics) {
    const data = await shop.data(SUBSCRIBE, { topic, uri: receiver.url })
    const errors = at(data, 'webhookSubscriptionCreate', 'userErrors')
    if (JSON.stringify(errors) !== '[]') throw new Error(JSON.stringify(errors))
  }
}

/** A clock tests hold in their hand. */
export function handClock(start = Date.parse('2026-11-03T09:00:00Z')) {
  let at = start
  return {
    now: () => at,
    advance(ms: number) {
      at += ms
    },
  }
}
