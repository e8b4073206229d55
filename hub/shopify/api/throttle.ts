import type { Cancel, World } from '../../../shared/world.ts'

/** Who goes first when points are short: staff's hand-over, stock, what people wait for, the catalogue. */
export const priorities = { pickup: 0, stock: 1, read: 2, bulk: 3 } as const
export type Priority = keyof typeof priorities

/** What an answer's `extensions.cost` says. */
export interface ReportedCost {
  readonly requested: number | null
  readonly bucket: {
    readonly maximum: number
    readonly available: number
    readonly restoreRate: number
  } | null
}

export interface Throttle {
  /**
   * Waits until Shopify's bucket should hold what this call asks. `size` tells two uses of one document apart whose
   * page or list is longer; `guess` is used until Shopify has said what it costs.
   */
  enter(call: { document: string; size: number; guess: number; priority: Priority }): Promise<Ticket>
  /** How many rows of `perRow` points one call may ask beside `fixed` points, for this shop's bucket. */
  rowsThatFit(points: { fixed: number; perRow: number; most: number }): number
  /** The bucket as the last answer told it; null: none has yet. */
  bucket(): ReportedCost['bucket']
  /** Lets no request in for a while: Shopify's edge answered with Retry-After. */
  holdFor(ms: number): void
}

export interface Ticket {
  /** Must be called once, whatever came of the call; null when the answer named no cost. */
  leave(cost: ReportedCost | null): void
}

interface Waiter {
  readonly points: number
  readonly priority: number
  readonly admit: (ticket: Ticket) => void
  readonly key: string
}

const DEAREST_QUERY = 1_000
/** Until a shop has told its bucket's size, calls are small enough for the smallest one seen (40 points). */
const UNKNOWN_MAXIMUM = 40

/**
 * Follows the bucket that Shopify reports: its size and rate are learnt, never assumed. What calls under way have asked
 * for is held back until their answer says what is left, so that in steady state nothing is ever THROTTLED.
 */
export function openThrottle(world: Pick<World, 'clock' | 'timers'>): Throttle {
  const learnt = new Map<string, number>()
  const waiting: Waiter[] = []
  let bucket: { maximum: number; restoreRate: number; level: number; at: number } | null = null
  let underWay = 0
  let underWayPoints = 0
  let heldUntil = 0
  let timer: Cancel | null = null

  function refilled(): number {
    if (bucket === null) return 0
    const now = world.clock.monotonicMs()
    bucket.level = Math.min(bucket.maximum, bucket.level + ((now - bucket.at) / 1000) * bucket.restoreRate)
    bucket.at = now
    return bucket.level
  }

  /** Milliseconds until the call may go; 0: now. */
  function waitOf(points: number): number {
    const held = heldUntil - world.clock.monotonicMs()
    if (held > 0) return held
    if (bucket === null) return underWay === 0 ? 0 : Number.POSITIVE_INFINITY
    const needed = Math.min(points, bucket.maximum) // a guess above the bucket's size must not wait for ever
    const missing = needed - refilled()
    return missing <= 0 ? 0 : Math.ceil((missing / Math.max(bucket.restoreRate, 0.1)) * 1000)
  }

  function admitWaiting(): void {
    timer?.()
    timer = null
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const wait = waitOf(head.points)
      if (wait === Number.POSITIVE_INFINITY) return
      if (wait > 0) {
        timer = world.timers.after(wait, admitWaiting)
        return
      }
      waiting.shift()
      head.admit(ticket(head))
    }
  }

  function ticket({ points, key }: Waiter): Ticket {
    underWay += 1
    underWayPoints += points
    if (bucket !== null) bucket.level -= points
    return {
      leave(cost) {
        underWay -= 1
        underWayPoints -= points
        if (cost?.requested !== null && cost?.requested !== undefined) learnt.set(key, cost.requested)
        if (cost?.bucket !== null && cost?.bucket !== undefined) {
          const { maximum, available, restoreRate } = cost.bucket
          // Calls still under way may or may not be in Shopify's number: count them until they answer too.
          bucket = {
            maximum,
            restoreRate,
            level: available - underWayPoints,
            at: world.clock.monotonicMs(),
          }
        }
        admitWaiting()
      },
    }
  }

  return {
    enter({ document, size, guess, priority }) {
      const key = `${document}/${size}`
      const points = learnt.get(key) ?? guess
      return new Promise(admit => {
        const waiter = { points, priority: priorities[priority], admit, key }
        const place = waiting.findIndex(one => one.priority > waiter.priority)
        waiting.splice(place === -1 ? waiting.length : place, 0, waiter)
        admitWaiting()
      })
    },
    rowsThatFit({ fixed, perRow, most }) {
      const points = Math.min(DEAREST_QUERY, (bucket?.maximum ?? UNKNOWN_MAXIMUM) / 2)
      return Math.max(1, Math.min(most, Math.floor((points - fixed) / perRow)))
    },
    bucket() {
      if (bucket === null) return null
      const { maximum, restoreRate } = bucket
      return { maximum, available: Math.floor(refilled()), restoreRate }
    },
    holdFor(ms) {
      heldUntil = Math.max(heldUntil, world.clock.monotonicMs() + ms)
      admitWaiting()
    },
  }
}
