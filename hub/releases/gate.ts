import { isDue } from '../../shared/back-off.ts'
import { type Stage, stages } from './rings.ts'

/** How the tills that were offered a release have fared so far. */
export interface RollOutTally {
  readonly healthy: number
  readonly failed: number
  /** They have not said yet. */
  readonly waiting: number
}

export type RollOutVerdict =
  | { readonly is: 'wait' }
  | { readonly is: 'advance'; readonly to: Stage }
  | { readonly is: 'stop'; readonly failed: number; readonly of: number }

/**
 * Whether a release goes on to the next ring. One failure among the canaries stops it, and so do failures of more than one
 * till in twenty later. It goes on when it has been in this ring for `soakMs`, and four in five of the tills that it was
 * offered to are well.
 * @param release.since when it came into this ring, hub clock
 */
export function judgeRollOut(
  release: { readonly stage: Stage; readonly since: number },
  { healthy, failed, waiting }: RollOutTally,
  { now, soakMs }: { readonly now: number; readonly soakMs: number },
): RollOutVerdict {
  const told = healthy + failed
  const isTooMany = release.stage === 'canary' ? failed > 0 : failed > 1 && failed * 20 > told
  if (isTooMany) return { is: 'stop', failed, of: told + waiting }
  const next = stages[stages.indexOf(release.stage) + 1]
  const isWell = healthy > 0 && healthy * 5 >= (told + waiting) * 4
  if (next === undefined || !isWell || !isDue(release.since + soakMs, now, soakMs)) return { is: 'wait' }
  return { is: 'advance', to: next }
}
