import { openDurable } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile } from '../enrolment/device-file.ts'
import type { Journal } from '../journal/journal.ts'
import { keepAside } from '../journal/kept-copies.ts'
import { formerPath, keptAsidePath, keptOwners, markHandedOver } from '../journal/other-store.ts'
import type { OutboxRecord } from '../journal/outbox.ts'
import { owedRecords } from '../journal/owed-records.ts'

/**
 * This PC is back in a store that it left: what was kept of that store goes into its journal, once. May be killed at any
 * point: the next start goes on.
 */
export async function bringHome(
  world: Pick<World, 'files' | 'log'>,
  device: DeviceFile,
  path: string,
  journal: Journal,
): Promise<void> {
  const former = device.former ?? []
  const owners = keptOwners(world, path).filter(owner => former.every(one => one.device !== owner.device))
  const home = [
    ...former.filter(({ store, hub }) => store === device.store && hub.id === device.hub.id),
    // their keys are lost
    ...owners.filter(({ store, hub }) => store === device.store && (hub ?? device.hub.id) === device.hub.id),
  ]
  for (const identity of home) {
    const aside = keptAsidePath(path, identity.device)
    if (world.files.sizeOf(aside) === null) continue
    try {
      const owed = readOwed(world, aside)
      await journal.carry(owed, identity.device)
      keepAside(world, aside, formerPath(path, identity.device))
      world.log.warn(
        { former: identity.device, owed: owed.length },
        'unsent records of this store were brought home',
      )
    } catch (error) {
      // this till goes on without it; head office is told, see former-devices
      const { code, sentence } = describeError(error)
      world.log.error(
        { former: identity.device, file: aside, code },
        `records could not be brought home: ${sentence}`,
      )
    }
  }
}

function readOwed({ files }: Pick<World, 'files'>, aside: string): readonly OutboxRecord[] {
  const db = openDurable(files, aside)
  try {
    const owed = owedRecords(db)
    markHandedOver(db)
    return owed
  } finally {
    db.close()
  }
}
