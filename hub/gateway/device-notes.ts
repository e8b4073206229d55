import { z } from 'zod'
import { failureLimit } from '../../shared/failure-limit.ts'
import type { Hello } from '../../shared/protocol.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { closeException, openException, reconcileExceptions } from '../checks/exceptions.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { type DeviceRow, noteConnected, noteDisconnected, readDevice } from '../fleet/devices.ts'
import { describeStore } from '../fleet/stores.ts'
import { noteHello, recoverByClaim, recoveries } from '../stock/recovery.ts'
import { lastReceivedAt } from '../streams/last-received.ts'
import type { ShownBehind } from './handshake.ts'
import type { ReportedStatus } from './session.ts'

/** How long a restored till is shown to IT. */
const RESTORED_SHOWN_MS = 24 * 3_600_000
const DAMAGED_SHOWN_MS = 14 * 24 * 3_600_000
/** Comings and goings that share a transaction: after an outage all tills come at once. */
const NOTES_A_TRANSACTION = 100
/** Notes that could not be written are tried again after this time, or with the next note. */
const RETRY_MS = 10_000

/** How often a device's new version brings it its store's pickups again. Beyond that, a later connection does. */
const UPGRADES = 5
const UPGRADES_MS = 24 * 3_600_000

/** What the database keeps of the devices' connections. */
export interface DeviceNotes {
  /** Resolves when it is written, as `ended` does. What can't be written is kept and tried again. */
  opened(device: DeviceRow, hello: Hello): Promise<void>
  /** @param last the device's last status; null when it sent none */
  ended(device: DeviceRow, last: ReportedStatus | null): Promise<void>
  /** Nothing is tried again from now on. */
  close(): void
  /** A device shows that the database is older than it once was. */
  hubIsBehind(device: DeviceRow, shown: ShownBehind): Promise<void>
}

type Note =
  | {
      readonly kind: 'opened'
      readonly device: DeviceRow
      readonly hello: Hello
      readonly at: number
      /** The device told nothing of a restored hub in this handshake. */
      readonly isClean: boolean
    }
  | {
      readonly kind: 'ended'
      readonly device: DeviceRow
      readonly last: ReportedStatus | null
      readonly at: number
    }

export function openDeviceNotes(parts: {
  world: Pick<World, 'clock' | 'timers'>
  db: Db
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
  /** What a device with another version is told again: its store's open pickups. */
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
  /** A device of this store has commands to receive. */
  sent(store: string): void
  /** Something is noted of what is in no record beside the database. */
  claimed(): Promise<void>
}): DeviceNotes {
  const { world, db, background, sendSnapshot, sent, claimed } = parts
  let waiting: Note[] = []
  let writing: Promise<void> | null = null
  let cancelRetry: Cancel | null = null
  let isClosed = false
  /** Devices that were connected to this process: of what it acked them, it has lost nothing. */
  const known = new Set<string>()
  /** Devices that told the hub of its restoration in the handshake under way; the next clean one closes the exception. */
  const restoring = new Set<string>()
  const upgrades = failureLimit(world.clock, { failures: UPGRADES, windowMs: UPGRADES_MS })

  function note(one: Note): Promise<void> {
    waiting.push(one)
    return write()
  }

  function write(): Promise<void> {
    cancelRetry?.()
    cancelRetry = null
    writing ??= writeAll().finally(() => {
      writing = null
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      await new Promise<void>(resolve => void world.timers.soon(resolve))
      const notes = waiting.splice(0, countTogether(waiting))
      try {
        const stores = await transaction(db, tx =>
          writeNotes(tx, notes, { sendSnapshot, upgrades, now: world.clock.now() }),
        )
        for (const store of stores) sent(store)
      } catch (error) {
        keepForLater(notes)
        throw error
      }
    }
  }

  /** Of each device the newest note of a kind is enough, so that a long outage fills no memory. */
  function keepForLater(notes: readonly Note[]): void {
    const newest = new Map([...notes, ...waiting].map(one => [`${one.kind} ${one.device.device}`, one]))
    waiting = [...newest.values()].sort((one, other) => one.at - other.at)
    if (!isClosed) cancelRetry ??= world.timers.after(RETRY_MS, () => background(write()))
  }

  return {
    opened(device, hello) {
      const isClean = !restoring.delete(device.device)
      known.add(device.device)
      return note({ kind: 'opened', device, hello, at: world.clock.now(), isClean })
    },
    ended: (device, last) => note({ kind: 'ended', device, last, at: world.clock.now() }),
    close() {
      isClosed = true
      cancelRetry?.()
    },
    async hubIsBehind(device, shown) {
      restoring.add(device.device)
      const isCopied = known.has(device.device)
      await transaction(db, async tx => {
        await noteClaim(tx, device, { ...shown, heard: known }, world.clock.now())
        if (isCopied) await noteCopy(tx, device, shown, world.clock.now())
      })
      await claimed()
    },
  }
}

/** How long a till's claim is not taken up again: one that repeats it must not hold up its store again and again. Another life is another claim. */
const CLAIM_COUNTS_MS = 24 * 3_600_000

interface Claim extends ShownBehind {
  /** Devices that were connected to this process. */
  readonly heard: ReadonlySet<string>
}

async function noteClaim(tx: Tx, device: DeviceRow, claim: Claim, at: number): Promise<void> {
  const { store, till } = device
  const { missing, otherLife, heard } = claim
  const before = await tx
    .selectFrom('exception')
    .select('evidence_json')
    .where('kind', '=', 'hub-behind')
    .where('subject', '=', device.device)
    .where('last_seen', '>', at - CLAIM_COUNTS_MS)
    .execute()
  const isRepeated =
    otherLife === null ? before.length > 0 : before.some(row => lifeIn(row.evidence_json) === otherLife)
  let isNews = false
  if (!isRepeated) {
    const since = (await lastReceivedAt(tx, device)) ?? device.enrolled_at
    const isOtherLife = otherLife !== null
    isNews = await recoverByClaim(tx, { device: device.device, store, since, heard, isOtherLife, now: at })
  }
  const problem = { subject: device.device, store, evidence: { missing, otherLife } }
  if (missing > 0) await openException(tx, { code: 'hub-behind', ...problem, fields: { missing, till } }, at)
  else if (isNews) await openException(tx, { code: 'hub-behind.served', ...problem, fields: { till } }, at)
}

const Claimed = z.object({ otherLife: z.string().nullish() })

/** The life that an earlier claim told of. */
const lifeIn = (evidence: string) => Claimed.parse(JSON.parse(evidence)).otherLife ?? null

/**
 * A process that has been running since the device was last connected to it has lost no record. What the device was
 * acked since then, another hub of this name has taken: a copy of this one, which is running too.
 */
async function noteCopy(
  tx: Tx,
  { device, store, till }: DeviceRow,
  { missing, otherLife }: ShownBehind,
  at: number,
): Promise<void> {
  const problem = {
    subject: 'hub',
    store: null,
    fields: { till, store },
    evidence: { device, missing, otherLife },
  }
  await openException(tx, { code: 'hub-copied', ...problem }, at)
}

/** The device runs another version than when it authenticated last. Its first version came with a snapshot. */
function isUpgrade(note: Note): boolean {
  const { version } = note.device
  return note.kind === 'opened' && version !== null && version !== note.hello.version
}

/** How many of the first notes share a transaction. An upgrade, which sends a whole store's pickups, has its own. */
function countTogether(notes: readonly Note[]): number {
  const upgrade = notes.findIndex(isUpgrade)
  if (upgrade === 0) return 1
  return Math.min(NOTES_A_TRANSACTION, upgrade === -1 ? notes.length : upgrade)
}

interface Writing {
  readonly now: number
  readonly upgrades: Pick<ReturnType<typeof failureLimit>, 'begin'>
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
}

/** @returns the stores that have a device with commands to receive */
async function writeNotes(tx: Tx, notes: readonly Note[], by: Writing): Promise<readonly string[]> {
  const stores: string[] = []
  for (const one of notes) {
    const upgrade = isUpgrade(one) ? await sendAfterUpgrade(tx, one, by) : 'none'
    if (upgrade === 'sent') stores.push(one.device.store)
    await writeNote(tx, one, { isLater: upgrade === 'later' })
  }
  const opened = notes.filter(one => one.kind === 'opened')
  await closeAtHandshake(
    tx,
    opened.map(({ device }) => device.device),
    by.now,
  )
  await noteHellos(tx, opened)
  const clean = opened.filter(one => one.isClean)
  await closeRestored(
    tx,
    clean.map(({ device }) => device.device),
    by.now,
  )
  return stores
}

/**
 * A version may read what the one before could not, or lack what that one kept for it: it is told of its store and of the open pickups again.
 * @returns `none`: another connection brought the version; `later`: it has had too many new ones
 */
async function sendAfterUpgrade(
  tx: Tx,
  note: Note,
  { sendSnapshot, upgrades, now }: Writing,
): Promise<'none' | 'sent' | 'later'> {
  const before = await readDevice(tx, note.device.device)
  if (note.kind !== 'opened' || before?.version === note.hello.version) return 'none'
  if (upgrades.begin(note.device.device) === null) return 'later'
  await describeStore(tx, note.device.device, now)
  await sendSnapshot(tx, note.device.device, now)
  return 'sent'
}

/** What each device holds when it connects during the recovery of its store: the recovery waits for it. */
async function noteHellos(tx: Tx, opened: readonly Extract<Note, { kind: 'opened' }>[]): Promise<void> {
  if (opened.length === 0) return
  const recovering = new Set((await recoveries(tx)).map(({ store }) => store))
  for (const { device, hello, at } of opened)
    if (recovering.has(device.store))
      await noteHello(tx, { device: device.device, store: device.store, last: hello.events.last, at })
}

/** @param given.isLater its version is not noted, so that a later connection counts as the upgrade */
async function writeNote(tx: Tx, note: Note, given: { readonly isLater: boolean }): Promise<void> {
  const { device } = note.device
  if (note.kind === 'ended') return noteDisconnected(tx, device, note.at, note.last)
  const { clock } = note.hello
  const version = given.isLater ? (note.device.version ?? '') : note.hello.version
  await noteConnected(tx, device, { at: note.at, version, offsetMs: clock - note.at })
}

/** What kept devices from being taken in is over; that a record can't be stored is not. */
async function closeAtHandshake(tx: Tx, devices: readonly string[], at: number): Promise<void> {
  if (devices.length === 0) return
  const open = await tx
    .selectFrom('exception')
    .select('subject')
    .where('closed_at', 'is', null)
    .where('kind', '=', 'ingest-blocked')
    .where('code', '=', 'ingest-blocked.handshake')
    .where('subject', 'in', devices)
    .execute()
  for (const { subject } of open) await closeException(tx, 'ingest-blocked', subject, at)
}

async function closeRestored(tx: Tx, devices: readonly string[], at: number): Promise<void> {
  if (devices.length === 0) return
  const scope = { subjects: devices }
  await reconcileExceptions(tx, { kind: 'hub-behind', scope, found: [], at, seen: 'still' })
  const quietForMs = RESTORED_SHOWN_MS
  await reconcileExceptions(tx, { kind: 'till-restored', scope, found: [], at, seen: 'still', quietForMs })
  await reconcileExceptions(tx, {
    kind: 'journal-damaged',
    scope,
    found: [],
    at,
    seen: 'still',
    quietForMs: DAMAGED_SHOWN_MS,
  })
}
