import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import type { JournalDb } from './part.ts'

/** Whose a journal is. `store`: as the hub last described it; null when it never did. */
export interface JournalOwner {
  readonly device: string
  readonly store: string | null
}

const Described = z.string().transform((text): unknown => JSON.parse(text))
const Store = z.object({ store: z.string() })

function hasTable(db: JournalDb, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined
}

/** The device that a journal belongs to; null: it is new. */
export function ownerIn(db: JournalDb): JournalOwner | null {
  if (!hasTable(db, 'stream_state')) return null
  const device = z
    .string()
    .optional()
    .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
  if (device === undefined) return null
  const body = hasTable(db, 'store') ? db.prepare('SELECT body FROM store').pluck().get() : undefined
  return { device, store: body === undefined ? null : Store.parse(Described.parse(body)).store }
}

/** Where the journal of a former device of the same store is kept; its unsent records are in its successor's. */
export function formerPath(path: string, device: string): string {
  return `${path}.${device}`
}

/**
 * What the hub had not had when this PC became another device went into that one's journal: a former device's journal
 * at `path` does not send it again.
 */
export function dropCarried(files: World['files'], path: string): void {
  const db = openDurable(files, path)
  try {
    db.exec("DELETE FROM outbox WHERE position > (SELECT acked FROM stream_state WHERE stream = 'events')")
  } finally {
    db.close()
  }
}

/** Where the journal of a device of another store is kept. */
export function keptAsidePath(path: string, device: string): string {
  return `${path}.other-store.${device}`
}

const ownersPath = (path: string) => `${path}.other-stores`
const Owners = z.array(z.object({ device: z.string(), store: z.string().nullable() }))

/** Whose journals were set aside here, whatever became of their files; none when the note can't be read. */
export function keptOwners(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
): readonly JournalOwner[] {
  const text = files.readText(ownersPath(path))
  if (text === null) return []
  try {
    return Owners.parse(JSON.parse(text))
  } catch (error) {
    log.error({ error, path: ownersPath(path) }, 'the note of journals of other stores can’t be read')
    return []
  }
}

/**
 * Sets the journal at `path`, written in another store, aside: its records stay that store's and never go into the new
 * device's journal.
 */
export function setOtherStoreAside(
  world: Pick<World, 'files' | 'log'>,
  path: string,
  owner: JournalOwner,
): void {
  const aside = keptAsidePath(path, owner.device)
  const others = keptOwners(world, path).filter(({ device }) => device !== owner.device)
  // names it even where its key is lost
  world.files.writePrivate(ownersPath(path), JSON.stringify([...others, owner]))
  world.files.move(path, aside)
  world.files.remove(`${path}.ballast`)
  world.log.warn(
    { former: owner.device, store: owner.store, aside },
    'this journal was written in another store: it is kept aside',
  )
}
