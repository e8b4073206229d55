import { z } from 'zod'
import type { Files } from '../../shared/world.ts'
import { unpackPosition } from './position.ts'

/** What other programs of this PC's user may look at while the agent runs: read-only, in short reads, nothing locked. */

const Row = z.object({ position: z.int(), at: z.int(), kind: z.string(), body: z.string() })

export interface JournalledEvent {
  readonly epoch: number
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly body: unknown
}

/** The events of a journal, oldest first, from a place on. */
export function openJournalReader(files: Pick<Files, 'database'>, path: string) {
  const db = files.database(path, { readOnly: true })
  const after = db.prepare(
    'SELECT position, at, kind, body FROM outbox WHERE position > ? ORDER BY position LIMIT ?',
  )
  const newest = db.prepare('SELECT position FROM outbox ORDER BY position DESC LIMIT 1 OFFSET ?').pluck()
  let place = 0
  return {
    /** Goes to the place before the last `count` events. */
    seek(count: number): void {
      place = z.int().optional().parse(newest.get(count)) ?? 0
    },
    next(limit: number): JournalledEvent[] {
      const rows = z.array(Row).parse(after.all(place, limit))
      place = rows.at(-1)?.position ?? place
      return rows.map(({ position, body, ...row }) => ({
        ...unpackPosition(position),
        ...row,
        body: JSON.parse(body) as unknown,
      }))
    },
    [Symbol.dispose]: () => void db.close(),
  }
}
