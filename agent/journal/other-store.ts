import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import type { JournalDb } from './part.ts'

/** Whose a journal is. `store`: as the hub last described it; null when it never did. */
interface Owner {
  readonly device: string
  readonly store: string | null
}

const Described = z.string().transform((text): unknown => JSON.parse(text))
const Store = z.object({ store: z.string() })

function hasTable(db: JournalDb, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined
}

function ownerIn(db: JournalDb): Owner | null {
  if (!hasTable(db, 'stream_state')) return null
  const device = z
    .string()
    .optional()
    .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
  if (device === undefined) return null
  const body = hasTable(db, 'store') ? db.prepare('SELECT body FROM store').pluck().get() : undefined
  return { device, store: body === undefined ? null : Store.parse(Described.parse(body)).store }
}

/** Where the journal of a device of another store is kept. */
export function keptAsidePath(path: string, device: string): string {
  return `${path}.other-store.${device}`
}

/**
 * Sets the journal at `path` aside if it was written in another store: its records stay that store's and never go into
 * the new device's journal. A damaged file is left to `adoptJournal`.
 * @param home whether a former device belongs to this till's own store and hub
 */
export function setOtherStoreAside(
  world: Pick<World, 'files' | 'log'>,
  { path, device, home }: { path: string; device: string; home(owner: Owner): boolean },
): void {
  if (world.files.sizeOf(path) === null) return
  const owner = readOwner(world, path)
  if (owner === null || owner.device === device || home(owner)) return
  const aside = keptAsidePath(path, owner.device)
  world.files.writePrivate(`${aside}.owner`, JSON.stringify(owner)) // names it even where its key is lost
  world.files.move(path, aside)
  world.files.remove(`${path}.ballast`)
  world.log.warn(
    { former: owner.device, store: owner.store, aside },
    'this journal was written in another store: it is kept aside',
  )
}

function readOwner(world: Pick<World, 'files' | 'log'>, path: string): Owner | null {
  try {
    const db = openDurable(world.files, path)
    try {
      return ownerIn(db)
    } finally {
      db.close()
    }
  } catch (error) {
    world.log.warn({ error, path }, 'the journal’s owner could not be read; the file is checked next')
    return null
  }
}
