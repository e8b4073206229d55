import { EpochMs } from '../../shared/ids.ts'
import { type Hello, type HubLife, protocolRange } from '../../shared/protocol.ts'
import { streamForked } from '../../shared/stream/accept.ts'
import type { InLog, Mark, OutLog, Position } from '../../shared/stream/log.ts'
import {
  checkClaim,
  type Holds,
  holdsOf,
  resumeSending,
  type SenderClaim,
} from '../../shared/stream/resume.ts'
import type { World } from '../../shared/world.ts'
import type { Db, Tx } from '../db/db.ts'
import type { SharedTransactions } from '../db/shared-transactions.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { isKnownLife } from '../generation/generation.ts'
import type { Signals } from '../signals.ts'
import { commandLog, sendToDevice } from '../streams/command-log.ts'
import { noteReturn } from '../streams/epochs.ts'
import { type ApplyEvents, eventLog } from '../streams/event-log.ts'
import { commandsRenewedOften, protocolUnsupported } from './refusals.ts'

export interface HandshakeParts {
  readonly world: Pick<World, 'clock'>
  readonly db: Db
  readonly apply: ApplyEvents
  readonly signals: Signals
  readonly shared: SharedTransactions
  /** This start of the hub, which devices remember; null: the hub keeps no record. */
  readonly life: HubLife | null
  /** What a device is told again in a new epoch of its commands: its store's open pickups. */
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
  /** Counts new epochs of a device's commands; null when there were too many lately. */
  readonly renewals: { begin(device: string): unknown }
  /** A device shows that the database is older than it once was. */
  hubIsBehind(device: DeviceRow, shown: ShownBehind): Promise<void>
}

/** How a device shows it. */
export interface ShownBehind {
  /** Records that the hub acked and does not hold. */
  readonly missing: number
  /** The life of the hub that served the device, if neither the database nor the record beside it knows it. */
  readonly otherLife: string | null
}

/** From where both streams of a device go on. */
export interface Agreement {
  readonly events: InLog
  readonly held: Mark
  /** How much of what the device claims is held. */
  readonly holds: Holds
  readonly commands: OutLog
  readonly claim: SenderClaim
  readonly sendAfter: Position
}

/** @throws PROTOCOL_UNSUPPORTED */
export function checkProtocol({ protocol }: Hello): void {
  if (protocol < protocolRange.min || protocol > protocolRange.max)
    throw protocolUnsupported({ asked: protocol })
}

/**
 * Compares what an authenticated device says of its streams with what the hub holds, and decides where they go on.
 * @throws STREAM_FORKED, COMMANDS_RENEWED_OFTEN
 */
export async function agreeOnStreams(
  parts: HandshakeParts,
  device: DeviceRow,
  hello: Hello,
): Promise<Agreement> {
  const { db, apply, signals, shared } = parts
  const { now } = parts.world.clock
  const events = eventLog({ db, device: device.device, store: device.store, now, apply, signals, shared })
  await checkEvents(parts, device, hello, events)
  const tellAgain = async (tx: Tx) => {
    await parts.sendSnapshot(tx, device.device, now())
    const at = EpochMs.parse(now())
    await sendToDevice(tx, device.device, { kind: 'pickups.complete', at })
  }
  const commands = commandLog(db, device.device, now, tellAgain, shared)
  const sendAfter = await resumeCommands(commands, hello.commands, () => {
    if (parts.renewals.begin(device.device) === null) throw commandsRenewedOften({ device: device.device })
  })
  const claim = { last: await commands.last(), acked: await commands.acked() }
  const holds = await holdsOf(events, hello.events)
  return { events, held: await events.held(), holds, commands, claim, sendAfter }
}

async function checkEvents(
  parts: HandshakeParts,
  device: DeviceRow,
  hello: Hello,
  events: InLog,
): Promise<void> {
  const verdict = await checkClaim(events, hello.events)
  if (verdict.kind === 'forked') {
    const { at, why } = verdict
    throw streamForked({ device: device.device, stream: 'events', epoch: at.epoch, seq: at.seq, why })
  }
  const back = await noteReturn(parts.db, device.device, await events.held(), hello.events)
  if (back !== null && back.times > 1) {
    const { epoch, seq } = back.end
    const why = 'two copies of its disk take turns, each going on from its own end'
    throw streamForked({ device: device.device, stream: 'events', epoch, seq, why })
  }
  const missing = verdict.kind === 'behind' ? verdict.missing : 0
  const otherLife = await otherLifeIn(parts, hello)
  if (missing > 0 || otherLife !== null) await parts.hubIsBehind(device, { missing, otherLife })
}

/** The life that served the device last, if this database does not know it. A device that only reconnects costs no question. */
async function otherLifeIn({ db, life }: HandshakeParts, { servedBy = null }: Hello): Promise<string | null> {
  if (servedBy === null || servedBy.id === life?.id) return null
  return (await isKnownLife(db, servedBy)) ? null : servedBy.id
}

/**
 * A device whose commands don't fit the hub's gets all that it may lack in a new epoch.
 * @param mayRenew throws when the device had too many of them
 */
async function resumeCommands(commands: OutLog, held: Mark, mayRenew: () => void): Promise<Position> {
  const resume = await resumeSending(commands, held)
  if (resume.kind === 'send') return resume.after
  mayRenew()
  await commands.renew(resume.kind === 'renew' ? resume.reason : 'receiver-ahead', held.epoch)
  return { epoch: (await commands.last()).epoch, seq: 0 }
}
