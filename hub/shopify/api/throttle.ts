import type { Cancel, World } from '../../../shared/world.ts'

/**
 * The lanes that calls wait in while points are short, and each one's share. `pickup`: what staff have done. `order`: new and
 * changed orders. `read`: what can wait for a moment. `bulk`: the catalogue, all levels. A lane without calls leaves its
 * share to the others.
 */
const shares = { pickup: 8, order: 8, stock: 4, read: 2, bulk: 1 } as const
export type Lane = keyof typeof shares
const lanes = Object.keys(shares) as readonly Lane[] // its keys are what its type says

/** People wait for these. The other lanes leave them points in the bucket, so that they never wait for it to fill. */
const waitedFor: ReadonlySet<Lane> = new Set(['pickup', 'order'])

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
  enter(call: { document: string; size: number; guess: number; lane: Lane }): Promise<Ticket>
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
  readonly admit: (ticket: Ticket) => void
  readonly key: string
}

interface Queue {
  readonly lane: Lane
  readonly waiting: Waiter[]
  /** Since when its first call has been the first. */
  firstSince: number
  /** Points that its calls were let in for, by its share, and what lanes that had no calls have given up. */
  served: number
}

const DEAREST_QUERY = 1_000
/** Until a shop has told its bucket's size, calls are small enough for the smallest one seen (40 points). */
const UNKNOWN_MAXIMUM = 40
/** What is left in the bucket for people: a fifth of it, and never more than they need at once. */
const LEFT = { share: 5, most: 400 } as const
/** A call that has been the next of its lane for so long leaves nothing any more. */
const LEAVES_FOR_MS = 10_000
/** A lane that waits catches up, by so much of the points that come in: no share is so small that its calls wait for ever. */
const AGEING = 1 / 32
/** How long the choice of the next call holds: those that wait grow older. */
const CHOICE_MS = 1_000

/**
 * Follows the bucket that Shopify reports: its size and rate are learnt, never assumed. What calls under way have asked
 * for is held back until their answer says what is left, so that in steady state nothing is ever THROTTLED. When points are
 * short, each lane gets its share of them.
 */
export function openThrottle(world: Pick<World, 'clock' | 'timers'>): Throttle {
  const learnt = new Map<string, number>()
  const queues = lanes.map((lane): Queue => ({ lane, waiting: [], firstSince: 0, served: 0 }))
  let bucket: { maximum: number; restoreRate: number; level: number; at: number } | null = null
  let underWay = 0
  let underWayPoints = 0
  let heldUntil = 0
  /** How far the lane that was let in last had been served: one that had no calls starts from there. */
  let servedUpTo = 0
  let timer: Cancel | null = null

  function refilled(): number {
    if (bucket === null) return 0
    const now = world.clock.monotonicMs()
    bucket.level = Math.min(bucket.maximum, bucket.level + ((now - bucket.at) / 1000) * bucket.restoreRate)
    bucket.at = now
    return bucket.level
  }

  /** The call that is let in next: of the lane that will have had least of its share with it, the longer it waits the sooner. */
  function next(): { queue: Queue; head: Waiter } | null {
    const now = world.clock.monotonicMs()
    const rate = bucket?.restoreRate ?? 0
    let best: { queue: Queue; head: Waiter; rank: number } | null = null
    for (const queue of queues) {
      const [head] = queue.waiting
      if (head === undefined) continue
      const after = queue.served + head.points / shares[queue.lane]
      const rank = after - ((now - queue.firstSince) / 1000) * rate * AGEING
      if (best === null || rank < best.rank) best = { queue, head, rank }
    }
    return best
  }

  /** What a call leaves in the bucket for those that people wait for; nothing while one of those waits in vain. */
  function leftBy({ lane, firstSince }: Queue, maximum: number): number {
    if (waitedFor.has(lane)) return 0
    if (queues.some(queue => waitedFor.has(queue.lane) && queue.waiting.length > 0)) return 0
    const waited = (world.clock.monotonicMs() - firstSince) / LEAVES_FOR_MS
    return Math.min(maximum / LEFT.share, LEFT.most) * Math.max(0, 1 - waited)
  }

  /** Milliseconds until the call may go; 0: now. */
  function waitOf(queue: Queue, head: Waiter): number {
    const held = heldUntil - world.clock.monotonicMs()
    if (held > 0) return held
    if (bucket === null) return underWay === 0 ? 0 : Number.POSITIVE_INFINITY
    // a guess above the bucket's size must not wait for ever
    const needed = Math.min(head.points + leftBy(queue, bucket.maximum), bucket.maximum)
    const missing = needed - refilled()
    return missing <= 0 ? 0 : Math.ceil((missing / Math.max(bucket.restoreRate, 0.1)) * 1000)
  }

  function admitWaiting(): void {
    timer?.()
    timer = null
    for (let one = next(); one !== null; one = next()) {
      const { queue, head } = one
      const wait = waitOf(queue, head)
      if (wait === Number.POSITIVE_INFINITY) return
      if (wait > 0) {
        timer = world.timers.after(Math.min(wait, CHOICE_MS), admitWaiting)
        return
      }
      queue.waiting.shift()
      queue.firstSince = world.clock.monotonicMs()
      servedUpTo = Math.max(servedUpTo, queue.served)
      queue.served += head.points / shares[queue.lane]
      head.admit(ticket(head))
    }
  }

  function join(lane: Lane, waiter: Waiter): void {
    const queue = queues.find(one => one.lane === lane)
    if (queue === undefined) return
    if (queue.waiting.length === 0) {
      queue.served = Math.max(queue.served, servedUpTo)
      queue.firstSince = world.clock.monotonicMs()
    }
    queue.waiting.push(waiter)
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
    enter({ document, size, guess, lane }) {
      const key = `${document}/${size}`
      const points = learnt.get(key) ?? guess
      return new Promise(admit => {
        join(lane, { points, admit, key })
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
