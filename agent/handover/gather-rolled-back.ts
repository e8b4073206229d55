import { basename, dirname, join } from 'node:path'
import type { World } from '../../shared/world.ts'
import type { Journal } from '../journal/journal.ts'
import { journalsOfUpdates } from '../updates/journal-copy.ts'
import { gatherOwed } from './gather-copies.ts'

/**
 * An update that was given up had changed the journal, so the one from before it is used again. What only the update's
 * journal has and the hub does not goes into this one, once.
 */
export async function gatherRolledBack(
  world: Pick<World, 'files' | 'log'>,
  path: string,
  journal: Pick<Journal, 'carry'>,
): Promise<void> {
  const folder = dirname(path)
  for (const name of journalsOfUpdates(world.files.list(folder), basename(path)))
    await gatherOwed(world, join(folder, name), owed => journal.carry(owed, name))
}
