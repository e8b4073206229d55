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
import { judgeCounts } from '../stock/judge-counts.ts'
import { readPlaces, type StockPlace } from '../stock/places.ts'
import { concludeRecovery, recoveries, recoveryOf } from '../stock/recovery.ts'
import { type ShopifyClient, shopifyRefuses, shopifyUnreachable } from './api/client.ts'
import { LONGEST_WAIT_MS, orPutOff } from './guarded-write.ts'
import { isAboutOneThing } from './one-thing.ts'
import type { IntakeTurns } from './orders/intake-turns.ts'
import { judgeLost } from './stock/after-restore.ts'
import { type Backlog, backlogOf, planStock } from './stock/plan.ts'
import { sendStock } from './stock/send.ts'
import { EVERY_ONE, type StoresOfRun } from './write-scope.ts'

/** Calls under way at once; the throttle paces them. */
const WIDTH = 8

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
 * waits, in the stores of `stores`. The stores take turns, one request each. All its memory is the database: it may be
 * killed at any point and run again.
 * @param heard the stores whose stock has changed since the last call; they join the run under way
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runStockWrites(
  work: WriteWork,
  stores: StoresOfRun = EVERY_ONE,
  heard: () => ReadonlySet<string> = () => new Set(),
): Promise<void> {
  if (stores === null) await sendDueStock(work)
  const { places } = await readPlaces(work.db)
  const failing = new Set((await troubles(work.db, 'place')).map(({ subject }) => subject))
  const queue = openQueue(places, heard)
  // what has failed comes last, so that it never keeps the others from their turn
  for (const isFailing of [false, true])
    for (const place of places)
      if ((stores === null || stores.has(place.store)) && failing.has(place.location) === isFailing)
        queue.add(place)
  const lanes = Array.from({ length: WIDTH }, (_, lane) => lane)
  await inParallel(lanes, WIDTH, async () => {
    for (let turn = queue.take(); turn !== null; turn = queue.take()) {
      const left = await planned(work, turn, failing.has(turn.place.location))
      queue.giveBack(turn.place, left)
    }
  })
  await concludeRecoveries(work)
}

/** A place whose turn it is, and what is left of its backlog from its last turn; null: it is looked at again. */
interface PlaceTurn {
  readonly place: StockPlace
  readonly backlog: Backlog | null
}

/** What a turn leaves: more to do for the place, or nothing now. */
type Left = { readonly backlog: Backlog | null } | 'nothing'

/** The places of a run in the order of their turns. No place has two turns at once. */
function openQueue(places: readonly StockPlace[], heard: () => ReadonlySet<string>) {
  const waiting: PlaceTurn[] = []
  const inside = new Set<string>()
  /** Places that were heard of while they had their turn. */
  const again = new Set<string>()

  function add(place: StockPlace): void {
    if (inside.has(place.location)) return void again.add(place.location)
    inside.add(place.location)
    waiting.push({ place, backlog: null })
  }

  return {
    add,
    take(): PlaceTurn | null {
      const stores = heard()
      for (const place of places) if (stores.has(place.store)) add(place)
      return waiting.shift() ?? null
    },
    giveBack(place: StockPlace, left: Left): void {
      const isHeard = again.delete(place.location)
      if (left !== 'nothing') waiting.push({ place, backlog: left.backlog })
      else {
        inside.delete(place.location)
        if (isHeard) add(place)
      }
    },
  }
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
  await inParallel(due, WIDTH, ({ id }) => orPutOff(work, id, () => sendStock(work, id)))
  if (due.length > 0) work.signals.say('now')
}

/** A place that cannot be planned must not stop the others, and is noted; see hub/checks/stock-write-stuck.ts. */
async function planned(work: WriteWork, turn: PlaceTurn, hadFailed: boolean): Promise<Left> {
  const { db, world } = work
  const { store, location: subject } = turn.place
  try {
    const left = await serve(work, turn)
    if (hadFailed) await transaction(db, tx => endTrouble(tx, 'place', subject))
    return left
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
    if (isForeseen && !(await isAboutOneThing(work.client, error))) throw error
    return 'nothing'
  }
}

/** One request of a place. */
async function serve(work: WriteWork, turn: PlaceTurn): Promise<Left> {
  const { place } = turn
  if (turn.backlog === null) await prepare(work, place)
  const backlog = turn.backlog ?? (await backlogOf(work, place))
  const { write, left } = await planStock(work, place, backlog)
  if (write !== null) {
    await orPutOff(work, write, () => sendStock(work, write))
    work.signals.say('now', place.store)
  }
  if (left === null) return 'nothing'
  if (left.known.length + left.unknown.length > 0) return { backlog: left }
  return write === null ? 'nothing' : { backlog: null } // what left a request on the way is due again
}

/** What must be done before anything of a store is planned. */
async function prepare({ db, world }: WriteWork, place: StockPlace): Promise<void> {
  const now = world.clock.now()
  await transaction(db, async tx => {
    await carryOut(tx, place.store)
    await judgeCounts(tx, place.store, now)
    const recovery = await recoveryOf(tx, place.store)
    if (recovery !== null) await judgeLost(tx, recovery, place, now)
  })
}
