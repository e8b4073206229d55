import { type BackOff, backOffMs } from '../../shared/back-off.ts'
import type { TillbridgeError } from '../../shared/errors.ts'
import type { StockChanges } from '../../shared/free-stock.ts'
import { EpochMs } from '../../shared/ids.ts'
import { type Frame, limits, type Status } from '../../shared/protocol.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { signingKey } from '../../shared/signing.ts'
import { randomId, type World } from '../../shared/world.ts'
import type { Identity } from '../enrolment/device-file.ts'
import { unsafeAddress } from '../enrolment/hub-address.ts'
import { hubFault } from '../enrolment/hub-fault.ts'
import { type HubPin, hubPin } from '../enrolment/hub-pin.ts'
import type { KeptEpoch } from '../enrolment/kept-epoch.ts'
import type { ServedBy } from '../enrolment/served-by.ts'
import type { Journal } from '../journal/journal.ts'
import type { EventLog } from '../journal/outbox.ts'
import { hubOffline, noAnswer } from './asking.ts'
import { type Connection, runConnection } from './connection.ts'

/** This agent's connection to its hub. `refused`: a person must act; the agent still retries, slowly. */
export interface LinkState {
  readonly link: 'online' | 'connecting' | 'offline' | 'refused'
  readonly since: number
  readonly problem: TillbridgeError | null
}

/** What of a journal an uplink uses. */
export type UplinkJournal = Pick<
  Journal,
  'events' | 'commands' | 'unsent' | 'unreadCommands' | 'diskFull' | 'onChange'
>

export interface Uplink {
  state(): LinkState
  onChange(listener: () => void): () => void
  /** There is news for the status: it goes out within a second. */
  tell(): void
  /** Asks the hub something that neither end keeps. What stops it is in the answer. */
  ask(question: ReturnQuestion): Promise<ReturnAnswer>
  /** Asks what of the stores' free stock changed; undefined: the hub can't be asked now. Null: this store does not see it. */
  askStock(since: string | null): Promise<StockChanges | null | undefined>
  /** Answers head office; what can't be sent now is asked for again. */
  answerSupport(frame: Extract<Frame, { t: 'inspected' }>): void
  [Symbol.dispose](): void
}

/** The hub's refusal of a device that head office has revoked. */
const DEVICE_REVOKED = 'DEVICE_REVOKED'
const DEVICE_UNKNOWN = 'DEVICE_UNKNOWN'
/** After an outage of any length, every till has called within ten seconds of the hub’s return. */
const RETRY: BackOff = { firstMs: 250, longestMs: 10_000 }
const REFUSED_RETRY_MS = 60_000
/** WebSocket close code of a connection that ended without a close frame, or never began. */
const DROPPED = 1006
const STATUS_EVERY_MS = 1_000

/** The events' log, with each epoch noted outside it before it is opened there. */
function noting(log: EventLog, epochs: KeptEpoch): EventLog {
  return {
    ...log,
    renew(reason, above = 0) {
      const next = Math.max(log.last().epoch, above, epochs.newest()) + 1
      epochs.raise(next)
      log.renew(reason, next - 1)
    },
  }
}

/** The journals of the devices that this PC was before. */
export interface FormerJournals {
  /** What is kept of other stores. */
  kept(): readonly NonNullable<Status['kept']>[number][]
  journals(): readonly NonNullable<Status['former']>[number][]
  /** Offers a hub that was put back what it may lack of them; resolves when this device's own turn has come. */
  offer(): Promise<void>
}

/** Keeps a connection to the hub for as long as it lives, with full-jitter back-off between attempts. */
export function startUplink(parts: {
  world: World
  device: Identity
  version: string
  journal: UplinkJournal
  /** The newest epoch as it is known outside the journal. */
  epochs?: KeptEpoch
  /** The life of the hub that welcomed this device last; left out: it is known to none. */
  servedBy?: ServedBy
  /** The hub's key, kept; left out: as the device file has it, kept as long as this runs. */
  pin?: HubPin
  /** The hub, proven, says that this device was revoked. Called at every such contact. */
  revoked?(): void
  /** There was contact with the hub. */
  met?(): void
  /** The store to which this PC has moved: it only sends what it still has as this device. */
  leavingTo?: string
  /** What this PC was before. */
  former?: FormerJournals
  /** What runs here, for updates; left out: nothing is said of it. */
  running?(): NonNullable<Status['running']>
  /** How it fares with the hub's settings; left out: nothing is said of them. */
  settings?(): NonNullable<Status['settings']>
  /** What head office may ask of this till; left out: nothing is said of it. */
  support?(): NonNullable<Status['support']>
  /** What its PC says of itself; left out: nothing is said of it. */
  machine?(): NonNullable<Status['machine']>
  /** Wrong PINs and unknown badges within the last hour. */
  wrongPins?(): number
  /** Head office asks something of this till. */
  supportAsked?(frame: Extract<Frame, { t: 'inspect' }>): void
  /** The hub offers an update, or takes its offer back. */
  updateOffered?(offer: Extract<Frame, { t: 'update' }>): void
  sources(): Status['sources']
  writeBacks(): Status['writeBacks']
}): Uplink {
  const { world, device, journal } = parts
  const { sign } = signingKey(device.privateKey)
  const pin = parts.pin ?? hubPin(world.log, device)
  const unsafe = unsafeAddress(device.hub.url)
  const url = new URL('/device', device.hub.url.replace(/^http/, 'ws')).href
  const instance = randomId(world.random, 'run')
  const events = parts.epochs === undefined ? journal.events : noting(journal.events, parts.epochs)
  let connection: Connection | null = null
  let state: LinkState = { link: 'connecting', since: world.clock.now(), problem: null }
  let failures = 0
  /** When the hub had last been restored when it was offered what former devices have. */
  let offeredFor: number | null = null
  let offering: Promise<void> | null = null
  let stopped = false
  let cancelRetry = () => {}
  let cancelStatus: (() => void) | null = null
  let listeners: (() => void)[] = []

  function become(link: LinkState['link'], problem: TillbridgeError | null = null): void {
    if (state.link === link && state.problem?.code === problem?.code) return
    const since = state.link === link ? state.since : world.clock.now()
    state = { link, since, problem }
    for (const listener of listeners) listener()
  }

  function status(): Status {
    const { events, oldestAt } = journal.unsent()
    const wrongPins = parts.wrongPins?.() ?? 0
    return {
      t: 'status',
      unsent: events,
      oldestUnsentAt: oldestAt === null ? null : EpochMs.parse(oldestAt),
      clock: EpochMs.parse(world.clock.now()),
      sources: parts.sources(),
      writeBacks: parts.writeBacks(),
      ...(parts.former === undefined
        ? {}
        : { kept: [...parts.former.kept()], former: [...parts.former.journals()] }),
      ...(parts.leavingTo === undefined ? {} : { leavingTo: parts.leavingTo }),
      ...(journal.diskFull() ? { diskFull: true } : {}),
      ...(wrongPins === 0 ? {} : { wrongPins }),
      ...(parts.running === undefined ? {} : { running: parts.running() }),
      ...(parts.settings === undefined ? {} : { settings: parts.settings() }),
      ...(parts.support === undefined ? {} : { support: parts.support() }),
      ...(parts.machine === undefined ? {} : { machine: parts.machine() }),
      unreadCommands: journal.unreadCommands(),
    }
  }

  /** What a full disk keeps from being done now is done at the next contact: the connection goes on meanwhile. */
  function atContact(what: 'met' | 'revoked'): void {
    try {
      parts[what]?.()
    } catch (error) {
      world.log.error(
        { error, what },
        'what follows from contact with the hub failed; the next contact tries it again',
      )
    }
  }

  /** Former devices go first: what they have is older than what this one sends. */
  function offersFirst(restoredAt: number | undefined): boolean {
    const { former } = parts
    if (former === undefined || restoredAt === undefined || restoredAt === offeredFor) return false
    offeredFor = restoredAt
    if (former.journals().length === 0) return false
    world.log.info({ restoredAt }, 'the hub was restored: former devices of this till go first')
    offering = former.offer()
    return true
  }

  function connect(): void {
    if (stopped) return
    if (unsafe !== null) {
      world.log.error({ code: unsafe.code }, unsafe.message)
      become('refused', unsafe)
      return
    }
    const wire = world.sockets.connect(url, {
      maxPayload: limits.frameBytes,
      handshakeTimeoutMs: limits.handshakeMs,
    })
    connection = runConnection(wire, {
      world,
      identity: { device: device.device, hub: device.hub.id, version: parts.version, instance },
      sign,
      pin,
      events,
      epochs: parts.epochs,
      servedBy: parts.servedBy,
      commands: journal.commands,
      offersFirst,
      status,
      updateOffered: offer => parts.updateOffered?.(offer),
      supportAsked: frame => parts.supportAsked?.(frame),
      online() {
        failures = 0
        world.log.info({ url, instance }, 'connected to the hub')
        become('online')
        atContact('met')
      },
      ended({ code, reason, refusal, isProven }) {
        if (state.link === 'online') atContact('met')
        connection = null
        cancelStatus?.()
        cancelStatus = null
        if (stopped) return
        if (offering !== null) {
          void offering
            .catch((error: unknown) =>
              world.log.error({ error }, 'former devices could not send what they have'),
            )
            .then(connect)
          offering = null
          return
        }
        world.log.info({ code, reason, refusal: refusal?.code }, 'the connection to the hub ended')
        if (isProven && refusal?.code === DEVICE_REVOKED) atContact('revoked')
        if (isProven && refusal?.code === DEVICE_UNKNOWN) void sendAllAgain()
        const way = { proxy: world.sockets.proxy ?? null, isEnrolled: true }
        // a close frame's reason is the other end's word; without one it is this PC's own
        const fault = code === DROPPED ? hubFault(device.hub.url, reason, way) : null
        become(refusal === null ? 'offline' : 'refused', refusal ?? fault)
        const wait = refusal === null ? backOffMs(world, failures, RETRY) : REFUSED_RETRY_MS
        failures += 1
        cancelRetry = world.timers.after(wait, connect)
      },
    })
  }

  /**
   * A hub that was restored to before this device was enrolled has lost what it confirmed: all that is held counts as
   * unsent again, so that the device that this till becomes takes it along.
   */
  async function sendAllAgain(): Promise<void> {
    try {
      const [oldest, acked] = [await events.oldest(), await events.acked()]
      const isAcked =
        oldest !== null &&
        (oldest.epoch < acked.epoch || (oldest.epoch === acked.epoch && oldest.seq <= acked.seq))
      if (stopped || !isAcked) return
      await events.renew('records-gone')
      world.log.warn({ acked: acked.seq }, 'the hub has forgotten this till: all records are kept for it')
    } catch (error) {
      world.log.error({ error }, 'records could not be kept for the hub; the next contact tries it again')
    }
  }

  /** At most one status a second: the stream itself is the fast path. */
  function tellSoon(): void {
    cancelStatus ??= world.timers.after(STATUS_EVERY_MS, () => {
      cancelStatus = null
      connection?.tell()
    })
  }
  const forget = journal.onChange(changed => {
    if (!changed.has('stream')) return
    connection?.appended()
    tellSoon()
  })
  connect()
  return {
    state: () => state,
    onChange(listener) {
      listeners.push(listener)
      return () => {
        listeners = listeners.filter(other => other !== listener)
      }
    },
    tell: tellSoon,
    ask: async question => (await connection?.ask(question)) ?? noAnswer(hubOffline({})),
    askStock: async since => connection?.askStock(since),
    answerSupport: frame => connection?.answerSupport(frame),
    [Symbol.dispose]() {
      stopped = true
      forget()
      cancelRetry()
      cancelStatus?.()
      connection?.close()
    },
  }
}
