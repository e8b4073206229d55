import { z } from 'zod'
import { AgentEvent } from '../../shared/events.ts'
import type { World } from '../../shared/world.ts'
import { openJournal } from './journal.ts'

const Rows = z.array(z.object({ body: z.string() }))
const UNSENT = /* sql */ `
  SELECT body FROM outbox
   WHERE kind <> 'epoch.opened' AND position > (SELECT acked FROM stream_state WHERE stream = 'events')
   ORDER BY position`

/**
 * Puts what a former device's journal still owed the hub into the new device's, in order. Sales would be read from
 * the POS again anyway and count once; moves of pickups stand nowhere else.
 * @param former the journal that was set aside; null when there was none
 * @returns how many events were carried over
 */
export async function carryOver(
  world: World,
  former: string | null,
  next: { path: string; device: string },
): Promise<number> {
  if (former === null) return 0
  const events = unsentEvents(world, former)
  const journal = openJournal({
    ...next,
    world,
    failed: error => world.log.error({ code: error.code }, error.message),
  })
  try {
    await journal.record(events)
  } finally {
    journal[Symbol.dispose]()
  }
  return events.length
}

function unsentEvents(world: World, path: string): AgentEvent[] {
  const db = world.files.database(path, { readOnly: false }) // its WAL may hold what is owed
  try {
    return Rows.parse(db.prepare(UNSENT).all()).map(({ body }) => AgentEvent.parse(JSON.parse(body)))
  } finally {
    db.close()
  }
}
