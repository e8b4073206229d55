import { isDue } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import { inParallel, type Turn } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import { openWrites } from '../outbox/writes.ts'
import type { Signals } from '../signals.ts'
import { readPlaces, type StockPlace } from '../stock/places.ts'
import { type ShopifyClient, shopifyRefuses, shopifyUnreachable } from './api/client.ts'
import { sendPickupWrite } from './pickups/pickup-writes.ts'
import { judgeAfterRestore, storesInRecovery } from './stock/after-restore.ts'
import { planStock } from './stock/plan.ts'
import { sendStock } from './stock/send.ts'
import { everything, type WriteScope } from './write-scope.ts'

/** Calls under way at once; the throttle paces them. */
const WIDTH = 8
/** No write is put off for longer. */
const LONGEST_WAIT_MS = 3_600_000
/** One run stops planning for a place after this many requests, so that others get their turn. */
const REQUESTS_A_RUN = 20

export interface WriteWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  readonly signals: Signals
  readonly turn: Turn
}

/**
 * Carries everything that is due to Shopify as far as it goes now: pickups first, then stock writes left from before,
 * then new ones for whatever waits, in the stores of `scope`. All its memory is the database: it may be killed at any point and run again.
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runWrites(work: WriteWork, scope: WriteScope = everything): Promise<void> {
  const { stores } = scope
  if (scope.pickups) await sendDuePickups(work)
  if (stores?.size === 0) return
  if (stores === null) await sendDueStock(work)
  const all = (await readPlaces(work.db)).places
  const places = stores === null ? all : all.filter(place => stores.has(place.store))
  const waiting = await unjudgedStores(work, places)
  await inParallel(places, WIDTH, async place => {
    if (!waiting.has(place.store)) await sendWaiting(work, place)
  })
}

/** After the hub was restored: stores for which Shopify has yet to be asked what was posted before. */
async function unjudgedStores(work: WriteWork, places: readonly StockPlace[]): Promise<ReadonlySet<string>> {
  const unjudged = new Set<string>()
  for (const store of await storesInRecovery(work.db)) {
    const own = places.filter(place => place.store === store)
    const judging = { db: work.db, client: work.client, now: work.world.clock.now }
    if (!(await judgeAfterRestore(judging, store, own))) unjudged.add(store)
  }
  return unjudged
}

/** The writes of one pickup go in order; those of different pickups side by side. */
async function sendDuePickups(work: WriteWork): Promise<void> {
  const rows = await openWrites(work.db, { kinds: ['ready', 'collected'] })
  const now = work.world.clock.now()
  const due = rows
    .filter(row => isDue(row.due_at, now, LONGEST_WAIT_MS))
    .toSorted((one, other) => one.id - other.id)
  const bySubject = [...Map.groupBy(due, row => row.subject).values()]
  await inParallel(bySubject, WIDTH, async writes => {
    for (const { id } of writes) await guarded(work, id, () => sendPickupWrite(work, id))
  })
}

async function sendDueStock(work: WriteWork): Promise<void> {
  const open = await openWrites(work.db, { kinds: ['adjust'] })
  const now = work.world.clock.now()
  const due = open.filter(row => isDue(row.due_at, now, LONGEST_WAIT_MS))
  await inParallel(due, WIDTH, ({ id }) => guarded(work, id, () => sendStock(work, id)))
  if (due.length > 0) work.signals.say('now')
}

async function sendWaiting(work: WriteWork, place: StockPlace): Promise<void> {
  for (let request = 0; request < REQUESTS_A_RUN; request += 1) {
    const id = await planStock(work, place)
    if (id === null) return
    await guarded(work, id, () => sendStock(work, id))
    work.signals.say('now', place.store)
  }
}

/** One write that goes wrong in an unexpected way must not stop the others; it stays due and is seen in the log. */
async function guarded({ world }: WriteWork, write: number, send: () => Promise<void>): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (shopifyUnreachable.is(error) || shopifyRefuses.is(error)) throw error
    world.log.error({ write, ...describeError(error) }, 'a write to Shopify failed and is tried again')
  }
}
