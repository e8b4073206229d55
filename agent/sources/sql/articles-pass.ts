import type { SourceMemory } from '../source.ts'
import type { Pace } from './adaptive-batch.ts'
import type { Examine } from './examine.ts'
import type { Place, Walk } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'
import { lookedAt } from './tail-scan.ts'

const BATCH = 200

/** Rows without a time have no newest page: they are read whole when the source is opened, and swept from then on. */
export interface ArticlesPass {
  isBusy(): boolean
  step(): Promise<void>
}

export function articlesPass(parts: {
  readonly kind: RowKind
  readonly walk: Walk
  readonly memory: Pick<SourceMemory, 'known'>
  readonly examine: Examine
  readonly pace: Pace
}): ArticlesPass {
  const { kind, walk, memory, examine, pace } = parts
  let after: Place['nativeKey'] | null = null
  let isDone = false
  const readPage = async (): Promise<void> => {
    const limit = pace.size(BATCH)
    const page = await walk.byKey(after, limit)
    await examine(kind, lookedAt(kind, memory, page))
    after = page.at(-1)?.nativeKey ?? after
    isDone = page.length < limit
  }
  return { isBusy: () => !isDone, step: readPage }
}
