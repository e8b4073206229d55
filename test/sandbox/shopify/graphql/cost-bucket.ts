/** Shopify's leaky bucket for one app at one shop. It refills continuously. */
export interface CostBucket {
  /** Takes the requested points, or says no. */
  take(points: number): boolean
  giveBack(points: number): void
  status(): {
    readonly maximumAvailable: number
    readonly currentlyAvailable: number
    readonly restoreRate: number
  }
}

export interface BucketSize {
  readonly maximumAvailable: number
  /** Points a second. */
  readonly restoreRate: number
}

/** A full bucket. */
export function costBucket({ maximumAvailable, restoreRate }: BucketSize, now: () => number): CostBucket {
  let available = maximumAvailable
  let filledAt = now()
  function refill(): void {
    const at = now()
    available = Math.min(maximumAvailable, available + (Math.max(0, at - filledAt) / 1000) * restoreRate)
    filledAt = at
  }
  return {
    take(points) {
      refill()
      if (points > available) return false
      available -= points
      return true
    },
    giveBack(points) {
      refill()
      available = Math.min(maximumAvailable, available + points)
    },
    status() {
      refill()
      return { maximumAvailable, currentlyAvailable: Math.floor(available), restoreRate }
    },
  }
}
