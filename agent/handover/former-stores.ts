import { zoneClock } from '../../shared/wall-clock.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile } from '../enrolment/device-file.ts'
import { keptOwners } from '../journal/other-store.ts'
import type { FormerStoreAt } from '../sources/source.ts'

/** A store whose name is lost with the device file of that time. */
const UNKNOWN_STORE = 'unknown'

/** A device that this PC was before. */
export interface FormerDevice {
  readonly device: string
  /** Null: another hub's. What was read there is read again for this one. */
  readonly store: string | null
  /** Agent clock, ms: when this PC became another device; null: not known. */
  readonly until: number | null
  readonly zone: string
}

/**
 * What this PC was before, oldest first. A time ends with the next enrolment: enrolling again also corrects one that
 * was noted while the clock was ahead.
 */
export function formerDevices(
  world: Pick<World, 'files' | 'log'>,
  device: DeviceFile,
  path: string,
): readonly FormerDevice[] {
  const identities = [...(device.former ?? []), device]
  const untilOf = (index: number): number | null => {
    const later = identities.slice(index).flatMap(({ enrolledAt }) => enrolledAt ?? [])
    return later.length === 0 ? null : Math.min(...later)
  }
  // their device file was lost, and with it whatever it named as former
  const nameless = keptOwners(world, path).filter(owner =>
    identities.every(identity => identity.device !== owner.device),
  )
  return [
    ...nameless.map(owner => ({
      device: owner.device,
      store: owner.store ?? UNKNOWN_STORE,
      until: untilOf(0),
      zone: device.zone,
    })),
    ...identities.slice(0, -1).map((identity, index) => ({
      device: identity.device,
      store: identity.hub.id === device.hub.id ? identity.store : null,
      until: untilOf(index + 1),
      zone: identity.zone,
    })),
  ]
}

/**
 * Whose a sale is, by the POS's wall clock: one from before this PC was enrolled in its present store belongs to the
 * store where it was then. Between two zones the later reading of a clock counts: it asks rather than books.
 */
export function formerStoreAt(devices: readonly FormerDevice[], present: DeviceFile): FormerStoreAt {
  const times = devices.flatMap(({ store, until, zone }) => {
    if (until === null) return []
    const late =
      [zone, present.zone]
        .map(each => zoneClock(each)(until))
        .sort()
        .at(-1) ?? ''
    return [{ store: store === present.store ? null : store, until: late }]
  })
  return wall => times.find(({ until }) => wall < until)?.store ?? null
}
