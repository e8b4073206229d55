import type { Shop } from '../shop.ts'
import type { Entities, Kind } from '../state/entities.ts'
import { parseGid } from './gid.ts'
import { levelByGid } from './level-gid.ts'

const kindOf: Readonly<Record<string, Kind>> = {
  Location: 'location',
  Product: 'product',
  ProductVariant: 'variant',
  InventoryItem: 'item',
  InventoryAdjustmentGroup: 'group',
  Customer: 'customer',
  Order: 'order',
  FulfillmentOrder: 'fulfillmentOrder',
  Fulfillment: 'fulfillment',
  Refund: 'refund',
  Return: 'return',
  ReverseFulfillmentOrder: 'reverseFulfillmentOrder',
  CalculatedOrder: 'edit',
  OrderEditSession: 'edit',
  WebhookSubscription: 'subscription',
  Job: 'job',
  InventoryTransfer: 'transfer',
  InventoryShipment: 'shipment',
  BulkOperation: 'bulk',
}

export type Loaded = Entities[Kind] & { readonly __typename: string }

/** The entity a global id names, with its `__typename`; null when there is none. */
export function loadByGid(shop: Shop, id: string): Loaded | null {
  const parsed = parseGid(id)
  if (parsed === undefined) return null
  if (parsed.type === 'InventoryLevel') {
    const level = levelByGid(shop.store, id)
    return level === undefined ? null : { ...level, __typename: parsed.type }
  }
  const kind = kindOf[parsed.type]
  const entity = kind === undefined ? undefined : shop.store.get(kind, parsed.id)
  return entity === undefined || ('deletedAt' in entity && entity.deletedAt !== undefined)
    ? null
    : { ...entity, __typename: parsed.type }
}

/** Whether `node(id:)` knows this type at all. */
export function isLoadable(type: string): boolean {
  return type === 'InventoryLevel' || Object.hasOwn(kindOf, type)
}
