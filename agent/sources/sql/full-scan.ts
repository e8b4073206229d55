import { z } from 'zod'
import type { SourceParts } from '../source.ts'
import type { AdaptiveBatch } from './adaptive-batch.ts'
import { deletionsPass } from './deletions.ts'
import type { Examine } from './examine.ts'
import type { KeyPosition } from './key-pages.ts'
import type { ScannedKind, ScanPass } from './scan-pass.ts'
import { relevantKeys } from './tail-scan.ts'

export interface FullScanParts {
  readonly parts: Pick<SourceParts, 'source' | 'memory' | 'clock'>
  readonly kinds: readonly ScannedKind[]
  readonly examine: Examine
  readonly batching: AdaptiveBatch
  readonly startFrom: string | null
  /** The database has no change token of its own, so the scan never pauses between rounds and goes more slowly. */
  readonly hasNoToken: boolean
}

/**
 * Rounds through every row the POS holds, in order of keys, which no edit changes, and through every row the memory
 * knows. So a receipt added with last month's date, an edit of an old one and a deletion are found within a round.
 * A round takes at most four minutes for up to 380,000 receipts, and less for few. While nothing changes in the POS,
 * no new round begins.
 */
export interface FullScan {
  /** The POS has committed something; `token` comes from `SqlEngine.changeToken`. */
  changed(token: string): void
  isDue(): boolean
  step(): Promise<void>
}

const STEP_MS = 250
const TOKENLESS_STEP_MS = 1_000
const STEPS_A_ROUND = 960
const SMALLEST_BATCH = 50
const LARGEST_BATCH = 400
/** The position is saved once in this many steps. */
const STEPS_A_MARK = 40

const Mark = z.object({
  version: z.literal(1),
  after: z.record(z.string(), z.union([z.string(), z.number()])),
})

export function fullScan({
  parts,
  kinds,
  examine,
  batching,
  startFrom,
  hasNoToken,
}: FullScanParts): FullScan {
  const { memory, clock } = parts
  const resumed = Mark.safeParse(memory.mark())
  const after = new Map<string, KeyPosition['nativeKey']>(
    resumed.success ? Object.entries(resumed.data.after) : [],
  )
  let now: string | null = null
  let round: { passes: Set<ScanPass>; atStart: string | null } | null = null
  let isClean = true
  let nextAt = 0
  let unmarked = 0

  const batchFor = (rows: number): number =>
    Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.ceil(rows / STEPS_A_ROUND)))

  /** Every row that the POS holds. Begins where the round before the last restart stopped. */
  const posPass = async ({ kind, pages }: ScannedKind): Promise<ScanPass> => {
    const batch = batchFor(await pages.count())
    return {
      async advance() {
        const limit = batching.size(batch)
        const page = await pages.byKey(after.get(kind.name) ?? null, limit)
        const keys = relevantKeys(kind, memory, page)
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
    // A round that resumes an interrupted one has not seen every row, so it does not prove that nothing changed.
    const atStart = after.size === 0 ? now : null
    const posPasses: ScanPass[] = []
    for (const scanned of kinds) posPasses.push(await posPass(scanned))
    const events = kinds.filter(({ kind }) => kind.order.time !== null)
    let rows = 0
    for (const { pages } of events) rows += await pages.count()
    const gone = deletionsPass({
      parts,
      kinds: events,
      examine,
      batching,
      startFrom,
      batch: 2 * batchFor(rows),
    })
    return { passes: new Set([...posPasses, gone]), atStart }
  }

  return {
    changed(token) {
      now = token
      isClean = false
    },
    isDue: () => !isClean && clock.monotonicMs() >= nextAt,
    async step() {
      nextAt = clock.monotonicMs() + (hasNoToken ? TOKENLESS_STEP_MS : STEP_MS)
      round ??= await begin()
      const { passes, atStart } = round
      for (const pass of passes) if ((await pass.advance()) === 'done') passes.delete(pass)
      if (passes.size > 0) return
      round = null
      isClean = atStart !== null && atStart === now
    },
  }
}
