import type { Clock } from '../../../shared/world.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { Walk } from './key-pages.ts'
import { OVERLAP } from './tail-scan.ts'

/** How often the newest rows' contents are read when nothing says that they have changed. */
const LOOK_MS = 2_000

/**
 * The mark of change for a database that has none: the keys and times of the newest rows, asked for at each poll, so
 * that new, deleted and voided ones show at once; and the time, so that edits show within two seconds.
 */
export function blindMark(walks: readonly Walk[], clock: Pick<Clock, 'monotonicMs'>): () => Promise<string> {
  return async () => {
    const pages = []
    for (const walk of walks) {
      const page = await walk.newest(null, OVERLAP)
      pages.push(page.map(({ key, time, counts }) => [key, time, counts ? 1 : 0]))
    }
    return `${Math.floor(clock.monotonicMs() / LOOK_MS)} ${fingerprintOf(pages)}`
  }
}
