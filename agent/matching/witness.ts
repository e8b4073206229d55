import type { SourceId } from '../../shared/ids.ts'

/**
 * One source that sees sales which another source records: a receipt printer's stream beside the POS's database. What
 * the witness sees only counts as a sighting: the primary source is expected to report the sale itself.
 */
export interface Witness {
  readonly witness: SourceId
  readonly primary: SourceId
  /** How far a sale's time on paper may lie from the one in the database. */
  readonly windowMs: number
  /** How long the primary may take to report a sale that was seen, counted from the sighting. */
  readonly reportWithinMs: number
  /** False when the number printed is another than the one in the database: time, till and total must do. */
  readonly compareNumbers: boolean
}

export const witnessDefaults = {
  windowMs: 10 * 60_000,
  reportWithinMs: 15 * 60_000,
  compareNumbers: true,
} as const
