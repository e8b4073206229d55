import type { World } from '../../shared/world.ts'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from './device-file.ts'

/**
 * The newest epoch that this device has opened or heard of, kept outside the journal: a journal that was put back to a
 * backup, or lost, does not open an epoch that was used before.
 */
export interface KeptEpoch {
  newest(): number
  /** Called before an epoch is opened, and with what the hub holds. Never goes back. */
  raise(epoch: number): void
}

/** Keeps the epoch in the device file at `path`, as long as that file is this device's. */
export function keptEpoch(world: Pick<World, 'files' | 'log'>, path: string, device: DeviceFile): KeptEpoch {
  let newest = device.epoch ?? 1
  return {
    newest: () => newest,
    raise(epoch) {
      if (epoch <= newest) return
      newest = epoch
      try {
        const stored = readDeviceFile(world.files, path)
        if (stored?.device === device.device) writeDeviceFile(world.files, path, { ...stored, epoch })
      } catch (error) {
        // the hub tells it again at the next handshake: what can't be written here stops no sale
        world.log.warn({ error, epoch }, 'the newest epoch could not be noted in the device file')
      }
    },
  }
}
