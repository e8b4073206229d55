import { z } from 'zod'
import { databaseUnusable, openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'
import { openJournal } from './journal.ts'
import type { OutboxRecord } from './outbox.ts'
import { migrateJournal } from './schema.ts'

const Rows = z.array(z.object({ kind: z.string(), at: z.number(), body: z.string() }))
const OWED = /* sql */ `
  SELECT kind, at, body FROM outbox
   WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')
   ORDER BY position`

/** What is at the journal's path before an agent opens it. */
type Found =
  | { readonly kind: 'ours' }
  /** Left by the device that this till was enrolled as before; `owed`: what the hub has not had of it. */
  | { readonly kind: 'former'; readonly device: string; readonly owed: readonly OutboxRecord[] }
  | { readonly kind: 'damaged'; readonly why: string }

/**
 * Makes the file at `path` fit to be opened as this device's journal. A former device's journal hands what it still
 * owes to a new one and is set aside: sales would be read from the POS again anyway and count once, moves of pickups
 * stand nowhere else. A damaged file is set aside whole; the POS is read again, and the hub sees a till restored.
 * May be killed at any point: the next start goes on.
 * @param verify reads every page of the file first, after the disk has failed
 */
export async function adoptJournal(
  world: World,
  { path, device, verify }: { path: string; device: string; verify: boolean },
): Promise<void> {
  const next = `${path}.next`
  if (world.files.sizeOf(path) === null) {
    world.files.move(next, path) // an earlier start was killed between its two renames
    return
  }
  const found = lookAt(world, path, device, verify)
  if (found.kind === 'ours') return
  if (found.kind === 'damaged') {
    const aside = `${path}.damaged-${world.clock.now()}`
    world.log.error(
      { why: found.why, aside },
      'the journal is damaged: it is set aside whole and the POS is read again',
    )
    world.files.move(path, aside)
    return
  }
  await handOver(world, next, device, found.owed)
  world.files.move(path, `${path}.${found.device}`)
  world.files.move(next, path)
  world.log.warn(
    { former: found.device, owed: found.owed.length },
    'the journal of this till’s former device was adopted',
  )
}

async function handOver(
  world: World,
  path: string,
  device: string,
  owed: readonly OutboxRecord[],
): Promise<void> {
  world.files.removeDatabase(path)
  const journal = openJournal({
    path,
    device,
    world,
    parts: {},
    failed: error => world.log.error({ code: error.code }, error.message),
  })
  try {
    await journal.carry(owed)
  } finally {
    journal[Symbol.dispose]()
    world.files.remove(`${path}.ballast`) // it has its own under its final name
  }
}

function lookAt(world: World, path: string, device: string, verify: boolean): Found {
  try {
    const db = openDurable(world.files, path)
    try {
      const checked = verify ? String(db.pragma('quick_check(1)', { simple: true })) : 'ok'
      if (checked !== 'ok') return { kind: 'damaged', why: checked }
      migrateJournal(db, path)
      const owner = z
        .string()
        .optional()
        .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
      if (owner === undefined || owner === device) return { kind: 'ours' }
      return { kind: 'former', device: owner, owed: Rows.parse(db.prepare(OWED).all()) }
    } finally {
      db.close()
    }
  } catch (error) {
    const why = databaseUnusable.is(error) ? String(error.facts['why']) : sqliteCode(error)
    if (why === 'SQLITE_CORRUPT' || why === 'SQLITE_NOTADB') return { kind: 'damaged', why }
    throw error
  }
}

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
