import { describeError } from '../../shared/errors.ts'
import type { HubLife } from '../../shared/protocol.ts'
import { type Cancel, randomId, type World } from '../../shared/world.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { readSetting, writeSetting } from '../db/setting.ts'
import { compareGenerations, knowsLife, MOST_LIVES, type RestoreCause, StoredGeneration } from './compare.ts'
import { type Fleet, noFleet } from './fleet-record.ts'
import { openLastingRecord } from './lasting-record.ts'
import type { Life, RecordFile, SendEnd, SentLine, SentRequest } from './record-file.ts'

const KEY = 'generation'
/** A backup is at most this much younger than the database says. */
const RAISE_MS = 60_000
/** What the hub receives of its devices is noted so often. A restore within this time of it finds nothing of it in the record. */
const FLEET_MS = 5_000
/** A backup older than this finds no record of what was sent, and Shopify is asked instead. */
const KEEP_MS = 21 * 86_400_000

/** What a hub found out about its database at its start. */
export interface Restored {
  readonly cause: RestoreCause
  /** Hub clock, ms: what the lost hub sent beyond this database, it sent after this. */
  readonly since: number
  readonly now: number
  /** The sends that this database lacks, with all that is known of them; null: the record does not hold all of them. */
  readonly lost: readonly SentLine[] | null
  /** Stores of which even a record that holds all of them does not know everything. */
  readonly unknown: ReadonlySet<string>
  /** The devices as the lost hub knew them, and what it held of their records. */
  readonly fleet: Fleet
}

/** Notes each stock change and each hold outside the database, around its sending. */
export interface SendRecord {
  /** Counts a send. Committed with the write's state, before `sending`. */
  next(tx: Tx): Promise<number>
  /** Whether a send of this key is noted. The hub that counted it may have been killed before it could note it. */
  isNoted(key: string): boolean
  /** The bytes leave when this has returned. */
  sending(request: SentRequest): void
  ended(key: string, end: SendEnd): void
}

/** Keeps nothing: a hub that is restored then asks Shopify about everything. */
export const noRecord: SendRecord = { next: async () => 0, isNoted: () => true, sending() {}, ended() {} }

/** Knows whether the database is what it was when a hub last ran on it. */
export interface Generation extends AsyncDisposable {
  readonly sends: SendRecord
  /** Null: the database has everything that the record knows of. */
  readonly restored: RestoreCause | null
  /** Hub clock, ms: when the database was last found to have been put back, at this start or an earlier one; null: never. */
  readonly restoredAt: number | null
  /** This start of the hub, which tills are told; null: no record is kept. */
  readonly life: HubLife | null
  /** Notes outside the database which devices there are and what the hub holds of them. Failures are logged. */
  noteFleet(): Promise<void>
  /** Raises the record at once: a hub that is restored the next moment must know what is unknown. Failures are logged. */
  noteUnknown(): Promise<void>
}

interface GenerationParts {
  readonly db: Db
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'files' | 'log'>
  readonly hub: string
  /** The record's own file, outside what a backup of the database puts back; null: none is kept. */
  readonly file: string | null
  /** No other hub works on the database; others keep records of their own. */
  readonly alone: boolean
  /** Keys of requests that the database has sent and not concluded: a record that is whole knows each of them. */
  openKeys(tx: Tx): Promise<ReadonlySet<string>>
  /** Whether the database has ever sent a stock change or a hold. */
  hasSent(tx: Tx): Promise<boolean>
  readFleet(db: Reads): Promise<Fleet>
  /** Called when the database is older than it once was, in the transaction that takes note of it. */
  onRestored(tx: Tx, found: Restored): Promise<void>
  /** The record was damaged, and is set aside under that name. Never fails. */
  onDamagedRecord?(aside: string): Promise<void>
}

/**
 * Compares the database with the record beside it and raises both; while the hub runs they are raised every minute, and
 * at its end. A kill at any point leaves the record at most as far as the database.
 */
export async function startGeneration(parts: GenerationParts): Promise<Generation> {
  const { db, world, hub, file } = parts
  if (file === null)
    return {
      restored: null,
      restoredAt: null,
      life: null,
      sends: noRecord,
      noteFleet: async () => undefined,
      noteUnknown: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    }
  const instance = randomId(world.random, 'life')
  const stops: { raise: Cancel; note: Cancel } = { raise: () => undefined, note: () => undefined }
  let isStopped = false
  let working: Promise<void> = Promise.resolve()
  const record = openLastingRecord(world.files, file, (aside, why) => {
    world.log.error(
      { aside, ...describeError(why) },
      'the record beside the database was damaged and is set aside',
    )
    working = working.then(() => parts.onDamagedRecord?.(aside))
  })

  async function raise(): Promise<void> {
    const at = world.clock.now()
    const { number, sends, unknown = [] } = await transaction(db, tx => raiseStored(tx, at))
    record.keepUnknown(unknown)
    record.keepGeneration({ hub, number, sends, instance, at })
    record.forgetBefore(at - KEEP_MS)
  }
  /** One after the other; what fails is tried again at the next time. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    working = working
      .then(work)
      .catch((error: unknown) =>
        world.log.warn({ ...describeError(error) }, 'the record beside the database could not be raised'),
      )
    return working
  }
  let noted: string | null = null
  async function keepFleet(): Promise<void> {
    const changes = db.changes()
    record.keepFleet(await parts.readFleet(db))
    noted = changes
  }
  const noteFleet = () => inTurn(keepFleet)
  /** While nothing was committed it would note the same; once a minute it does so all the same. */
  const noteChanges = () =>
    inTurn(async () => {
      if (noted === null || db.changes() !== noted) await keepFleet()
    })
  function every(which: keyof typeof stops, ms: number, work: () => Promise<void>): void {
    stops[which] = world.timers.after(ms, () => {
      void work().finally(() => {
        if (!isStopped) every(which, ms, work)
      })
    })
  }

  try {
    const { cause, restoredAt, from } = await begin(parts, record, instance)
    every('raise', RAISE_MS, () => {
      noted = null
      return inTurn(raise)
    })
    every('note', FLEET_MS, noteChanges)
    return {
      restored: cause,
      restoredAt,
      life: { id: instance, from },
      sends: sendRecord(record),
      noteFleet,
      noteUnknown: () => inTurn(raise),
      async [Symbol.asyncDispose]() {
        isStopped = true
        stops.raise()
        stops.note()
        await working
        try {
          await raise()
          record.keepFleet(await parts.readFleet(db))
        } finally {
          record[Symbol.dispose]()
        }
      },
    }
  } catch (error) {
    record[Symbol.dispose]()
    throw error
  }
}

/** All in one transaction, so that a start that is killed is found again by the next one. */
async function begin(
  parts: GenerationParts,
  record: RecordFile,
  instance: string,
): Promise<{
  readonly cause: RestoreCause | null
  readonly restoredAt: number | null
  /** The number that this life begins at. */
  readonly from: number
}> {
  const { db, world, hub, openKeys, onRestored } = parts
  const now = world.clock.now()
  const { generation, cause, isForeign, fleet, open } = await transaction(db, async tx => {
    const stored = await readGeneration(tx)
    const recorded = record.generation()
    const compared = compareGenerations(hub, stored, recorded)
    const isOurs = recorded?.hub === hub
    const open = await openKeys(tx)
    // a database that sent before it had a record
    let knowsAll = compared.kind !== 'first' || !(await parts.hasSent(tx))
    if (compared.kind === 'restored') {
      const sends = stored?.sends ?? 0
      const lines = record.sendsAfter(sends, open)
      const isWhole =
        isOurs && compared.cause === 'older' && holdsAll(lines, { after: sends, last: recorded.sends, open })
      knowsAll = isWhole
      const since = stored?.at ?? 0
      const known = isOurs ? record.fleet() : noFleet
      const unknown = new Set(lines.flatMap(({ end, store }) => (end?.state === 'unknown' ? [store] : [])))
      const lost = isWhole ? lines : null
      await onRestored(tx, { cause: compared.cause, since, now, lost, unknown, fleet: known })
    }
    const isRestored = compared.kind === 'restored'
    const known = isOurs ? { ...recorded, lives: record.lives() } : null
    const next = nextLife(stored, known, { instance, now, isRestored, knowsAll })
    await writeSetting(tx, KEY, JSON.stringify(next))
    const after = await parts.readFleet(tx)
    const isForeign = recorded !== null && !isOurs
    return { generation: next, cause: isRestored ? compared.cause : null, isForeign, fleet: after, open }
  })
  const { number, sends, at } = generation
  if (isForeign) record.forgetAll() // they would pass for this hub's
  record.keepUnknown(generation.unknown ?? [])
  record.keepLives([...(generation.recordedLives ?? []), ...generation.lives].slice(-MOST_LIVES))
  if (parts.alone && cause === null) closeGaps(record, generation, open)
  record.keepFleet(fleet)
  record.keepGeneration({ hub, number, sends, instance, at })
  record.forgetBefore(now - KEEP_MS)
  return { cause, restoredAt: generation.restoredAt ?? null, from: number }
}

/**
 * A hub that is killed between counting a send and noting it leaves a number without a line, and an open request without
 * one. More numbers than such requests: the record has lost lines, and stays one that does not know everything.
 */
function closeGaps(record: RecordFile, generation: StoredGeneration, open: ReadonlySet<string>): void {
  const unnoted = [...open].filter(key => !record.hasSend(key)).length
  if (unnoted === 0) return
  const missing = record.gaps((generation.unknownTo ?? 0) + 1, generation.sends)
  if (missing.length <= unnoted) record.keepNeverSent(missing, generation.at)
}

interface Span {
  readonly after: number
  readonly last: number
  /** Keys that are under way in the database. */
  readonly open: ReadonlySet<string>
}

/** Whether every send behind `after` is there, and each that is under way: another hub on the database notes its own sends elsewhere. */
function holdsAll(lines: readonly SentLine[], { after, last, open }: Span): boolean {
  const held = lines.filter(({ send }) => send > after)
  const keys = new Set(lines.map(({ key }) => key))
  return (
    held.length === last - after &&
    held.at(-1)?.send === (held.length === 0 ? undefined : last) &&
    [...open].every(key => keys.has(key))
  )
}

function nextLife(
  stored: StoredGeneration | null,
  recorded: { readonly number: number; readonly sends: number; readonly lives: readonly Life[] } | null,
  life: {
    readonly instance: string
    readonly now: number
    readonly isRestored: boolean
    /** Everything that was ever sent is in the record. */
    readonly knowsAll: boolean
  },
): StoredGeneration {
  const restoredAt = life.isRestored ? life.now : stored?.restoredAt
  const number = Math.max(stored?.number ?? 0, recorded?.number ?? 0) + 1
  const counted = Math.max(stored?.sends ?? 0, recorded?.sends ?? 0)
  // a number that is never noted: no record is whole for a database of before
  const sends = life.knowsAll ? counted : counted + 1
  const unknownTo = life.knowsAll ? stored?.unknownTo : sends
  return {
    number,
    sends,
    ...(unknownTo === undefined ? {} : { unknownTo }),
    unknown: (stored?.unknown ?? []).filter(({ at }) => at > life.now - KEEP_MS),
    at: life.now,
    ...(restoredAt === undefined ? {} : { restoredAt }),
    ...recordedLives(stored, recorded?.lives ?? []),
    lives: [...(stored?.lives ?? []), { instance: life.instance, from: number }].slice(-MOST_LIVES),
  }
}

function recordedLives(
  stored: StoredGeneration | null,
  recorded: readonly Life[],
): Pick<StoredGeneration, 'recordedLives'> {
  const own = new Set(stored?.lives.map(({ instance }) => instance))
  const all = [...(stored?.recordedLives ?? []), ...recorded].filter(({ instance }) => !own.has(instance))
  const lives = [...new Map(all.map(life => [life.instance, life])).values()].slice(-MOST_LIVES)
  return lives.length === 0 ? {} : { recordedLives: lives }
}

/** Null: no hub that keeps a record has run on this database. */
export async function readGeneration(db: Reads): Promise<StoredGeneration | null> {
  const text = await readSetting(db, KEY)
  return text === null ? null : StoredGeneration.parse(JSON.parse(text))
}

/** Whether a life that a till was served by is one of this database's. True where no record is kept. */
export async function isKnownLife(db: Reads, life: HubLife): Promise<boolean> {
  const stored = await readGeneration(db)
  return stored === null || knowsLife(stored, life)
}

async function change(
  tx: Tx,
  next: (before: StoredGeneration) => StoredGeneration,
): Promise<StoredGeneration> {
  const before = await readGeneration(tx)
  if (before === null) throw new RangeError('the database has no generation; the hub writes it at its start')
  const after = next(before)
  await writeSetting(tx, KEY, JSON.stringify(after))
  return after
}

function raiseStored(tx: Tx, at: number): Promise<StoredGeneration> {
  return change(tx, before => ({ ...before, number: before.number + 1, at }))
}

/**
 * A till has shown that the database is older than it once was: what else was sent in these stores meanwhile is in no
 * record. Have the record raised after the commit.
 */
export async function noteUnknownSends(tx: Tx, stores: readonly string[], at: number): Promise<void> {
  if ((await readGeneration(tx)) === null) return // no record is kept
  await change(tx, before => {
    const news = stores.map((store, index) => ({ store, send: before.sends + index + 1, at }))
    // the newest of a store speaks for those before it
    const others = (before.unknown ?? []).filter(({ store }) => !stores.includes(store))
    return { ...before, sends: before.sends + news.length, unknown: [...others, ...news] }
  })
}

function sendRecord(record: RecordFile): SendRecord {
  return {
    async next(tx) {
      return (await change(tx, before => ({ ...before, sends: before.sends + 1 }))).sends
    },
    isNoted: key => record.hasSend(key),
    sending: request => record.keepSend(request),
    ended: (key, end) => record.keepEnd(key, end),
  }
}
