import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { World } from '../../shared/world.ts'
import { closeException, isExceptionOpen, openException } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { databaseCodeOf } from '../db/errors.ts'
import { type DeviceRow, readDevice } from '../fleet/devices.ts'
import { readHeld, streamMoved } from '../streams/event-log.ts'
import type { StorageWatch } from './storage-watch.ts'

/** Failures in a row at one place before people are told: a database that restarts is back before that. */
const TRIES = 5

/** What one session says of its device's commits. */
export interface CommitWatch {
  /** Whether the device's last commit failed. */
  isStuck(): boolean
  committed(): void
  /** @param at the first record of the commit that failed */
  failed(at: Position, error: unknown): void
}

export interface CommitWatches {
  /** What was counted before continues: each failure ends a session. */
  ofSession(device: DeviceRow): CommitWatch
  /** The hub could not take an authenticated device in, through its own fault. */
  handshakeFailed(device: DeviceRow, error: unknown): void
  handshakeDone(device: DeviceRow): void
}

interface Count {
  readonly at: Position
  readonly tries: number
}

interface Blocked {
  readonly device: DeviceRow
  readonly problem: SubjectProblem
  /** Whether the device got on in the meantime, be it by another session, process or node. */
  isOver(tx: Tx): Promise<boolean>
}

/**
 * Opens `ingest-blocked` for a device whose records can't be committed, or that can't even be taken in, and closes it
 * when they are. The exception has a transaction of its own, since the one that failed leaves nothing behind.
 */
export function openCommitWatches(parts: {
  readonly world: Pick<World, 'clock'>
  readonly db: Db
  readonly storage: StorageWatch
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
  changed(device: DeviceRow): void
}): CommitWatches {
  const { world, db, storage, background, changed } = parts
  const counts = new Map<string, Count>()
  const handshakes = new Map<string, number>()

  /** It runs in the background: what it says may no longer be so when its turn comes. */
  async function open({ device, problem, isOver }: Blocked): Promise<void> {
    await transaction(db, async tx => {
      const now = await readDevice(tx, device.device)
      if (now?.state !== 'active' || (await isOver(tx))) return
      await openException(tx, problem, world.clock.now())
    })
    changed(device)
  }

  /** Another session, process or node may have opened it. */
  async function close(device: DeviceRow): Promise<void> {
    if (!(await isExceptionOpen(db, 'ingest-blocked', device.device))) return
    await transaction(db, tx => closeException(tx, 'ingest-blocked', device.device, world.clock.now()))
    changed(device)
  }

  return {
    ofSession(device) {
      let isKnownToFlow = false
      return {
        isStuck: () => counts.has(device.device),
        committed() {
          storage.stored()
          counts.delete(device.device)
          if (!isKnownToFlow) background(close(device))
          isKnownToFlow = true
        },
        failed({ epoch, seq }, error) {
          if (streamMoved.is(error)) return
          storage.failed(error)
          const last = counts.get(device.device)
          const isSame = last?.at.epoch === epoch && last.at.seq === seq
          const count = { at: { epoch, seq }, tries: isSame ? last.tries + 1 : 1 }
          counts.set(device.device, count)
          if (count.tries >= TRIES) background(open(atRecord(device, count, error)))
        },
      }
    },
    handshakeFailed(device, error) {
      storage.failed(error)
      const tries = (handshakes.get(device.device) ?? 0) + 1
      handshakes.set(device.device, tries)
      if (tries >= TRIES) background(open(atHandshake(device, { tries, at: world.clock.now() }, error)))
    },
    handshakeDone: ({ device }) => void handshakes.delete(device),
  }
}

function atRecord(device: DeviceRow, { at, tries }: Count, error: unknown): Blocked {
  const { store, till } = device
  const { named, sentence } = inWords(error)
  const fields = { till, store, epoch: at.epoch, seq: at.seq, error: named, why: sentence }
  const evidence = { device: device.device, ...at, tries, code: named, sentence }
  return {
    device,
    problem: { code: 'ingest-blocked', subject: device.device, store, fields, evidence },
    async isOver(tx) {
      const held = await readHeld(tx, device.device)
      return held.epoch > at.epoch || (held.epoch === at.epoch && held.seq >= at.seq)
    },
  }
}

function atHandshake(
  device: DeviceRow,
  { tries, at }: { tries: number; at: number },
  error: unknown,
): Blocked {
  const { store, till } = device
  const { named, sentence } = inWords(error)
  const fields = { till, store, error: named, why: sentence }
  const evidence = { device: device.device, tries, code: named, sentence }
  return {
    device,
    problem: { code: 'ingest-blocked.handshake', subject: device.device, store, fields, evidence },
    async isOver(tx) {
      const connectedAt = (await readDevice(tx, device.device))?.connected_at ?? null
      return connectedAt !== null && Number(connectedAt) > at
    },
  }
}

function inWords(error: unknown): { named: string; sentence: string } {
  const { code, sentence } = describeError(error)
  return { named: error instanceof TillbridgeError ? code : databaseCodeOf(error) || code, sentence }
}
