import type { KeyPages } from './key-pages.ts'
import type { RowKind } from './row-kind.ts'

/** A kind of rows that the full scan goes through. */
export interface ScannedKind {
  readonly kind: RowKind
  readonly pages: KeyPages
}

/** One pass through many rows. `advance` takes one batch; `done`: that was the last. */
export interface ScanPass {
  advance(): Promise<'more' | 'done'>
}
