import { z } from 'zod'
import { defineError } from './errors.ts'
import { StockCursor } from './free-stock.ts'
import { DeviceId, EpochMs } from './ids.ts'
import { plainIssue } from './plain-issues.ts'
import { ReturnAnswer, ReturnQuestion } from './returns.ts'
import type { Batch } from './stream/log.ts'
import { visibleText } from './visible-text.ts'

/** Versions of this protocol that this code speaks. docs/protocol.md describes it; a test pins its hash. */
export const protocolRange = { min: 1, max: 1 } as const

export const limits = {
  /** Bytes of one WebSocket message; larger ones end the connection before they are read. */
  frameBytes: 1024 * 1024,
  /** UTF-16 units of one record's body: at most 3 bytes each in UTF-8, so that a frame holds the largest. */
  bodyCharacters: 340_000,
  batchRecords: 1_000,
  /** UTF-16 units of all bodies of a batch that holds more than one. */
  batchCharacters: 256 * 1024,
  credit: 8_000,
  handshakeMs: 5_000,
  heartbeatMs: 15_000,
  /** Silence after which an end holds the connection for dead. */
  silenceMs: 28_000,
  challengeMs: 10_000,
} as const

/** WebSocket close codes of ours, each with its stable error code. */
export const closeCodes = {
  malformed: 4400,
  unauthorised: 4401,
  quarantined: 4403,
  slow: 4408,
  replaced: 4409,
  gap: 4410,
  tooMany: 4429,
  failed: 4500,
  version: 4505,
  goingAway: 1001,
} as const

const text = (max: number) => z.string().min(1).max(max)
const count = z.int().min(0)
const Mark = z.object({ epoch: count, seq: count, hash: z.string().max(64) })
const Claim = z.object({ last: Mark, acked: Mark })
const stream = z.enum(['events', 'commands'])

/** One start of a hub on its database. A till that was served by one that the database has never heard of proves that it was put back. */
export const HubLife = z.object({
  id: z.string().regex(/^\w{1,64}$/),
  /** The generation that it began at: lives that began later have a higher one. */
  from: count,
})
export type HubLife = z.infer<typeof HubLife>

/** Hub → agent, first frame of every connection. The nonce is drawn for this connection and ages. */
export const Challenge = z.object({
  t: z.literal('challenge'),
  protocol: z.object({ min: count, max: count }),
  hub: text(64),
  nonce: text(64),
  clock: EpochMs,
  /** Hub clock: when the hub last found that its database had been put back to an older state; left out: never. */
  restoredAt: EpochMs.optional(),
  /** The hub's life; left out by a hub of an older version, and by one that keeps no record. */
  life: HubLife.optional(),
  /** Whether the hub answers an `ask`; left out by a hub of an older version, which ends the connection at one. */
  answers: z.boolean().optional(),
  /** Whether the hub answers a `stock-ask`; left out by a hub of an older version, which ends the connection at one. */
  stock: z.boolean().optional(),
})

/** Agent → hub, the answer. `signature`: Ed25519 over `signedHello`, base64url. */
export const Hello = z.object({
  t: z.literal('hello'),
  protocol: count,
  device: DeviceId,
  version: text(64),
  /** Drawn at each start of the agent: tells a reconnection from a second copy. */
  instance: text(64),
  nonce: text(64),
  clock: EpochMs,
  events: Claim,
  commands: Mark,
  /** The life of the hub that welcomed this device last, null: none that it knows of; left out where the challenge names none. */
  servedBy: HubLife.nullable().optional(),
  signature: text(128),
})
export type Hello = z.infer<typeof Hello>

/** How a hub shows who it is: its key, and how each key passed its word on to the next. */
const HubProof = z.object({
  /** SPKI DER, base64url. */
  key: text(200),
  /** Ed25519, base64url. */
  signature: text(128),
  /** Oldest first: `from` signed that `to` takes its place, see `signedHubKey`. */
  passed: z
    .array(z.object({ from: text(200), to: text(200), signature: text(128) }))
    .max(20)
    .default([]),
})
export type HubProof = z.infer<typeof HubProof>

/** Hub → agent: taken in. `events`: what the hub holds; `commands`: what the hub will send from. */
export const Welcome = z.object({
  t: z.literal('welcome'),
  events: Mark,
  /** How much of the events that the agent claims the hub has; left out by a hub that does not look. */
  holds: z.enum(['last', 'acked', 'none']).optional(),
  credit: count,
  commands: Claim,
  clock: EpochMs,
  /** The hub's life; left out where the hello says nothing of one. */
  life: HubLife.optional(),
  /** Signs `signedWelcome`; left out by a hub of an older version. */
  proof: HubProof.optional(),
})
export type Welcome = z.infer<typeof Welcome>

const BatchHeader = z.object({
  t: z.literal('batch'),
  stream,
  epoch: z.int().min(1),
  first: z.int().min(1),
  prev: text(64),
  head: text(64),
})
const Ack = z.object({ t: z.literal('ack'), stream, epoch: count, seq: count, credit: count })

/** A till's own words, without what would hide or drive a terminal. */
const shown = (longest: number) =>
  z
    .string()
    .max(longest)
    .overwrite(text => visibleText(text))
const Running = z.object({
  version: shown(64).min(1),
  /** The machine, as releases name it; null: this agent was not installed in a way that lets it update. */
  platform: shown(32).nullable(),
  /** `trial`: an update that has not proven itself yet. `healthy`: connected, sources read, journal whole for a while. */
  health: z.enum(['starting', 'trial', 'healthy']),
  /** What the hub offered last, by its name for it; empty: nothing. */
  offered: shown(64),
  /** What came of an offer that was not kept. `waiting`: it is tried again. */
  update: z
    .object({
      offered: shown(64),
      state: z.enum(['waiting', 'refused', 'rolled-back']),
      code: shown(64),
      sentence: shown(1_000),
    })
    .nullable(),
})
export type Running = z.infer<typeof Running>

/** How a till fares with the settings that the hub told it. */
const RemoteReport = z.object({
  /** The newest that it was told, by the hub's name; empty: none. */
  told: shown(64),
  /** What it runs with; empty: its own agent.json alone. */
  runs: shown(64),
  /** Of what it was told. `running`: it has proven itself. `waiting`: for a quiet moment, the line or the end of an update's trial. */
  state: z.enum(['none', 'running', 'waiting', 'trial', 'refused', 'rolled-back']),
  code: shown(64).nullable(),
  /** Why it was refused or gone back from. */
  sentence: shown(1_000).nullable(),
  /** A hash of its own agent.json as it began with it. Left out by an older version. */
  own: shown(64).optional(),
  /** Why it does not run with its agent.json as that is now, but with what worked last of it. Null: it does; left out by an older version. */
  ownProblem: shown(1_000).nullable().optional(),
  /** What it runs with names no source: nothing is read here, and `ownProblem` says why. Left out: sales are read, or an older version. */
  readsNoSales: z.boolean().optional(),
  /** Its agent.json was changed, can be used and is not in use yet. Left out: none waits, or an older version. */
  ownWaits: z.boolean().optional(),
  /**
   * Its agent.json was changed, is in use and on trial: which sources it does not read yet, and from which nothing came since. Left out:
   * none is on trial, or an older version.
   */
  ownTrial: z.object({ unread: z.array(shown(64)).max(50), unsold: z.array(shown(64)).max(50) }).optional(),
})
export type RemoteReport = z.infer<typeof RemoteReport>

/** What this agent answers of what head office may ask, see shared/support.ts. */
const SupportReport = z.object({ takes: z.array(shown(32)).max(20) })
export type SupportReport = z.infer<typeof SupportReport>

const bytes = z.int().min(0)
/** What a till's PC says of itself. Null: it can't be read there. */
const MachineReport = z.object({
  /** Of the disk that holds the agent's data. */
  disk: z.object({ free: bytes, total: bytes }).nullable(),
  /** The hub's certificate as this till sees it, ms since 1970; null also where the hub's address has none. */
  certificate: z.object({ from: z.int().min(0).max(8.64e15), ends: z.int().min(0).max(8.64e15) }).nullable(),
  /** The version of the desktop app that asked last since the agent's start; null: none did. Left out by an older version. */
  desktop: shown(32).nullable().optional(),
  /** Sources whose database has other tables than when it was first seen, and when this was last noticed (agent clock). Left out by an older version. */
  posTables: z
    .array(z.object({ source: shown(64), changedAt: z.int().min(0).max(8.64e15) }))
    .max(50)
    .optional(),
})
export type MachineReport = z.infer<typeof MachineReport>

/** Hub → agent, to one whose status has `support`: what a person of head office asks, a `SupportAsk`. One that can't be read ends no connection. */
const Inspect = z.object({ t: z.literal('inspect'), id: text(64), ask: z.unknown() })

/** Agent → hub: the answer to that, a `SupportAnswer`. One that can't be read ends no connection. */
const Inspected = z.object({ t: z.literal('inspected'), id: text(64), answer: z.unknown() })

/** Hub → agent, to one whose status has `running`: the release to install now. `version` null: none. */
const Update = z.object({
  t: z.literal('update'),
  offered: z.string().max(64),
  version: z.string().max(32).nullable(),
  /** What lets this device fetch it for a day. */
  token: z.string().max(300).nullable(),
})

/** Agent → hub, at every heartbeat and change: what can't be read from the stream itself. */
export const Status = z.object({
  t: z.literal('status'),
  unsent: count,
  /** Agent clock of the oldest event the hub has not acked. */
  oldestUnsentAt: EpochMs.nullable(),
  clock: EpochMs,
  sources: z
    .array(
      z.object({
        source: shown(64),
        state: z.enum(['reading', 'unavailable']),
        problem: shown(1_000).nullable(),
        /** The problem's stable code; null with none. Left out by an older version. */
        code: shown(64).nullable().optional(),
        /** Agent clock: all that the POS held by then has been read; null when not yet since the agent's start. */
        readUntil: EpochMs.nullable().default(null),
        /** Agent clock: since when it can't be read; null while it can. Left out by an older version. */
        unavailableSince: EpochMs.nullable().optional(),
      }),
    )
    .max(50),
  /** What is written into each POS: whether it can be written to, and what waits. */
  writeBacks: z
    .array(
      z.object({
        target: shown(64),
        state: z.enum(['ready', 'unavailable']),
        problem: shown(1_000).nullable(),
        waiting: count,
        refused: count,
        givenUp: count,
        /** Agent clock, when the oldest that waits was planned; null when nothing waits. */
        oldestAt: EpochMs.nullable(),
      }),
    )
    .max(10)
    .default([]),
  /** What this PC still keeps of stores where it was enrolled before. `refused`: why the hub does not take it. */
  kept: z
    .array(
      z.object({
        device: DeviceId,
        store: shown(64),
        events: count,
        sales: count,
        receipts: count,
        refused: shown(64).nullable(),
      }),
    )
    .max(10)
    .optional(),
  /** The PC has moved to this store: the device ends as soon as it has sent everything. */
  leavingTo: shown(64).optional(),
  /** The devices that this PC was before and whose journals it still has: it sends what the hub lacks of them. */
  former: z.array(DeviceId).max(10).optional(),
  /** The disk is full, and the agent records in the space that it kept for that. Left out by an older version. */
  diskFull: z.boolean().optional(),
  /** Wrong PINs and unknown badges at this till within the last hour, also those of a person who got in since. Left out: none, or an older agent. */
  wrongPins: count.optional(),
  /** What runs on this till, for updates. Left out by an older agent, which is offered none. */
  running: Running.optional(),
  /** Left out by an older agent, which takes no settings from the hub. */
  settings: RemoteReport.optional(),
  /** Left out by an older agent, of which nothing can be asked. */
  support: SupportReport.optional(),
  /** Left out by an older agent. */
  machine: MachineReport.optional(),
  /** Commands that the agent's version can't read. It keeps them, and a newer one applies them. */
  unreadCommands: count.default(0),
})
export type Status = z.infer<typeof Status>
const Ping = z.object({ t: z.literal('ping'), clock: EpochMs })
const Pong = z.object({ t: z.literal('pong'), clock: EpochMs, echo: EpochMs })
/** Sent before a close: why, in words. */
const Refuse = z.object({
  t: z.literal('refuse'),
  code: text(64),
  sentence: z.string().max(1_000),
  /** Signs `signedRefusal`: only then may an agent give something up because of it. Left out before a hello. */
  proof: HubProof.optional(),
})

/** Agent → hub, to one whose challenge has `answers`: staff look something up. Neither end keeps it. */
const Ask = z.object({ t: z.literal('ask'), id: text(64), question: ReturnQuestion })

/** Hub → agent: what was asked under this id. */
const Answer = z.object({ t: z.literal('answer'), id: text(64), answer: ReturnAnswer })

/** Agent → hub, to one whose challenge has `stock`: what of the stores' free stock changed since; null: all of it. */
const StockAsk = z.object({ t: z.literal('stock-ask'), since: StockCursor.nullable() })

/** Hub → agent, to the newest `stock-ask`: `StockChanges`, or null: this store does not see it. One that can't be read ends no connection. */
const Stock = z.object({ t: z.literal('stock'), changes: z.unknown() })

/** Every frame's header line, as it is on the wire. */
export const FrameHeader = z.discriminatedUnion('t', [
  Challenge,
  Hello,
  Welcome,
  BatchHeader,
  Ack,
  Status,
  Update,
  Ping,
  Pong,
  Refuse,
  Ask,
  Answer,
  StockAsk,
  Stock,
  Inspect,
  Inspected,
])
type ParsedFrame = z.infer<typeof FrameHeader>
/** A frame as the program handles it: a batch carries its bodies. */
export type Frame =
  | Exclude<ParsedFrame, { t: 'batch' }>
  | (z.infer<typeof BatchHeader> & { bodies: string[] })

export const frameMalformed = defineError(
  'FRAME_MALFORMED',
  (f: { why: string }) =>
    `A message on the device connection can't be read: ${f.why}. The connection starts again.`,
)
export const frameTooLarge = defineError(
  'FRAME_TOO_LARGE',
  (f: { bytes: number }) =>
    `A message of ${f.bytes} bytes is over the limit of ${limits.frameBytes}. The connection starts again; nothing of it was taken.`,
)

/** A frame is one JSON line; a batch's bodies follow, one JSON line each. */
export function encodeFrame(frame: Exclude<Frame, { t: 'batch' }>): string {
  return JSON.stringify(frame)
}

export function encodeBatch(stream: 'events' | 'commands', batch: Batch): string {
  const { epoch, first, prev, head } = batch
  return `${JSON.stringify({ t: 'batch', stream, epoch, first, prev, head })}\n${batch.bodies.join('\n')}`
}

/** @throws FRAME_MALFORMED naming the field, FRAME_TOO_LARGE */
export function decodeFrame(message: string): Frame {
  if (message.length > limits.frameBytes) throw frameTooLarge({ bytes: message.length })
  const lines = message.split('\n')
  const [header = '', ...bodies] = lines
  const parsed = FrameHeader.safeParse(jsonOf(header))
  if (!parsed.success) throw frameMalformed({ why: firstIssue(parsed.error) })
  const frame = parsed.data
  if (frame.t !== 'batch') {
    if (bodies.length > 0) throw frameMalformed({ why: `a ${frame.t} frame has more than one line` })
    return frame
  }
  if (bodies.length === 0 || bodies.length > limits.batchRecords)
    throw frameMalformed({
      why: `a batch holds 1 to ${limits.batchRecords} records, this one ${bodies.length}`,
    })
  return { ...frame, bodies }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw frameMalformed({ why: 'its first line is not JSON' }, cause)
  }
}

/** The first thing a schema objects to, as `field: words`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined
    ? 'unknown'
    : [...(issue.path.length === 0 ? [] : [issue.path.join('.')]), plainIssue(issue, 'field')].join(': ')
}

/** What the agent signs: everything that it says of itself, bound to this hub, this connection and this moment. */
export function signedHello(
  hub: string,
  challengeNonce: string,
  hello: Omit<Hello, 'signature' | 't'>,
): string {
  const { protocol, device, version, instance, nonce, clock, events, commands, servedBy } = hello
  return [
    'tillbridge hello 1',
    hub,
    challengeNonce,
    JSON.stringify([
      protocol,
      device,
      version,
      instance,
      nonce,
      clock,
      ...[events.last, events.acked, commands].map(markParts),
      ...(servedBy === undefined ? [] : [lifeParts(servedBy)]),
    ]),
  ].join('\n')
}

/** In a fixed order: what is signed must not hang on how an object was built. */
const markParts = ({ epoch, seq, hash }: z.infer<typeof Mark>) => [epoch, seq, hash]

const lifeParts = (life: HubLife | null) => (life === null ? null : [life.id, life.from])

/** What a hub's answer is bound to: this hub, both ends' nonces and the very hello, by its signature. */
const transcript = (hub: string, challengeNonce: string, hello: Pick<Hello, 'nonce' | 'signature'>) =>
  [hub, challengeNonce, hello.nonce, hello.signature].join('\n')

/** What the hub signs in a welcome: all that it says there, as the answer to one hello. */
export function signedWelcome(
  hub: string,
  challengeNonce: string,
  hello: Pick<Hello, 'nonce' | 'signature'>,
  welcome: Omit<Welcome, 't' | 'proof'>,
): string {
  const { events, holds = null, credit, commands, clock, life } = welcome
  const said = [
    ...[markParts(events), holds, credit, markParts(commands.last), markParts(commands.acked), clock],
    ...(life === undefined ? [] : [lifeParts(life)]),
  ]
  return `tillbridge welcome 1\n${transcript(hub, challengeNonce, hello)}\n${JSON.stringify(said)}`
}

/** What the hub signs when it refuses a hello for good. */
export function signedRefusal(
  hub: string,
  challengeNonce: string,
  hello: Pick<Hello, 'nonce' | 'signature'>,
  code: string,
): string {
  return `tillbridge refusal 1\n${transcript(hub, challengeNonce, hello)}\n${code}`
}

/** What a hub's key signs when another key takes its place. */
export function signedHubKey(hub: string, next: string): string {
  return `tillbridge hub key 1\n${hub}\n${next}`
}

/** POST /enrol on the hub: a one-time code and the public half of a key that never leaves the agent. */
export const EnrolRequest = z.strictObject({
  code: z.string().min(1).max(64),
  /** Ed25519, SPKI DER, base64url. */
  publicKey: z.string().min(40).max(200),
  /** base64url signature over `signedEnrolment`: proves that the sender holds the private half. */
  proof: z.string().max(128),
  till: z.string().trim().min(1).max(100).nullable(),
})
export const EnrolAnswer = z.object({
  device: DeviceId,
  hub: text(64),
  /** SPKI DER, base64url: the agent keeps it, and obeys only a hub that signs with it. */
  hubKey: text(200).optional(),
  store: text(64),
  storeName: text(200),
  till: text(100),
  zone: text(64),
})
export type EnrolAnswer = z.infer<typeof EnrolAnswer>
export const RefusalBody = z.object({ code: z.string(), sentence: z.string() })

export function signedEnrolment(code: string, publicKey: string): string {
  return `tillbridge enrolment 1\n${code}\n${publicKey}`
}
