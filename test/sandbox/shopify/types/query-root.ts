import { mayUse, requireScope, scopeOfType } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import { type Fields, notSimulated } from '../graphql/fields.ts'
import { idOf, parseGid } from '../graphql/gid.ts'
import { invalidId } from '../graphql/global-ids.ts'
import { levelByGid } from '../graphql/level-gid.ts'
import { isLoadable, loadByGid } from '../graphql/load-by-gid.ts'
import type { Shop } from '../shop.ts'
import type { Kind } from '../state/entities.ts'
import { bulkQueries } from './bulk.ts'
import { fulfillmentOrderList } from './fulfillment-order.ts'
import { inventoryProperties, itemList } from './inventory.ts'
import { locationList } from './location.ts'
import { isVisible, orderList } from './order-list.ts'
import { returnableFulfillments } from './order-return.ts'
import { productList, variantList } from './product.ts'
import { transferQueries } from './transfer.ts'

type ById = { readonly id: string }
type List = PageArguments & {
  readonly query?: string | null
  readonly sortKey?: string | null
  readonly includeInactive?: boolean | null
  readonly includeClosed?: boolean | null
}

/** Finds one thing by its global id; an id of another type is an error, an unknown one is null. */
function byId(shop: Shop, type: string, kind: Kind, id: string, field: string) {
  const scope = scopeOfType[type]
  if (scope !== undefined) requireScope(shop, scope, field)
  const number = idOf(id, type)
  if (number === undefined) throw invalidId(id)
  return shop.store.get(kind, number) ?? null
}

function node(shop: Shop, id: string) {
  const parsed = parseGid(id)
  if (parsed === undefined) throw invalidId(id)
  if (!isLoadable(parsed.type)) throw notSimulated(`node(id: "${id}")`)
  const scope = scopeOfType[parsed.type]
  if (scope !== undefined) requireScope(shop, scope, 'node')
  const found = loadByGid(shop, id)
  return found !== null && 'lines' in found && 'number' in found && !isVisible(shop, found) ? null : found
}

/** The queries the sandbox answers. Every other one of the schema answers NOT_SIMULATED. */
export const queryFields: Fields<unknown> = {
  ...bulkQueries,
  ...transferQueries,
  shop: () => ({}),
  currentAppInstallation: () => ({}),
  app: () => ({}),
  node: (_, { id }: ById, { shop }) => node(shop, id),
  nodes: (_, { ids }: { readonly ids: readonly string[] }, { shop }) => ids.map(id => node(shop, id)),
  job: (_, { id }: ById, { shop }) => shop.store.get('job', parseGid(id)?.id ?? '') ?? null,
  inventoryProperties: () => inventoryProperties,
  locations: (_, args: List, { shop }) => {
    requireScope(shop, 'read_locations', 'locations')
    return locationList(shop, args)
  },
  location: (_, { id }: { readonly id?: string | null }, { shop }) => {
    if (id != null) return byId(shop, 'Location', 'location', id, 'location')
    requireScope(shop, 'read_locations', 'location')
    const [primary] = shop.store.all('location')
    return primary ?? null
  },
  products: (_, args: List, { shop, searchLagMs }) => productList(shop, args, searchLagMs),
  product: (_, { id }: ById, { shop }) => byId(shop, 'Product', 'product', id, 'product'),
  productVariants: (_, args: List, { shop, searchLagMs }) => variantList(shop, args, searchLagMs),
  productVariant: (_, { id }: ById, { shop }) =>
    byId(shop, 'ProductVariant', 'variant', id, 'productVariant'),
  inventoryItems: (_, args: List, { shop, searchLagMs }) => itemList(shop, args, searchLagMs),
  inventoryItem: (_, { id }: ById, { shop }) => byId(shop, 'InventoryItem', 'item', id, 'inventoryItem'),
  inventoryLevel: (_, { id }: ById, { shop }) => {
    requireScope(shop, 'read_inventory', 'inventoryLevel')
    return levelByGid(shop.store, id) ?? null
  },
  orders: (_, args: List, { shop, searchLagMs }) => orderList(shop, args, searchLagMs),
  order: (_, { id }: ById, { shop }) => {
    requireScope(shop, 'read_orders', 'order')
    const number = idOf(id, 'Order')
    if (number === undefined) throw invalidId(id)
    const order = shop.store.get('order', number)
    return order !== undefined && isVisible(shop, order) ? order : null
  },
  fulfillmentOrders: (_, args: List, { shop, searchLagMs }) => fulfillmentOrderList(shop, args, searchLagMs),
  fulfillmentOrder: (_, { id }: ById, { shop }) => {
    if (!mayUse(shop, 'read_merchant_managed_fulfillment_orders')) return null
    return byId(shop, 'FulfillmentOrder', 'fulfillmentOrder', id, 'fulfillmentOrder')
  },
  fulfillment: (_, { id }: ById, { shop }) => byId(shop, 'Fulfillment', 'fulfillment', id, 'fulfillment'),
  refund: (_, { id }: ById, { shop }) => byId(shop, 'Refund', 'refund', id, 'refund'),
  return: (_, { id }: ById, { shop }) => byId(shop, 'Return', 'return', id, 'return'),
  reverseFulfillmentOrder: (_, { id }: ById, { shop }) =>
    byId(shop, 'ReverseFulfillmentOrder', 'reverseFulfillmentOrder', id, 'reverseFulfillmentOrder'),
  returnableFulfillments: (_, args: List & { readonly orderId: string }, { shop }) =>
    returnableFulfillments(shop, args),
  webhookSubscription: (_, { id }: ById, { shop }) =>
    byId(shop, 'WebhookSubscription', 'subscription', id, 'webhookSubscription'),
  webhookSubscriptions: (
    _,
    args: List & { readonly topics?: readonly string[] | null; readonly uri?: string | null },
    { shop },
  ) => {
    const shown = [...shop.store.all('subscription')].filter(
      one => (args.topics?.includes(one.topic) ?? true) && (args.uri == null || args.uri === one.uri),
    )
    return connection(shown, args, ({ id, createdAt }) => ({
      value: args.sortKey === 'ID' ? id : createdAt,
      id,
    }))
  },
}
