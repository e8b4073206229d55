import type { SourceMemory } from '../source.ts'
import type { AdaptiveBatch } from './adaptive-batch.ts'
import { rowName } from './decide.ts'
import type { Examine } from './examine.ts'
import type { KeyPages, KeyPosition } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'

/** How many of the newest rows are read again whenever anything in the POS has changed. */
export const OVERLAP = 100
/** Keys looked up in one step back, and rows read in one step forward. */
const PAGE = 500
const BATCH = 240

type Work =
  | { readonly going: 'back'; readonly before: KeyPosition | null }
  | { readonly going: 'forward'; readonly from: KeyPosition | null; readonly inclusive: boolean }

/** The newest rows of one kind: finds new sales, and edits and deletions of recent ones, at once. */
export interface TailScan {
  /** Something has changed: scans again, after the pass in progress. */
  begin(): void
  isBusy(): boolean
  step(): Promise<void>
}

export interface TailScanParts {
  readonly kind: RowKind
  readonly pages: KeyPages
  readonly memory: Pick<SourceMemory, 'known'>
  readonly examine: Examine
  readonly batching: AdaptiveBatch
}

/**
 * Goes back from the newest row, over keys alone, until a whole page holds only known rows; then reads forward from
 * there to the end, oldest first. Where to begin depends on which rows are known, never on a stored time: so a till
 * whose clock once showed 2099, rows added in bulk, days without the agent and a first start need no special rule.
 */
export function tailScan({ kind, pages, memory, examine, batching }: TailScanParts): TailScan {
  let work: Work | null = null
  let isDue = false
  /** Keys of the last pass; those that this pass does not see may have been deleted. */
  let before: ReadonlySet<string> = new Set()
  let seen: string[] = []

  const lookBack = async (place: KeyPosition | null): Promise<void> => {
    const size = place === null ? OVERLAP : PAGE
    const page = await pages.newest(place, size)
    const known = memory.known(page.map(row => rowName(kind, row.key)))
    const hasNews = page.some(row => row.counts && !known.has(rowName(kind, row.key)))
    if (hasNews && page.length === size) work = { going: 'back', before: page.at(-1) ?? null }
    else
      work = {
        going: 'forward',
        from: hasNews || place === null ? (page.at(-1) ?? null) : place,
        inclusive: true,
      }
  }

  const readForward = async (from: KeyPosition | null, inclusive: boolean): Promise<void> => {
    const size = batching.size(BATCH)
    const page = await pages.oldest(from === null ? null : { place: from, inclusive }, size)
    await examine(kind, relevantKeys(kind, memory, page))
    seen = [...seen, ...page.map(row => row.key)].slice(-2 * OVERLAP)
    const last = page.at(-1)
    if (last !== undefined && page.length === size) work = { going: 'forward', from: last, inclusive: false }
    else await finish()
  }

  const finish = async (): Promise<void> => {
    const now = new Set(seen)
    const missing = [...before].filter(key => !now.has(key))
    const present = await pages.present(missing)
    // A cashier does not delete this many at once: the full scan decides on them as a whole.
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
      else await readForward(now.from, now.inclusive)
    },
  }
}

/** Keys of the rows that count, and of known rows that no longer count. */
export function relevantKeys(
  kind: RowKind,
  memory: Pick<SourceMemory, 'known'>,
  page: readonly KeyPosition[],
): readonly string[] {
  const others = page.filter(row => !row.counts).map(row => rowName(kind, row.key))
  const known = others.length === 0 ? null : memory.known(others)
  return page.filter(row => row.counts || known?.has(rowName(kind, row.key)) === true).map(row => row.key)
}
