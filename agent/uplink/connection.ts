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
  signedHello,
} from '../../shared/protocol.ts'
import { streamForked } from '../../shared/stream/accept.ts'
import type { InLog, OutLog } from '../../shared/stream/log.ts'
import { type Receiver, startReceiver } from '../../shared/stream/receiver.ts'
import { checkClaim, resumeSending } from '../../shared/stream/resume.ts'
import { type Sender, startSender } from '../../shared/stream/sender.ts'
import type { Wire, World } from '../../shared/world.ts'

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
  readonly events: OutLog
  readonly commands: InLog
  status(): Status
  /** The handshake is done. */
  online(): void
  /** Called once. `refusal`: the hub said that trying again as before can't help, and why. */
  ended(why: { code: number; reason: string; refusal: TillbridgeError | null }): void
}

export interface Connection {
  /** The journal has new events. */
  appended(): void
  /** There is news for the status. */
  tell(): void
  close(): void
}

/** Runs one connection to the hub from its challenge to its end. */
export function runConnection(wire: Wire, parts: ConnectionParts): Connection {
  const { world, identity } = parts
  let sender: Sender | null = null
  let receiver: Receiver | null = null
  let refusal: TillbridgeError | null = null
  /** The hub's own words before it closed; they last only with a close code that says so. */
  let said: TillbridgeError | null = null
  let phase: 'challenge' | 'welcome' | 'open' | 'ended' = 'challenge'
  /** Frames are handled one after the other, even when one waits for the disk. */
  let turn: Promise<void> = Promise.resolve()
  let heardAt = world.clock.monotonicMs()
  let stopClock = world.timers.after(limits.handshakeMs * 2, () =>
    giveUp(closeCodes.slow, 'handshake too slow'),
  )

  const send = (frame: Exclude<Frame, { t: 'batch' }>) => wire.send(encodeFrame(frame))
  const clock = () => EpochMs.parse(world.clock.now())

  function giveUp(code: number, reason: string): void {
    if (phase === 'ended') return
    wire.close(code, reason.slice(0, 120))
    world.timers.after(LINGER_MS, wire.terminate)
  }

  function finish(code: number, reason: string): void {
    if (phase === 'ended') return
    phase = 'ended'
    parts.ended({ code, reason, refusal: refusal ?? (lastingCodes.has(code) ? said : null) })
  }

  function failed(error: unknown): void {
    const { code, sentence } = describeError(error)
    world.log.warn({ code, error }, sentence)
    if (streamForked.is(error)) refusal = error
    giveUp(streamForked.is(error) ? closeCodes.quarantined : closeCodes.failed, code)
  }

  async function answer(challenge: Extract<Frame, { t: 'challenge' }>): Promise<void> {
    const version = Math.min(challenge.protocol.max, protocolRange.max)
    if (version < Math.max(challenge.protocol.min, protocolRange.min)) {
      refusal = hubTooDifferent({
        hub: `${challenge.protocol.min}–${challenge.protocol.max}`,
        agent: `${protocolRange.min}–${protocolRange.max}`,
      })
      return giveUp(closeCodes.version, refusal.code)
    }
    if (challenge.hub !== identity.hub) {
      refusal = hubIsAnother({ expected: identity.hub, found: challenge.hub })
      return giveUp(closeCodes.unauthorised, refusal.code)
    }
    const said: Omit<Hello, 't' | 'signature'> = {
      protocol: version,
      device: identity.device as Hello['device'],
      version: identity.version,
      instance: identity.instance,
      nonce: Buffer.from(world.random.bytes(18)).toString('base64url'),
      clock: clock(),
      events: { last: await parts.events.last(), acked: await parts.events.acked() },
      commands: await parts.commands.held(),
    }
    phase = 'welcome'
    send({ t: 'hello', ...said, signature: parts.sign(signedHello(challenge.hub, challenge.nonce, said)) })
  }

  async function begin(welcome: Extract<Frame, { t: 'welcome' }>): Promise<void> {
    const verdict = await checkClaim(parts.commands, welcome.commands)
    if (verdict.kind === 'forked')
      throw streamForked({
        device: identity.device,
        stream: 'commands',
        epoch: verdict.at.epoch,
        seq: verdict.at.seq,
        why: verdict.why,
      })
    let resume = await resumeSending(parts.events, welcome.events)
    if (resume.kind === 'renew') {
      world.log.warn(
        { reason: resume.reason, hubHolds: welcome.events },
        'this till was restored from a backup, or the hub was: a new epoch begins',
      )
      await parts.events.renew(resume.reason)
      resume = { kind: 'send', after: { epoch: (await parts.events.last()).epoch, seq: 0 } }
    }
    if (resume.kind === 'forked')
      throw streamForked({
        device: identity.device,
        stream: 'events',
        epoch: resume.at.epoch,
        seq: resume.at.seq,
        why: resume.why,
      })
    if (phase !== 'welcome') return
    phase = 'open'
    receiver = startReceiver({
      id: { stream: 'commands', device: identity.device },
      log: parts.commands,
      credit: limits.credit,
      ack: (held, credit) => send({ t: 'ack', stream: 'commands', epoch: held.epoch, seq: held.seq, credit }),
      failed,
    })
    sender = startSender({
      log: parts.events,
      after: resume.after,
      credit: welcome.credit,
      limits: { records: limits.batchRecords, characters: limits.batchCharacters },
      send: batch => wire.send(encodeBatch('events', batch)),
      failed,
    })
    await parts.events.acknowledge(welcome.events)
    send(parts.status())
    parts.online()
    beat()
  }

  function beat(): void {
    stopClock()
    stopClock = world.timers.after(limits.heartbeatMs, () => {
      if (world.clock.monotonicMs() - heardAt > limits.silenceMs)
        return giveUp(closeCodes.slow, 'the hub went silent')
      send({ t: 'ping', clock: clock() })
      send(parts.status())
      beat()
    })
  }

  function take(frame: Frame): Promise<void> | void {
    if (phase === 'ended') return
    if (frame.t === 'refuse') {
      said = new TillbridgeError(frame.code, frame.sentence, {})
      return
    }
    if (phase === 'challenge' && frame.t === 'challenge') return answer(frame)
    if (phase === 'welcome' && frame.t === 'welcome') return begin(frame)
    if (phase !== 'open') return giveUp(closeCodes.malformed, `unexpected ${frame.t}`)
    if (frame.t === 'ack' && frame.stream === 'events')
      return sender?.acked({ epoch: frame.epoch, seq: frame.seq }, frame.credit)
    if (frame.t === 'batch' && frame.stream === 'commands') return receiver?.batch(frame)
    if (frame.t === 'ping') return send({ t: 'pong', clock: clock(), echo: frame.clock })
    if (frame.t !== 'pong') giveUp(closeCodes.malformed, `unexpected ${frame.t}`)
  }

  wire.listen({
    open() {},
    message(text) {
      heardAt = world.clock.monotonicMs()
      turn = turn.then(() => take(decodeFrame(text))).catch(failed)
    },
    closed(code, reason) {
      stopClock()
      sender?.stop()
      receiver?.stop()
      turn = turn.then(() => finish(code, reason)) // behind the frames that came before it: one may say why
    },
  })

  return {
    appended() {
      sender?.appended()
    },
    tell() {
      if (phase === 'open') send(parts.status())
    },
    close() {
      if (phase === 'ended') return
      phase = 'ended'
      stopClock()
      sender?.stop()
      receiver?.stop()
      wire.close(closeCodes.goingAway, 'agent stops')
      world.timers.after(LINGER_MS, wire.terminate)
    },
  }
}
