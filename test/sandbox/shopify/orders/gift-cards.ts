import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { fulfil } from './fulfil.ts'
import { fulfillmentOrdersOf, isActive } from './touch.ts'

/** Gift cards are sent by Shopify itself, once their order is paid. */
export function fulfilGiftCards(shop: Shop, order: Order): Order {
  const cards = new Set(order.lines.filter(line => line.kind === 'gift-card').map(line => line.id))
  for (const held of fulfillmentOrdersOf(shop, order)) {
    const open = held.lines.filter(line => line.remaining > 0)
    if (!isActive(held) || open.length === 0 || !open.every(line => cards.has(line.lineId))) continue
    const chosen = open.map(line => ({ line, quantity: line.remaining }))
    fulfil(shop, [{ order: held, chosen }], {})
  }
  return shop.store.need('order', order.id)
}
