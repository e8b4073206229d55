import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'
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
} from '../../shared/protocol.ts'
import { batchCorrupt, streamForked, streamGap } from '../../shared/stream/accept.ts'
import type { Position } from '../../shared/stream/log.ts'
import { type Receiver, startReceiver } from '../../shared/stream/receiver.ts'
import { checkClaim, resumeSending } from '../../shared/stream/resume.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import type { Wire, World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import type { Signals } from '../signals.ts'
import { commandLog } from '../streams/command-log.ts'
import { type ApplyEvents, eventLog, streamMoved } from '../streams/event-log.ts'
import {
  authenticate,
  challengeStale,
  type DeviceRow,
  deviceQuarantined,
  deviceRevoked,
  deviceUnknown,
  signatureWrong,
} from './authenticate.ts'

export const protocolUnsupported = defineError(
  'PROTOCOL_UNSUPPORTED',
  (f: { asked: number }) =>
    `This hub speaks protocol ${protocolRange.min}–${protocolRange.max}, the agent asked for ${f.asked}. Update the older of the two.`,
)

const unauthorised = [deviceUnknown, signatureWrong]
const LINGER_MS = 1_000

export interface SessionParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'random' | 'log'>
  readonly db: Db
  readonly hub: string
  readonly apply: ApplyEvents
  readonly signals: Signals
  /**
   * Called after authentication, before anything is taken: makes sure that this is the device's only session.
   * Throws to refuse it.
   */
  admit(session: Session, device: DeviceRow, hello: Hello): Promise<void>
  /** The hub was restored from a backup: it lacks records that it had acked. */
  hubIsBehind(device: DeviceRow, missing: number, acked: Position): Promise<void>
  opened(session: Session, device: DeviceRow, hello: Hello): void
  /** The device's status came. `isNews`: it says something else than the one before. */
  reported(device: DeviceRow, status: Status, isNews: boolean): void
  forked(device: DeviceRow, reason: string): Promise<void>
  ended(session: Session, device: DeviceRow | null): void
}

export interface Session {
  readonly instance: () => string | null
  /** The agent's last word about itself, and the clock offset measured then (agent minus hub, ms). */
  status(): { readonly status: Status; readonly offsetMs: number } | null
  commandsAppended(): void
  /** Whether the other end says anything within `ms`. */
  answers(ms: number): Promise<boolean>
  refuse(error: TillbridgeError, code: number): void
  /** Ends it now, without waiting for the other end. */
  end(error: TillbridgeError): void
}

/** Serves one device connection from its challenge to its end. */
export function serveSession(wire: Wire, parts: SessionParts): Session {
  const { world, db, hub } = parts
  const nonce = Buffer.from(world.random.bytes(24)).toString('base64url')
  const challengedAt = world.clock.monotonicMs()
  let device: DeviceRow | null = null
  let instance: string | null = null
  let status: { status: Status; offsetMs: number } | null = null
  let sender: Sender | null = null
  let receiver: Receiver | null = null
  let phase: 'hello' | 'admitting' | 'open' | 'ended' = 'hello'
  let heardAt = challengedAt
  let onHeard: (() => void) | null = null
  let turn: Promise<void> = Promise.resolve()
  let stopClock = world.timers.after(limits.handshakeMs, () =>
    refuse(challengeStale({ device: 'unknown' }), closeCodes.slow),
  )

  const clock = () => EpochMs.parse(world.clock.now())
  const send = (frame: Exclude<Frame, { t: 'batch' }>) => wire.send(encodeFrame(frame))

  function refuse(error: TillbridgeError, code: number): void {
    if (phase === 'ended') return
    receiver?.stop()
    sender?.stop()
    send({ t: 'refuse', code: error.code, sentence: error.message })
    wire.close(code, error.code)
    world.timers.after(LINGER_MS, wire.terminate)
  }

  function finish(): void {
    if (phase === 'ended') return
    phase = 'ended'
    stopClock()
    sender?.stop()
    receiver?.stop()
    parts.ended(session, device)
  }

  function failed(error: unknown): void {
    const { code, sentence } = describeError(error)
    world.log.warn(
      { code, device: device?.device, error: error instanceof TillbridgeError ? undefined : error },
      sentence,
    )
    if (streamForked.is(error) && device !== null) return void forked(device, error)
    const known =
      error instanceof TillbridgeError
        ? error
        : new TillbridgeError(code, 'The hub could not take this in. It is tried again.', {}, error)
    refuse(known, closeCodeOf(error))
  }

  async function forked(of: DeviceRow, error: TillbridgeError): Promise<void> {
    receiver?.stop()
    await parts.forked(of, error.message)
    refuse(deviceQuarantined({ device: of.device, reason: error.message }), closeCodes.quarantined)
  }

  async function greet(hello: Hello): Promise<void> {
    phase = 'admitting'
    if (hello.protocol < protocolRange.min || hello.protocol > protocolRange.max)
      throw protocolUnsupported({ asked: hello.protocol })
    const fresh = world.clock.monotonicMs() - challengedAt <= limits.challengeMs
    const known = await authenticate(db, hub, { nonce, fresh }, hello)
    device = known
    instance = hello.instance
    await parts.admit(session, known, hello)
    const events = eventLog({
      db,
      device: known.device,
      store: known.store,
      now: world.clock.now,
      apply: parts.apply,
      signals: parts.signals,
    })
    const verdict = await checkClaim(events, hello.events)
    if (verdict.kind === 'forked')
      throw streamForked({
        device: known.device,
        stream: 'events',
        epoch: verdict.at.epoch,
        seq: verdict.at.seq,
        why: verdict.why,
      })
    if (verdict.kind === 'behind') await parts.hubIsBehind(known, verdict.missing, hello.events.acked)
    const commands = commandLog(db, known.device, world.clock.now)
    let resume = await resumeSending(commands, hello.commands)
    if (resume.kind !== 'send') {
      await commands.renew(resume.kind === 'renew' ? resume.reason : 'receiver-ahead', hello.commands.epoch)
      resume = { kind: 'send', after: { epoch: (await commands.last()).epoch, seq: 0 } }
    }
    const claim = { last: await commands.last(), acked: await commands.acked() }
    const held = await events.held()
    if (phase !== 'admitting') return
    phase = 'open'
    receiver = startReceiver({
      id: { stream: 'events', device: known.device },
      log: events,
      credit: limits.credit,
      ack(at, credit) {
        send({ t: 'ack', stream: 'events', epoch: at.epoch, seq: at.seq, credit })
      },
      failed,
    })
    send({ t: 'welcome', events: held, credit: limits.credit, commands: claim, clock: clock() })
    sender = startSender({
      log: commands,
      after: resume.after,
      credit: limits.credit,
      limits: { records: limits.batchRecords, characters: limits.batchCharacters },
      send: batch => wire.send(encodeBatch('commands', batch)),
      failed,
    })
    parts.opened(session, known, hello)
    beat()
  }

  function beat(): void {
    stopClock()
    stopClock = world.timers.after(limits.heartbeatMs, () => {
      if (world.clock.monotonicMs() - heardAt > limits.silenceMs) return wire.terminate()
      send({ t: 'ping', clock: clock() })
      beat()
    })
  }

  function take(frame: Frame): Promise<void> | void {
    if (phase === 'ended') return
    if (phase === 'hello' && frame.t === 'hello') return greet(frame)
    if (phase !== 'open' || device === null) return refuse(unexpected(frame), closeCodes.malformed)
    if (frame.t === 'batch' && frame.stream === 'events') return receiver?.batch(frame)
    if (frame.t === 'ack' && frame.stream === 'commands')
      return sender?.acked({ epoch: frame.epoch, seq: frame.seq }, frame.credit)
    if (frame.t === 'status') {
      const isNews = !saysTheSame(status?.status ?? null, frame)
      status = { status: frame, offsetMs: frame.clock - world.clock.now() }
      return parts.reported(device, frame, isNews)
    }
    if (frame.t === 'ping') return send({ t: 'pong', clock: clock(), echo: frame.clock })
    if (frame.t !== 'pong') refuse(unexpected(frame), closeCodes.malformed)
  }

  const session: Session = {
    instance: () => instance,
    status: () => status,
    commandsAppended: () => sender?.appended(),
    answers: ms =>
      new Promise(resolve => {
        const cancel = world.timers.after(ms, () => {
          onHeard = null
          resolve(false)
        })
        onHeard = () => {
          cancel()
          onHeard = null
          resolve(true)
        }
        send({ t: 'ping', clock: clock() })
      }),
    refuse,
    end(error) {
      refuse(error, closeCodes.goingAway)
      finish()
    },
  }

  wire.listen({
    open() {},
    message(text) {
      heardAt = world.clock.monotonicMs()
      onHeard?.()
      turn = turn.then(() => take(decodeFrame(text))).catch(failed)
    },
    closed: finish,
  })
  send({ t: 'challenge', protocol: protocolRange, hub, nonce, clock: clock() })
  return session
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

function unexpected(frame: Frame): TillbridgeError {
  return new TillbridgeError(
    'FRAME_UNEXPECTED',
    `A ${frame.t} frame came at the wrong moment. The connection starts again.`,
    {},
  )
}

function closeCodeOf(error: unknown): number {
  if (unauthorised.some(kind => kind.is(error))) return closeCodes.unauthorised
  if (challengeStale.is(error)) return closeCodes.slow
  if (deviceQuarantined.is(error) || deviceRevoked.is(error)) return closeCodes.quarantined
  if (protocolUnsupported.is(error)) return closeCodes.version
  if (streamGap.is(error) || batchCorrupt.is(error) || streamMoved.is(error)) return closeCodes.gap
  if (error instanceof TillbridgeError) return closeCodes.malformed
  return closeCodes.failed
}
