import { isDue } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import { inParallel } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import type { SendRecord } from '../generation/generation.ts'
import { endTrouble, noteTrouble, troubles } from '../outbox/trouble.ts'
import { openWrites } from '../outbox/writes.ts'
import type { Signals } from '../signals.ts'
import { carryOut } from '../stock/go-live.ts'
import { readPlaces, type StockPlace } from '../stock/places.ts'
import { concludeRecovery, recoveries, recoveryOf } from '../stock/recovery.ts'
import { type ShopifyClient, shopifyRefuses, shopifyUnreachable } from './api/client.ts'
import { guarded, LONGEST_WAIT_MS } from './guarded-write.ts'
import type { IntakeTurns } from './orders/intake-turns.ts'
import { judgeLost } from './stock/after-restore.ts'
import { planStock } from './stock/plan.ts'
import { sendStock } from './stock/send.ts'
import { EVERY_ONE, type StoresOfRun } from './write-scope.ts'

/** Calls under way at once; the throttle paces them. */
const WIDTH = 8
/** One run stops planning for a place after this many requests, so that others get their turn. */
const REQUESTS_A_RUN = 20

export interface WriteWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  readonly signals: Signals
  readonly turns: IntakeTurns
  /** Notes outside the database what is sent. */
  readonly sends: SendRecord
}

/**
 * Carries the stock that is due to Shopify as far as it goes now: writes left from before, then new ones for whatever
 * waits, in the stores of `scope`. All its memory is the database: it may be killed at any point and run again.
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runStockWrites(work: WriteWork, stores: StoresOfRun = EVERY_ONE): Promise<void> {
  if (stores === null) await sendDueStock(work)
  const all = (await readPlaces(work.db)).places
  const places = stores === null ? all : all.filter(place => stores.has(place.store))
  const failing = new Set((await troubles(work.db, 'place')).map(({ subject }) => subject))
  // what has failed comes last, so that it never keeps the others from their turn
  const inTurn = places.toSorted((a, b) => Number(failing.has(a.location)) - Number(failing.has(b.location)))
  await inParallel(inTurn, WIDTH, place => planned(work, place, failing.has(place.location)))
  await concludeRecoveries(work)
}

/** What was due has been judged by the plans: recoveries whose tills have sent everything end. */
async function concludeRecoveries({ db, world, signals }: WriteWork): Promise<void> {
  const underWay = await recoveries(db)
  for (const { store } of underWay)
    await transaction(db, tx => concludeRecovery(tx, store, world.clock.now()))
  if (underWay.length > 0) signals.say('now')
}

async function sendDueStock(work: WriteWork): Promise<void> {
  const open = await openWrites(work.db, { kinds: ['adjust'] })
  const now = work.world.clock.now()
  const due = open.filter(row => isDue(row.due_at, now, LONGEST_WAIT_MS))
  await inParallel(due, WIDTH, ({ id }) => guarded(work, id, () => sendStock(work, id)))
  if (due.length > 0) work.signals.say('now')
}

/** A place that cannot be planned must not stop the others, and is noted; see hub/checks/stock-write-stuck.ts. */
async function planned(work: WriteWork, place: StockPlace, hadFailed: boolean): Promise<void> {
  const { db, world } = work
  const { store, location: subject } = place
  try {
    await sendWaiting(work, place)
    if (hadFailed) await transaction(db, tx => endTrouble(tx, 'place', subject))
  } catch (error) {
    if (shopifyRefuses.is(error) || work.client.isClosed()) throw error
    const { code, sentence } = describeError(error)
    const isForeseen = shopifyUnreachable.is(error)
    world.log[isForeseen ? 'warn' : 'error'](
      { store, location: subject, code, sentence },
      'stock of a store could not be planned',
    )
    const now = world.clock.now()
    await transaction(db, tx => noteTrouble(tx, { part: 'place', subject, problem: sentence, now }))
    if (isForeseen) throw error
  }
}

async function sendWaiting(work: WriteWork, place: StockPlace): Promise<void> {
  const now = work.world.clock.now()
  await transaction(work.db, async tx => {
    await carryOut(tx, place.store)
    const recovery = await recoveryOf(tx, place.store)
    if (recovery !== null) await judgeLost(tx, recovery, place, now)
  })
  for (let request = 0; request < REQUESTS_A_RUN; request += 1) {
    const id = await planStock(work, place)
    if (id === null) return
    await guarded(work, id, () => sendStock(work, id))
    work.signals.say('now', place.store)
  }
}
