import { describeError } from '../../../shared/errors.ts'
import { allHours, type StoreHours } from '../../checks/opening-hours.ts'
import { contractOf, storesThatHoldBack } from '../../contract/contract.ts'
import { transaction } from '../../db/db.ts'
import type { LiveTill } from '../../stock/heard-till.ts'
import { coveredAt, type HoldPlace, noteCovered, placesHeldBack } from '../../stock/hold-back.ts'
import { readPlaces, type StockPlace } from '../../stock/places.ts'
import { isJudged } from '../../stock/recovery.ts'
import { silenceOf } from '../../stock/silence.ts'
import type { WordWatch } from '../../stock/word-watch.ts'
import { shopifyDenies, shopifyRefuses, shopifyUnreachable } from '../api/client.ts'
import { cover } from './hold-cover.ts'
import { giveBack, itemsThatWait } from './hold-give-back.ts'
import { openHolds } from './hold-request.ts'
import { isHoldDue, sendHold } from './hold-send.ts'
import type { SendWork } from './request-life.ts'

/** After its start a hub waits for so long until it takes a till for silent: all of them connect then. */
const TILLS_CONNECT_MS = 5 * 60_000

export interface HoldBackWork extends SendWork {
  /** The tills that are connected to this process; null: it takes none yet. */
  readonly live: () => ReadonlyMap<string, LiveTill> | null
  /** When this process began to take tills, hub clock. */
  readonly startedAt: number
  /** Of the tills of other hubs; kept from one call to the next. */
  readonly words: WordWatch
}

/**
 * Holds units back from sale online in stores that are silent, and gives them back once they are heard again. All its memory is the
 * database and Shopify's own levels: it may be killed at any point and run again. One place that fails stops no other.
 * @throws the first failure, when all else is done; at once what Shopify refuses everything for
 */
export async function holdBack(work: HoldBackWork): Promise<void> {
  const { db, world } = work
  const agreed = new Set(await storesThatHoldBack(db))
  const open = (await openHolds(db)).map(({ write, request }) => ({
    write,
    at: { store: write.store, location: request.location } satisfies HoldPlace,
  }))
  const held = [...(await placesHeldBack(db)), ...open.map(({ at }) => at)]
  const concerned = new Set([...agreed, ...held.map(({ store }) => store)])
  if (concerned.size === 0) return
  const live = work.live()
  if (live === null) return
  const { places } = await readPlaces(db)
  const hours = await allHours(db)
  const failures: unknown[] = []
  const attempt = async (at: HoldPlace, serveThere: () => Promise<void>): Promise<void> => {
    try {
      if (await isJudged(db, at.store)) return // what Shopify has is being found out
      for (const { write } of open.filter(one => isSamePlace(one.at, at)))
        if (isHoldDue(write, world.clock.now())) await sendHold(work, write.id)
      await serveThere()
    } catch (failure) {
      if (shopifyUnreachable.is(failure) || shopifyRefuses.is(failure) || shopifyDenies.is(failure))
        throw failure
      world.log.warn(
        { ...at, ...describeError(failure) },
        'units of a silent store could not be held back or given back',
      )
      failures.push(failure)
    }
  }
  for (const place of places.filter(({ store }) => concerned.has(store)))
    await attempt({ store: place.store, location: place.location }, () =>
      serve(work, place, { live, hours: hours.get(place.store) ?? null }),
    )
  // at a location that shows the store's stock no more, nothing is late: what is held there comes back
  for (const former of withoutPlace(held, places)) await attempt(former, () => giveBack(work, former, 'all'))
  if (failures.length > 0) throw failures[0]
}

const isSamePlace = (one: HoldPlace, other: HoldPlace): boolean =>
  one.store === other.store && one.location === other.location

/** Where units are held, each once, that is not a place of that store any more: mapped elsewhere, or claimed by two stores. */
function withoutPlace(held: readonly HoldPlace[], places: readonly StockPlace[]): readonly HoldPlace[] {
  return held.filter(
    (one, index) =>
      !places.some(place => isSamePlace(place, one)) &&
      held.findIndex(other => isSamePlace(other, one)) === index,
  )
}

interface About {
  readonly live: ReadonlyMap<string, LiveTill>
  readonly hours: { readonly zone: string; readonly hours: StoreHours } | null
}

async function serve(work: HoldBackWork, place: StockPlace, { live, hours }: About): Promise<void> {
  const { db, world } = work
  const now = world.clock.now()
  const terms = (await contractOf(db, place.store))?.terms
  const isAgreed = terms?.holdBack === 'follow' && terms.goLive <= now
  const silence = await silenceOf(db, place.store, { live, words: work.words }, now)
  if (isAgreed && silence.since !== null) {
    if (now - work.startedAt < TILLS_CONNECT_MS) return
    const before = await coveredAt(db, place)
    // a short connection that brought no backlog to its end says nothing of what was sold since
    const since = Math.min(silence.since, before?.silentSince ?? silence.since)
    if (before === null)
      await transaction(db, tx => noteCovered(tx, place, { silentSince: since, covered: 0 }))
    const done = before?.covered ?? 0
    return cover(work, place, { terms, since, share: silence.share, hours, done })
  }
  if (!isAgreed) return giveBack(work, place, 'all')
  if (silence.isCaughtUp) await giveBack(work, place, rows => itemsThatWait(work, place, rows))
}
