import { variantOnSale } from '../catalogue/products.ts'
import { gid } from '../graphql/gid.ts'
import { createFulfillment } from '../orders/fulfil.ts'
import { placeOrder } from '../orders/place.ts'
import { routeOrder } from '../orders/route.ts'
import { findLocation, UnknownInShop, variantLine } from '../orders/storefront-order.ts'
import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'

export interface PosSale {
  readonly location: string | number
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly name?: string | undefined
  /** The receipt's number, which Shopify keeps as `sourceIdentifier`. */
  readonly receipt?: string | undefined
}

/** A sale on Shopify POS: an order that is paid and handed over in one step. What the books lack is sold all the same. */
export function sellOnShopifyPos(shop: Shop, sale: PosSale): Order {
  const location = findLocation(shop, sale.location)
  if (location === undefined) throw new UnknownInShop(`The shop has no location ${sale.location}.`)
  const lines = sale.lines.map(({ sku, quantity }) => {
    const variant = variantOnSale(shop, sku)
    if (variant === undefined) throw new UnknownInShop(`The shop has no SKU ${sku}.`)
    return variantLine(shop, variant.id, quantity)
  })
  const sold = shop.store.transaction(() => {
    const placed = placeOrder(shop, {
      name: sale.name,
      groups: [{ methodType: 'RETAIL', locationId: location.id, shipping: null, fulfillAt: null }],
      lines,
      sourceName: 'pos',
      sourceIdentifier: sale.receipt ?? null,
      payment: 'paid',
      test: false,
      stock: 'oversell',
    })
    const routed = placed.routeAt === null ? placed : routeOrder(shop, placed)
    const { userErrors } = createFulfillment(shop, {
      lineItemsByFulfillmentOrder: routed.fulfillmentOrderIds.map(id => ({
        fulfillmentOrderId: gid('FulfillmentOrder', id),
      })),
    })
    const [problem] = userErrors
    if (problem !== undefined) throw new Error(`A sale on Shopify POS failed: ${problem.message}`)
    return shop.store.need('order', routed.id)
  })
  shop.wake()
  return sold
}
