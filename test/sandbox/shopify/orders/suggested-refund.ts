import { GraphQLError } from 'graphql'
import { notSimulated } from '../graphql/fields.ts'
import { moneyBag } from '../graphql/money.ts'
import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'
import { outstanding, received, refunded } from './balance.ts'
import { repay } from './refund.ts'
import { type RefundLineInput, readRefundLines } from './refund-lines.ts'

export interface SuggestedRefundArguments {
  readonly refundLineItems?: readonly RefundLineInput[] | null
  readonly refundShipping?: boolean | null
  readonly shippingAmount?: string | null
  readonly suggestFullRefund?: boolean | null
}

/** `Order.suggestedRefund`: what the customer is owed once these lines have left the order, by the payments it came from. */
export function suggestedRefund(shop: Shop, order: Order, args: SuggestedRefundArguments): object {
  if (args.refundShipping === true || args.shippingAmount != null || args.suggestFullRefund === true)
    throw notSimulated('A suggested refund of shipping, or of the whole order')
  const lines = readRefundLines(shop, order, args.refundLineItems ?? [])
  if ('message' in lines) throw new GraphQLError(lines.message)
  const worth = lines.taken.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const left = received(order) - refunded(order)
  const owed = Math.max(0, Math.min(left, worth, worth - outstanding(order)))
  const bag = (minor: number) => moneyBag(minor, shop.profile.currency)
  return {
    amountSet: bag(owed),
    maximumRefundableSet: bag(left),
    subtotalSet: bag(worth),
    suggestedTransactions: repay(order, owed).map(({ parentId, amountMinor, gateway }) => {
      const parent = order.transactions.find(one => one.id === parentId)
      return {
        amountSet: bag(amountMinor),
        gateway,
        formattedGateway: gateway,
        kind: 'SUGGESTED_REFUND',
        maximumRefundableSet: bag(amountMinor),
        parentTransaction: parent === undefined ? null : { ...parent, order },
      }
    }),
  }
}
