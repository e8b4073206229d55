import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { Journal } from '../journal/journal.ts'
import { formerPath } from '../journal/other-store.ts'
import type { FormerDevice } from './former-stores.ts'

/**
 * Takes over what this PC's former devices of the same store left unfinished beside their events: receipts not read yet,
 * changes for the POS, slips, unconfirmed pickup steps. The newest device first: what it took over itself is not taken
 * from an older one again. A journal that can't be read is tried again at the next start, and stops no sale.
 */
export async function inheritWork(
  world: Pick<World, 'files' | 'log'>,
  journal: Journal,
  { former, store, path }: { former: readonly FormerDevice[]; store: string; path: string },
): Promise<void> {
  for (const one of former.toReversed()) {
    const file = formerPath(path, one.device)
    if (one.store !== store || world.files.sizeOf(file) === null) continue
    try {
      await journal.inherit(one.device, file)
    } catch (error) {
      world.log.error(
        { former: one.device, file, code: describeError(error).code, error },
        'what a former device left unfinished could not be taken over; it is tried again at the next start',
      )
    }
  }
}
