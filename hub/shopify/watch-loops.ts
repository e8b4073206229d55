import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { endTrouble, noteTrouble } from '../outbox/trouble.ts'
import { type ShopifyClient, shopifyDenies, shopifyRefuses } from './api/client.ts'

/** Runs the work of one loop. Ends as the work does. */
type Watched = (name: string, work: () => Promise<void>) => Promise<void>

/** Denied a capability: the comparison of the app's scopes, a loop of its own, names that. */
function isDenied(name: string, error: unknown): boolean {
  return shopifyDenies.is(error) && error.facts['capability'] !== null && name !== 'access'
}

/**
 * Notes which loops fail, for hub/checks/shopify-work-fails.ts. What fails because Shopify refuses us has an exception at
 * once, see `reportClient`; what fails because the hub is stopping says nothing.
 */
export function watchLoops(parts: {
  readonly db: Db
  readonly world: World
  readonly client: Pick<ShopifyClient, 'isClosed'>
}): Watched {
  const { db, world, client } = parts
  /** Loops whose last run went well. An earlier hub may have left trouble of the others. */
  const isFine = new Set<string>()

  async function note(name: string, change: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await transaction(db, change)
    } catch (failure) {
      world.log.error({ loop: name, ...describeError(failure) }, 'how a loop does could not be noted')
    }
  }

  return async (name, work) => {
    try {
      await work()
    } catch (error) {
      isFine.delete(name)
      const problem = describeError(error).sentence
      const now = world.clock.now()
      if (!shopifyRefuses.is(error) && !isDenied(name, error) && !client.isClosed())
        await note(name, tx => noteTrouble(tx, { part: 'loop', subject: name, problem, now }))
      throw error
    }
    if (isFine.has(name)) return
    isFine.add(name)
    await note(name, tx => endTrouble(tx, 'loop', name))
  }
}
