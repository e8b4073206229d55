import { openDurable } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import type { DeviceFile } from '../enrolment/device-file.ts'
import { carryInto } from '../journal/carry-into.ts'
import type { Journal } from '../journal/journal.ts'
import { copiesOf } from '../journal/kept-copies.ts'
import { formerPath, keptAsidePath, keptOwners } from '../journal/other-store.ts'
import type { OutboxRecord } from '../journal/outbox.ts'
import { owedRecords } from '../journal/owed-records.ts'
import type { JournalDb } from '../journal/part.ts'

/**
 * An image put an older journal of a former device back, beside the one that was set aside since. What only one of them
 * still owes goes where the other's records go: into this till's journal at the same store, into the journal that is
 * kept for another store. Once for each copy; may be killed at any point: the next start goes on.
 */
export async function gatherCopies(
  world: World,
  device: DeviceFile,
  path: string,
  journal: Journal,
): Promise<void> {
  const devices = new Set([
    ...(device.former ?? []).map(identity => identity.device),
    ...keptOwners(world, path).map(owner => owner.device),
  ])
  for (const former of devices) {
    const [here, away] = [formerPath(path, former), keptAsidePath(path, former)]
    for (const copy of copiesOf(world, here))
      await gatherOwed(world, copy, owed => journal.carry([...owed, ...readOwed(world, here)], former))
    for (const copy of copiesOf(world, away))
      await gatherOwed(world, copy, owed => carryInto(world, { path: away, device: former }, owed, former))
  }
}

export async function gatherOwed(
  world: Pick<World, 'files' | 'log'>,
  copy: string,
  take: (owed: readonly OutboxRecord[]) => Promise<void>,
): Promise<void> {
  try {
    const db = openDurable(world.files, copy)
    try {
      if (isGathered(db)) return
      const owed = owedRecords(db)
      await take(owed)
      db.exec('CREATE TABLE gathered (only INTEGER PRIMARY KEY) STRICT')
      world.log.warn({ copy, owed: owed.length }, 'an older journal of a former device was gone through')
    } finally {
      db.close()
    }
  } catch (error) {
    const { code, sentence } = describeError(error)
    world.log.error({ copy, code }, `an older journal of a former device can’t be used: ${sentence}`)
  }
}

const isGathered = (db: JournalDb) =>
  db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'gathered'").get() !== undefined

function readOwed({ files }: Pick<World, 'files'>, path: string): readonly OutboxRecord[] {
  if (files.sizeOf(path) === null) return []
  const db = openDurable(files, path)
  try {
    return owedRecords(db)
  } finally {
    db.close()
  }
}
