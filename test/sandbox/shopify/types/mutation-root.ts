import type { Fields } from '../graphql/fields.ts'
import { mutation, requireChangeFromQuantity } from '../graphql/mutation.ts'
import { enablePickup, type PickupSettings } from '../orders/pickup-settings.ts'
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
import { orderMutationFields } from './order-mutations.ts'
import { transferMutations } from './transfer.ts'

const stock = {
  scope: 'write_inventory',
  idempotent: true,
  coded: true,
  empty: { inventoryAdjustmentGroup: null },
} as const

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
  ...orderMutationFields,
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
