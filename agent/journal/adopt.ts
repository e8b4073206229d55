import { z } from 'zod'
import { migrate, openDurable } from '../../shared/durable-sqlite.ts'
import { AgentEvent } from '../../shared/events.ts'
import type { World } from '../../shared/world.ts'
import { openJournal } from './journal.ts'
import { migrations } from './migrations.ts'

const Rows = z.array(z.object({ body: z.string() }))
const OWED = /* sql */ `
  SELECT body FROM outbox
   WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')
   ORDER BY position`

/**
 * Makes a till's journal that of the device it was enrolled anew as, at the next start: what the former device still
 * owed goes into a new journal, in order, and the former file is set aside. Sales would be read from the POS again
 * anyway and count once; moves of pickups stand nowhere else. May be killed at any point: the next start goes on.
 * @returns how many events were taken over; null when there was nothing to adopt
 */
export async function adoptJournal(world: World, path: string, device: string): Promise<number | null> {
  const next = `${path}.next`
  if (world.files.sizeOf(path) === null) {
    world.files.move(next, path) // an earlier start was killed between its two renames
    return null
  }
  const former = readFormer(world, path)
  if (former.device === null || former.device === device) return null
  world.files.removeDatabase(next)
  const journal = openJournal({
    path: next,
    device,
    world,
    failed: error => world.log.error({ code: error.code }, error.message),
  })
  try {
    await journal.record(former.owed)
  } finally {
    journal[Symbol.dispose]()
  }
  world.files.move(path, `${path}.${former.device}`)
  world.files.move(next, path)
  world.log.warn(
    { former: former.device, owed: former.owed.length },
    'the journal of this till’s former device was adopted',
  )
  return former.owed.length
}

function readFormer(world: World, path: string): { device: string | null; owed: AgentEvent[] } {
  const db = openDurable(world.files, path)
  try {
    migrate(db, path, migrations)
    const device = z
      .string()
      .optional()
      .parse(db.prepare('SELECT device FROM stream_state LIMIT 1').pluck().get())
    const owed = Rows.parse(db.prepare(OWED).all()).map(({ body }) => AgentEvent.parse(JSON.parse(body)))
    return { device: device ?? null, owed }
  } finally {
    db.close()
  }
}
