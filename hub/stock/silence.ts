import { type Db, holdsOneWriter, type Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { isTakenForConnected } from '../fleet/connected.ts'
import { mayStillSend } from '../fleet/devices.ts'
import { hasUnapplied } from '../streams/unapplied.ts'
import { hearTill, type LiveTill } from './heard-till.ts'
import { sourcesOfTills } from './till-sources.ts'
import { type TillWord, tillWords } from './till-words.ts'
import type { WordWatch } from './word-watch.ts'

/** How much of a store the hub does not hear. */
export interface Silence {
  /** Since when the first of its tills gives no word, hub clock; null: all tills that are in use are heard. */
  readonly since: number | null
  /** The part of the tills in use that give no word, from 0 to 1. */
  readonly share: number
  /** Everything that the tills in use had is taken in. */
  readonly isCaughtUp: boolean
}

/** A till that was not seen for so long sells nothing any more, until it comes back, while another till of its store is in use. */
const OUT_OF_USE_MS = 7 * 86_400_000

interface Heard {
  readonly device: string
  /** When it was last heard; null: it is heard now. */
  readonly since: number | null
  readonly hasMore: boolean
  /** All that its POS held by then has been read, hub clock; null: not known. */
  readonly readUntil: number | null
  /** One that is connected is in use, however long its POS can't be read. */
  readonly isConnected: boolean
}

/**
 * Whether a store's tills are heard. A till is not heard while it is not connected, and while it can't read its POS: since it last could.
 * @param seen.live the tills that are connected to this process
 * @param seen.words of the others on a database that several hubs share
 */
export async function silenceOf(
  db: Db,
  store: string,
  seen: { readonly live: ReadonlyMap<string, LiveTill>; readonly words: WordWatch },
  now: number,
): Promise<Silence> {
  const tills = await heardTills(db, { ...seen, store, isShared: !holdsOneWriter(db) }, now)
  const inUse = tills.filter(
    ({ isConnected, since }) => isConnected || since === null || since > now - OUT_OF_USE_MS,
  )
  const counted = inUse.length > 0 ? inUse : tills
  const silent = counted.flatMap(({ since }) => since ?? [])
  return {
    since: silent.length === 0 ? null : Math.min(...silent),
    share: counted.length === 0 ? 0 : silent.length / counted.length,
    isCaughtUp: counted.length > 0 && silent.length === 0 && !counted.some(({ hasMore }) => hasMore),
  }
}

/** Of which store everything is to be told. Moments by the hub's clock, ms. */
export interface ToBeTold {
  readonly store: string
  /** A till that was not seen since then can't know what came after it: what it may have is what its POS rang up, if no other till reads that one. */
  readonly since: number
  /** Each till must have read its POS to the end since then. */
  readonly readFrom: number
  /** What the tills of the store show had nothing to do with it: only receipts may. */
  readonly isReceiptsAlone?: true
}

/**
 * Whether the hub has all that the tills of a store did until now, and all of it has taken effect. A till that is quarantined is not heard,
 * nor is one that was revoked and may have had more. A POS is heard by any till that reads it.
 * @param seen.words looked at for this alone, with an age that money may wait on
 */
export async function isAllTold(
  db: Db,
  of: ToBeTold,
  seen: { readonly live: ReadonlyMap<string, LiveTill>; readonly words: WordWatch },
  now: number,
): Promise<boolean> {
  const all = await heardTills(db, { ...seen, store: of.store, isShared: !holdsOneWriter(db) }, now)
  const knew = ({ isConnected, since }: Heard) => isConnected || since === null || since >= of.since
  if (of.isReceiptsAlone !== true && !all.some(knew)) return false
  const isUnheard = ({ since, hasMore, readUntil }: Heard) =>
    since !== null || hasMore || readUntil === null || readUntil < of.readFrom
  const sources = await sourcesOf(db, of.store, seen.live)
  const read = new Set(all.flatMap(till => (isUnheard(till) ? [] : [...(sources(till.device) ?? [])])))
  const hasOwnPos = (device: string) => {
    const own = sources(device)
    return own === null || [...own].some(source => !read.has(source))
  }
  const isNeeded = (till: Heard) => (of.isReceiptsAlone !== true && knew(till)) || hasOwnPos(till.device)
  if (all.some(till => isUnheard(till) && isNeeded(till))) return false
  const isLeft = of.isReceiptsAlone === true ? hasOwnPos : () => true
  return !(await hasLeftUnheard(db, of, isLeft)) && !(await hasUnapplied(db, of.store, of.since))
}

/** The sources that a till reads: as it says now, else what is known of it. Null: that is not known. */
async function sourcesOf(
  db: Reads,
  store: string,
  live: ReadonlyMap<string, LiveTill>,
): Promise<(device: string) => ReadonlySet<string> | null> {
  const known = await sourcesOfTills(db, store)
  return device => {
    const says = live.get(device)?.status?.sources.map(({ source }) => source)
    return says === undefined ? (known.get(device) ?? null) : new Set(says)
  }
}

/**
 * Whether a till was revoked that was seen since a moment, and may have had more to send. One whose PC went on as another device has told
 * all that it had if it said so last; of one that head office revoked, no one knows what it did after its last word.
 */
async function hasLeftUnheard(
  db: Reads,
  { store, since }: Pick<ToBeTold, 'store' | 'since'>,
  isLeft: (device: string) => boolean,
): Promise<boolean> {
  const revoked = await db
    .selectFrom('device')
    .select(['device', 'unsent', 'state_reason'])
    .where('store', '=', store)
    .where('state', '=', 'revoked')
    .where('last_seen_at', '>=', since)
    .execute()
  return revoked.some(
    ({ device, unsent, state_reason }) => isLeft(device) && (unsent !== 0 || !mayStillSend(state_reason)),
  )
}

interface Seen {
  readonly device: string
  readonly connected_at: Schema['device']['connected_at']
  readonly last_seen_at: number
}

async function heardTills(
  db: Reads,
  of: {
    readonly store: string
    readonly live: ReadonlyMap<string, LiveTill>
    readonly words: WordWatch
    readonly isShared: boolean
  },
  now: number,
): Promise<readonly Heard[]> {
  const rows = await db
    .selectFrom('device')
    .select(['device', 'state', 'enrolled_at', 'last_seen_at', 'connected_at', 'disconnected_at'])
    .where('store', '=', of.store)
    .where('state', 'in', ['active', 'quarantined'])
    .where('last_seen_at', 'is not', null)
    .execute()
  const words = await tillWords(
    db,
    rows.map(({ device }) => device),
  )
  return rows.map(row => {
    const word = words.get(row.device)
    const isQuarantined = row.state === 'quarantined'
    const till = isQuarantined ? undefined : of.live.get(row.device)
    if (till !== undefined) {
      const { unreadSince, ...heard } = hearTill(till, word?.read_at ?? row.enrolled_at, now)
      return { device: row.device, ...heard, since: unreadSince, isConnected: true }
    }
    const seen = { ...row, last_seen_at: Math.max(row.last_seen_at ?? 0, word?.at ?? 0) }
    return of.isShared && !isQuarantined && isTakenForConnected(row, now)
      ? heardElsewhere(of.words, { row: seen, word }, now)
      : gone(seen, now)
  })
}

/** A till that is connected to another hub on the same database, as far as that one notes it. */
function heardElsewhere(
  words: WordWatch,
  { row, word }: { readonly row: Seen; readonly word: TillWord | undefined },
  now: number,
): Heard {
  const connectedAt = row.connected_at ?? 0
  const own = word !== undefined && word.at >= connectedAt ? word : null
  const at = own?.at ?? connectedAt
  const { device } = row
  const age = words.look({ device, stamp: `${own === null ? 'connected' : 'says'} ${at}`, at }, now)
  if (age.is === 'stale') return gone({ device, last_seen_at: age.since ?? row.last_seen_at }, now)
  // it has just come and its hub has noted nothing yet, or how old the note is can't be told yet
  if (age.is === 'unknown' || own === null)
    return { device, since: null, hasMore: true, readUntil: null, isConnected: true }
  const since = own.unread_since === null ? null : Math.min(now, own.unread_since + age.skewMs)
  // the clocks of the two hubs may differ by as much without being found to
  const readUntil = own.read_until === null ? null : own.read_until + age.skewMs - words.freshMs
  return { device, since, hasMore: own.has_more === 1, readUntil, isConnected: true }
}

function gone({ device, last_seen_at }: Pick<Seen, 'device' | 'last_seen_at'>, now: number): Heard {
  return { device, since: Math.min(now, last_seen_at), hasMore: true, readUntil: null, isConnected: false }
}
