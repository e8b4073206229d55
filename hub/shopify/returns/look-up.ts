import { z } from 'zod'
import { epochMs } from '../../../shared/ids.ts'
import { type FoundOrder, ReturnableLine, type ReturnableOrder } from '../../../shared/returns.ts'
import { itemText } from '../../pickups/item-text.ts'
import { cleanText, phoneEnd } from '../../pickups/order-text.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { FIND_ORDERS, RETURN_ORDER } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { skusOfBarcode } from '../catalogue/catalogue.ts'
import { itemQuery, type OrderSearch, orderSearches } from './order-query.ts'
import { readReturnable } from './returnable.ts'
import { InShopMoney, shopMoneyOf } from './shop-money.ts'

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const Customer = z.object({
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
})
const OfCustomer = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: moment,
  phone: z.string().nullable(),
  customer: Customer.nullable(),
})
type OfCustomer = z.infer<typeof OfCustomer>

const Found = z.object({
  orders: z.object({
    nodes: z.array(
      OfCustomer.extend({ cancelledAt: moment.nullable(), currentSubtotalLineItemsQuantity: z.int() }),
    ),
    pageInfo: z.object({ hasNextPage: z.boolean() }),
  }),
})
const findOrders: Operation<z.infer<typeof Found>> = {
  name: 'FindOrders',
  capability: 'orders',
  document: FIND_ORDERS,
  answer: Found,
  points: { fixed: 3, perRow: 2 },
  spares: { 'orders.nodes.customer': 'customers', 'orders.nodes.phone': 'customers' },
}
/** A till shows no more; staff type more of the name then. */
const MOST_ORDERS = 12

/**
 * Orders by what staff typed or scanned, newest first: a number, a part of a name or an e-mail address, an item. Cancelled ones are
 * left out. Throws as `ShopifyClient.read` does.
 */
export async function findReturnOrders(
  client: ShopifyClient,
  text: string,
): Promise<{ readonly orders: readonly FoundOrder[]; readonly isMore: boolean }> {
  for (const search of orderSearches(text)) {
    const query = await queryOf(client, search)
    if (query === null) continue
    const { orders } = await client.read(findOrders, { query, first: MOST_ORDERS }, 'order')
    const found = orders.nodes.filter(one => one.cancelledAt === null)
    if (found.length === 0) continue
    const shown = found.map(one => ({
      ...orderOf(one),
      units: Math.max(0, one.currentSubtotalLineItemsQuantity),
    }))
    return { orders: shown, isMore: orders.pageInfo.hasNextPage }
  }
  return { orders: [], isMore: false }
}

async function queryOf(client: ShopifyClient, search: OrderSearch): Promise<string | null> {
  if (search.by === 'query') return search.query
  const skus = await skusOfBarcode(client, search.barcode)
  return skus.length === 0 ? null : itemQuery(skus)
}

function orderOf({ id, name, createdAt, phone, customer }: OfCustomer) {
  const full = [customer?.firstName, customer?.lastName].filter(part => part != null).join(' ')
  return {
    order: id,
    name: cleanText(name, 64),
    placedAt: epochMs(createdAt),
    customer: { name: cleanText(full, 200), phoneEnd: phoneEnd(phone ?? customer?.phone ?? null) },
  }
}

const Line = z.object({
  id: z.string(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  sku: z.string().nullable(),
  image: z.object({ url: z.string() }).nullable(),
  variant: z.object({ barcode: z.string().nullable() }).nullable(),
  discountedUnitPriceAfterAllDiscountsSet: InShopMoney,
})
type Line = z.infer<typeof Line>
const Answer = z.object({ order: OfCustomer.extend({ lineItems: page(Line) }).nullable() })
type Answer = z.infer<typeof Answer>

/** What of an order may be returned now; null: Shopify has no such order, or hides it. Throws as `ShopifyClient.read` does. */
export async function readReturnableOrder(
  client: ShopifyClient,
  id: string,
): Promise<ReturnableOrder | null> {
  let found: Answer['order'] = null
  const list: List<Answer, Line> = {
    operation: {
      name: 'ReturnOrder',
      capability: 'orders',
      document: RETURN_ORDER,
      answer: Answer,
      points: { fixed: 4, perRow: 6 },
      spares: {
        'order.customer': 'customers',
        'order.phone': 'customers',
        'order.lineItems.nodes.image': 'item-details',
        'order.lineItems.nodes.variant': 'item-details',
        'order.lineItems.nodes.variantTitle': 'item-details',
      },
    },
    pick(answer) {
      found = answer.order
      return found?.lineItems ?? null
    },
    lane: 'order',
    most: 50,
  }
  const lines: Line[] = []
  for await (const nodes of pagesOf(client, list, { id })) lines.push(...nodes)
  const units = new Map<string, number>()
  for (const one of await readReturnable(client, id, 'order'))
    units.set(one.line, (units.get(one.line) ?? 0) + one.units)
  return shownOrder(found, lines, units)
}

/** Told apart so that the type of what a callback has found is known. */
function shownOrder(
  order: Answer['order'],
  lines: readonly Line[],
  units: ReadonlyMap<string, number>,
): ReturnableOrder | null {
  if (order === null) return null
  const shown = lines.flatMap(line => {
    const count = units.get(line.id) ?? 0
    if (count === 0) return []
    const {
      id,
      title,
      variantTitle,
      sku,
      image,
      variant,
      discountedUnitPriceAfterAllDiscountsSet: price,
    } = line
    const words = itemText({
      sku,
      barcode: variant?.barcode ?? null,
      title,
      variantTitle,
      imageUrl: image?.url ?? null,
    })
    const money = shopMoneyOf(price.shopMoney, 'discountedUnitPriceAfterAllDiscountsSet')
    return [ReturnableLine.parse({ orderLine: id, ...words, units: count, price: money })]
  })
  return { ...orderOf(order), lines: shown.slice(0, 250) }
}
