import { describeError } from '../../shared/errors.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { World } from '../../shared/world.ts'
import { closeException, isExceptionOpen, openException } from '../checks/exceptions.ts'
import { type Db, transaction } from '../db/db.ts'
import { databaseCodeOf } from '../db/errors.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { streamMoved } from '../streams/event-log.ts'

/** Failures in a row at one record before people are told: a database that restarts is back before that. */
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
}

interface Count {
  readonly at: Position
  readonly tries: number
}

/**
 * Opens `ingest-blocked` for a device whose records can't be committed, and closes it when they are. The exception has
 * a transaction of its own, since the one that failed leaves nothing behind.
 */
export function openCommitWatches(parts: {
  readonly world: Pick<World, 'clock'>
  readonly db: Db
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
  changed(device: DeviceRow): void
}): CommitWatches {
  const { world, db, background, changed } = parts
  const counts = new Map<string, Count>()

  async function open(device: DeviceRow, { at, tries }: Count, error: unknown): Promise<void> {
    const { store, till } = device
    const { code, sentence } = describeError(error)
    const named = databaseCodeOf(error) || code
    const fields = { till, store, epoch: at.epoch, seq: at.seq, error: named, why: sentence }
    const evidence = { device: device.device, ...at, tries, code: named, sentence }
    await transaction(db, tx =>
      openException(
        tx,
        { code: 'ingest-blocked', subject: device.device, store, fields, evidence },
        world.clock.now(),
      ),
    )
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
          counts.delete(device.device)
          if (!isKnownToFlow) background(close(device))
          isKnownToFlow = true
        },
        failed({ epoch, seq }, error) {
          if (streamMoved.is(error)) return
          const last = counts.get(device.device)
          const isSame = last?.at.epoch === epoch && last.at.seq === seq
          const count = { at: { epoch, seq }, tries: isSame ? last.tries + 1 : 1 }
          counts.set(device.device, count)
          if (count.tries >= TRIES) background(open(device, count, error))
        },
      }
    },
  }
}
