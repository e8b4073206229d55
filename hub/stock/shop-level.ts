/** One item's stock at one location, in whole units, as Shopify shows it. */
export interface ItemLevel {
  readonly tracked: boolean
  /** false: the item is not stocked there, and customers cannot buy what is written to it. */
  readonly active: boolean
  readonly available: number
  readonly onHand: number
  readonly committed: number
  /** When each last changed, by Shopify's clock in milliseconds; null when never. */
  readonly availableAt: number | null
  readonly onHandAt: number | null
  readonly committedAt: number | null
}
