import { z } from 'zod'
import type { SourceParts } from '../source.ts'
import type { Pace } from './adaptive-batch.ts'
import { goneLane } from './deletions.ts'
import type { Examine } from './examine.ts'
import type { Place, Walk } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'
import { lookedAt } from './tail-scan.ts'

export interface Swept {
  readonly kind: RowKind
  readonly walk: Walk
}

export interface SweepParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock'>
  readonly kinds: readonly Swept[]
  readonly examine: Examine
  readonly pace: Pace
  readonly startFrom: string | null
  /** Nobody says that something has changed, so the sweep never rests and goes more slowly. */
  readonly isBlind: boolean
}

/**
 * The far end: rounds through everything the POS holds, in order of keys, which no edit moves, and through everything
 * the memory knows, so that a receipt added with last month's date, an edit of an old one and a deletion are found
 * within a round. A round takes four minutes at most up to 380,000 receipts, less where there are few. While nothing
 * changes in the POS, a finished round is not begun again.
 */
export interface Sweep {
  /** The POS has committed something; `mark` as `SqlEngine.changeMark`. */
  changed(mark: string): void
  isDue(): boolean
  step(): Promise<void>
}

const STEP_MS = 250
const BLIND_STEP_MS = 1_000
const STEPS_A_ROUND = 960
const SMALLEST_BATCH = 50
const LARGEST_BATCH = 400
/** The mark is kept at least this often, in steps. */
const STEPS_A_MARK = 40

/** One way through many rows. `advance` takes one batch and says whether that was the last. */
export interface Lane {
  advance(): Promise<'more' | 'done'>
}

const Mark = z.object({
  version: z.literal(1),
  after: z.record(z.string(), z.union([z.string(), z.number()])),
})

export function sweepOf({ parts, kinds, examine, pace, startFrom, isBlind }: SweepParts): Sweep {
  const { memory, clock } = parts
  const resumed = Mark.safeParse(memory.mark())
  const after = new Map<string, Place['nativeKey']>(resumed.success ? Object.entries(resumed.data.after) : [])
  let now: string | null = null
  let round: { lanes: Set<Lane>; atStart: string | null } | null = null
  let isClean = true
  let nextAt = 0
  let unmarked = 0

  const batchFor = (rows: number): number =>
    Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.ceil(rows / STEPS_A_ROUND)))

  /** Every row that the POS holds. Begins where the round before the last restart had come to. */
  const posLane = async ({ kind, walk }: Swept): Promise<Lane> => {
    const batch = batchFor(await walk.count())
    return {
      async advance() {
        const limit = pace.size(batch)
        const page = await walk.byKey(after.get(kind.name) ?? null, limit)
        const keys = lookedAt(kind, memory, page)
        const last = page.at(-1)
        const isEnd = last === undefined || page.length < limit
        const next = new Map(after)
        if (isEnd) next.delete(kind.name)
        else next.set(kind.name, last.nativeKey)
        unmarked += 1
        const isMarkDue = unmarked >= STEPS_A_MARK
        await examine(kind, keys, isMarkDue ? { version: 1, after: Object.fromEntries(next) } : null)
        if (isMarkDue) unmarked = 0
        if (isEnd) after.delete(kind.name)
        else after.set(kind.name, last.nativeKey)
        return isEnd ? 'done' : 'more'
      },
    }
  }

  const begin = async () => {
    // A round that goes on where another was stopped has not seen all, so it proves nothing.
    const atStart = after.size === 0 ? now : null
    const posLanes: Lane[] = []
    for (const swept of kinds) posLanes.push(await posLane(swept))
    const events = kinds.filter(({ kind }) => kind.order.time !== null)
    let rows = 0
    for (const { walk } of events) rows += await walk.count()
    const gone = goneLane({ parts, kinds: events, examine, pace, startFrom, batch: 2 * batchFor(rows) })
    return { lanes: new Set([...posLanes, gone]), atStart }
  }

  return {
    changed(mark) {
      now = mark
      isClean = false
    },
    isDue: () => !isClean && clock.monotonicMs() >= nextAt,
    async step() {
      nextAt = clock.monotonicMs() + (isBlind ? BLIND_STEP_MS : STEP_MS)
      round ??= await begin()
      const { lanes, atStart } = round
      for (const lane of lanes) if ((await lane.advance()) === 'done') lanes.delete(lane)
      if (lanes.size > 0) return
      round = null
      isClean = atStart !== null && atStart === now
    },
  }
}
