import { defineError, TillbridgeError } from '../../shared/errors.ts'
import { failureLimit } from '../../shared/failure-limit.ts'
import {
  closeCodes,
  type Frame,
  type HubLife,
  type RemoteReport,
  type Running,
  type Status,
  type SupportReport,
} from '../../shared/protocol.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { Wire, World } from '../../shared/world.ts'
import { type Db, holdsOneWriter, type Tx } from '../db/db.ts'
import { openSharedTransactions } from '../db/shared-transactions.ts'
import { applyEvents } from '../effects/index.ts'
import { type DeviceRow, retireDevice } from '../fleet/devices.ts'
import type { HubKey } from '../fleet/hub-key.ts'
import { openMachineNotes } from '../fleet/till-machine.ts'
import { EVERY_STORE, type Signals } from '../signals.ts'
import { openAdmission } from './admission.ts'
import { type CommitQueue, openCommitQueue } from './commit-queue.ts'
import { openCommitWatches } from './commit-watch.ts'
import { type DeviceNotes, openDeviceNotes } from './device-notes.ts'
import { openGate } from './handshake-gate.ts'
import { type LatestWords, openLatestWords } from './latest-words.ts'
import { type LiveDevice, type LiveSessions, openLiveSessions } from './live-sessions.ts'
import { openLostWatch } from './lost-watch.ts'
import { openQuarantines, type Quarantines } from './quarantines.ts'
import { startRounds } from './rounds.ts'
import { type HubWord, type Session, type SessionParts, serveSession } from './session.ts'
import { openStorageWatch, type StorageProblem, type StorageWatch } from './storage-watch.ts'
import { openTillReports, type TillReports } from './till-reports.ts'
import { openUnknownDevices, type UnknownDevices } from './unknown-devices.ts'

export const tooManyConnections = defineError(
  'TOO_MANY_CONNECTIONS',
  (f: { address: string }) =>
    `Too many unauthenticated connections from ${f.address}. The agent tries again later.`,
)

const UNAUTHENTICATED_PER_ADDRESS = 20
/** Handshakes whose turn it is, over all addresses. */
const HANDSHAKES_AT_ONCE = 20
const LINGER_MS = 1_000
/** New epochs of one device's commands; each sends what the device may lack once more. */
const RENEWALS = 5
const RENEWALS_MS = 5 * 60_000
/** How often it is looked whether a device that says that it leaves has handed over everything; the next heartbeat asks again. */
const LEAVINGS = 5
const LEAVINGS_MS = 10_000

export interface Gateway {
  /** Takes a new connection. @param address the peer's, for admission limits */
  accept(wire: Wire, address: string): void
  live(): ReadonlyMap<string, LiveDevice>
  /** That the hub's database takes no writes; null while it does. */
  storage(): StorageProblem | null
  [Symbol.asyncDispose](): Promise<void>
}

export interface GatewayParts {
  readonly world: World
  readonly db: Db
  /** The hub's own name, see `hubIdentity`. */
  readonly hub: string
  /** What it signs its answers with. */
  readonly key: HubKey
  /** Hub clock, ms: when the database was last found to have been put back to an older state; null: never. */
  readonly restoredAt?: number | null
  /** This start of the hub, which devices remember; null: the hub keeps no record. */
  readonly life?: HubLife | null
  /** A device has claimed records that the hub does not hold: what is unknown of it is to be kept outside the database. Never fails. */
  claimed?(): Promise<void>
  readonly signals: Signals
  /** What a device with another version is told again: its store's open pickups. */
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
  /** A device says what it runs; left out: nothing is offered to it. */
  running?(device: DeviceRow, running: Running, say: (word: HubWord) => void): Promise<void>
  /** A device says how it fares with head office's settings. `agent`: its version. Left out: none are told. */
  settings?(device: DeviceRow, report: RemoteReport, agent: string): Promise<void>
  /** What head office asks of the tills; left out: nothing. */
  support?: {
    reported(
      device: DeviceRow,
      said: { readonly support: SupportReport | null; readonly agent: string },
      say: (word: HubWord) => void,
    ): Promise<void>
    answered(device: DeviceRow, frame: Extract<Frame, { t: 'inspected' }>): Promise<void>
  }
  /** What staff look up, as in `SessionParts`. */
  answer?: SessionParts['answer']
  /** What of the stores' free stock changed, as in `SessionParts`. */
  stock?: SessionParts['stock']
}

/** The devices' door: one live session a device, everything else refused with a reason. */
export function openGateway(parts: GatewayParts): Gateway {
  const { world, db, signals } = parts
  const background = openBackground(world)
  const quarantines = openQuarantines({
    world,
    db,
    background: background.run,
    written: ({ store }) => signals.say('now', store),
  })
  const sessions = openLiveSessions({ world, quarantines })
  const admission = openAdmission(UNAUTHENTICATED_PER_ADDRESS)
  const queue = openCommitQueue(world, holdsOneWriter(db) ? null : world.timers)
  const storage = openStorageWatch({
    world,
    db,
    background: background.run,
    changed: () => signals.say('now'),
  })
  const notes = openDeviceNotes({
    world,
    db,
    background: background.run,
    sendSnapshot: parts.sendSnapshot,
    sent: store => signals.say('commands', store),
    claimed: async () => parts.claimed?.(),
  })
  const reports = openTillReports({ world, db, background: background.run })
  const words = openLatestWords({ world, background: background.run })
  const stockWords = openLatestWords({ world, background: background.run })
  const unknown = openUnknownDevices({ world, db })
  const sessionParts = partsOfSessions(parts, {
    sessions,
    queue,
    quarantines,
    notes,
    storage,
    reports,
    words,
    stockWords,
    unknown,
    background: background.run,
  })
  const all = new Set<Session>()
  const stopRounds = startRounds({ world, db, sessions, unknown, background: background.run })
  const forget = signals.on('commands', store => sessions.wakeStore(store === EVERY_STORE ? null : store))

  return {
    accept(wire, address) {
      const leave = admission.enter(address)
      if (leave === null) {
        wire.close(closeCodes.tooMany, tooManyConnections.code)
        world.timers.after(LINGER_MS, wire.terminate)
        return
      }
      const session = serveSession(wire, {
        ...sessionParts,
        address,
        opened(...opened) {
          leave()
          sessionParts.opened(...opened)
        },
        ended(ended, device) {
          leave()
          all.delete(ended)
          sessionParts.ended(ended, device)
        },
      })
      all.add(session)
    },
    live: sessions.view,
    storage: storage.problem,
    async [Symbol.asyncDispose]() {
      forget()
      stopRounds()
      notes.close()
      quarantines.close()
      reports.close()
      words.close()
      stockWords.close()
      storage.close()
      for (const session of all)
        session.end(new TillbridgeError('HUB_STOPS', 'The hub stops; it will be back.', {}))
      await queue.idle()
      await background.idle()
    },
  }
}

/** What every session is given. */
function partsOfSessions(
  {
    world,
    db,
    hub,
    key,
    restoredAt = null,
    life = null,
    signals,
    sendSnapshot,
    running,
    settings,
    support,
    answer,
    stock,
  }: GatewayParts,
  own: {
    readonly sessions: LiveSessions
    readonly queue: CommitQueue
    readonly notes: DeviceNotes
    readonly storage: StorageWatch
    readonly reports: TillReports
    readonly words: LatestWords
    readonly stockWords: LatestWords
    readonly unknown: UnknownDevices
    readonly quarantines: Quarantines
    background(work: Promise<void>): void
  },
): Omit<SessionParts, 'address'> {
  const { sessions, notes, storage, background } = own
  const lost = openLostWatch({ world, db })
  /** Those that got past the handshake: a device that is never taken in counts as silent. */
  const taken = new WeakSet<Session>()
  const leaving = failureLimit(world.clock, { failures: LEAVINGS, windowMs: LEAVINGS_MS })
  const machines = openMachineNotes({ world, db })
  const sayNow = ({ store }: DeviceRow) => signals.say('now', store)
  const all = async (works: readonly Promise<void>[]) => {
    for (const work of works) background(work)
    await Promise.allSettled(works)
  }
  /** What a device's newest status is answered with, or noted for. Each may ask the database. */
  function takenUp(
    device: DeviceRow,
    status: Status,
    { last, say }: { readonly last: Position; readonly say: (word: HubWord) => void },
  ): Promise<void>[] {
    const agent = status.running?.version ?? device.version ?? ''
    const sayIf = (isNew: boolean) => (isNew ? sayNow(device) : undefined)
    return [
      ...(status.running !== undefined && running !== undefined
        ? [running(device, status.running, say)]
        : []),
      ...(status.settings !== undefined && settings !== undefined
        ? [settings(device, status.settings, agent)]
        : []),
      ...(support === undefined
        ? []
        : [support.reported(device, { support: status.support ?? null, agent }, say)]),
      ...(status.machine === undefined ? [] : [machines(device.device, status.machine).then(sayIf)]),
      lost.note(device, { former: status.former, last }).then(sayIf),
    ]
  }
  return {
    world,
    db,
    hub,
    key,
    restoredAt,
    life,
    apply: applyEvents,
    signals,
    shared: openSharedTransactions(db, world),
    sendSnapshot,
    queue: own.queue,
    watches: openCommitWatches({ world, db, storage, background, changed: sayNow }),
    handshakes: openGate(HANDSHAKES_AT_ONCE, world.timers),
    admit: sessions.admit,
    hubIsBehind: notes.hubIsBehind,
    renewals: failureLimit(world.clock, { failures: RENEWALS, windowMs: RENEWALS_MS }),
    ...(answer === undefined ? {} : { answer }),
    ...(stock === undefined ? {} : { stock: pacedStock(stock, own.stockWords) }),
    ...(support === undefined
      ? {}
      : { inspected: (device, frame) => background(support.answered(device, frame)) }),
    opened(session, device, hello) {
      taken.add(session)
      background(notes.opened(device, hello).then(() => sayNow(device)))
    },
    reported(device, status, { isNews, last, say }) {
      if (isNews) sayNow(device)
      background(own.reports.note(device, status))
      own.words.say(device.device, () => all(takenUp(device, status, { last, say })))
      const { leavingTo: movedTo, unsent } = status
      if (movedTo === undefined || unsent > 0 || leaving.begin(device.device) === null) return
      const retired = retireDevice(db, device, { movedTo, last }, world.clock.now())
      background(retired.then(() => sayNow(device)))
    },
    unknown: (device, address) => background(own.unknown.greeted(device, address)),
    forked: own.quarantines.begin,
    ended(session, device) {
      if (device !== null && sessions.remove(session, device) && taken.has(session))
        background(notes.ended(device, session.status()).then(() => sayNow(device)))
    },
  }
}

/** Full answers cost much: a till gets the newest that it asked for, and no more of them in a minute than it can use. */
function pacedStock(
  stock: NonNullable<SessionParts['stock']>,
  words: LatestWords,
): NonNullable<SessionParts['stock']> {
  return (device, since) => {
    const told = Promise.withResolvers<Awaited<ReturnType<typeof stock>>>()
    words.say(device.device, () => stock(device, since).then(told.resolve, told.reject))
    return told.promise
  }
}

/** Work that a session's end leaves behind; the gateway waits for it before the database closes. */
function openBackground({ log }: Pick<World, 'log'>) {
  const pending = new Set<Promise<void>>()
  return {
    run(work: Promise<void>): void {
      const tracked = work
        .catch((error: unknown) =>
          log.error({ error }, 'the gateway could not note what happened to a device'),
        )
        .finally(() => pending.delete(tracked))
      pending.add(tracked)
    },
    async idle(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
