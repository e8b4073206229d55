import type { SourceMemory } from '../source.ts'
import type { AdaptiveBatch } from './adaptive-batch.ts'
import type { Examine } from './examine.ts'
import type { KeyPages, KeyPosition } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'
import { relevantKeys } from './tail-scan.ts'

const BATCH = 200

/** Rows without a time have no newest page: they are read in full when the source is opened, and by the full scan from then on. */
export interface ItemsPass {
  isBusy(): boolean
  step(): Promise<void>
}

export function itemsPass(parts: {
  readonly kind: RowKind
  readonly pages: KeyPages
  readonly memory: Pick<SourceMemory, 'known'>
  readonly examine: Examine
  readonly batching: AdaptiveBatch
}): ItemsPass {
  const { kind, pages, memory, examine, batching } = parts
  let after: KeyPosition['nativeKey'] | null = null
  let isDone = false
  const readPage = async (): Promise<void> => {
    const limit = batching.size(BATCH)
    const page = await pages.byKey(after, limit)
    await examine(kind, relevantKeys(kind, memory, page))
    after = page.at(-1)?.nativeKey ?? after
    isDone = page.length < limit
  }
  return { isBusy: () => !isDone, step: readPage }
}
