import { GraphQLError } from 'graphql'
import type { Shop } from '../shop.ts'

/** Every scope Tillbridge asks for: what an app gets that is installed properly. */
export const allScopes: readonly string[] = [
  'read_products',
  'read_inventory',
  'write_inventory',
  'read_locations',
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
