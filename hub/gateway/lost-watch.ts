import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'
import { type DeviceWord, type Lacking, readLacking, reviewLostHistory } from '../fleet/lost-history.ts'

export interface LostWatch {
  /** What a till says of itself tells what of the records that a restored hub lost is back. @returns whether it told anything */
  note(device: DeviceRow, said: DeviceWord): Promise<boolean>
}

/** Asks the database only when a device may have what is missing: every till reports every few seconds. */
export function openLostWatch({ world, db }: { world: Pick<World, 'clock'>; db: Db }): LostWatch {
  let lacking: Promise<Lacking> | null = null
  async function isConcerned({ store, device }: DeviceRow, { former = [] }: DeviceWord): Promise<boolean> {
    lacking ??= readLacking(db)
    try {
      const { stores, devices } = await lacking
      return stores.has(store) || [device, ...former].some(one => devices.has(one))
    } catch (error) {
      lacking = null // the next report tries again
      throw error
    }
  }
  return {
    async note(device, said) {
      if (!(await isConcerned(device, said))) return false
      const changed = await reviewLostHistory(db, device, said, world.clock.now())
      if (changed) lacking = null
      return changed
    },
  }
}
