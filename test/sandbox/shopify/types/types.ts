import type { Types } from '../graphql/fields.ts'
import { bulkOperationFields } from './bulk.ts'
import { fulfillmentFields, fulfillmentLineFields } from './fulfillment.ts'
import {
  fulfillmentOrderFields,
  fulfillmentOrderLineFields,
  holdFields,
  holdPayloadFields,
  locationForMoveFields,
} from './fulfillment-order.ts'
import { changeFields, groupFields, itemFields, levelFields } from './inventory.ts'
import { locationFields } from './location.ts'
import { mutationFields } from './mutation-root.ts'
import { customerFields, lineFields, orderFields, transactionFields } from './order.ts'
import { calculatedLineFields, calculatedOrderFields, editSessionFields } from './order-edit.ts'
import { refundFields, refundLineFields } from './order-refund.ts'
import {
  dispositionFields,
  returnableFields,
  returnFields,
  returnLineFields,
  reverseFulfillmentOrderFields,
  reverseLineFields,
} from './order-return.ts'
import { componentFields, productFields, variantFields } from './product.ts'
import { queryFields } from './query-root.ts'
import { appFields, installationFields, jobFields, shopFields, subscriptionFields } from './shop.ts'
import { shipmentFields, shipmentLineFields, transferFields, transferLineFields } from './transfer.ts'

/** Every type of the schema whose values are entities. */
export const types: Types = {
  QueryRoot: queryFields,
  Mutation: mutationFields,
  Shop: shopFields,
  AppInstallation: installationFields,
  App: appFields,
  Job: jobFields,
  InventoryTransfer: transferFields,
  InventoryTransferLineItem: transferLineFields,
  InventoryShipment: shipmentFields,
  InventoryShipmentLineItem: shipmentLineFields,
  BulkOperation: bulkOperationFields,
  Location: locationFields,
  Product: productFields,
  ProductVariant: variantFields,
  ProductVariantComponent: componentFields,
  InventoryItem: itemFields,
  InventoryLevel: levelFields,
  InventoryAdjustmentGroup: groupFields,
  InventoryChange: changeFields,
  Order: orderFields,
  LineItem: lineFields,
  OrderTransaction: transactionFields,
  Customer: customerFields,
  FulfillmentOrder: fulfillmentOrderFields,
  FulfillmentOrderLineItem: fulfillmentOrderLineFields,
  FulfillmentOrderLocationForMove: locationForMoveFields,
  FulfillmentOrderHoldPayload: holdPayloadFields,
  FulfillmentHold: holdFields,
  Refund: refundFields,
  RefundLineItem: refundLineFields,
  Return: returnFields,
  ReturnLineItem: returnLineFields,
  ReturnableFulfillment: returnableFields,
  ReverseFulfillmentOrder: reverseFulfillmentOrderFields,
  ReverseFulfillmentOrderLineItem: reverseLineFields,
  ReverseFulfillmentOrderDisposition: dispositionFields,
  CalculatedOrder: calculatedOrderFields,
  CalculatedLineItem: calculatedLineFields,
  OrderEditSession: editSessionFields,
  Fulfillment: fulfillmentFields,
  FulfillmentLineItem: fulfillmentLineFields,
  WebhookSubscription: subscriptionFields,
}
