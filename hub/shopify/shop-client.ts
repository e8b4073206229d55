import { oneAtATime } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { type Db, transaction } from '../db/db.ts'
import type { Signals } from '../signals.ts'
import { openShopifyClient, type ShopifyClient } from './api/client.ts'
import { type AppRights, openAppRights } from './app-rights.ts'
import type { ShopSettings } from './shop-settings.ts'

/** The way to one shop, and what the app may do there. */
interface ShopClient {
  /** Disposing it ends the requests that are on their way. */
  readonly client: ShopifyClient
  readonly rights: AppRights
  /** Resolves once what was heard until now is noted. */
  noted(): Promise<void>
}

/**
 * Opens the way to the shop. How Shopify answers, and what it refuses the app, are exceptions as long as they last.
 * @param on.denied called when an answer shows that the app may not do something
 * @param on.letIn called when the shop answers again after it had refused the app
 */
export function openShopClient(
  parts: { db: Db; world: World; settings: ShopSettings; signals: Signals; now: () => number },
  on: { denied(): void; letIn(): void },
): ShopClient {
  const { db, world, settings, signals, now } = parts
  const reportTurn = oneAtATime()
  let wasRefused = false
  const client = openShopifyClient({
    settings,
    world,
    onChange() {
      signals.say('now')
      const { state } = client.reachability()
      if (state === 'connected' && wasRefused) on.letIn()
      wasRefused = state === 'refused' || (wasRefused && state !== 'connected')
      reportTurn(async () => {
        await reportClient(db, client, settings, now())
        await rights.report()
      }).catch((error: unknown) =>
        world.log.error({ problem: String(error) }, 'the state of Shopify could not be noted'),
      )
    },
    onDenied: () => on.denied(),
  })
  const rights = openAppRights({ db, client, now })
  return { client, rights, noted: () => reportTurn(async () => undefined) }
}

/** Opens or closes what IT must know of how Shopify answers. */
async function reportClient(
  db: Db,
  client: ShopifyClient,
  settings: ShopSettings,
  at: number,
): Promise<void> {
  const { state, problem } = client.reachability()
  const answered = client.otherVersion()
  const subject = settings.domain
  const asked = settings.apiVersion
  const base = { subject, store: null }
  const refused = {
    ...base,
    code: 'shopify-refuses',
    fields: { problem: problem ?? '' },
    evidence: { shop: subject, problem },
  } as const
  const version = { answered: answered ?? '', asked }
  const scope = { subjects: [subject] }
  await transaction(db, async tx => {
    // while Shopify cannot be reached it says nothing about our access
    if (state === 'refused' || state === 'connected') {
      const found = state === 'refused' ? [refused] : []
      await reconcileExceptions(tx, { kind: 'shopify-refuses', scope, found, at, seen: 'again' })
    }
    const found =
      answered === null
        ? []
        : [{ ...base, code: 'shopify-version', fields: version, evidence: version } as const]
    await reconcileExceptions(tx, { kind: 'shopify-version', scope, found, at, seen: 'again' })
  })
}
