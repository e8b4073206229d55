import type { Fields } from '../graphql/fields.ts'
import { mutation } from '../graphql/mutation.ts'
import { type CancelArguments, requestCancel } from '../orders/cancel.ts'
import { cancelFulfillment } from '../orders/cancel-fulfillment.ts'
import {
  type AddCustomItemArguments,
  type AddVariantArguments,
  addCustomItemToEdit,
  addVariantToEdit,
  beginEdit,
  type SetQuantityArguments,
  setEditQuantity,
} from '../orders/edit.ts'
import { type CommitArguments, commitEdit } from '../orders/edit-commit.ts'
import { createFulfillment, type FulfillmentInput } from '../orders/fulfil.ts'
import {
  cancelFulfillmentOrder,
  closeFulfillmentOrder,
  openFulfillmentOrder,
  reportProgress,
  rescheduleFulfillmentOrder,
} from '../orders/fulfillment-order-status.ts'
import { type HoldInput, holdFulfillmentOrder, releaseHold } from '../orders/hold.ts'
import { type MergeInput, mergeFulfillmentOrders } from '../orders/merge.ts'
import { type MoveArguments, moveFulfillmentOrder } from '../orders/move.ts'
import { createOrder, type OrderCreateArguments } from '../orders/order-create.ts'
import {
  type CaptureInput,
  captureOrder,
  createManualPayment,
  type ManualPaymentArguments,
  markAsPaid,
} from '../orders/payment.ts'
import { type PrepareInput, prepareForPickup } from '../orders/prepare.ts'
import { createRefund, type RefundInput } from '../orders/refund.ts'
import {
  type DisposeInput,
  disposeReturned,
  type ProcessInput,
  processReturn,
} from '../orders/return-process.ts'
import {
  approveReturn,
  cancelReturn,
  closeReturn,
  declineReturn,
  openReturn,
  type ReturnDraft,
  reopenReturn,
} from '../orders/returns.ts'
import { type SplitInput, splitFulfillmentOrders } from '../orders/split.ts'

type ById = { readonly id: string }

const fulfilment = { scope: 'write_merchant_managed_fulfillment_orders', coded: true } as const
const oneFulfillmentOrder = { ...fulfilment, empty: { fulfillmentOrder: null } } as const
const orders = { scope: 'write_orders', coded: false, empty: { order: null } } as const
const edits = {
  scope: 'write_order_edits',
  coded: false,
  empty: { calculatedOrder: null, orderEditSession: null },
} as const
const returns = { scope: 'write_returns', coded: true, empty: { return: null } } as const

const fulfilmentMutations: Fields<unknown> = {
  fulfillmentOrderLineItemsPreparedForPickup: mutation<{ input: PrepareInput }>(
    'fulfillmentOrderLineItemsPreparedForPickup',
    { ...fulfilment, empty: {} },
    (shop, { input }) => prepareForPickup(shop, input),
  ),
  fulfillmentCreate: mutation<{ fulfillment: FulfillmentInput }>(
    'fulfillmentCreate',
    { ...fulfilment, coded: false, empty: { fulfillment: null } },
    (shop, { fulfillment }) => createFulfillment(shop, fulfillment),
  ),
  fulfillmentCancel: mutation<ById>(
    'fulfillmentCancel',
    { ...fulfilment, coded: false, empty: { fulfillment: null } },
    (shop, { id }) => cancelFulfillment(shop, id),
  ),
  fulfillmentOrderMove: mutation<MoveArguments>(
    'fulfillmentOrderMove',
    { ...fulfilment, empty: {} },
    moveFulfillmentOrder,
  ),
  fulfillmentOrderSplit: mutation<{ fulfillmentOrderSplits: readonly SplitInput[] }>(
    'fulfillmentOrderSplit',
    { ...fulfilment, empty: {} },
    (shop, { fulfillmentOrderSplits }) => splitFulfillmentOrders(shop, fulfillmentOrderSplits),
  ),
  fulfillmentOrderMerge: mutation<{ fulfillmentOrderMergeInputs: readonly MergeInput[] }>(
    'fulfillmentOrderMerge',
    { ...fulfilment, empty: { fulfillmentOrderMerges: null } },
    (shop, { fulfillmentOrderMergeInputs }) => mergeFulfillmentOrders(shop, fulfillmentOrderMergeInputs),
  ),
  fulfillmentOrderHold: mutation<{ id: string; fulfillmentHold: HoldInput }>(
    'fulfillmentOrderHold',
    { ...fulfilment, empty: {} },
    (shop, { id, fulfillmentHold }) => holdFulfillmentOrder(shop, id, fulfillmentHold),
  ),
  fulfillmentOrderReleaseHold: mutation<Parameters<typeof releaseHold>[1]>(
    'fulfillmentOrderReleaseHold',
    { ...fulfilment, empty: {} },
    releaseHold,
  ),
  fulfillmentOrderClose: mutation<ById>(
    'fulfillmentOrderClose',
    { ...oneFulfillmentOrder, coded: false },
    (shop, { id }) => closeFulfillmentOrder(shop, id),
  ),
  fulfillmentOrderOpen: mutation<ById>(
    'fulfillmentOrderOpen',
    { ...oneFulfillmentOrder, coded: false },
    (shop, { id }) => openFulfillmentOrder(shop, id),
  ),
  fulfillmentOrderReschedule: mutation<{ id: string; fulfillAt: string }>(
    'fulfillmentOrderReschedule',
    oneFulfillmentOrder,
    rescheduleFulfillmentOrder,
  ),
  fulfillmentOrderReportProgress: mutation<ById>(
    'fulfillmentOrderReportProgress',
    oneFulfillmentOrder,
    (shop, { id }) => reportProgress(shop, id),
  ),
  fulfillmentOrderCancel: mutation<ById>(
    'fulfillmentOrderCancel',
    { ...oneFulfillmentOrder, empty: { fulfillmentOrder: null, replacementFulfillmentOrder: null } },
    (shop, { id }) => cancelFulfillmentOrder(shop, id),
  ),
}

const moneyMutations: Fields<unknown> = {
  orderCreate: mutation<OrderCreateArguments>('orderCreate', { ...orders, coded: true }, createOrder),
  orderCancel: mutation<CancelArguments>(
    'orderCancel',
    { scope: 'write_orders', coded: true, empty: { job: null } },
    requestCancel,
  ),
  orderMarkAsPaid: mutation<{ input: ById }>('orderMarkAsPaid', orders, (shop, { input }) =>
    markAsPaid(shop, input.id),
  ),
  orderCreateManualPayment: mutation<ManualPaymentArguments>(
    'orderCreateManualPayment',
    orders,
    createManualPayment,
  ),
  orderCapture: mutation<{ input: CaptureInput }>(
    'orderCapture',
    { ...orders, empty: { transaction: null } },
    (shop, { input }) => captureOrder(shop, input),
  ),
  refundCreate: mutation<{ input: RefundInput }>(
    'refundCreate',
    { ...orders, idempotent: true, empty: { refund: null, order: null } },
    (shop, { input }) => createRefund(shop, input),
  ),
}

const editMutations: Fields<unknown> = {
  orderEditBegin: mutation<ById>('orderEditBegin', edits, (shop, { id }) => beginEdit(shop, id)),
  orderEditSetQuantity: mutation<SetQuantityArguments>('orderEditSetQuantity', edits, setEditQuantity),
  orderEditAddVariant: mutation<AddVariantArguments>('orderEditAddVariant', edits, addVariantToEdit),
  orderEditAddCustomItem: mutation<AddCustomItemArguments>(
    'orderEditAddCustomItem',
    edits,
    addCustomItemToEdit,
  ),
  orderEditCommit: mutation<CommitArguments>(
    'orderEditCommit',
    { ...edits, empty: { order: null, successMessages: null } },
    commitEdit,
  ),
}

const returnMutations: Fields<unknown> = {
  returnRequest: mutation<{ input: ReturnDraft }>('returnRequest', returns, (shop, { input }) =>
    openReturn(shop, input, 'REQUESTED'),
  ),
  returnCreate: mutation<{ returnInput: ReturnDraft }>('returnCreate', returns, (shop, { returnInput }) =>
    openReturn(shop, returnInput, 'OPEN'),
  ),
  returnApproveRequest: mutation<{ input: ById }>('returnApproveRequest', returns, (shop, { input }) =>
    approveReturn(shop, input.id),
  ),
  returnDeclineRequest: mutation<{ input: Parameters<typeof declineReturn>[1] }>(
    'returnDeclineRequest',
    returns,
    (shop, { input }) => declineReturn(shop, input),
  ),
  returnProcess: mutation<{ input: ProcessInput }>('returnProcess', returns, (shop, { input }) =>
    processReturn(shop, input),
  ),
  returnClose: mutation<ById>('returnClose', returns, (shop, { id }) => closeReturn(shop, id)),
  returnReopen: mutation<ById>('returnReopen', returns, (shop, { id }) => reopenReturn(shop, id)),
  returnCancel: mutation<ById>('returnCancel', returns, (shop, { id }) => cancelReturn(shop, id)),
  reverseFulfillmentOrderDispose: mutation<{ dispositionInputs: readonly DisposeInput[] }>(
    'reverseFulfillmentOrderDispose',
    { ...returns, empty: { reverseFulfillmentOrderLineItems: null } },
    (shop, { dispositionInputs }) => disposeReturned(shop, dispositionInputs),
  ),
}

/** Everything that changes orders, fulfilment orders, payments, refunds and returns. */
export const orderMutationFields: Fields<unknown> = {
  ...fulfilmentMutations,
  ...moneyMutations,
  ...editMutations,
  ...returnMutations,
}
