import { z } from 'zod'

/** What Shopify's documentation leaves open about orders; docs and live reports disagree or are silent. */
export const orderSwitches = {
  /** Whether a fulfilment order that is laid out for pickup, or partly handed over, may still be moved. */
  moveStarted: z.enum(['refuse', 'allow']),
  /**
   * What an edit does to fulfilment orders. keep: ids stay, added units join one that is open there; separate:
   * added units get a new one; replace: what the edit touches is closed and made again under a new id.
   */
  editFulfillmentOrders: z.enum(['keep', 'separate', 'replace']),
  /** Whether `totalQuantity` of a fulfilment order line falls with units that a refund, edit or cancel takes away. */
  removedUnits: z.enum(['leave-total', 'stay-in-total']),
  /** Whether money that a refund did not pay back for its lines is settled as a discrepancy or stays owed. */
  refundShortfall: z.enum(['settled', 'owed']),
  /** Which orders `delivery_method:` finds: any of their delivery groups, or only the first one. */
  deliveryMethodFilter: z.enum(['any-group', 'first-group']),
  /** `fulfillmentOrderCancel` of a store's own fulfilment order, which never was submitted to a service. */
  cancelFulfillmentOrder: z.enum(['refuse', 'replace']),
  /** `fulfillmentOrderReportProgress` of a pickup. */
  progressOnPickup: z.enum(['refuse', 'allow']),
} as const

/** The defaults: what the documentation suggests, or else the harder case for a client. */
export const orderSwitchDefaults = {
  moveStarted: 'refuse',
  editFulfillmentOrders: 'keep',
  removedUnits: 'leave-total',
  refundShortfall: 'settled',
  deliveryMethodFilter: 'any-group',
  cancelFulfillmentOrder: 'refuse',
  progressOnPickup: 'refuse',
} as const
