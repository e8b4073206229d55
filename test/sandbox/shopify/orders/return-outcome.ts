import { GraphQLError } from 'graphql'
import { notSimulated } from '../graphql/fields.ts'
import { idOf } from '../graphql/gid.ts'
import { moneyBag } from '../graphql/money.ts'
import type { Shop } from '../shop.ts'
import type { Order, Return, ReturnLine } from '../state/entities.ts'
import { outstanding } from './balance.ts'
import { repay } from './refund.ts'
import { containedTax, lineAmount } from './totals.ts'

interface OutcomeArguments {
  readonly returnLineItems: readonly { readonly id: string; readonly quantity: number }[]
  readonly exchangeLineItems: readonly object[]
  readonly refundShipping?: object | null
  readonly refundDuties?: readonly object[] | null
  readonly tipLineId?: string | null
}

interface Units {
  readonly line: ReturnLine
  readonly quantity: number
}

/** `Return.suggestedFinancialOutcome`: what the customer is owed once these lines are taken in, by the payments it came from. */
export function suggestedOutcome(shop: Shop, held: Return, args: OutcomeArguments): object {
  if (args.exchangeLineItems.length > 0) throw notSimulated('An exchange')
  if (args.refundShipping != null || args.tipLineId != null || (args.refundDuties ?? []).length > 0)
    throw notSimulated('A refund of shipping, duties or a tip with a return')
  const order = shop.store.need('order', held.orderId)
  const units = args.returnLineItems.map(({ id, quantity }) => {
    const line = held.lines.find(one => one.id === idOf(id, 'ReturnLineItem'))
    if (line === undefined) throw new GraphQLError(`Return line item ${id} does not exist`)
    if (quantity < 1 || quantity > line.quantity - line.processed)
      throw new GraphQLError('Quantity exceeds what is left to process')
    return { line, quantity }
  })
  const { currency } = shop.profile
  const bag = (minor: number) => moneyBag(minor, currency)
  const owed = owedAfter(order, units)
  const transactions = repay(order, owed)
  const left = order.transactions
    .filter(one => one.kind === 'SALE' || one.kind === 'CAPTURE')
    .reduce((sum, one) => sum + one.amountMinor, 0)
  const back = order.transactions
    .filter(one => one.kind === 'REFUND')
    .reduce((sum, one) => sum + one.amountMinor, 0)
  return {
    discountedSubtotal: bag(worthOf(order, units)),
    maximumRefundable: bag(Math.max(0, left - back)),
    totalTax: bag(taxOf(order, units)),
    totalDuties: bag(0),
    totalAdditionalFees: bag(0),
    totalCartDiscountAmount: bag(0),
    refundDuties: [],
    financialTransfer:
      owed === 0
        ? null
        : {
            __typename: 'RefundReturnOutcome',
            amount: bag(owed),
            suggestedRefundMethods: [],
            suggestedTransactions: transactions.map(({ parentId, amountMinor, gateway }) => ({
              amountSet: bag(amountMinor),
              gateway,
              formattedGateway: gateway,
              accountNumber: null,
              kind: 'SUGGESTED_REFUND',
              maximumRefundableSet: bag(amountMinor),
              parentTransaction: parentOf(order, parentId),
            })),
          },
  }
}

function parentOf(order: Order, parentId: number | null | undefined) {
  const parent = order.transactions.find(one => one.id === parentId)
  return parent === undefined ? null : { ...parent, order }
}

/** What the shop will owe once these units have left the order. */
export function owedAfter(order: Order, units: readonly Units[]): number {
  return Math.max(0, worthOf(order, units) - outstanding(order))
}

function worthOf(order: Order, units: readonly Units[]): number {
  return order.lines.reduce((sum, line) => {
    const leaving = unitsOf(units, line.id)
    return sum + lineAmount(line, line.currentQuantity) - lineAmount(line, line.currentQuantity - leaving)
  }, 0)
}

function taxOf(order: Order, units: readonly Units[]): number {
  return order.lines.reduce((sum, line) => {
    const leaving = unitsOf(units, line.id)
    const amount = lineAmount(line, line.currentQuantity) - lineAmount(line, line.currentQuantity - leaving)
    return sum + containedTax(amount, line.taxRate)
  }, 0)
}

function unitsOf(units: readonly Units[], lineId: number): number {
  return units.filter(({ line }) => line.lineId === lineId).reduce((sum, one) => sum + one.quantity, 0)
}
