import type { LineUnits } from './fulfillments.ts'
import type { PickupFulfillmentOrder } from './order-snapshot.ts'
import { cleanText } from './order-text.ts'
import type { Pickup } from './pickup-row.ts'

/** "2 × Mug, 1 × Tote bag": goods of a pickup as notices and exceptions list them. */
export function goodsOf({ body, lines }: Pick<Pickup, 'body' | 'lines'>, some: readonly LineUnits[]): string {
  const names = new Map([
    ...lines.lines.map(({ id, sku }) => [id, sku ?? '?'] as const),
    ...body.lines.map(({ id, title }) => [id, title] as const),
  ])
  return cleanText(
    some.map(({ line, quantity }) => `${quantity} × ${names.get(line) ?? '?'}`).join(', '),
    500,
  )
}

/** What Shopify still wants handed over, in the same words. */
export function dueGoods({ lines }: PickupFulfillmentOrder): string {
  const due = lines.filter(line => line.remaining > 0)
  return cleanText(due.map(({ title, remaining }) => `${remaining} × ${title}`).join(', '), 500)
}
