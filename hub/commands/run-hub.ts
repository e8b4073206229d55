import { pause } from '../../shared/back-off.ts'
import { giveBallast } from '../../shared/ballast.ts'
import { describeError, firstCause } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { hubDatabaseDamaged } from '../db/engines/watched.ts'
import { startHub } from '../hub.ts'

const RESTART_MS = 5_000

/**
 * Runs a hub until `stop` resolves. When its disk refuses a write, everything is closed; the file is opened again and
 * read as a whole before the hub goes on. A failed sync is never tried again on the same connection.
 * @throws what keeps a first start from working, HUB_DATABASE_DAMAGED
 */
export async function runHub(given: {
  readonly options: Parameters<typeof startHub>[0]
  readonly world: World
  readonly stop: Promise<unknown>
  ready(url: string): void
}): Promise<void> {
  const { options, world } = given
  const stopped = given.stop.then(() => 'stopped' as const)
  let isReady = false
  for (let first = true; ; first = false) {
    const failure = Promise.withResolvers<Error>()
    let end: 'stopped' | Error | undefined
    try {
      await using hub = await startHub({ ...options, verify: !first, failed: failure.resolve }, world)
      if (!isReady) given.ready(hub.url)
      isReady = true
      end = await Promise.race([stopped, failure.promise])
    } catch (thrown) {
      const error = firstCause(thrown)
      if ('file' in options.database && giveBallast(world, options.database.file, error)) continue
      if (!isReady || hubDatabaseDamaged.is(error)) throw error
      // a connection that must not be used any more refuses the closing hub as well
      if (end !== undefined)
        world.log.warn({ ...describeError(error) }, 'the hub did not close without a fault')
      end ??= error instanceof Error ? error : new Error(String(error))
    }
    if (end === 'stopped') return
    world.log.error({ ...describeError(end) }, 'the hub closes its database and starts again')
    if ((await Promise.race([stopped, pause(world, RESTART_MS).then(() => null)])) === 'stopped') return
  }
}
