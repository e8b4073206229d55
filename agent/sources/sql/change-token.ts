import type { Clock } from '../../../shared/world.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { KeyPages } from './key-pages.ts'
import { OVERLAP } from './tail-scan.ts'

/** How often the contents of the newest rows are read when the database cannot report a change. */
const LOOK_MS = 2_000

/**
 * The change token for a database that has none: the keys and times of the newest rows, so that new, deleted and
 * voided rows show at the next poll; and a time that moves every two seconds, so that edits show within two seconds.
 */
export function polledChangeToken(
  tables: readonly KeyPages[],
  clock: Pick<Clock, 'monotonicMs'>,
): () => Promise<string> {
  return async () => {
    const newest = []
    for (const pages of tables) {
      const page = await pages.newest(null, OVERLAP)
      newest.push(page.map(({ key, time, counts }) => [key, time, counts ? 1 : 0]))
    }
    return `${Math.floor(clock.monotonicMs() / LOOK_MS)} ${fingerprintOf(newest)}`
  }
}
