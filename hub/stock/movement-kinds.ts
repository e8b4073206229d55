/**
 * Why stock moved, as a movement stores it. With `cause`, `line` and `revision` a kind names one movement of a store for
 * ever: an effect that comes a second time meets the first one's key. Kinds above COMMITTED change what is promised to
 * orders; the others change what is on hand.
 */
export const movementKinds = {
  /** `cause`: the sale. `line`: the receipt's line. */
  sale: 1,
  /** Takes back a line of a sale's former revision. */
  'sale-reversal': 2,
  /** `cause`: the stock entry, from the POS's own diary. `line`: 0. */
  entry: 3,
  'entry-reversal': 4,
  /**
   * What Shopify shows when the ledger of an item begins. `cause`: the main warehouse, with its location once that was changed. `line`: the item.
   * `revision`: 0, then counted up by corrections, see `countInOpening`.
   */
  opening: 5,
  /**
   * A hand-over as it was booked before fulfilments were booked one by one; none is written any more. `cause`: the fulfilment
   * order. `line`: its line. `revision`: the pickup's version, 0 for a hand-over once and whole.
   */
  'hand-over': 6,
  /** Shopify has these units as handed over. `cause`: the fulfilment. `line`: the fulfilment order's line. `revision`: 0. */
  fulfillment: 7,
  /** Takes back a fulfilment that was cancelled in Shopify. Keys as `fulfillment`. */
  'fulfillment-cancelled': 8,
  /**
   * A till handed over what Shopify will not have as fulfilled. `cause`: the fulfilment order. `line`: its line. `revision`: made of
   * the move or receipt that handed it over, see `HandOverOrigin`; older versions took the pickup's version.
   */
  'hand-over-told': 9,
  /**
   * A change of Shopify's level that nothing explains and a person accepted. `cause`: the item. `line`: the main warehouse.
   * `revision`: when, by the hub's clock in ms.
   */
  'accepted-change': 10,
  /**
   * A receipt rang up an order, whose hand-over moves the units: what the receipt moves of them is put back. `cause`: the fulfilment order.
   * `line`: its line. `revision`: made of the receipt, and counted up for each; older versions counted up for each pickup.
   */
  'order-sale': 11,
  /** Goods of an order that no till handed over left the place: sent away, or sold on Shopify POS. `cause`: the fulfilment. `line`: the order's line. `revision`: 0. */
  'shop-fulfillment': 12,
  /** Takes it back: the fulfilment was cancelled. Keys as `shop-fulfillment`. */
  'shop-fulfillment-cancelled': 13,
  /** A refund put goods back to stock. `cause`: the refund. `line`: its line. `revision`: 0. */
  'refund-restock': 14,
  /** A return put goods back to stock. `cause`: what was disposed. `line`: the reverse fulfilment order's line. `revision`: 0. */
  'return-restock': 15,
  /** Goods of an order left the place's stock, because they were taken off the order and not put back. Keys as `refund-restock`. */
  'order-removed': 16,
  /** A transfer's goods left the place. `cause`: the shipment. `line`: its line. `revision`: changes of the line before it. */
  'transfer-sent': 17,
  /** A transfer's goods arrived. Keys as `transfer-sent`, but `revision`: units until then. */
  'transfer-received': 18,
  /**
   * Goods that a till took back and Shopify put back into stock count once: takes the till's off again. `cause`: the sale. `line`: the
   * receipt's line. `revision`: counted up.
   */
  'same-return': 19,
  /**
   * A POS counts more or less of an item than what it told of its moves explains. `cause`: the item. `line`: the warehouse. `revision`:
   * when it was booked, by the hub's clock in ms.
   */
  'count-correction': 20,
  /** As `opening`. `revision`: when Shopify last changed the committed level, by its clock in ms. */
  'opening-committed': 51,
  allocation: 52,
  /** Takes an allocation off again that the opening has counted already. */
  'opening-allocation': 53,
  release: 54,
} as const

export type MovementKind = keyof typeof movementKinds

/** Kinds with a greater code change the committed quantity. */
export const COMMITTED = 50

/** The state of stock that a kind changes. */
export function stateOfKind(kind: MovementKind): 'on_hand' | 'committed' {
  return movementKinds[kind] > COMMITTED ? 'committed' : 'on_hand'
}

/** The states of stock as levels store them. */
export const stockStates = { on_hand: 0, committed: 1 } as const
