import { z } from 'zod'
import { type AgentEvent, SourceRowAccepted, SourceRowRefused } from '../../../shared/events.ts'
import { EpochMs } from '../../../shared/ids.ts'
import type { KnownRow, SourceParts } from '../source.ts'
import type { Examine } from './examine.ts'
import { lookedAt } from './front.ts'
import type { Pace } from './pace.ts'
import { rowsGone } from './problems.ts'
import type { RowKind } from './row-kind.ts'
import type { Place, Walk } from './walk.ts'

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
}

/**
 * The far end: rounds through everything the POS holds (in order of keys, which no edit moves) and then everything
 * the memory knows, so that a receipt added with last month's date, an edit of an old one and a deletion are found
 * within a round. While nothing changes in the POS, a finished round is not begun again.
 */
export interface Sweep {
  changed(mark: string | null): void
  isDue(): boolean
  step(): Promise<void>
}

const STEP_MS = 250
/** Steps in which a round passes the POS's rows: two minutes. The memory's take half as many again, at most. */
const STEPS_A_ROUND = 480
const SMALLEST_STEP = 50
const LARGEST_STEP = 2_000
/** More deletions than this in one round are no cashier's work. */
export const MOST_GONE = 100
/** The mark is kept at least this often, in steps; between, only along with events. */
const STEPS_A_MARK = 40

type Work =
  | { readonly through: 'pos'; readonly index: number; readonly after: Place['nativeKey'] | null }
  | { readonly through: 'memory'; readonly from: string }

const Mark = z.object({ version: z.literal(1), table: z.string(), after: z.union([z.string(), z.number()]) })

/** Sorts after every time that a row can bear. */
const END_OF_TIME = '\uffff'

export function sweepOf({ parts, kinds, examine, pace, startFrom }: SweepParts): Sweep {
  const { memory, clock, source } = parts
  let work: Work | null = resumed(memory.mark(), kinds)
  let now: string | null = null
  /** What the POS's change mark was when the round began; a round that was resumed proves nothing. */
  let atStart: string | null = null
  let isClean = true
  let size = SMALLEST_STEP
  let nextAt = 0
  let unmarked = 0
  let missing = new Map<Swept, string[]>()

  const begin = async (): Promise<Work> => {
    let rows = 0
    for (const { walk } of kinds) rows += await walk.count()
    size = Math.min(LARGEST_STEP, Math.max(SMALLEST_STEP, Math.ceil(rows / STEPS_A_ROUND)))
    atStart = now
    missing = new Map()
    return { through: 'pos', index: 0, after: null }
  }

  const passPos = async ({ index, after }: Extract<Work, { through: 'pos' }>): Promise<Work> => {
    const swept = kinds[index]
    if (swept === undefined) return { through: 'memory', from: '' }
    const limit = pace.size(size)
    const page = await swept.walk.byKey(after, limit)
    const last = page.at(-1)
    unmarked += 1
    const isMarkDue = last !== undefined && unmarked >= STEPS_A_MARK
    const mark = isMarkDue ? { version: 1, table: swept.kind.name, after: last.nativeKey } : null
    await examine(swept.kind, lookedAt(swept.kind, memory, page), mark)
    if (isMarkDue) unmarked = 0
    return last === undefined || page.length < limit
      ? { through: 'pos', index: index + 1, after: null }
      : { through: 'pos', index, after: last.nativeKey }
  }

  const passMemory = async ({ from }: Extract<Work, { through: 'memory' }>): Promise<Work | null> => {
    const limit = pace.size(2 * size)
    const rows = memory.knownBetween(from, END_OF_TIME, limit)
    const looked = rows.filter(row => row.state !== 'gone' && !isOutOfScope(row, startFrom))
    for (const swept of kinds) {
      const prefix = `${swept.kind.name}/`
      const keys = looked.filter(row => row.key.startsWith(prefix)).map(row => row.key.slice(prefix.length))
      const present = await swept.walk.present(keys)
      const gone = missing.get(swept) ?? []
      gone.push(...keys.filter(key => !present.has(key)).slice(0, MOST_GONE + 1 - gone.length))
      missing.set(swept, gone)
    }
    const last = rows.at(-1)
    if (last !== undefined && rows.length === limit) return { through: 'memory', from: `${last.soldAt}\0` }
    for (const [swept, keys] of missing) await settleGone(swept, keys)
    return null
  }

  const settleGone = async ({ kind }: Swept, keys: readonly string[]): Promise<void> => {
    const isTooMany = keys.length > MOST_GONE
    const isSaid = memory.known([kind.name]).get(kind.name)?.state === 'refused'
    const at = EpochMs.parse(Math.max(0, Math.trunc(clock.now())))
    if (isTooMany !== isSaid) {
      const event = isTooMany ? tooManyGone(kind, keys, at) : nothingGone(kind, at)
      const state = isTooMany ? ('refused' as const) : ('gone' as const)
      const row = {
        key: kind.name,
        fingerprint: state,
        state,
        soldAt: ` ${kind.name}`,
        since: at,
        told: null,
      }
      await memory.commit({ events: [event], known: [row], mark: null })
    }
    if (!isTooMany) await examine(kind, keys)
  }

  const tooManyGone = (kind: RowKind, keys: readonly string[], at: EpochMs): AgentEvent => {
    const { code, message } = rowsGone({ count: keys.length, table: kind.name })
    const payload = JSON.stringify({ table: kind.name, examples: keys.slice(0, 5) })
    const facts = { kind: 'source.row-refused', at, source, row: kind.name, code, sentence: message, payload }
    return SourceRowRefused.parse(facts)
  }

  const nothingGone = (kind: RowKind, at: EpochMs): AgentEvent =>
    SourceRowAccepted.parse({ kind: 'source.row-accepted', at, source, row: kind.name })

  return {
    changed(mark) {
      now = mark
      isClean = false
    },
    isDue: () => !isClean && clock.monotonicMs() >= nextAt,
    async step() {
      nextAt = clock.monotonicMs() + STEP_MS
      const current = work ?? (await begin())
      const next = await pace.timed(async () =>
        current.through === 'pos' ? await passPos(current) : await passMemory(current),
      )
      work = next
      if (next === null) isClean = atStart !== null && atStart === now
    },
  }
}

function isOutOfScope(row: KnownRow, startFrom: string | null): boolean {
  return startFrom !== null && !row.soldAt.startsWith(' ') && row.soldAt.slice(0, 10) < startFrom
}

/** Where the last round had come to in the POS's rows, when its mark is one that this version wrote. */
function resumed(mark: unknown, kinds: readonly Swept[]): Work | null {
  const read = Mark.safeParse(mark)
  const index = read.success ? kinds.findIndex(swept => swept.kind.name === read.data.table) : -1
  return read.success && index >= 0 ? { through: 'pos', index, after: read.data.after } : null
}
