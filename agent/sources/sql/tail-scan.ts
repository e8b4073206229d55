import type { SourceMemory } from '../source.ts'
import type { Pace } from './adaptive-batch.ts'
import { rowName } from './decide.ts'
import type { Examine } from './examine.ts'
import type { Place, Walk } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'

/** The newest rows that are read again whenever anything in the POS has changed. */
export const OVERLAP = 100
/** Keys looked up in one step backwards, and rows read in one step forwards. */
const PAGE = 500
const BATCH = 240

type Work =
  | { readonly going: 'back'; readonly before: Place | null }
  | { readonly going: 'forth'; readonly from: Place | null; readonly inclusive: boolean }

/** The near end of one kind of rows: new sales, and edits and deletions of fresh ones, at once. */
export interface Front {
  /** Something has changed: looks again, after the pass that is under way. */
  begin(): void
  isBusy(): boolean
  step(): Promise<void>
}

export interface FrontParts {
  readonly kind: RowKind
  readonly walk: Walk
  readonly memory: Pick<SourceMemory, 'known'>
  readonly examine: Examine
  readonly pace: Pace
}

/**
 * Walks back from the newest row, over keys alone, until a whole page holds nothing unknown; then reads forward from
 * there to the end, oldest first. The place to begin is found by what is known, never by a stored time: a till whose
 * clock once said 2099, rows added in bulk, days without the agent and a first start need no rule of their own.
 */
export function frontOf({ kind, walk, memory, examine, pace }: FrontParts): Front {
  let work: Work | null = null
  let isDue = false
  /** Keys of the last pass and of this one: a key that is missing now may have been deleted. */
  let before: ReadonlySet<string> = new Set()
  let seen: string[] = []

  const lookBack = async (place: Place | null): Promise<void> => {
    const size = place === null ? OVERLAP : PAGE
    const page = await walk.newest(place, size)
    const known = memory.known(page.map(row => rowName(kind, row.key)))
    const hasNews = page.some(row => row.counts && !known.has(rowName(kind, row.key)))
    if (hasNews && page.length === size) work = { going: 'back', before: page.at(-1) ?? null }
    else
      work = {
        going: 'forth',
        from: hasNews || place === null ? (page.at(-1) ?? null) : place,
        inclusive: true,
      }
  }

  const readForth = async (from: Place | null, inclusive: boolean): Promise<void> => {
    const size = pace.size(BATCH)
    const page = await walk.oldest(from === null ? null : { place: from, inclusive }, size)
    await examine(kind, lookedAt(kind, memory, page))
    seen = [...seen, ...page.map(row => row.key)].slice(-2 * OVERLAP)
    const last = page.at(-1)
    if (last !== undefined && page.length === size) work = { going: 'forth', from: last, inclusive: false }
    else await finish()
  }

  const finish = async (): Promise<void> => {
    const now = new Set(seen)
    const missing = [...before].filter(key => !now.has(key))
    const present = await walk.present(missing)
    // Very many at once is no cashier: the sweep judges that as a whole.
    const gone = missing.filter(key => !present.has(key))
    if (gone.length <= OVERLAP / 2) await examine(kind, gone)
    before = now
    seen = []
    work = null
  }

  return {
    begin() {
      isDue = true
    },
    isBusy: () => isDue || work !== null,
    async step() {
      if (work === null) {
        isDue = false
        work = { going: 'back', before: null }
      }
      const now = work
      if (now.going === 'back') await lookBack(now.before)
      else await readForth(now.from, now.inclusive)
    },
  }
}

/** Rows that count, and those that are known though they count no longer. */
export function lookedAt(
  kind: RowKind,
  memory: Pick<SourceMemory, 'known'>,
  page: readonly Place[],
): readonly string[] {
  const others = page.filter(row => !row.counts).map(row => rowName(kind, row.key))
  const known = others.length === 0 ? null : memory.known(others)
  return page.filter(row => row.counts || known?.has(rowName(kind, row.key)) === true).map(row => row.key)
}
