import { describeError } from '../../shared/errors.ts'
import { oneAtATime } from '../../shared/turns.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { type Db, type ReadDb, transaction } from '../db/db.ts'
import type { SendRecord } from '../generation/generation.ts'
import type { CustomerLinks } from '../pickups/customer-choice/links.ts'
import { forgetEndedQuestions, leaveUnanswered } from '../pickups/customer-choice/unanswered.ts'
import { expireUncollected } from '../pickups/expire.ts'
import { askReopened } from '../pickups/reopened-and-left.ts'
import { nextHeldWrite } from '../pickups/write-plan.ts'
import type { Signals } from '../signals.ts'
import { forgetLostLevels } from '../stock/lost-levels.ts'
import { lastTime } from '../stock/nightly-audit.ts'
import { readPlaces, type StockPlace } from '../stock/places.ts'
import type { ToBeTold } from '../stock/silence.ts'
import { type ShopifyClient, shopifyAnswerUnreadable, shopifyUnreachable } from './api/client.ts'
import type { AppRights } from './app-rights.ts'
import { bulkFailed } from './bulk/bulk-operation.ts'
import { lookUpItems, syncCatalogue } from './catalogue/catalogue.ts'
import { checkLocations, readLocations } from './catalogue/locations.ts'
import { isAboutOneThing } from './one-thing.ts'
import type { IntakeTurns } from './orders/intake-turns.ts'
import { runPickupWrites } from './pickups/pickup-worker.ts'
import { runReturnWrites } from './returns/return-worker.ts'
import type { ShopSettings } from './shop-settings.ts'
import { lookAtAll } from './stock/look-at-all.ts'
import { openFromFile } from './stock/open-from-file.ts'
import { openLocation } from './stock/open-location.ts'
import { keepSubscriptions } from './webhooks/subscriptions.ts'
import { addressProblem, reportSubscribed } from './webhooks/webhook-state.ts'
import { pruneWebhooks, runWebhooks } from './webhooks/webhook-worker.ts'
import { gatherWrites } from './write-scope.ts'
import { runStockWrites } from './write-worker.ts'

/** One round of each kind of work with Shopify; shopify.ts says how often, and what wakes it. */

const KEEP_WEBHOOKS_MS = 14 * 86_400_000

export interface ShopWorkParts {
  readonly db: Db
  readonly world: World
  readonly client: ShopifyClient
  readonly rights: AppRights
  readonly settings: ShopSettings
  readonly signals: Signals
  readonly turns: IntakeTurns
  /** See `PickupWriteWork`. */
  readonly isAllTold: (of: ToBeTold) => Promise<boolean>
  /** See `PickupWriteWork`. */
  readonly links: CustomerLinks
  /** Notes outside the database what is sent. */
  readonly sends: SendRecord
  readonly now: () => number
}

/** The shop's places and items, and the look at its levels. */
export function catalogueWork(
  parts: Pick<ShopWorkParts, 'db' | 'client' | 'turns' | 'signals' | 'world' | 'settings' | 'now'>,
) {
  const { db, client, signals, settings, now } = parts
  let hasCatalogue = false
  const inTurn = oneAtATime() // the first look may take longer than the next sweep waits
  const openLocations = () => inTurn(() => openAll(parts))
  return {
    locations: async () => checkLocations(db, await readLocations(client), now()),
    async items() {
      await syncCatalogue({ db, client, now })
      hasCatalogue = true
      try {
        await openLocations()
      } finally {
        signals.say('stock')
        signals.say('now')
      }
    },
    /** The first look at all levels follows the catalogue. */
    async sweep() {
      if (hasCatalogue) await openLocations()
    },
    /** Once a night, if the settings say so. */
    async allLevels() {
      const at = settings.allLevelsAt
      if (at !== null && hasCatalogue) await lookAtAll({ db, client, now }, lastTime(at, now()))
    },
    async lookUp() {
      await lookUpItems({ db, client, now })
      signals.say('stock')
    },
  }
}

/** Levels of a location that a first look reads by pages: more would cost minutes of the shop's points. */
const FIRST_LEVELS = 250

/** A look at the levels of every location, or at what has changed of them. What can't be read of one stops no other. */
async function openAll(
  parts: Pick<ShopWorkParts, 'db' | 'client' | 'turns' | 'world' | 'now'>,
): Promise<void> {
  const { db, client, world } = parts
  await transaction(db, tx => forgetLostLevels(tx, 'all'))
  const { places } = await readPlaces(db)
  const failures: unknown[] = []
  const openByPages = async (place: StockPlace, firstLevels?: number) => {
    try {
      return await openLocation(parts, place, firstLevels)
    } catch (failure) {
      if (!(await isAboutOneThing(client, failure))) throw failure
      failures.push(failure)
      return true
    }
  }
  const long: StockPlace[] = []
  for (const place of places) if (!(await openByPages(place, FIRST_LEVELS))) long.push(place)
  if (long.length > 0)
    try {
      await openFromFile(parts, long)
    } catch (failure) {
      if (!bulkFailed.is(failure) && !shopifyAnswerUnreadable.is(failure)) throw failure
      world.log.warn({ ...describeError(failure) }, 'levels are read page by page')
      for (const place of long) await openByPages(place)
    }
  if (failures.length > 0) throw failures[0]
}

/** What the hub writes into the shop: stock, and what became of pickups. */
export function writeWork(parts: ShopWorkParts) {
  const { db, client, world, signals, turns, sends, rights, settings, now, isAllTold, links } = parts
  const scope = gatherWrites(now, settings.pollWorkMs)
  const held = wakeAtTime(world, () => signals.say('pickup-writes'))
  /** Items that are known don't wait until Shopify's search answers again. @returns what it failed with */
  const lookUpFailure = async () => {
    try {
      await lookUpNewItems(db, () => lookUpItems({ db, client, now }))
      return null
    } catch (error) {
      if (!shopifyUnreachable.is(error)) throw error
      return error
    }
  }
  return {
    scope,
    async stock() {
      const stores = scope.take()
      try {
        const failure = rights.can('items') ? await lookUpFailure() : null
        await runStockWrites({ db, client, world, signals, turns, sends }, stores, scope.heard)
        if (failure !== null) throw failure
      } catch (error) {
        scope.takeEverythingNext()
        throw error
      }
    },
    async pickups() {
      await runPickupWrites({ db, client, world, signals, isAllTold, links })
      held.wakeAt(await nextHeldWrite(db, now()))
    },
    returns: () => runReturnWrites({ db, client, world, signals }),
    stop: held.stop,
  }
}

/** What the shop tells: its webhooks, and that it goes on telling. */
export function webhookWork(
  parts: ShopWorkParts,
  on: { locations(): Promise<void>; items(): void; app(): void },
) {
  const { db, client, world, signals, turns, rights, settings, now } = parts
  return {
    apply: () =>
      runWebhooks({
        db,
        client,
        signals,
        turns,
        now,
        world,
        onLocations: on.locations,
        onItems: on.items,
        onApp: on.app,
      }),
    async subscribe() {
      const { webhookUrl: url } = settings
      if (url !== null) {
        const wrong = addressProblem(url, client.address.loopback)
        const outcome = wrong ?? (await keepSubscriptions(client, url, rights.can))
        await reportSubscribed({ db, log: world.log, now: now() }, settings, outcome)
      }
      await pruneWebhooks(db, now() - KEEP_WEBHOOKS_MS)
    },
  }
}

/** Ends the questions that customers did not answer, and, if the settings say so, the pickups that they did not come for. */
export async function expirePickups({ db, signals, settings, now }: ShopWorkParts): Promise<void> {
  await forgetEndedQuestions(db, now())
  for (const store of await leaveUnanswered(db, now())) {
    signals.say('commands', store)
    signals.say('now', store)
  }
  const afterDays = settings.expireAfterDays
  if (afterDays === null) return
  await askReopened(db, { afterDays, now: now() })
  for (const store of await expireUncollected(db, { afterDays, now: now() })) {
    signals.say('commands', store)
    signals.say('now', store)
  }
}

/** A sale of an item never seen is looked up before the writes are planned, not at the next round. */
async function lookUpNewItems(db: ReadDb, lookUp: () => Promise<void>): Promise<void> {
  const fresh = await db
    .selectFrom('item as i')
    .select('i.sku')
    .where('i.state', '=', 'unchecked')
    .where(e => e.exists(e.selectFrom('due as d').select('d.item').whereRef('d.item', '=', 'i.id')))
    .executeTakeFirst()
  if (fresh !== undefined) await lookUp()
}

/** Says once, at the time that was given last, that something is due. */
function wakeAtTime({ clock, timers }: World, wake: () => void) {
  let cancel: Cancel | null = null
  const stop = () => {
    cancel?.()
    cancel = null
  }
  return {
    stop,
    wakeAt(time: number | null): void {
      stop()
      if (time !== null) cancel = timers.after(Math.max(0, time - clock.now()), wake)
    },
  }
}
