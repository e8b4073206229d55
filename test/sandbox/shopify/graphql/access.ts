import { GraphQLError } from 'graphql'
import type { Shop } from '../shop.ts'

/** Every scope Tillbridge asks for: what an app gets that is installed properly. */
export const allScopes: readonly string[] = [
  'read_products',
  'write_products',
  'read_customers',
  'read_inventory',
  'write_inventory',
  'write_inventory_transfers',
  'write_inventory_shipments',
  'write_inventory_shipments_received_items',
  'read_locations',
  'write_locations',
  'read_orders',
  'write_orders',
  'read_all_orders',
  'write_order_edits',
  'read_merchant_managed_fulfillment_orders',
  'write_merchant_managed_fulfillment_orders',
  'read_fulfillments',
  'read_returns',
  'write_returns',
  'read_shopify_payments_payouts',
  'write_shipping',
]

/**
 * What reading a type needs, wherever it appears in an answer. Fulfilment orders are not here: Shopify cuts them out in
 * silence.
 */
export const scopeOfType: Readonly<Record<string, string>> = {
  Customer: 'read_customers',
  Product: 'read_products',
  ProductVariant: 'read_products',
  ProductVariantComponent: 'read_products',
  Location: 'read_locations',
  InventoryItem: 'read_inventory',
  InventoryLevel: 'read_inventory',
  InventoryAdjustmentGroup: 'read_inventory',
  InventoryTransfer: 'read_inventory_transfers',
  InventoryShipment: 'read_inventory_shipments',
  Order: 'read_orders',
  Fulfillment: 'read_orders',
  Refund: 'read_orders',
  Return: 'read_returns',
  ReverseFulfillmentOrder: 'read_returns',
}

/** A write scope includes its read scope. */
export function mayUse(shop: Shop, scope: string): boolean {
  return (
    shop.scopes.has(scope) || (scope.startsWith('read_') && shop.scopes.has(scope.replace('read_', 'write_')))
  )
}

/** Throws Shopify's ACCESS_DENIED; what else the request asked for is still answered. */
export function requireScope(shop: Shop, scope: string, field: string): void {
  if (mayUse(shop, scope)) return
  throw new GraphQLError(`Access denied for ${field} field. Required access: \`${scope}\` access scope.`, {
    extensions: {
      code: 'ACCESS_DENIED',
      documentation: 'https://shopify.dev/api/usage/access-scopes',
      requiredAccess: `\`${scope}\` access scope.`,
    },
  })
}

const moreOnProtectedData =
  'See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.'

/** A customer, for an app that was approved for the object at all. The error carries no code. */
export function customerObject<T>(shop: Shop, customer: () => T | null): T | null {
  const { customerData, deniedCustomerData } = shop.settings
  if (customerData !== false || deniedCustomerData === 'null') return customer()
  throw new GraphQLError(`This app is not approved to access the Customer object. ${moreOnProtectedData}`)
}

/** A name, mail address or phone number, for an app that was approved for such fields. */
export function customerField<T>(shop: Shop, field: string, value: () => T | null): T | null {
  if (shop.settings.customerData === true) return value()
  if (shop.settings.deniedCustomerData === 'null') return null
  throw new GraphQLError(`This app is not approved to use the ${field} field. ${moreOnProtectedData}`)
}
