import { gid, idOf } from '../graphql/gid.ts'
import { log, type Shop } from '../shop.ts'
import type {
  Disposition,
  DispositionType,
  Order,
  Return,
  ReturnLine,
  ReverseFulfillmentOrder,
} from '../state/entities.ts'
import { moveStock } from '../stock/ledger.ts'
import type { RefundDraft } from './refund.ts'
import { readRefundMoney, recordRefund } from './refund.ts'
import type { ReturnPayload, ReturnUserError } from './returns.ts'
import { lineAmount, shippingPrice } from './totals.ts'
import { touchOrder } from './touch.ts'
import { restockMovements } from './units.ts'

export interface DisposeInput {
  readonly reverseFulfillmentOrderLineItemId: string
  readonly quantity: number
  readonly dispositionType: string
  readonly locationId?: string | null
}

export interface ProcessInput {
  readonly returnId: string
  readonly note?: string | null
  readonly returnLineItems?: readonly {
    readonly id: string
    readonly quantity: number
    readonly dispositions?: readonly DisposeInput[] | null
  }[]
  readonly refundShipping?: {
    readonly fullRefund?: boolean | null
    readonly shippingRefundAmount?: { readonly amount: string } | null
  } | null
  readonly financialTransfer?: {
    readonly issueRefund?: {
      readonly allowOverRefunding?: boolean | null
      readonly orderTransactions: readonly {
        readonly parentId: string
        readonly transactionAmount: { readonly amount: string }
      }[]
    } | null
  } | null
}

interface Units {
  readonly line: ReturnLine
  readonly quantity: number
}

/** `returnProcess`: goods are taken in and disposed of, they leave the order, and money goes back if asked. */
export function processReturn(shop: Shop, input: ProcessInput): ReturnPayload {
  const held = shop.store.get('return', idOf(input.returnId, 'Return') ?? -1)
  if (held === undefined) return refusal('NOT_FOUND', ['input', 'returnId'], 'Return does not exist')
  if (held.status !== 'OPEN') return refusal('INVALID_STATE', ['input', 'returnId'], 'Return is not open')
  const units = readUnits(held, input)
  if ('code' in units) return { return: null, userErrors: [units] }
  const disposals = (input.returnLineItems ?? []).flatMap(line => line.dispositions ?? [])
  const problem = dispose(shop, disposals, held)
  if (problem !== undefined) return { return: null, userErrors: [problem] }
  const order = takeFromOrder(shop, held, units)
  const refund = readRefund(shop, order, units, input)
  if ('code' in refund) return { return: null, userErrors: [refund] }
  const withMoney = refund.money.length > 0
  if (withMoney || refund.shippingMinor > 0) recordRefund(shop, order, { ...refund, returnId: held.id })
  shop.store.put('return', {
    ...shop.store.need('return', held.id),
    lines: held.lines.map(line => {
      const quantity = units.find(one => one.line.id === line.id)?.quantity ?? 0
      return {
        ...line,
        processed: line.processed + quantity,
        refunded: line.refunded + (withMoney ? quantity : 0),
      }
    }),
  })
  shop.emit('RETURNS_PROCESS', { kind: 'return', id: held.id })
  log(shop, 'return processed', { name: held.name })
  return { return: gid('Return', held.id), userErrors: [] }
}

function readUnits(held: Return, input: ProcessInput): readonly Units[] | ReturnUserError {
  const units: Units[] = []
  for (const [index, wanted] of (input.returnLineItems ?? []).entries()) {
    const field = ['input', 'returnLineItems', String(index)]
    const line = held.lines.find(one => one.id === idOf(wanted.id, 'ReturnLineItem'))
    if (line === undefined)
      return { code: 'NOT_FOUND', field: [...field, 'id'], message: 'Return line item does not exist' }
    if (units.some(one => one.line === line))
      return { code: 'TAKEN', field: [...field, 'id'], message: 'Return line item is given twice' }
    if (wanted.quantity < 1 || wanted.quantity > line.quantity - line.processed) {
      const message = 'Quantity exceeds what is left to process'
      return { code: 'INVALID', field: [...field, 'quantity'], message }
    }
    units.push({ line, quantity: wanted.quantity })
  }
  return units
}

/** The processed units leave the order; what they cost is owed to the customer until it is paid back. */
function takeFromOrder(shop: Shop, held: Return, units: readonly Units[]): Order {
  const order = shop.store.need('order', held.orderId)
  const lines = order.lines.map(line => {
    const quantity = units.reduce((sum, one) => sum + (one.line.lineId === line.id ? one.quantity : 0), 0)
    return {
      ...line,
      currentQuantity: line.currentQuantity - quantity,
      returned: line.returned + quantity,
    }
  })
  return touchOrder(shop, { ...order, lines })
}

function readRefund(
  shop: Shop,
  order: Order,
  units: readonly Units[],
  { financialTransfer, refundShipping, note }: ProcessInput,
): RefundDraft | ReturnUserError {
  const issue = financialTransfer?.issueRefund
  const money = readRefundMoney(
    order,
    (issue?.orderTransactions ?? []).map(one => ({
      parentId: one.parentId,
      kind: 'REFUND',
      gateway: '',
      amount: one.transactionAmount.amount,
    })),
    issue?.allowOverRefunding === true,
  )
  if ('message' in money) return { code: 'INVALID', field: money.field, message: money.message }
  const left = shippingPrice(order) - order.shippingRefundedMinor
  const wanted = Math.round(Number(refundShipping?.shippingRefundAmount?.amount ?? 0) * 100)
  const shippingMinor = refundShipping?.fullRefund === true ? left : wanted
  if (shippingMinor < 0 || shippingMinor > left)
    return { code: 'INVALID', field: ['input', 'refundShipping'], message: 'Shipping amount is too high' }
  return {
    returnId: null,
    note: note ?? null,
    shippingMinor,
    money: money.transactions,
    settleShortfall: false,
    lines: units.flatMap(unit => refundLine(shop, order, unit)),
  }
}

function refundLine(shop: Shop, order: Order, { line, quantity }: Units): RefundDraft['lines'] {
  const ordered = order.lines.find(one => one.id === line.lineId)
  if (ordered === undefined) return []
  const now = ordered.currentQuantity
  const amountMinor = lineAmount(ordered, now + quantity) - lineAmount(ordered, now)
  const { fulfillmentId, fulfillmentLineId } = line
  const { locationId } = shop.store.need('fulfillment', fulfillmentId)
  const fulfilled = [{ fulfillmentId, fulfillmentLineId, quantity }]
  return [{ lineId: line.lineId, quantity, restockType: 'RETURN', locationId, amountMinor, fulfilled }]
}

/** `reverseFulfillmentOrderDispose`: what became of goods that came back, apart from the money. */
export function disposeReturned(
  shop: Shop,
  inputs: readonly DisposeInput[],
): {
  readonly reverseFulfillmentOrderLineItems: readonly ReverseLine[] | null
  readonly userErrors: readonly ReturnUserError[]
} {
  const problem = dispose(shop, inputs)
  if (problem !== undefined) return { reverseFulfillmentOrderLineItems: null, userErrors: [problem] }
  const shown = inputs.flatMap(one => reverseLine(shop, one.reverseFulfillmentOrderLineItemId) ?? [])
  return { reverseFulfillmentOrderLineItems: shown, userErrors: [] }
}

/** A line of a reverse fulfilment order, with the order it is of. */
export interface ReverseLine {
  readonly of: ReverseFulfillmentOrder
  readonly line: ReverseFulfillmentOrder['lines'][number]
}

function reverseLine(shop: Shop, id: string): ReverseLine | undefined {
  const number = idOf(id, 'ReverseFulfillmentOrderLineItem')
  for (const of of shop.store.all('reverseFulfillmentOrder')) {
    const line = of.lines.find(one => one.id === number)
    if (line !== undefined) return { of, line }
  }
  return undefined
}

const dispositionTypes: ReadonlySet<string> = new Set<DispositionType>([
  'RESTOCKED',
  'NOT_RESTOCKED',
  'MISSING',
  'PROCESSING_REQUIRED',
])

/** Books dispositions; undefined when all of them were fine. A mutation that answers an error is rolled back whole. */
function dispose(shop: Shop, inputs: readonly DisposeInput[], within?: Return): ReturnUserError | undefined {
  const touched = new Set<number>()
  for (const [index, input] of inputs.entries()) {
    const field = ['dispositionInputs', String(index)]
    const found = reverseLine(shop, input.reverseFulfillmentOrderLineItemId)
    if (found === undefined || (within !== undefined && found.of.returnId !== within.id))
      return { code: 'NOT_FOUND', field, message: 'Reverse fulfillment order line item does not exist' }
    const problem = whyNotDispose(shop, found, input)
    if (problem !== undefined) return { ...problem, field }
    const locationId = input.locationId == null ? null : (idOf(input.locationId, 'Location') ?? null)
    book(shop, found, {
      id: shop.store.nextId(),
      type: input.dispositionType as DispositionType,
      quantity: input.quantity,
      locationId,
      at: shop.clock.stamp(),
    })
    touched.add(found.of.id)
  }
  for (const id of touched)
    shop.emit('REVERSE_FULFILLMENT_ORDERS_DISPOSE', { kind: 'disposed', reverseFulfillmentOrderId: id })
  return undefined
}

function whyNotDispose(
  shop: Shop,
  { of, line }: ReverseLine,
  input: DisposeInput,
): Omit<ReturnUserError, 'field'> | undefined {
  if (of.status !== 'OPEN') return { code: 'INVALID_STATE', message: 'Reverse fulfillment order is not open' }
  if (!dispositionTypes.has(input.dispositionType))
    return { code: 'INVALID', message: 'Disposition type is invalid' }
  if (input.quantity < 1 || input.quantity > undisposed(line))
    return { code: 'INVALID', message: 'Quantity exceeds what is left to dispose of' }
  if (input.dispositionType !== 'RESTOCKED') return undefined
  if (input.locationId == null)
    return { code: 'BLANK', message: 'Location is required for the restocked disposition' }
  const location = shop.store.get('location', idOf(input.locationId, 'Location') ?? -1)
  return location?.isActive === true
    ? undefined
    : { code: 'NOT_FOUND', message: 'Location does not exist or is not active' }
}

/** Goods set aside for processing may still be disposed of for good. */
export function undisposed({ total, dispositions }: ReverseFulfillmentOrder['lines'][number]): number {
  return dispositions
    .filter(one => one.type !== 'PROCESSING_REQUIRED')
    .reduce((left, one) => left - one.quantity, total)
}

function book(shop: Shop, { of, line }: ReverseLine, disposition: Disposition): void {
  const lines = of.lines.map(one =>
    one.id === line.id ? { ...one, dispositions: [...one.dispositions, disposition] } : one,
  )
  const status = lines.every(one => undisposed(one) === 0) ? 'CLOSED' : 'OPEN'
  shop.store.put('reverseFulfillmentOrder', { ...of, lines, status })
  if (disposition.type !== 'RESTOCKED' || disposition.locationId === null) return
  const order = shop.store.need('order', of.orderId)
  const lineId = shop.store
    .need('return', of.returnId)
    .lines.find(one => one.id === line.returnLineId)?.lineId
  if (lineId === undefined) return
  moveStock(shop, restockMovements(shop, order, lineId, disposition.quantity, disposition.locationId))
}

function refusal(code: string, field: readonly string[], message: string): ReturnPayload {
  return { return: null, userErrors: [{ code, field, message }] }
}
