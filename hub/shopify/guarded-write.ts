import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import { storableText } from '../db/storable-text.ts'
import { postpone } from '../outbox/writes.ts'
import { shopifyRefuses, shopifyUnreachable } from './api/client.ts'

/** No write is put off for longer. */
export const LONGEST_WAIT_MS = 3_600_000
/** After an error that nothing foresaw. */
const UNEXPECTED_WAIT_MS = 60_000

/** One write that goes wrong in an unexpected way must not stop the others; it goes later and says why. */
export async function orPutOff(
  { db, world }: { readonly db: Db; readonly world: World },
  write: number,
  send: () => Promise<void>,
): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (shopifyUnreachable.is(error) || shopifyRefuses.is(error)) throw error
    const { code, sentence } = describeError(error)
    world.log.error({ write, code, sentence }, 'a write to Shopify failed and is tried again')
    const later = { dueAt: world.clock.now() + UNEXPECTED_WAIT_MS, problem: storableText(sentence) }
    await transaction(db, tx => postpone(tx, write, { ...later, firstSendFailed: false }))
  }
}
