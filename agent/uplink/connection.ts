import { defineError, describeError, type TillbridgeError } from '../../shared/errors.ts'
import type { StockChanges } from '../../shared/free-stock.ts'
import { EpochMs } from '../../shared/ids.ts'
import {
  closeCodes,
  decodeFrame,
  encodeBatch,
  encodeFrame,
  type Frame,
  type Hello,
  limits,
  protocolRange,
  type Status,
  signedHello,
  signedRefusal,
  signedWelcome,
  type Welcome,
} from '../../shared/protocol.ts'
import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import { streamForked } from '../../shared/stream/accept.ts'
import type { InLog, Mark, OutLog, Position } from '../../shared/stream/log.ts'
import { type Receiver, startReceiver } from '../../shared/stream/receiver.ts'
import { checkClaim, resumeSending } from '../../shared/stream/resume.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import type { Cancel, Wire, World } from '../../shared/world.ts'
import { type HubPin, hubUnproven } from '../enrolment/hub-pin.ts'
import type { KeptEpoch } from '../enrolment/kept-epoch.ts'
import type { ServedBy } from '../enrolment/served-by.ts'
import { type HubQuestions, hubAnswersNothing, hubOffline, noAnswer, openAsking } from './asking.ts'
import { openAskingStock, type StockQuestion } from './asking-stock.ts'
import { refusalOf } from './refusals.ts'

export const hubTooDifferent = defineError(
  'PROTOCOL_TOO_DIFFERENT',
  (f: { hub: string; agent: string }) =>
    `The hub speaks protocol ${f.hub}, this agent ${f.agent}. Update the older of the two; sales stay safe here meanwhile.`,
)
export const hubIsAnother = defineError(
  'HUB_IS_ANOTHER',
  (f: { expected: string; found: string }) =>
    `This till is enrolled with hub ${f.expected}, but hub ${f.found} answers at its address. Check the address, or re-enrol this till.`,
)

/** Close codes after which trying again as before can't help: a person must act. */
const lastingCodes = new Set<number>([closeCodes.unauthorised, closeCodes.quarantined, closeCodes.version])
/** How long a goodbye may take to leave before the connection is dropped. */
const LINGER_MS = 1_000

/** What a connection needs to know of this agent. */
export interface ConnectionParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'log'>
  readonly identity: {
    readonly device: string
    readonly hub: string
    readonly version: string
    readonly instance: string
  }
  sign(text: string): string
  /** The hub's key as this device knows it. */
  readonly pin: HubPin
  readonly events: OutLog
  /** The newest epoch as it is known outside the journal. */
  readonly epochs?: KeptEpoch | undefined
  /** The life of the hub that welcomed this device last, as it is known outside the journal. */
  readonly servedBy?: ServedBy | undefined
  readonly commands: InLog
  /**
   * The hub was put back at that time (undefined: never). True: others of this PC must send first; this connection ends
   * and its owner begins the next one.
   */
  offersFirst?(restoredAt: number | undefined): boolean
  status(): Status
  /** The hub offers an update, or takes its offer back. */
  updateOffered?(offer: Extract<Frame, { t: 'update' }>): void
  /** Head office asks something of this till. */
  supportAsked?(frame: Extract<Frame, { t: 'inspect' }>): void
  /** The handshake is done. */
  online(): void
  /**
   * Called once. `refusal`: the hub said that trying again as before can't help, and why. `isProven`: the hub signed
   * this very refusal, with a key that this device knew before the connection.
   */
  ended(why: { code: number; reason: string; refusal: TillbridgeError | null; isProven: boolean }): void
}

export interface Connection {
  /** The journal has new events. */
  appended(): void
  /** There is news for the status. */
  tell(): void
  /** Asks the hub something that neither end keeps. What stops it is in the answer. */
  ask(question: ReturnQuestion): Promise<ReturnAnswer>
  /** Asks what of the stores' free stock changed; undefined: the hub can't be asked now. */
  askStock(since: string | null): Promise<StockChanges | null | undefined>
  /** Answers head office; not sent when the handshake is not done. */
  answerSupport(frame: Extract<Frame, { t: 'inspected' }>): void
  close(): void
}

/** Runs one connection to the hub from its challenge to its end. */
export function runConnection(wire: Wire, parts: ConnectionParts): Connection {
  const running = new RunningConnection(wire, parts)
  return {
    appended: () => running.appended(),
    tell: () => running.tell(),
    ask: question => running.ask(question),
    askStock: since => running.askStock(since),
    answerSupport: frame => running.answerSupport(frame),
    close: () => running.close(),
  }
}

type Challenge = Extract<Frame, { t: 'challenge' }>
type Refusal = Extract<Frame, { t: 'refuse' }>

/** What this agent answers to a challenge: a protocol that both speak, or why there is no connection. */
function protocolFor(
  challenge: Challenge,
  hub: string,
): number | { refusal: TillbridgeError; close: number } {
  const version = Math.min(challenge.protocol.max, protocolRange.max)
  if (version < Math.max(challenge.protocol.min, protocolRange.min)) {
    const refusal = hubTooDifferent({
      hub: `${challenge.protocol.min}–${challenge.protocol.max}`,
      agent: `${protocolRange.min}–${protocolRange.max}`,
    })
    return { refusal, close: closeCodes.version }
  }
  if (challenge.hub === hub) return version
  return { refusal: hubIsAnother({ expected: hub, found: challenge.hub }), close: closeCodes.unauthorised }
}

function forked(
  stream: 'commands' | 'events',
  device: string,
  { at, why }: { at: Position; why: string },
): TillbridgeError {
  return streamForked({ device, stream, epoch: at.epoch, seq: at.seq, why })
}

/** Where sending resumes. Opens a new epoch when this till or the hub was restored from a backup. */
async function resumeEvents(
  { events, epochs, identity, world }: ConnectionParts,
  { events: hubHolds, holds }: Welcome,
  claimed: Mark,
): Promise<Position> {
  if (holds === 'last') await events.acknowledge(claimed) // a restored journal may not know of its acks
  const newest = epochs?.newest() ?? 0
  const { epoch } = await events.last()
  if (newest > epoch && hubHolds.epoch <= epoch) {
    world.log.warn({ newest }, 'the journal is older than the device file: a new epoch begins')
    await events.renew('log-older', newest)
  }
  const resume = await resumeSending(events, hubHolds, holds)
  if (resume.kind === 'forked') throw forked('events', identity.device, resume)
  if (resume.kind === 'send') return resume.after
  world.log.warn(
    { reason: resume.reason, hubHolds },
    'this till was restored from a backup, or the hub was: a new epoch begins',
  )
  await events.renew(resume.reason, Math.max(hubHolds.epoch, newest))
  return { epoch: (await events.last()).epoch, seq: 0 }
}

class RunningConnection {
  readonly #wire: Wire
  readonly #parts: ConnectionParts
  #sender: Sender | null = null
  #receiver: Receiver | null = null
  #refusal: TillbridgeError | null = null
  /** The hub's own words before it closed; they last only with a close code that says so. */
  #said: TillbridgeError | null = null
  /** Whether the hub signed what it said last. */
  #isProven = false
  /** Whether the hub's key was known before this connection: a stranger's first word must not do lasting harm. */
  readonly #knewHub: boolean
  #challengeNonce = ''
  #hello: Pick<Hello, 'nonce' | 'signature'> = { nonce: '', signature: '' }
  /** The newest event when the hello was sent; more may have been recorded since. */
  #claimed: Mark = { epoch: 0, seq: 0, hash: '' }
  /** Null: this hub answers nothing, or has not said so yet. */
  #asking: HubQuestions | null = null
  #askingStock: StockQuestion | null = null
  #phase: 'challenge' | 'welcome' | 'open' | 'ended' = 'challenge'
  /** Frames are handled one after the other, even when one waits for the disk. */
  #turn: Promise<void> = Promise.resolve()
  #heardAt: number
  #stopClock: Cancel

  constructor(wire: Wire, parts: ConnectionParts) {
    const { clock, timers } = parts.world
    this.#wire = wire
    this.#parts = parts
    this.#knewHub = parts.pin.isKnown()
    this.#heardAt = clock.monotonicMs()
    this.#stopClock = timers.after(limits.handshakeMs * 2, () =>
      this.#giveUp(closeCodes.slow, 'handshake too slow'),
    )
    this.#listen()
  }

  appended(): void {
    this.#sender?.appended()
  }

  tell(): void {
    if (this.#phase === 'open') this.#send(this.#parts.status())
  }

  async ask(question: ReturnQuestion): Promise<ReturnAnswer> {
    if (this.#phase !== 'open') return noAnswer(hubOffline({}))
    return this.#asking === null ? noAnswer(hubAnswersNothing({})) : this.#asking.ask(question)
  }

  async askStock(since: string | null): Promise<StockChanges | null | undefined> {
    return this.#phase === 'open' ? this.#askingStock?.ask(since) : undefined
  }

  answerSupport(frame: Extract<Frame, { t: 'inspected' }>): void {
    if (this.#phase === 'open') this.#send(frame)
  }

  close(): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.#stop()
    this.#wire.close(closeCodes.goingAway, 'agent stops')
    this.#parts.world.timers.after(LINGER_MS, this.#wire.terminate)
  }

  #listen(): void {
    this.#wire.listen({
      open() {},
      message: text => {
        this.#heardAt = this.#parts.world.clock.monotonicMs()
        this.#turn = this.#turn
          .then(() => this.#take(decodeFrame(text)))
          .catch((error: unknown) => this.#failed(error))
      },
      closed: (code, reason) => {
        this.#stop()
        // behind the frames that came before it: one may say why
        this.#turn = this.#turn
          .then(() => this.#finish(code, reason))
          .catch((error: unknown) => this.#parts.world.log.error({ error }, 'the end of a connection failed'))
      },
    })
  }

  #stop(): void {
    this.#stopClock()
    this.#sender?.stop()
    this.#receiver?.stop()
    this.#asking?.end()
    this.#askingStock?.end()
  }

  #send(frame: Exclude<Frame, { t: 'batch' }>): void {
    this.#wire.send(encodeFrame(frame))
  }

  #clock(): EpochMs {
    return EpochMs.parse(this.#parts.world.clock.now())
  }

  #giveUp(code: number, reason: string): void {
    if (this.#phase === 'ended') return
    this.#wire.close(code, reason.slice(0, 120))
    this.#parts.world.timers.after(LINGER_MS, this.#wire.terminate)
  }

  #finish(code: number, reason: string): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    const refusal = this.#refusal ?? (lastingCodes.has(code) ? this.#said : null)
    const isProven = this.#isProven && refusal !== null && refusal === this.#said
    this.#parts.ended({ code, reason, refusal, isProven })
  }

  #failed(error: unknown): void {
    const { code, sentence } = describeError(error)
    this.#parts.world.log.warn({ code, error }, sentence)
    if (streamForked.is(error)) this.#refusal = error
    this.#giveUp(streamForked.is(error) ? closeCodes.quarantined : closeCodes.failed, code)
  }

  async #take(frame: Frame): Promise<void> {
    if (this.#phase === 'ended') return
    if (frame.t === 'refuse') {
      this.#noteRefusal(frame)
      return
    }
    if (this.#phase === 'challenge' && frame.t === 'challenge') return this.#answer(frame)
    if (this.#phase === 'welcome' && frame.t === 'welcome') return this.#begin(frame)
    if (this.#phase !== 'open') return this.#giveUp(closeCodes.malformed, `unexpected ${frame.t}`)
    if (frame.t === 'ack' && frame.stream === 'events')
      return this.#sender?.acked({ epoch: frame.epoch, seq: frame.seq }, frame.credit)
    if (frame.t === 'batch' && frame.stream === 'commands') return this.#receiver?.batch(frame)
    if (frame.t === 'ping') return this.#send({ t: 'pong', clock: this.#clock(), echo: frame.clock })
    if (frame.t === 'answer') return this.#asking?.answered(frame)
    if (frame.t === 'stock') return this.#askingStock?.answered(frame.changes)
    if (frame.t === 'update') return this.#parts.updateOffered?.(frame)
    if (frame.t === 'inspect') return this.#parts.supportAsked?.(frame)
    if (frame.t !== 'pong') this.#giveUp(closeCodes.malformed, `unexpected ${frame.t}`)
  }

  async #answer(challenge: Challenge): Promise<void> {
    const { identity, events, commands, servedBy, sign, world } = this.#parts
    if (challenge.answers === true) this.#asking = openAsking(world, frame => this.#send(frame))
    if (challenge.stock === true)
      this.#askingStock = openAskingStock(world, since => this.#send({ t: 'stock-ask', since }))
    const protocol = protocolFor(challenge, identity.hub)
    if (typeof protocol !== 'number') {
      this.#refusal = protocol.refusal
      return this.#giveUp(protocol.close, protocol.refusal.code)
    }
    if (this.#parts.offersFirst?.(challenge.restoredAt) === true)
      return this.#giveUp(closeCodes.goingAway, 'former devices go first')
    const said: Omit<Hello, 't' | 'signature'> = {
      protocol,
      device: identity.device as Hello['device'],
      version: identity.version,
      instance: identity.instance,
      nonce: Buffer.from(world.random.bytes(18)).toString('base64url'),
      clock: this.#clock(),
      events: { last: await events.last(), acked: await events.acked() },
      commands: await commands.held(),
      ...(challenge.life === undefined ? {} : { servedBy: servedBy?.life() ?? null }),
    }
    this.#claimed = said.events.last
    this.#phase = 'welcome'
    const signature = sign(signedHello(challenge.hub, challenge.nonce, said))
    this.#challengeNonce = challenge.nonce
    this.#hello = { nonce: said.nonce, signature }
    this.#send({ t: 'hello', ...said, signature })
  }

  /**
   * Each refusal needs a signature of its own, also after the welcome: a relay on the connection could add one. The
   * sentence is never the other end's, because the signature covers the code only.
   */
  #noteRefusal(frame: Refusal): void {
    const { identity, pin } = this.#parts
    const text = signedRefusal(identity.hub, this.#challengeNonce, this.#hello, frame.code)
    const unproven = this.#knewHub
      ? pin.check(frame.proof, text)
      : hubUnproven({ why: "it refuses this till, which does not know the hub's key yet" })
    this.#isProven = unproven === null
    this.#said = unproven ?? refusalOf(frame.code)
  }

  /** @returns whether the welcome comes from the hub that this till is enrolled with */
  #isFromHub({ t: _, proof, ...said }: Welcome): boolean {
    const { identity, pin } = this.#parts
    this.#refusal = pin.check(proof, signedWelcome(identity.hub, this.#challengeNonce, this.#hello, said))
    return this.#refusal === null
  }

  async #begin(welcome: Welcome): Promise<void> {
    const { identity, commands, events } = this.#parts
    if (!this.#isFromHub(welcome)) return this.#giveUp(closeCodes.unauthorised, hubUnproven.code)
    const verdict = await checkClaim(commands, welcome.commands)
    // a hub that was restored begins a new epoch, whatever it and this till were told before
    const isNewEpoch = welcome.commands.last.epoch > (await commands.held()).epoch
    if (verdict.kind === 'forked' && !isNewEpoch) throw forked('commands', identity.device, verdict)
    const after = await resumeEvents(this.#parts, welcome, this.#claimed)
    if (this.#phase !== 'welcome') return
    this.#parts.epochs?.raise(Math.max(welcome.events.epoch, after.epoch))
    if (welcome.life !== undefined) this.#parts.servedBy?.keep(welcome.life)
    this.#phase = 'open'
    this.#startStreams(after, welcome.credit)
    await events.acknowledge(welcome.events)
    this.#send(this.#parts.status())
    this.#parts.online()
    this.#beat()
  }

  #startStreams(after: Position, credit: number): void {
    const { identity, commands, events } = this.#parts
    const failed = (error: unknown) => this.#failed(error)
    this.#receiver = startReceiver({
      id: { stream: 'commands', device: identity.device },
      log: commands,
      credit: limits.credit,
      ack: (held, left) =>
        this.#send({ t: 'ack', stream: 'commands', epoch: held.epoch, seq: held.seq, credit: left }),
      failed,
    })
    this.#sender = startSender({
      log: events,
      after,
      credit,
      limits: { records: limits.batchRecords, characters: limits.batchCharacters },
      send: batch => this.#wire.send(encodeBatch('events', batch)),
      failed,
    })
  }

  #beat(): void {
    const { clock, timers } = this.#parts.world
    this.#stopClock()
    this.#stopClock = timers.after(limits.heartbeatMs, () => {
      if (clock.monotonicMs() - this.#heardAt > limits.silenceMs)
        return this.#giveUp(closeCodes.slow, 'the hub went silent')
      this.#send({ t: 'ping', clock: this.#clock() })
      this.#send(this.#parts.status())
      this.#beat()
    })
  }
}
