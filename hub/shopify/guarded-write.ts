import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import { storableText } from '../db/storable-text.ts'
import { postpone } from '../outbox/writes.ts'
import { type ShopifyClient, shopifyRefuses, shopifyUnreachable } from './api/client.ts'
import { isAboutOneThing } from './one-thing.ts'

/** No write is put off for longer. */
export const LONGEST_WAIT_MS = 3_600_000
/** After an error that nothing foresaw. */
const UNEXPECTED_WAIT_MS = 60_000

/** One write that goes wrong in an unexpected way, or that Shopify alone fails on, must not stop the others; it goes later and says why. */
export async function orPutOff(
  { db, client, world }: { readonly db: Db; readonly client: ShopifyClient; readonly world: World },
  write: number,
  send: () => Promise<void>,
): Promise<void> {
  try {
    await send()
  } catch (error) {
    const isForeseen = shopifyUnreachable.is(error)
    if (shopifyRefuses.is(error) || (isForeseen && !(await isAboutOneThing(client, error)))) throw error
    const { code, sentence } = describeError(error)
    world.log[isForeseen ? 'warn' : 'error'](
      { write, code, sentence },
      'a write to Shopify failed and is tried again',
    )
    const later = { dueAt: world.clock.now() + UNEXPECTED_WAIT_MS, problem: storableText(sentence) }
    await transaction(db, tx => postpone(tx, write, { ...later, firstSendFailed: false }))
  }
}
