import { maskTexts } from '../../shared/card-numbers/mask-texts.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { StockChanges } from '../../shared/free-stock.ts'
import { EpochMs } from '../../shared/ids.ts'
import {
  closeCodes,
  decodeFrame,
  encodeBatch,
  encodeFrame,
  type Frame,
  type Hello,
  type HubProof,
  limits,
  protocolRange,
  type Status,
  signedRefusal,
  signedWelcome,
} from '../../shared/protocol.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { streamForked } from '../../shared/stream/accept.ts'
import type { Position } from '../../shared/stream/log.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import type { Turn } from '../../shared/turns.ts'
import type { Cancel, Wire, World } from '../../shared/world.ts'
import { saidByTill } from '../checks/words/said-by-till.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import type { HubKey } from '../fleet/hub-key.ts'
import { authenticate, challengeStale, deviceQuarantined, deviceUnknown } from './authenticate.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { CommitWatches } from './commit-watch.ts'
import { type EventIntake, openEventIntake } from './event-intake.ts'
import { type Agreement, agreeOnStreams, checkProtocol, type HandshakeParts } from './handshake.ts'
import { answerQuestions } from './questions.ts'
import { closeCodeOf, frameUnexpected } from './refusals.ts'

const LINGER_MS = 1_000
/** How long a refusal waits for its signature. */
const SIGN_MS = 5_000
/** Close codes after which an agent waits for a person. */
const lastingCodes = new Set<number>([closeCodes.unauthorised, closeCodes.quarantined, closeCodes.version])
/** Agents keep what was acked for 30 days: later they have nothing to offer to a hub that was restored. */
const RESTORED_SAID_MS = 35 * 24 * 3_600_000
/** How every agent begins a batch. A batch that begins otherwise is taken as well, after it was read. */
const BATCH_BEGINS = '{"t":"batch"'
/** How every agent begins a status; with its clock. One that begins otherwise is read as a whole. */
const STATUS_BEGINS = /^\{"t":"status","unsent":\d+,"oldestUnsentAt":(?:null|\d+),"clock":(\d{1,15}),/
/** The hub pings a device only after this silence: devices ping on their own, and thousands of them are at rest. */
const PING_AFTER_MS = limits.heartbeatMs + 3_000

export interface SessionParts extends HandshakeParts {
  /** The peer's. */
  readonly address: string
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'log'>
  readonly hub: string
  readonly key: HubKey
  /** Hub clock, ms: when the database was last found to have been put back; null: never. */
  readonly restoredAt: number | null
  readonly queue: CommitQueue
  readonly watches: CommitWatches
  /** Lets few handshakes through at a time: a storm of them must not keep out the sales of others. */
  readonly handshakes: Turn
  /**
   * Called after authentication, before anything is taken: makes sure that this is the device's only session.
   * Throws to refuse it.
   */
  admit(session: Session, device: DeviceRow, hello: Hello): Promise<void>
  opened(session: Session, device: DeviceRow, hello: Hello): void
  /**
   * The device's status came. `isNews`: it says something else than the one before. `last`: the newest record that the
   * device had when it connected.
   */
  reported(
    device: DeviceRow,
    status: Status,
    facts: { readonly isNews: boolean; readonly last: Position; readonly say: (frame: HubWord) => void },
  ): void
  /** What staff look up; never throws. Left out: this hub answers nothing. */
  answer?(device: DeviceRow, question: ReturnQuestion): Promise<ReturnAnswer>
  /** What of the stores' free stock changed since a cursor; null: the device's store does not see it. Left out: this hub does not tell. */
  stock?(device: DeviceRow, since: string | null): Promise<StockChanges | null>
  /** The device answers what head office asked. Left out: this hub asks nothing. */
  inspected?(device: DeviceRow, frame: Extract<Frame, { t: 'inspected' }>): void
  /** A device greets that this hub does not know. */
  unknown(device: string, address: string): void
  /** The device can't go on. It is told first: noting that may take as long as the database is down. */
  forked(device: DeviceRow, reason: string): void
  ended(session: Session, device: DeviceRow | null): void
}

/** What the hub may say in answer to a status. */
export type HubWord = Extract<Frame, { t: 'update' | 'inspect' }>

/** An agent's last word about itself, and the clock offset measured then (agent minus hub, ms). */
export interface ReportedStatus {
  readonly status: Status
  readonly offsetMs: number
}

export interface Session {
  instance(): string | null
  /** Tells this copy of a device from another one, for people: where it connects from and since when. */
  describe(): string
  status(): ReportedStatus | null
  commandsAppended(): void
  /** Whether the other end says anything within `ms`. */
  answers(ms: number): Promise<boolean>
  refuse(error: TillbridgeError, code: number): void
  /** Ends it now, without waiting for the other end. */
  end(error: TillbridgeError): void
}

/** Serves one device connection from its challenge to its end. */
export function serveSession(wire: Wire, parts: SessionParts): Session {
  const session = new DeviceSession(wire, parts)
  session.begin()
  return session
}

type Phase =
  | { readonly name: 'hello' }
  | { readonly name: 'admitting' }
  | {
      readonly name: 'open'
      readonly device: DeviceRow
      readonly last: Position
      readonly intake: EventIntake
      readonly sender: Sender
      readonly questions: ReturnType<typeof answerQuestions> | null
    }
  | { readonly name: 'ended' }

class DeviceSession implements Session {
  readonly #wire: Wire
  readonly #parts: SessionParts
  readonly #nonce: string
  readonly #challengedAt: number
  /** Hub clock, ms. */
  readonly #connectedAt: number
  #phase: Phase = { name: 'hello' }
  #device: DeviceRow | null = null
  /** What the device said of itself; the hub's answers are bound to it. */
  #hello: Hello | null = null
  #instance: string | null = null
  #isTellingStock = false
  #status: ReportedStatus | null = null
  /** The last status as it came, without its clock. */
  #statusText: string | null = null
  #heardAt: number
  #onHeard: (() => void) | null = null
  /** Frames but batches are handled one after the other. */
  #turn: Promise<void> = Promise.resolve()
  #stopClock: Cancel

  constructor(wire: Wire, parts: SessionParts) {
    const { clock, timers, random } = parts.world
    this.#wire = wire
    this.#parts = parts
    this.#nonce = Buffer.from(random.bytes(24)).toString('base64url')
    this.#challengedAt = clock.monotonicMs()
    this.#connectedAt = clock.now()
    this.#heardAt = this.#challengedAt
    this.#stopClock = timers.after(limits.handshakeMs, () =>
      this.refuse(challengeStale({ device: 'unknown' }), closeCodes.slow),
    )
  }

  begin(): void {
    this.#wire.listen({
      open() {},
      message: text => this.#receive(text),
      closed: () => this.#finish(),
    })
    const { hub, restoredAt, life } = this.#parts
    const isNews = restoredAt !== null && this.#connectedAt - restoredAt < RESTORED_SAID_MS
    this.#send({
      t: 'challenge',
      protocol: protocolRange,
      hub,
      nonce: this.#nonce,
      clock: this.#clock(),
      ...(isNews ? { restoredAt: EpochMs.parse(restoredAt) } : {}),
      ...(life === null ? {} : { life }),
      ...(this.#parts.answer === undefined ? {} : { answers: true }),
      ...(this.#parts.stock === undefined ? {} : { stock: true }),
    })
  }

  instance(): string | null {
    return this.#instance
  }

  describe(): string {
    return `“${saidByTill(this.#instance ?? 'unknown')}” from ${this.#parts.address}, connected since ${shownMinute(this.#connectedAt)}`
  }

  status(): ReportedStatus | null {
    return this.#status
  }

  commandsAppended(): void {
    if (this.#phase.name === 'open') this.#phase.sender.appended()
  }

  answers(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const finish = (heard: boolean) => {
        this.#onHeard = null
        resolve(heard)
      }
      const cancel = this.#parts.world.timers.after(ms, () => finish(false))
      this.#onHeard = () => {
        cancel()
        finish(true)
      }
      this.#send({ t: 'ping', clock: this.#clock() })
    })
  }

  refuse(error: TillbridgeError, code: number): void {
    if (this.#phase.name === 'ended') return
    this.#stopStreams()
    if (this.#hello !== null && lastingCodes.has(code)) void this.#refuseSigned(error, code, this.#hello)
    else this.#sendRefusal(error, code)
  }

  #sendRefusal(error: TillbridgeError, code: number, proof?: HubProof): void {
    if (this.#phase.name === 'ended') return
    this.#send({ t: 'refuse', code: error.code, sentence: error.message, ...(proof && { proof }) })
    this.#wire.close(code, error.code)
    this.#parts.world.timers.after(LINGER_MS, this.#wire.terminate)
  }

  end(error: TillbridgeError): void {
    this.refuse(error, closeCodes.goingAway)
    this.#finish()
  }

  #clock(): EpochMs {
    return EpochMs.parse(this.#parts.world.clock.now())
  }

  #send(frame: Exclude<Frame, { t: 'batch' }>): void {
    this.#wire.send(encodeFrame(frame))
  }

  #stopStreams(): void {
    if (this.#phase.name !== 'open') return
    this.#phase.intake.stop()
    this.#phase.sender.stop()
  }

  #finish(): void {
    if (this.#phase.name === 'ended') return
    this.#stopStreams()
    this.#phase = { name: 'ended' }
    this.#stopClock()
    this.#parts.ended(this, this.#device)
  }

  #failed(error: unknown): void {
    const { code, sentence } = describeError(error)
    const cause = error instanceof TillbridgeError ? undefined : error
    this.#parts.world.log.warn({ code, device: this.#device?.device, error: cause }, sentence)
    if (streamForked.is(error) && this.#device !== null) {
      this.#forked(this.#device, error)
      return
    }
    if (deviceUnknown.is(error) && this.#hello !== null)
      this.#parts.unknown(this.#hello.device, this.#parts.address)
    const isOwnFault = closeCodeOf(error) === closeCodes.failed
    if (isOwnFault && this.#phase.name === 'admitting' && this.#device !== null)
      this.#parts.watches.handshakeFailed(this.#device, error)
    const known =
      error instanceof TillbridgeError
        ? error
        : new TillbridgeError(code, 'The hub could not take this in. It is tried again.', {}, error)
    this.refuse(known, closeCodeOf(error))
  }

  /** An agent believes what has a lasting effect only when the hub signed it: a revoked one removes customers' data. */
  async #refuseSigned(error: TillbridgeError, code: number, hello: Hello): Promise<void> {
    const { hub, key, world } = this.#parts
    const stop = world.timers.after(SIGN_MS, () => this.#sendRefusal(error, code)) // its database may be stuck
    let proof: HubProof | undefined
    try {
      proof = await key.prove(signedRefusal(hub, this.#nonce, hello, error.code))
    } catch (failure) {
      world.log.warn({ error: failure }, 'a refusal could not be signed')
    }
    stop()
    this.#sendRefusal(error, code, proof)
  }

  #forked(device: DeviceRow, { message: reason }: TillbridgeError): void {
    this.refuse(deviceQuarantined({ device: device.device, reason }), closeCodes.quarantined)
    this.#parts.forked(device, reason)
  }

  /** A batch waits as it came, and does not hold up the frames behind it; what else comes is handled in its order. */
  #receive(text: string): void {
    this.#heardAt = this.#parts.world.clock.monotonicMs()
    this.#onHeard?.()
    if (this.#phase.name === 'open' && text.startsWith(BATCH_BEGINS)) this.#phase.intake.take(text)
    else this.#turn = this.#turn.then(() => this.#take(text)).catch((error: unknown) => this.#failed(error))
  }

  #take(text: string): Promise<void> | void {
    const phase = this.#phase
    if (phase.name === 'ended') return
    if (phase.name === 'open' && this.#isSameStatus(phase, text)) return
    const frame = decodeFrame(text)
    if (phase.name === 'hello' && frame.t === 'hello') return this.#greet(frame)
    if (phase.name !== 'open') throw frameUnexpected({ kind: frame.t })
    if (frame.t === 'batch') return phase.intake.take(text)
    if (frame.t === 'ack' && frame.stream === 'commands')
      return phase.sender.acked({ epoch: frame.epoch, seq: frame.seq }, frame.credit)
    if (frame.t === 'status') return this.#noteStatus(phase, maskTexts(frame))
    if (frame.t === 'ping') return this.#send({ t: 'pong', clock: this.#clock(), echo: frame.clock })
    if (frame.t === 'ask' && phase.questions !== null) return phase.questions.take(frame)
    if (frame.t === 'stock-ask' && this.#parts.stock !== undefined) return this.#tellStock(phase, frame.since)
    if (frame.t === 'inspected' && this.#parts.inspected !== undefined)
      return this.#parts.inspected(phase.device, frame)
    if (frame.t !== 'pong') throw frameUnexpected({ kind: frame.t })
  }

  /** Beside the records: what a till waits for meanwhile must not hold them up. It asks again only once it has its answer. */
  #tellStock({ device }: Extract<Phase, { name: 'open' }>, since: string | null): void {
    const { stock, world } = this.#parts
    if (stock === undefined || this.#isTellingStock) return
    this.#isTellingStock = true
    stock(device, since)
      .then(changes => {
        if (this.#phase.name === 'open') this.#sendStock(changes)
      })
      .catch((error: unknown) => world.log.warn({ ...describeError(error) }, 'free stock could not be told'))
      .finally(() => {
        this.#isTellingStock = false
      })
  }

  /** A frame that is too large would end the till's connection, and it would ask for the same again. */
  #sendStock(changes: StockChanges | null): void {
    const text = encodeFrame({ t: 'stock', changes })
    const bytes = Buffer.byteLength(text)
    if (bytes <= limits.frameBytes) this.#wire.send(text)
    else this.#parts.world.log.warn({ bytes }, 'an answer about free stock is too large, and was not sent')
  }

  #noteStatus({ device, last }: Extract<Phase, { name: 'open' }>, status: Status): void {
    const isNews = !saysTheSame(this.#status?.status ?? null, status)
    this.#status = { status, offsetMs: status.clock - this.#parts.world.clock.now() }
    this.#parts.reported(device, status, { isNews, last, say: this.#say })
  }

  /** The same for the whole session. */
  readonly #say = (frame: HubWord): void => {
    if (this.#phase.name === 'open') this.#send(frame)
  }

  /** A device at rest says the same with another clock, again and again: that is not read a second time. */
  #isSameStatus(phase: Extract<Phase, { name: 'open' }>, text: string): boolean {
    const [begin = '', clock = ''] = STATUS_BEGINS.exec(text) ?? []
    if (clock === '') return false
    const withoutClock = begin.slice(0, -clock.length - 1) + text.slice(begin.length)
    if (this.#status === null || withoutClock !== this.#statusText) {
      this.#statusText = withoutClock
      return false
    }
    this.#noteStatus(phase, { ...this.#status.status, clock: EpochMs.parse(Number(clock)) })
    return true
  }

  async #greet(hello: Hello): Promise<void> {
    const { world, db, hub, handshakes, life } = this.#parts
    this.#phase = { name: 'admitting' }
    this.#hello = hello
    this.#stopClock() // from here on the hub takes its time, not the device
    const fresh = world.clock.monotonicMs() - this.#challengedAt <= limits.challengeMs
    checkProtocol(hello)
    const device = await handshakes(async () =>
      this.#isOver() ? null : authenticate(db, hub, { nonce: this.#nonce, fresh }, hello),
    )
    if (device === null) return
    this.#device = device
    this.#instance = hello.instance
    await this.#parts.admit(this, device, hello)
    const agreed = await handshakes(async () =>
      this.#isOver() ? null : agreeOnStreams(this.#parts, device, hello),
    )
    if (agreed === null || this.#isOver()) return
    const intake = this.#intakeFor(device, agreed)
    const { held, holds, claim } = agreed
    const said = {
      events: held,
      holds,
      credit: intake.credit(),
      commands: claim,
      clock: this.#clock(),
      ...(life === null || hello.servedBy === undefined ? {} : { life }),
    }
    const proof = await this.#parts.key.prove(signedWelcome(hub, this.#nonce, hello, said))
    if (this.#isOver()) return intake.stop()
    this.#send({ t: 'welcome', ...said, proof })
    this.#open(device, hello, { agreed, intake })
  }

  #isOver(): boolean {
    return this.#phase.name === 'ended'
  }

  #intakeFor(device: DeviceRow, agreed: Agreement): EventIntake {
    const { log, timers } = this.#parts.world
    return openEventIntake({
      device: device.device,
      store: device.store,
      queue: this.#parts.queue,
      log: agreed.events,
      watch: this.#parts.watches.ofSession(device),
      timers,
      ack: ({ epoch, seq }, credit) => this.#send({ t: 'ack', stream: 'events', epoch, seq, credit }),
      heldBack: ({ code, message }) => log.warn({ code, device: device.device }, message),
      failed: error => this.#failed(error),
    })
  }

  #open(
    device: DeviceRow,
    hello: Hello,
    { agreed, intake }: { agreed: Agreement; intake: EventIntake },
  ): void {
    const failed = (error: unknown) => this.#failed(error)
    const sender = startSender({
      log: agreed.commands,
      after: agreed.sendAfter,
      credit: limits.credit,
      limits: { records: limits.batchRecords, characters: limits.batchCharacters },
      send: batch => this.#wire.send(encodeBatch('commands', batch)),
      failed,
    })
    const { last } = hello.events
    this.#phase = { name: 'open', device, last, intake, sender, questions: this.#questionsOf(device) }
    this.#parts.watches.handshakeDone(device)
    this.#parts.opened(this, device, hello)
    this.#beat()
  }

  #questionsOf(device: DeviceRow) {
    const { answer } = this.#parts
    if (answer === undefined) return null
    return answerQuestions({
      answer: question => answer(device, question),
      isOpen: () => this.#phase.name === 'open',
      send: frame => {
        if (this.#phase.name === 'open') this.#send(frame)
      },
    })
  }

  #beat(): void {
    const { clock, timers } = this.#parts.world
    const silentMs = () => clock.monotonicMs() - this.#heardAt
    const now = silentMs()
    this.#stopClock()
    this.#stopClock = timers.after((now < PING_AFTER_MS ? PING_AFTER_MS : limits.silenceMs + 1) - now, () => {
      if (silentMs() > limits.silenceMs) return this.#wire.terminate()
      if (silentMs() >= PING_AFTER_MS) this.#send({ t: 'ping', clock: this.#clock() })
      this.#beat()
    })
  }
}

/** A status without what changes while nothing happens: its time, and how far sources that find nothing have read. */
function lasting({ clock: _, sources, ...rest }: Status): string {
  return JSON.stringify({ ...rest, sources: sources.map(({ readUntil: __, ...source }) => source) })
}

/** Whether a status says what the one before said, apart from its time. */
function saysTheSame(before: Status | null, after: Status): boolean {
  if (before === null) return false
  return lasting(before) === lasting(after)
}
