import type { LineUnits } from './fulfillments.ts'
import type { PickupFulfillmentOrder } from './order-snapshot.ts'
import { cleanText } from './order-text.ts'
import type { Pickup } from './pickup-row.ts'

/** Lines with what they are called. */
export interface Named {
  readonly lines: Pickup['lines']
  readonly body: {
    readonly lines: readonly { readonly id: string; readonly title: string }[]
    readonly moreLines?: Pickup['body']['moreLines']
    readonly goneLines?: Pickup['body']['goneLines']
  }
}

/** "2 × Mug, 1 × Tote bag": goods of a pickup as notices and exceptions list them. */
export function goodsOf({ body, lines }: Named, some: readonly LineUnits[]): string {
  const texts = [...body.lines, ...(body.moreLines ?? []), ...(body.goneLines ?? [])]
  const names = new Map([
    ...lines.lines.map(({ id, sku }) => [id, sku ?? '?'] as const),
    ...texts.map(({ id, title }) => [id, title] as const),
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
