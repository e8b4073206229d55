/**
 * Every GraphQL document of ours, Admin API 2026-10. A test validates each against Shopify's schema and finds any that
 * is defined elsewhere. The operation's name is also what logs and cost estimates call it by.
 */

export const LOCATIONS = /* GraphQL */ `
  query Locations($first: Int!, $after: String) {
    locations(first: $first, after: $after) {
      nodes { id name isActive }
      pageInfo { hasNextPage endCursor }
    }
  }`

/** The same, with whether customers may collect there. */
export const PICKUP_LOCATIONS = /* GraphQL */ `
  query PickupLocations($first: Int!, $after: String) {
    locations(first: $first, after: $after, includeInactive: true) {
      nodes { id name isActive localPickupSettingsV2 { pickupTime } }
      pageInfo { hasNextPage endCursor }
    }
  }`

export const SHOP = /* GraphQL */ `
  query Shop {
    shop { currencyCode }
  }`

/** What the app was granted. */
export const ACCESS_SCOPES = /* GraphQL */ `
  query AccessScopes {
    currentAppInstallation { accessScopes { handle } }
  }`

const VARIANT = /* GraphQL */ `
  fragment Variant on ProductVariant {
    id
    title
    sku
    barcode
    requiresComponents
    product { title status }
    inventoryItem { id sku tracked updatedAt }
  }`

/** The whole catalogue, a page at a time. */
export const ALL_VARIANTS = /* GraphQL */ `
  query AllVariants($first: Int!, $after: String) {
    productVariants(first: $first, after: $after, sortKey: ID) {
      nodes { ...Variant }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${VARIANT}`

/** The ids of that list alone, and some variants by their ids, for a page that Shopify fails on. */
export const VARIANT_IDS = /* GraphQL */ `
  query VariantIds($first: Int!, $after: String) {
    productVariants(first: $first, after: $after, sortKey: ID) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }`
export const VARIANTS = /* GraphQL */ `
  query Variants($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ProductVariant { ...Variant }
    }
  }
  ${VARIANT}`

/** Variants that the search finds for some SKUs. It is tokenised: compare exactly afterwards. */
export const FIND_VARIANTS = /* GraphQL */ `
  query FindVariants($first: Int!, $after: String, $query: String!) {
    productVariants(first: $first, after: $after, query: $query) {
      nodes { ...Variant }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${VARIANT}`

const LEVEL = /* GraphQL */ `
  fragment Level on InventoryLevel {
    isActive
    quantities(names: ["available", "on_hand", "committed"]) { name quantity updatedAt }
  }`

/** The levels of some items at one location, inactive ones too. */
export const ITEM_LEVELS = /* GraphQL */ `
  query ItemLevels($ids: [ID!]!, $location: ID!) {
    nodes(ids: $ids) {
      ... on InventoryItem {
        id
        tracked
        inventoryLevel(locationId: $location, includeInactive: true) { ...Level }
      }
    }
  }
  ${LEVEL}`

/** Every active level of one location. */
export const LOCATION_LEVELS = /* GraphQL */ `
  query LocationLevels($location: ID!, $first: Int!, $after: String, $query: String) {
    location(id: $location) {
      inventoryLevels(first: $first, after: $after, query: $query) {
        nodes { item { id tracked } ...Level }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
  ${LEVEL}`

/** The items of that list alone, for a page that Shopify fails on. */
export const ITEMS_AT_LOCATION = /* GraphQL */ `
  query ItemsAtLocation($location: ID!, $first: Int!, $after: String, $query: String) {
    location(id: $location) {
      inventoryLevels(first: $first, after: $after, query: $query) {
        nodes { item { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** Every active level of every location, as a bulk operation reads it: one line a location, one a level. */
export const ALL_LEVELS = /* GraphQL */ `
  query AllLevels {
    locations(includeInactive: true, includeLegacy: true) {
      edges {
        node {
          id
          inventoryLevels {
            edges {
              node {
                isActive
                item { id tracked }
                location { id }
                quantities(names: ["available", "on_hand", "committed"]) { name quantity updatedAt }
              }
            }
          }
        }
      }
    }
  }`

/** Starts a reading of everything that a query finds. Its result is a file. */
export const RUN_BULK_QUERY = /* GraphQL */ `
  mutation RunBulkQuery($query: String!) {
    bulkOperationRunQuery(query: $query, groupObjects: false) {
      bulkOperation { id }
      userErrors { code field message }
    }
  }`

export const BULK_OPERATION = /* GraphQL */ `
  query BulkOperation($id: ID!) {
    bulkOperation(id: $id) { status errorCode objectCount url }
  }`

export const ADJUST_QUANTITIES = /* GraphQL */ `
  mutation AdjustQuantities($key: String!, $input: InventoryAdjustQuantitiesInput!) {
    inventoryAdjustQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup { id createdAt }
      userErrors { code field message }
    }
  }`

/** What can be sold online of some items at one location, and what is kept from it as safety stock. */
export const SAFETY_LEVELS = /* GraphQL */ `
  query SafetyLevels($ids: [ID!]!, $location: ID!) {
    nodes(ids: $ids) {
      ... on InventoryItem {
        id
        tracked
        inventoryLevel(locationId: $location, includeInactive: true) {
          isActive
          quantities(names: ["available", "safety_stock"]) { name quantity }
        }
      }
    }
  }`

export const MOVE_QUANTITIES = /* GraphQL */ `
  mutation MoveQuantities($key: String!, $input: InventoryMoveQuantitiesInput!) {
    inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup { id }
      userErrors { code field message }
    }
  }`

/** A stock change that Shopify has made. Groups can't be listed or searched: only an id that was noted leads to one. */
export const ADJUSTMENT_GROUP = /* GraphQL */ `
  query AdjustmentGroup($id: ID!) {
    node(id: $id) {
      ... on InventoryAdjustmentGroup { id referenceDocumentUri }
    }
  }`

export const PREPARED_FOR_PICKUP = /* GraphQL */ `
  mutation PreparedForPickup($input: FulfillmentOrderLineItemsPreparedForPickupInput!) {
    fulfillmentOrderLineItemsPreparedForPickup(input: $input) {
      userErrors { code field message }
    }
  }`

export const CREATE_FULFILLMENT = /* GraphQL */ `
  mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
    fulfillmentCreate(fulfillment: $fulfillment) {
      fulfillment { id status createdAt updatedAt location { id } }
      userErrors { field message }
    }
  }`

/** Units leave a fulfilment order for a new one. */
export const SPLIT_FULFILLMENT_ORDER = /* GraphQL */ `
  mutation SplitFulfillmentOrder($splits: [FulfillmentOrderSplitInput!]!) {
    fulfillmentOrderSplit(fulfillmentOrderSplits: $splits) {
      fulfillmentOrderSplits { remainingFulfillmentOrder { id } }
      userErrors { code field message }
    }
  }`

export const HOLD_FULFILLMENT_ORDER = /* GraphQL */ `
  mutation HoldFulfillmentOrder($id: ID!, $hold: FulfillmentOrderHoldInput!) {
    fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) {
      fulfillmentHold { id }
      userErrors { code field message }
    }
  }`

/** Who holds a fulfilment order. */
export const FULFILLMENT_HOLDS = /* GraphQL */ `
  query FulfillmentHolds($id: ID!) {
    fulfillmentOrder(id: $id) {
      fulfillmentHolds { id handle heldByRequestingApp }
    }
  }`

/** Without ids it would release everybody's holds. */
export const RELEASE_HOLD = /* GraphQL */ `
  mutation ReleaseHold($id: ID!, $holds: [ID!]!) {
    fulfillmentOrderReleaseHold(id: $id, holdIds: $holds) {
      fulfillmentOrder { id }
      userErrors { code field message }
    }
  }`

/** What goes back to which payment if some lines leave an order, and how many units of its lines are not handed over. */
export const SUGGESTED_REFUND = /* GraphQL */ `
  query SuggestedRefund($id: ID!, $lines: [RefundLineItemInput!]!) {
    order(id: $id) {
      currencyCode
      presentmentCurrencyCode
      lineItems(first: 100) { nodes { id unfulfilledQuantity } }
      suggestedRefund(refundLineItems: $lines) {
        amountSet { shopMoney { amount currencyCode } }
        suggestedTransactions {
          amountSet { shopMoney { amount currencyCode } }
          gateway
          parentTransaction { id }
        }
      }
    }
  }`

export const CREATE_REFUND = /* GraphQL */ `
  mutation CreateRefund($key: String!, $input: RefundInput!) {
    refundCreate(input: $input) @idempotent(key: $key) {
      refund { id transactions(first: 10) { nodes { status } } }
      userErrors { field message }
    }
  }`

/** Whether an order is cancelled, and what of it is open or handed over. */
export const ORDER_STANDING = /* GraphQL */ `
  query OrderStanding($id: ID!) {
    order(id: $id) {
      cancelledAt
      netPaymentSet { shopMoney { amount currencyCode } }
      totalRefundedSet { shopMoney { amount currencyCode } }
      totalOutstandingSet { shopMoney { amount currencyCode } }
      totalCapturableSet { shopMoney { amount currencyCode } }
      transactions(first: 50) { kind status createdAt }
      lineItems(first: 100) { nodes { unfulfilledQuantity } pageInfo { hasNextPage } }
      fulfillments(first: 50) { status }
      fulfillmentOrders(first: 50) { nodes { id status } pageInfo { hasNextPage } }
    }
  }`

/** Shopify does it a little later. */
export const CANCEL_ORDER = /* GraphQL */ `
  mutation CancelOrder($id: ID!, $note: String!) {
    orderCancel(
      orderId: $id
      reason: CUSTOMER
      restock: true
      refundMethod: { originalPaymentMethodsRefund: true }
      notifyCustomer: true
      staffNote: $note
    ) {
      job { id }
      orderCancelUserErrors { code field message }
    }
  }`

/** Whether something that Shopify does a little later is over. */
export const JOB = /* GraphQL */ `
  query Job($id: ID!) {
    job(id: $id) { done }
  }`

/** The language in which the customer ordered. */
export const CUSTOMER_LOCALE = /* GraphQL */ `
  query CustomerLocale($id: ID!) {
    order(id: $id) { customerLocale }
  }`

/** Which of some locations may take some lines of a fulfilment order. */
export const LOCATIONS_FOR_MOVE = /* GraphQL */ `
  query LocationsForMove($id: ID!, $lines: [ID!], $locations: [ID!]) {
    fulfillmentOrder(id: $id) {
      locationsForMove(first: 20, lineItemIds: $lines, locationIds: $locations) {
        nodes { movable location { id localPickupSettingsV2 { pickupTime } } }
      }
    }
  }`

export const MOVE_FULFILLMENT_ORDER = /* GraphQL */ `
  mutation MoveFulfillmentOrder($id: ID!, $location: ID!) {
    fulfillmentOrderMove(id: $id, newLocationId: $location) {
      movedFulfillmentOrder { id }
      userErrors { code field message }
    }
  }`

/** Orders for pickup that changed, oldest change first. */
export const CHANGED_ORDERS = /* GraphQL */ `
  query ChangedOrders($first: Int!, $after: String, $query: String!) {
    orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
      nodes { id updatedAt }
      pageInfo { hasNextPage endCursor }
    }
  }`

/** An order without the lines of its fulfilment orders: together they would cost more than one query may. */
export const ORDER = /* GraphQL */ `
  query Order($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      id
      name
      createdAt
      updatedAt
      cancelledAt
      confirmed
      test
      note
      phone
      totalOutstandingSet { shopMoney { amount currencyCode } }
      totalCapturableSet { shopMoney { amount currencyCode } }
      customer { firstName lastName phone }
      fulfillmentOrders(first: $first, after: $after) {
        nodes {
          id
          status
          updatedAt
          fulfillAt
          deliveryMethod { methodType maxDeliveryDateTime }
          assignedLocation { name location { id localPickupSettingsV2 { pickupTime } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

export const FULFILLMENT_ORDER = /* GraphQL */ `
  query FulfillmentOrder($id: ID!, $first: Int!, $after: String) {
    fulfillmentOrder(id: $id) {
      id
      orderId
      status
      updatedAt
      fulfillments(first: 5) { nodes { id } pageInfo { hasNextPage endCursor } }
      lineItems(first: $first, after: $after) {
        nodes {
          id
          lineItem { id }
          sku
          inventoryItemId
          productTitle
          variantTitle
          totalQuantity
          remainingQuantity
          image { url }
          variant { barcode inventoryItem { tracked } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** The fulfilments of an order handed over in many parts: those that `FULFILLMENT_ORDER` has no room for. */
export const FULFILLMENTS_OF = /* GraphQL */ `
  query FulfillmentsOf($id: ID!, $first: Int!, $after: String) {
    fulfillmentOrder(id: $id) {
      fulfillments(first: $first, after: $after) {
        nodes { id }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** What was handed over, and of which fulfilment orders. */
export const FULFILLMENT = /* GraphQL */ `
  query Fulfillment($id: ID!, $first: Int!, $after: String) {
    fulfillment(id: $id) {
      id
      status
      createdAt
      updatedAt
      location { id }
      fulfillmentOrders(first: 10) { nodes { id } }
      fulfillmentLineItems(first: $first, after: $after) {
        nodes { quantity lineItem { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** Where the pickups that we hold open stand at Shopify. */
export const FULFILLMENT_ORDER_STATES = /* GraphQL */ `
  query FulfillmentOrderStates($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on FulfillmentOrder { id orderId status updatedAt order { updatedAt } assignedLocation { location { id } } }
    }
  }`

/** When orders changed last. */
export const ORDER_TIMES = /* GraphQL */ `
  query OrderTimes($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order { id updatedAt }
    }
  }`

const MOVED_ORDER = /* GraphQL */ `
  fragment MovedOrder on Order {
    id
    updatedAt
    returnStatus
    fulfillments(first: 4) { id location { id } }
    refunds(first: 1) { id }
    fulfillmentOrders(first: 2) { nodes { assignedLocation { location { id } } } }
  }`

/** Orders of any kind that changed, oldest change first, with what tells whether their goods moved. */
export const MOVED_ORDERS = /* GraphQL */ `
  query MovedOrders($first: Int!, $after: String, $query: String!) {
    orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
      nodes { ...MovedOrder }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${MOVED_ORDER}`

/** Some orders of that list, for a page that Shopify fails on. */
export const MOVED_ORDERS_BY_ID = /* GraphQL */ `
  query MovedOrdersById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Order { ...MovedOrder }
    }
  }
  ${MOVED_ORDER}`

/** What was fulfilled, refunded and promised of an order, without the lines of each. */
export const ORDER_GOODS = /* GraphQL */ `
  query OrderGoods($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      id
      name
      confirmed
      returnStatus
      fulfillments(first: 40) { id status createdAt updatedAt location { id } }
      refunds(first: 40) { id createdAt return { id } }
      fulfillmentOrders(first: 40) {
        nodes { id updatedAt deliveryMethod { methodType } assignedLocation { location { id } } }
      }
      lineItems(first: $first, after: $after) {
        nodes { id quantity currentQuantity unfulfilledQuantity variant { inventoryItem { id tracked } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

export const REFUND_GOODS = /* GraphQL */ `
  query RefundGoods($id: ID!, $first: Int!, $after: String) {
    refund(id: $id) {
      refundLineItems(first: $first, after: $after) {
        nodes { id quantity restockType location { id } lineItem { id } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** The returns of an order: each says by its reverse fulfilment orders what became of the goods. */
export const ORDER_RETURNS = /* GraphQL */ `
  query OrderReturns($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      returns(first: $first, after: $after) {
        nodes { id status reverseFulfillmentOrders(first: 5) { nodes { id } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

export const RETURNED_GOODS = /* GraphQL */ `
  query ReturnedGoods($id: ID!, $first: Int!, $after: String) {
    reverseFulfillmentOrder(id: $id) {
      lineItems(first: $first, after: $after) {
        nodes {
          id
          fulfillmentLineItem { lineItem { id } }
          dispositions { id type quantity createdAt location { id } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** Orders that staff look for, newest first. */
export const FIND_ORDERS = /* GraphQL */ `
  query FindOrders($first: Int!, $query: String!) {
    orders(first: $first, query: $query, sortKey: PROCESSED_AT, reverse: true) {
      nodes {
        id
        name
        createdAt
        cancelledAt
        phone
        currentSubtotalLineItemsQuantity
        customer { firstName lastName phone }
      }
      pageInfo { hasNextPage }
    }
  }`

/** An order whose goods came back, with its lines a page at a time. */
export const RETURN_ORDER = /* GraphQL */ `
  query ReturnOrder($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      id
      name
      createdAt
      phone
      customer { firstName lastName phone }
      lineItems(first: $first, after: $after) {
        nodes {
          id
          title
          variantTitle
          sku
          image { url }
          variant { barcode }
          discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount currencyCode } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** What of an order may still be returned: one fulfilment, and a page of its lines. */
export const RETURNABLE = /* GraphQL */ `
  query Returnable($order: ID!, $first: Int!, $after: String, $afterLine: String) {
    returnableFulfillments(orderId: $order, first: 1, after: $after) {
      nodes {
        returnableFulfillmentLineItems(first: $first, after: $afterLine) {
          nodes { quantity fulfillmentLineItem { id lineItem { id } } }
          pageInfo { hasNextPage endCursor }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }`

/** The returns of an order with their reasons, in which a till's return is named. */
export const NAMED_RETURNS = /* GraphQL */ `
  query NamedReturns($id: ID!, $first: Int!, $after: String) {
    order(id: $id) {
      returns(first: $first, after: $after) {
        nodes {
          id
          status
          returnLineItems(first: 1) { nodes { ... on ReturnLineItem { returnReasonNote } } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** One return: what of it was taken in and paid back. */
export const RETURN_STANDING = /* GraphQL */ `
  query ReturnStanding($id: ID!) {
    return(id: $id) {
      id
      status
      returnLineItems(first: 50) {
        nodes {
          ... on ReturnLineItem {
            id
            quantity
            processedQuantity
            refundedQuantity
            withCodeDiscountedTotalPriceSet { shopMoney { amount currencyCode } }
            fulfillmentLineItem { id lineItem { id } }
          }
        }
      }
      refunds(first: 10) { nodes { totalRefundedSet { shopMoney { amount currencyCode } } } }
    }
  }`

/** Where the goods of a return are disposed of. */
export const RETURN_PLACES = /* GraphQL */ `
  query ReturnPlaces($id: ID!, $first: Int!, $after: String) {
    return(id: $id) {
      reverseFulfillmentOrders(first: $first, after: $after) {
        nodes {
          lineItems(first: 50) {
            nodes {
              id
              totalQuantity
              fulfillmentLineItem { id lineItem { id } }
              dispositions { type quantity location { id } }
            }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

/** What the customer of a return is due for some of its lines, and by which payments. */
export const RETURN_OUTCOME = /* GraphQL */ `
  query ReturnOutcome($id: ID!, $lines: [SuggestedOutcomeReturnLineItemInput!]!) {
    return(id: $id) {
      suggestedFinancialOutcome(returnLineItems: $lines, exchangeLineItems: []) {
        financialTransfer {
          ... on RefundReturnOutcome {
            amount { shopMoney { amount currencyCode } }
            suggestedTransactions {
              amountSet { presentmentMoney { amount currencyCode } }
              parentTransaction { id }
            }
          }
        }
      }
    }
  }`

/** Shopify knows no idempotency here: what carries it out looks first whether it was. */
export const CREATE_RETURN = /* GraphQL */ `
  mutation CreateReturn($input: ReturnInput!) {
    returnCreate(returnInput: $input) {
      return { id }
      userErrors { code field message }
    }
  }`

export const PROCESS_RETURN = /* GraphQL */ `
  mutation ProcessReturn($input: ReturnProcessInput!) {
    returnProcess(input: $input) {
      return { id }
      userErrors { code field message }
    }
  }`

export const CLOSE_RETURN = /* GraphQL */ `
  mutation CloseReturn($id: ID!) {
    returnClose(id: $id) {
      return { id }
      userErrors { code field message }
    }
  }`

export const SUBSCRIPTIONS = /* GraphQL */ `
  query Subscriptions($first: Int!, $after: String) {
    webhookSubscriptions(first: $first, after: $after) {
      nodes { id topic uri }
      pageInfo { hasNextPage endCursor }
    }
  }`

export const CREATE_SUBSCRIPTION = /* GraphQL */ `
  mutation CreateSubscription($topic: WebhookSubscriptionTopic!, $uri: String!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) {
      webhookSubscription { id }
      userErrors { field message }
    }
  }`

export const DELETE_SUBSCRIPTION = /* GraphQL */ `
  mutation DeleteSubscription($id: ID!) {
    webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId
      userErrors { field message }
    }
  }`

const TRANSFER = /* GraphQL */ `
  fragment Transfer on InventoryTransfer {
    id
    status
    dateCreated
    origin { location { id } }
    destination { location { id } }
    shipments(first: 5) {
      nodes {
        id status dateShipped dateReceived lineItemTotalQuantity totalAcceptedQuantity totalRejectedQuantity
      }
    }
  }`

/** Transfers between locations, the newest first. */
export const TRANSFERS = /* GraphQL */ `
  query Transfers($first: Int!, $after: String) {
    inventoryTransfers(first: $first, after: $after, sortKey: CREATED_AT, reverse: true) {
      nodes { ...Transfer }
      pageInfo { hasNextPage endCursor }
    }
  }
  ${TRANSFER}`

export const TRANSFER_IDS = /* GraphQL */ `
  query TransferIds($first: Int!, $after: String) {
    inventoryTransfers(first: $first, after: $after, sortKey: CREATED_AT, reverse: true) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }`

export const TRANSFERS_BY_ID = /* GraphQL */ `
  query TransfersById($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on InventoryTransfer { ...Transfer }
    }
  }
  ${TRANSFER}`

export const TRANSFER_SHIPMENTS = /* GraphQL */ `
  query TransferShipments($id: ID!, $first: Int!, $after: String) {
    inventoryTransfer(id: $id) {
      shipments(first: $first, after: $after) {
        nodes {
          id status dateShipped dateReceived lineItemTotalQuantity totalAcceptedQuantity totalRejectedQuantity
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`

export const SHIPMENT_LINES = /* GraphQL */ `
  query ShipmentLines($id: ID!, $first: Int!, $after: String) {
    inventoryShipment(id: $id) {
      lineItems(first: $first, after: $after) {
        nodes { id quantity acceptedQuantity inventoryItem { id tracked } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }`
