/**
 * What the sandbox remembers. Entities are values: a change is a new value put into the store, so that a
 * transaction which fails leaves nothing half done. Times are epoch milliseconds cut to the second, as
 * Shopify's are: two changes within one second carry the same `updatedAt`.
 */

/** The states an inventory level counts. `on_hand` is their sum without `incoming`, never stored. */
export const storedStates = [
  'available',
  'committed',
  'reserved',
  'damaged',
  'safety_stock',
  'quality_control',
  'incoming',
] as const
export type StoredState = (typeof storedStates)[number]
export type QuantityName = StoredState | 'on_hand'

export const noStock: Readonly<Record<StoredState, number>> = {
  available: 0,
  committed: 0,
  reserved: 0,
  damaged: 0,
  safety_stock: 0,
  quality_control: 0,
  incoming: 0,
}

export interface Location {
  readonly id: number
  /** The sandbox's short name for it; Shopify has none. */
  readonly code: string
  readonly name: string
  readonly street: string
  readonly postcode: string
  readonly city: string
  readonly country: string
  readonly isActive: boolean
  readonly pickup: { readonly pickupTime: string; readonly instructions: string } | null
  readonly createdAt: number
  readonly updatedAt: number
}

export type ProductStatus = 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED'

export interface Product {
  readonly id: number
  readonly handle: string
  readonly title: string
  readonly status: ProductStatus
  readonly variantIds: readonly number[]
  /** Deleted things stay for what refers to them; no answer shows them. */
  readonly deletedAt?: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Variant {
  readonly id: number
  readonly productId: number
  readonly itemId: number
  readonly title: string
  readonly barcode: string | null
  readonly priceMinor: number
  readonly taxRate: number
  readonly policy: 'DENY' | 'CONTINUE'
  readonly position: number
  /** What a bundle is made of; empty for everything else. */
  readonly components: readonly { readonly variantId: number; readonly quantity: number }[]
  readonly deletedAt?: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Item {
  readonly id: number
  readonly sku: string | null
  readonly tracked: boolean
  /** A bundle parent: its stock follows its components and refuses every write. */
  readonly bundle: boolean
  readonly variantIds: readonly number[]
  readonly deletedAt?: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Level {
  readonly id: number
  readonly itemId: number
  readonly locationId: number
  readonly isActive: boolean
  readonly quantities: Readonly<Record<StoredState, number>>
  readonly changedAt: Readonly<Partial<Record<QuantityName, number>>>
  readonly createdAt: number
  readonly updatedAt: number
}

export interface QuantityChange {
  readonly name: QuantityName
  readonly delta: number
  readonly quantityAfterChange: number
  readonly itemId: number
  readonly locationId: number
  readonly ledgerDocumentUri: string | null
}

/** Who besides our app changes stock. */
export type StockWriter = 'other-app' | 'staff' | 'shopify-pos'

export interface AdjustmentGroup {
  readonly id: number
  readonly reason: string
  readonly referenceDocumentUri: string | null
  readonly createdAt: number
  /** Whose change it was; ours when left out. */
  readonly by?: StockWriter
  readonly changes: readonly QuantityChange[]
}

export interface Customer {
  readonly id: number
  readonly firstName: string | null
  readonly lastName: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly createdAt: number
}

export type MethodType = 'PICK_UP' | 'SHIPPING' | 'RETAIL' | 'NONE'

/** One way part of an order reaches the customer, and the shipping line that pays for it. */
export interface DeliveryGroup {
  readonly methodType: MethodType
  /** The pickup point; for a shipment the location that was preferred, though stock may send it elsewhere. */
  readonly locationId: number
  readonly shipping: {
    readonly title: string
    readonly code: string | null
    readonly priceMinor: number
  } | null
  /** A pre-order: its fulfilment orders are SCHEDULED until then. */
  readonly fulfillAt: number | null
}

/** Tips are never fulfilled; gift cards have a fulfilment order of their own that fulfils itself once paid. */
export type LineKind = 'goods' | 'custom' | 'gift-card' | 'tip'

export interface OrderLine {
  readonly id: number
  readonly variantId: number | null
  readonly itemId: number | null
  readonly sku: string | null
  readonly title: string
  readonly variantTitle: string | null
  /** Units ever on the order: ordered and added by edits, removed ones included. */
  readonly quantity: number
  readonly currentQuantity: number
  /** Units when the order was placed; 0 for a line that an edit added. The discount is spread over them. */
  readonly orderedQuantity: number
  /** Fulfilled units that were refunded or came back. */
  readonly returned: number
  readonly priceMinor: number
  /** Taken off the line as a whole. */
  readonly discountMinor: number
  /** Index of its delivery group. */
  readonly group: number
  readonly kind: LineKind
  /** Per cent, contained in the price. */
  readonly taxRate: number
  /** Its units were taken from `available`. Not so for untracked items and for orders made with BYPASS. */
  readonly claimed: boolean
}

export interface Transaction {
  readonly id: number
  readonly kind: 'SALE' | 'AUTHORIZATION' | 'CAPTURE' | 'REFUND' | 'VOID'
  readonly parentId: number | null
  readonly amountMinor: number
  readonly gateway: string
  /** Of an authorisation: after it the money is no longer there to capture. */
  readonly expiresAt: number | null
  readonly at: number
  /** Of money that goes back: its payment is under way or was refused. Left out: it was made. */
  readonly status?: 'PENDING' | 'FAILURE'
}

/** Units of an order and where they were promised, until the router has made the fulfilment orders. */
export interface PlannedUnits {
  readonly lineId: number
  readonly group: number
  readonly locationId: number
  readonly quantity: number
}

export interface Order {
  readonly id: number
  readonly number: number
  readonly name: string
  readonly customerId: number | null
  readonly email: string | null
  readonly phone: string | null
  readonly note: string | null
  readonly tags: readonly string[]
  readonly customAttributes: readonly { readonly key: string; readonly value: string }[]
  readonly sourceName: string
  readonly sourceIdentifier: string | null
  readonly discountCode: string | null
  readonly groups: readonly DeliveryGroup[]
  readonly plan: readonly PlannedUnits[]
  /** Shopify's `confirmed`: stock was reserved. */
  readonly confirmed: boolean
  readonly lines: readonly OrderLine[]
  readonly transactions: readonly Transaction[]
  readonly refundIds: readonly number[]
  readonly returnIds: readonly number[]
  readonly shippingRefundedMinor: number
  /** What refunds paid less than they took off the order (in the shop's favour), or more (negative). */
  readonly discrepancyMinor: number
  readonly edited: boolean
  readonly fulfillmentOrderIds: readonly number[]
  readonly fulfillmentIds: readonly number[]
  /** When the router makes its fulfilment orders; null once it has. */
  readonly routeAt: number | null
  readonly cancelledAt: number | null
  readonly cancelReason: string | null
  readonly restocked: boolean
  readonly closedAt: number | null
  readonly test: boolean
  readonly processedAt: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface Hold {
  readonly id: number
  readonly reason: string
  readonly reasonNotes: string | null
  readonly handle: string
  readonly externalId: string | null
  /** false: another app's, which ours may not count or name. */
  readonly ours: boolean
}

export interface FulfillmentOrderLine {
  readonly id: number
  readonly lineId: number
  readonly total: number
  readonly remaining: number
}

type FulfillmentOrderStatus =
  | 'SCHEDULED'
  | 'OPEN'
  | 'IN_PROGRESS'
  | 'ON_HOLD'
  | 'INCOMPLETE'
  | 'CLOSED'
  | 'CANCELLED'

export interface FulfillmentOrder {
  readonly id: number
  readonly orderId: number
  readonly locationId: number
  /** A snapshot: it does not follow a renamed location. */
  readonly locationName: string
  readonly deliveryMethodId: number
  readonly methodType: MethodType
  /** Index of the delivery group of its order. */
  readonly group: number
  readonly fulfillAt: number
  readonly status: FulfillmentOrderStatus
  /** When staff reported progress by hand; such a fulfilment order cannot be moved. */
  readonly progressAt: number | null
  /** No field of Shopify's shows it; only the webhook proves it. */
  readonly preparedAt: number | null
  readonly lines: readonly FulfillmentOrderLine[]
  readonly holds: readonly Hold[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface FulfillmentLine {
  readonly id: number
  readonly lineId: number
  readonly fulfillmentOrderId: number
  readonly fulfillmentOrderLineId: number
  readonly quantity: number
}

export interface Fulfillment {
  readonly id: number
  readonly orderId: number
  readonly locationId: number
  readonly name: string
  readonly status: 'SUCCESS' | 'CANCELLED'
  readonly lines: readonly FulfillmentLine[]
  readonly tracking: {
    readonly number: string | null
    readonly url: string | null
    readonly company: string | null
  } | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** Units of one fulfilment line that a refund or a return is about. */
export interface FulfilledUnits {
  readonly fulfillmentId: number
  readonly fulfillmentLineId: number
  readonly quantity: number
}

export type RestockType = 'NO_RESTOCK' | 'CANCEL' | 'RETURN'

export interface RefundLine {
  readonly id: number
  readonly lineId: number
  readonly quantity: number
  readonly restockType: RestockType
  /** Where the goods went back; null when they did not. */
  readonly locationId: number | null
  readonly amountMinor: number
  /** The fulfilled ones among its units. */
  readonly fulfilled: readonly FulfilledUnits[]
}

export interface Refund {
  readonly id: number
  readonly orderId: number
  readonly returnId: number | null
  readonly note: string | null
  readonly lines: readonly RefundLine[]
  readonly shippingMinor: number
  /** Positive in the shop's favour. */
  readonly discrepancyMinor: number
  readonly transactionIds: readonly number[]
  readonly processedAt: number
  readonly createdAt: number
}

export interface ReturnLine {
  readonly id: number
  readonly lineId: number
  readonly fulfillmentId: number
  readonly fulfillmentLineId: number
  readonly quantity: number
  readonly processed: number
  readonly refunded: number
  readonly reason: string
  readonly reasonNote: string
  readonly customerNote: string | null
}

export interface Return {
  readonly id: number
  readonly orderId: number
  readonly name: string
  readonly status: 'REQUESTED' | 'OPEN' | 'CLOSED' | 'CANCELED' | 'DECLINED'
  readonly lines: readonly ReturnLine[]
  readonly reverseFulfillmentOrderIds: readonly number[]
  readonly decline: { readonly reason: string; readonly note: string | null } | null
  readonly approvedAt: number | null
  readonly closedAt: number | null
  readonly createdAt: number
}

export type DispositionType = 'RESTOCKED' | 'NOT_RESTOCKED' | 'MISSING' | 'PROCESSING_REQUIRED'

export interface Disposition {
  readonly id: number
  readonly type: DispositionType
  readonly quantity: number
  readonly locationId: number | null
  readonly at: number
}

export interface ReverseFulfillmentOrder {
  readonly id: number
  readonly returnId: number
  readonly orderId: number
  readonly status: 'OPEN' | 'CLOSED' | 'CANCELED'
  readonly lines: readonly {
    readonly id: number
    readonly returnLineId: number
    readonly total: number
    readonly dispositions: readonly Disposition[]
  }[]
}

/** A line within an order edit that was not committed yet. */
export interface EditLine {
  /** The number of the line item; a new number for a line the edit adds. */
  readonly id: number
  readonly added: boolean
  /** The line's current quantity when the edit began; the commit is refused when it is another by then. */
  readonly before: number
  readonly quantity: number
  readonly restock: boolean
  readonly locationId: number | null
  /** What an added line would be. */
  readonly draft: Omit<
    OrderLine,
    'id' | 'quantity' | 'currentQuantity' | 'orderedQuantity' | 'returned' | 'claimed' | 'group'
  > | null
}

/** Shopify's CalculatedOrder and OrderEditSession: one number for both. */
export interface OrderEdit {
  readonly id: number
  readonly orderId: number
  readonly lines: readonly EditLine[]
  readonly committedAt: number | null
  readonly staffNote: string | null
  readonly notifyCustomer: boolean
  /** What the commit changed, by line item. */
  readonly additions: readonly { readonly lineId: number; readonly delta: number }[]
  readonly removals: readonly { readonly lineId: number; readonly delta: number }[]
  readonly createdAt: number
}

export interface CancelJob {
  readonly id: string
  readonly orderId: number
  readonly reason: string
  readonly restock: boolean
  readonly refund: boolean
  readonly dueAt: number
  readonly done: boolean
}

interface IdempotencyRecord {
  readonly id: string
  /** Mutation and arguments in one canonical text. */
  readonly parameters: string
  readonly firstAt: number
  /** What the mutation resolved to; null when it answered user errors. */
  readonly payload: unknown
  readonly failed: boolean
}

export interface Subscription {
  readonly id: number
  readonly topic: string
  readonly uri: string
  readonly includeFields: readonly string[]
  readonly name: string | null
  readonly createdAt: number
  readonly updatedAt: number
  /** The last delivery that got a 2xx; a deletion needs eight failed retries since. */
  readonly lastSuccess: number
  /** Failed attempts since then, whichever delivery they were of. */
  readonly failuresInRow: number
}

export interface Delivery {
  readonly id: number
  readonly subscriptionId: number
  readonly topic: string
  readonly subject: WebhookSubject
  readonly eventId: string
  readonly webhookId: string
  readonly triggeredAt: number
  readonly dueAt: number
  readonly attempts: number
  /** Built at the first attempt, so it shows the state of that moment; retries repeat it. */
  readonly body: string | null
  /** Sent only once a later delivery of its subscription went out: a reordering. */
  readonly afterNext: boolean
}

export type WebhookSubject =
  | { readonly kind: 'order'; readonly id: number }
  | { readonly kind: 'product'; readonly id: number }
  | { readonly kind: 'fulfillment'; readonly id: number }
  | { readonly kind: 'level'; readonly itemId: number; readonly locationId: number }
  | { readonly kind: 'fulfillmentOrder'; readonly id: number }
  | { readonly kind: 'moved'; readonly originalId: number; readonly movedId: number }
  | { readonly kind: 'refund'; readonly id: number }
  | { readonly kind: 'return'; readonly id: number }
  | { readonly kind: 'edit'; readonly id: number }
  | { readonly kind: 'transaction'; readonly orderId: number; readonly id: number }
  | { readonly kind: 'disposed'; readonly reverseFulfillmentOrderId: number }
  | { readonly kind: 'merged'; readonly id: number; readonly mergedIds: readonly number[] }
  | { readonly kind: 'hold'; readonly fulfillmentOrderId: number; readonly holdId: number }
  | { readonly kind: 'item'; readonly id: number }
  | { readonly kind: 'location'; readonly id: number }
  | { readonly kind: 'transfer'; readonly id: number }
  | { readonly kind: 'shipment'; readonly id: number }
  | { readonly kind: 'bulk'; readonly id: number }
  | { readonly kind: 'shop' }
  | { readonly kind: 'scopes'; readonly previous: readonly string[] }
  | { readonly kind: 'split'; readonly originalId: number; readonly remainingId: number }

export interface LogEntry {
  readonly id: number
  readonly at: number
  readonly what: string
  readonly detail: Readonly<Record<string, unknown>>
}

interface Meta {
  readonly id: 'meta'
  readonly nextId: number
  readonly nextOrderNumber: number
  readonly clockOffsetMs: number
  /** What the merchant granted since the shop opened; without it, what the shop was opened with. */
  readonly scopes?: readonly string[]
  readonly uninstalled?: boolean
}

export interface TransferLine {
  readonly id: number
  readonly itemId: number
  readonly quantity: number
}

export interface Transfer {
  readonly id: number
  readonly name: string
  readonly originId: number | null
  readonly destinationId: number | null
  readonly status: 'DRAFT' | 'READY_TO_SHIP' | 'IN_PROGRESS' | 'TRANSFERRED' | 'CANCELED'
  readonly lines: readonly TransferLine[]
  readonly note: string | null
  readonly referenceName: string | null
  readonly tags: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ShipmentLine {
  readonly id: number
  readonly itemId: number
  readonly quantity: number
  readonly accepted: number
  readonly rejected: number
}

export interface Shipment {
  readonly id: number
  readonly transferId: number
  readonly name: string
  readonly status: 'DRAFT' | 'IN_TRANSIT' | 'PARTIALLY_RECEIVED' | 'RECEIVED'
  readonly barcode: string | null
  readonly lines: readonly ShipmentLine[]
  readonly shippedAt: number | null
  readonly receivedAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

export interface BulkOperation {
  readonly id: number
  readonly query: string
  readonly groupObjects: boolean
  readonly status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELING' | 'CANCELED'
  readonly errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT' | null
  readonly createdAt: number
  readonly completedAt: number | null
  readonly dueAt: number
  /** Part of the file's address. */
  readonly secret: string
  readonly objects: number
  readonly rootObjects: number
  /** It failed and left the rows it had. */
  readonly isPartial: boolean
}

/** What a bulk operation wrote, under the operation's number. */
interface BulkFile {
  readonly id: number
  readonly text: string
}

/** A token of the client-credentials grant, stored under itself. */
interface Token {
  readonly id: string
  readonly expiresAt: number
}

/** Every kind of thing the store holds, by the name it is stored under. */
export interface Entities {
  readonly meta: Meta
  readonly location: Location
  readonly product: Product
  readonly variant: Variant
  readonly item: Item
  readonly level: Level
  readonly group: AdjustmentGroup
  readonly customer: Customer
  readonly order: Order
  readonly fulfillmentOrder: FulfillmentOrder
  readonly fulfillment: Fulfillment
  readonly refund: Refund
  readonly return: Return
  readonly reverseFulfillmentOrder: ReverseFulfillmentOrder
  readonly edit: OrderEdit
  readonly job: CancelJob
  readonly idempotency: IdempotencyRecord
  readonly subscription: Subscription
  readonly delivery: Delivery
  readonly log: LogEntry
  readonly token: Token
  readonly transfer: Transfer
  readonly shipment: Shipment
  readonly bulk: BulkOperation
  readonly bulkFile: BulkFile
}
export type Kind = keyof Entities
