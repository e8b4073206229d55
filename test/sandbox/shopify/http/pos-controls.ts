import { z } from 'zod'
import { gid } from '../graphql/gid.ts'
import { UnknownInShop } from '../orders/storefront-order.ts'
import { sellOnShopifyPos } from '../pos/sale.ts'
import { type Controls, read } from './controlled.ts'
import { HttpProblem } from './messages.ts'

const Sale = z.strictObject({
  location: z.union([z.string(), z.number()]),
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1) })).min(1),
  name: z.string().optional(),
  receipt: z.string().optional(),
})

/** What happens at a Shopify POS: `/sandbox/pos/…`. */
export const posControls: Controls = {
  'POST pos :name'(shop, body, name) {
    if (name !== 'sales') throw new HttpProblem(404, `A Shopify POS has no ${name}.`)
    const sale = read(Sale, body)
    try {
      const { id, name: order } = sellOnShopifyPos(shop, sale)
      return { status: 201, body: { id: gid('Order', id), name: order } }
    } catch (error) {
      if (error instanceof UnknownInShop) throw new HttpProblem(422, error.message)
      throw error
    }
  },
}
