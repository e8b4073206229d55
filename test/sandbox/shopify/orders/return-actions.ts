import { gid } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Order, Return } from '../state/entities.ts'
import { type ActionOf, ActionRefused, orderLine, placeId } from './action-schema.ts'
import { repay } from './refund.ts'
import { owedAfter } from './return-outcome.ts'
import { processReturn, undisposed } from './return-process.ts'
import {
  approveReturn,
  cancelReturn,
  closeReturn,
  declineReturn,
  openReturn,
  type ReturnPayload,
  reopenReturn,
} from './returns.ts'
import { pickFulfilled } from './units.ts'

/** Actions on returns, as the customer and the staff take them. */
export const returnActions = {
  'ask-return': (shop: Shop, order: Order, { lines, note }: ActionOf<'ask-return'>) => [
    openReturn(
      shop,
      { orderId: gid('Order', order.id), returnLineItems: wanted(shop, order, lines, note) },
      'REQUESTED',
    ),
  ],
  'open-return': (shop: Shop, order: Order, { lines, note }: ActionOf<'open-return'>) => [
    openReturn(
      shop,
      { orderId: gid('Order', order.id), returnLineItems: wanted(shop, order, lines, note) },
      'OPEN',
    ),
  ],
  'approve-return': (shop: Shop, _: Order, action: ActionOf<'approve-return'>) => [
    approveReturn(shop, gid('Return', action.return)),
  ],
  'decline-return': (shop: Shop, _: Order, action: ActionOf<'decline-return'>) => [
    declineReturn(shop, { id: gid('Return', action.return), declineReason: 'OTHER' }),
  ],
  'cancel-return': (shop: Shop, _: Order, action: ActionOf<'cancel-return'>) => [
    cancelReturn(shop, gid('Return', action.return)),
  ],
  'close-return': (shop: Shop, _: Order, action: ActionOf<'close-return'>) => [
    closeReturn(shop, gid('Return', action.return)),
  ],
  'reopen-return': (shop: Shop, _: Order, action: ActionOf<'reopen-return'>) => [
    reopenReturn(shop, gid('Return', action.return)),
  ],
  'take-return': takeReturn,
} as const

function wanted(shop: Shop, order: Order, lines: ActionOf<'ask-return'>['lines'], note: string) {
  return lines.flatMap(({ line, quantity }) => {
    const picked = pickFulfilled(shop, order, orderLine(order, line).id, quantity)
    if (picked === undefined) throw new ActionRefused('The customer does not have so many of these.')
    return picked.map(one => ({
      fulfillmentLineItemId: gid('FulfillmentLineItem', one.fulfillmentLineId),
      quantity: one.quantity,
      customerNote: note,
    }))
  })
}

/** Takes in everything of a return that is still to come, in one way, and pays it back if asked. */
function takeReturn(shop: Shop, order: Order, action: ActionOf<'take-return'>): readonly ReturnPayload[] {
  const held = shop.store.get('return', action.return)
  if (held?.orderId !== order.id) throw new ActionRefused(`${order.name} has no return ${action.return}.`)
  const locationId = action.at === undefined ? null : gid('Location', placeId(shop, action.at))
  const open = held.lines.map(line => ({ line, quantity: line.quantity - line.processed }))
  const minor = action.refund ? owedAfter(order, open) : 0
  const orderTransactions = repay(order, minor).map(one => ({
    parentId: gid('OrderTransaction', one.parentId ?? -1),
    transactionAmount: { amount: (one.amountMinor / 100).toFixed(2) },
  }))
  return [
    processReturn(shop, {
      returnId: gid('Return', held.id),
      returnLineItems: held.lines
        .filter(line => line.processed < line.quantity)
        .map(line => ({
          id: gid('ReturnLineItem', line.id),
          quantity: line.quantity - line.processed,
          dispositions: waiting(shop, held, line.id).map(one => ({
            reverseFulfillmentOrderLineItemId: gid('ReverseFulfillmentOrderLineItem', one.id),
            quantity: undisposed(one),
            dispositionType: action.disposition,
            locationId,
          })),
        })),
      financialTransfer: orderTransactions.length === 0 ? null : { issueRefund: { orderTransactions } },
    }),
  ]
}

function waiting(shop: Shop, held: Return, returnLineId: number) {
  return held.reverseFulfillmentOrderIds
    .flatMap(id => shop.store.need('reverseFulfillmentOrder', id).lines)
    .filter(line => line.returnLineId === returnLineId && undisposed(line) > 0)
}
