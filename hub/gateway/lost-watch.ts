import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { type DeviceWord, reviewLostHistory, storesWithLostHistory } from '../fleet/lost-history.ts'

export interface LostWatch {
  /** What a till says of itself tells what of the records that a restored hub lost is back. @returns whether it told anything */
  note(device: DeviceRow, said: DeviceWord): Promise<boolean>
}

/** Asks the database only for stores that lack something: every till reports every few seconds. */
export function openLostWatch({ world, db }: { world: Pick<World, 'clock'>; db: Db }): LostWatch {
  let stores: Promise<ReadonlySet<string>> | null = null
  async function lacking(): Promise<ReadonlySet<string>> {
    stores ??= storesWithLostHistory(db)
    try {
      return await stores
    } catch (error) {
      stores = null // the next report tries again
      throw error
    }
  }
  return {
    async note(device, said) {
      if (!(await lacking()).has(device.store)) return false
      const changed = await reviewLostHistory(db, device, said, world.clock.now())
      if (changed) stores = null
      return changed
    },
  }
}
