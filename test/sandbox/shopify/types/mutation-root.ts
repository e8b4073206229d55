import type { Fields } from '../graphql/fields.ts'
import { mutation, requireChangeFromQuantity } from '../graphql/mutation.ts'
import { type CancelArguments, requestCancel } from '../orders/cancel.ts'
import { cancelFulfillment } from '../orders/cancel-fulfillment.ts'
import { createFulfillment, type FulfillmentInput } from '../orders/fulfil.ts'
import { type HoldInput, holdFulfillmentOrder, releaseHold } from '../orders/hold.ts'
import { type MoveArguments, moveFulfillmentOrder } from '../orders/move.ts'
import { createOrder, type OrderCreateArguments } from '../orders/order-create.ts'
import { enablePickup, type PickupSettings } from '../orders/pickup-settings.ts'
import { type PrepareInput, prepareForPickup } from '../orders/prepare.ts'
import { type SplitInput, splitFulfillmentOrders } from '../orders/split.ts'
import { type ActivateArguments, activateLevel } from '../stock/activate.ts'
import { type AdjustInput, adjustQuantities } from '../stock/adjust.ts'
import { type ItemUpdateArguments, updateItem } from '../stock/item-update.ts'
import { type MoveInput, moveQuantities } from '../stock/move.ts'
import { type SetInput, setQuantities } from '../stock/set.ts'
import {
  createSubscription,
  deleteSubscription,
  type SubscriptionArguments,
} from '../webhooks/subscriptions.ts'
import { bulkMutations } from './bulk.ts'
import { catalogueMutations } from './catalogue-mutations.ts'
import { transferMutations } from './transfer.ts'

const stock = {
  scope: 'write_inventory',
  idempotent: true,
  coded: true,
  empty: { inventoryAdjustmentGroup: null },
} as const
const fulfilment = { scope: 'write_merchant_managed_fulfillment_orders', coded: true } as const

/** The mutations the sandbox carries out. Every other one of the schema answers NOT_SIMULATED. */
export const mutationFields: Fields<unknown> = {
  ...catalogueMutations,
  ...bulkMutations,
  ...transferMutations,
  inventoryAdjustQuantities: mutation<{ input: AdjustInput }>(
    'inventoryAdjustQuantities',
    { ...stock, check: ({ input }) => requireChangeFromQuantity('InventoryChangeInput', input.changes) },
    (shop, { input }) => adjustQuantities(shop, input),
  ),
  inventorySetQuantities: mutation<{ input: SetInput }>(
    'inventorySetQuantities',
    { ...stock, check: ({ input }) => requireChangeFromQuantity('InventoryQuantityInput', input.quantities) },
    (shop, { input }) => setQuantities(shop, input),
  ),
  inventoryMoveQuantities: mutation<{ input: MoveInput }>(
    'inventoryMoveQuantities',
    {
      ...stock,
      check: ({ input }) =>
        requireChangeFromQuantity(
          'InventoryMoveQuantityTerminalInput',
          input.changes.flatMap(({ from, to }) => [from, to]),
        ),
    },
    (shop, { input }) => moveQuantities(shop, input),
  ),
  inventoryActivate: mutation<ActivateArguments>(
    'inventoryActivate',
    { ...stock, coded: false, empty: { inventoryLevel: null } },
    activateLevel,
  ),
  inventoryItemUpdate: mutation<ItemUpdateArguments>(
    'inventoryItemUpdate',
    { scope: 'write_inventory', coded: false, empty: { inventoryItem: null } },
    updateItem,
  ),
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
  fulfillmentCancel: mutation<{ id: string }>(
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
  fulfillmentOrderHold: mutation<{ id: string; fulfillmentHold: HoldInput }>(
    'fulfillmentOrderHold',
    { ...fulfilment, empty: {} },
    (shop, { id, fulfillmentHold }) => holdFulfillmentOrder(shop, id, fulfillmentHold),
  ),
  fulfillmentOrderReleaseHold: mutation<{ id: string; holdIds?: readonly string[] | null }>(
    'fulfillmentOrderReleaseHold',
    { ...fulfilment, empty: {} },
    releaseHold,
  ),
  orderCancel: mutation<CancelArguments>(
    'orderCancel',
    { scope: 'write_orders', coded: true, empty: { job: null } },
    requestCancel,
  ),
  orderCreate: mutation<OrderCreateArguments>(
    'orderCreate',
    { scope: 'write_orders', coded: true, empty: { order: null } },
    createOrder,
  ),
  webhookSubscriptionCreate: mutation<SubscriptionArguments>(
    'webhookSubscriptionCreate',
    { scope: null, coded: false, empty: { webhookSubscription: null } },
    createSubscription,
  ),
  webhookSubscriptionDelete: mutation<{ id: string }>(
    'webhookSubscriptionDelete',
    { scope: null, coded: false, empty: { deletedWebhookSubscriptionId: null } },
    (shop, { id }) => deleteSubscription(shop, id),
  ),
  locationLocalPickupEnable: mutation<{ localPickupSettings: PickupSettings }>(
    'locationLocalPickupEnable',
    { scope: 'write_shipping', coded: true, empty: { localPickupSettings: null } },
    (shop, { localPickupSettings }) => enablePickup(shop, localPickupSettings),
  ),
}
