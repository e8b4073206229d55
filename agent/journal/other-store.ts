import { z } from 'zod'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import { keepAside } from './kept-copies.ts'
import type { JournalDb } from './part.ts'

/** Whose a journal is. `store`: as the hub last described it; `hub`: its id; null when that was never noted. */
export interface JournalOwner {
  readonly device: string
  readonly store: string | null
  readonly hub: string | null
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
  const store = body === undefined ? null : Store.parse(Described.parse(body)).store
  const hub = hasTable(db, 'home_hub') ? db.prepare('SELECT hub FROM home_hub').pluck().get() : undefined
  return { device, store, hub: z.string().optional().parse(hub) ?? null }
}

/** Where the journal of a former device of the same store is kept; its unsent records are in its successor's. */
export function formerPath(path: string, device: string): string {
  return `${path}.${device}`
}

const HandedOver = z.object({ position: z.int(), dropped: z.int() }).optional()

/**
 * Notes in a former device's journal up to where its records go into that of its successor. Called before they do; a
 * second call changes nothing.
 */
export function markHandedOver(db: JournalDb): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS handed_over (position INTEGER NOT NULL, dropped INTEGER NOT NULL) STRICT',
  )
  db.exec(
    `INSERT INTO handed_over SELECT (SELECT COALESCE(MAX(position), 0) FROM outbox), 0
      WHERE NOT EXISTS (SELECT 1 FROM handed_over)`,
  )
}

/**
 * What the hub had not had when this PC became another device went into that one's journal: a former device's journal
 * at `path` does not send it again. Done once, and only up to where it was handed over: what the journal offers again
 * later, to a hub that was restored, may be the only copy.
 */
export function dropCarried(files: World['files'], path: string): void {
  const db = openDurable(files, path)
  const drop = db.transaction(() => {
    if (!hasTable(db, 'handed_over')) return
    const handed = HandedOver.parse(db.prepare('SELECT position, dropped FROM handed_over').get())
    if (handed === undefined || handed.dropped === 1) return
    db.prepare(
      `DELETE FROM outbox WHERE position <= ? AND position > (SELECT acked FROM stream_state WHERE stream = 'events')`,
    ).run(handed.position)
    db.exec('UPDATE handed_over SET dropped = 1')
  })
  try {
    drop.immediate()
  } finally {
    db.close()
  }
}

/** Where the journal of a device of another store is kept. */
export function keptAsidePath(path: string, device: string): string {
  return `${path}.other-store.${device}`
}

const ownersPath = (path: string) => `${path}.other-stores`
const Owners = z.array(
  z.object({
    device: z.string(),
    store: z.string().nullable(),
    /** Left out by an older version. */
    hub: z.string().nullable().default(null),
  }),
)

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
  keepAside(world, path, aside)
  world.files.remove(`${path}.ballast`)
  world.log.warn(
    { former: owner.device, store: owner.store, aside },
    'this journal was written in another store: it is kept aside',
  )
}
