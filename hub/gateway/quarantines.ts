import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import { type DeviceRow, quarantineDevice } from '../fleet/devices.ts'

/** A quarantine that could not be written is tried again after this time. */
const RETRY_MS = 10_000

/** Stops devices at once, and notes it in the database as soon as that takes writes. */
export interface Quarantines {
  begin(device: DeviceRow, reason: string): void
  /** Why a device was stopped whose row does not say so yet; null: it was not. */
  unwritten(device: string): string | null
  /** Nothing is tried again from now on. */
  close(): void
}

export function openQuarantines(parts: {
  readonly world: Pick<World, 'clock' | 'timers'>
  readonly db: Db
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
  written(device: DeviceRow): void
}): Quarantines {
  const { world, db, background, written } = parts
  const waiting = new Map<string, string>()
  let isClosed = false

  async function write(device: DeviceRow, reason: string): Promise<void> {
    try {
      await quarantineDevice(db, device, reason, world.clock.now())
    } catch (error) {
      if (!isClosed) world.timers.after(RETRY_MS, () => retry(device, reason))
      throw error
    }
    waiting.delete(device.device)
    written(device)
  }

  function retry(device: DeviceRow, reason: string): void {
    if (!isClosed) background(write(device, reason))
  }

  return {
    begin(device, reason) {
      if (waiting.has(device.device)) return
      waiting.set(device.device, reason)
      background(write(device, reason))
    },
    unwritten: device => waiting.get(device) ?? null,
    close() {
      isClosed = true
    },
  }
}
