import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'
import { type CapturedReceipt, openCapturedReceipts } from './captured-receipts.ts'
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

const Count = z.object({ kind: z.string(), count: z.int(), oldest: z.int(), newest: z.int() })
const Stream = z.object({ stream: z.string(), epoch: z.int(), acked: z.int() })
const Source = z.object({ source: z.string(), state: z.string(), count: z.int() })
const Refused = z.object({
  at: z.int(),
  source: z.string(),
  row: z.string(),
  code: z.string(),
  sentence: z.string(),
})
const Job = z.object({ state: z.string(), count: z.int() })

/** Figures for a support bundle: how much of what, never what customers bought or who they are. */
export function journalFigures(files: Pick<Files, 'database'>, path: string): unknown {
  let db: Database
  try {
    db = files.database(path, { readOnly: true })
  } catch (error) {
    return { problem: describeError(error).sentence }
  }
  try {
    return {
      integrity: db.pragma('quick_check(5)', { simple: true }),
      events: z
        .array(Count)
        .parse(
          db
            .prepare(
              'SELECT kind, COUNT(*) AS count, MIN(at) AS oldest, MAX(at) AS newest FROM outbox GROUP BY kind',
            )
            .all(),
        ),
      streams: z.array(Stream).parse(db.prepare('SELECT stream, epoch, acked FROM stream_state').all()),
      sources: z
        .array(Source)
        .parse(
          db
            .prepare('SELECT source, state, COUNT(*) AS count FROM source_known GROUP BY source, state')
            .all(),
        ),
      refused: z.array(Refused).parse(
        db
          .prepare(
            `SELECT at, body ->> 'source' AS source, body ->> 'row' AS row, body ->> 'code' AS code, body ->> 'sentence' AS sentence
               FROM outbox WHERE kind = 'source.row-refused' ORDER BY position DESC LIMIT 50`,
          )
          .all(),
      ),
      printJobs: z
        .array(Job)
        .parse(db.prepare('SELECT state, COUNT(*) AS count FROM print_job GROUP BY state').all()),
    }
  } finally {
    db.close()
  }
}

const SAMPLES = 200

/** The newest receipts that the print path captured, of one source or of all. */
export function capturedReceiptsOf(
  files: Pick<Files, 'database'>,
  path: string,
  source: string | null,
): readonly CapturedReceipt[] {
  const db = files.database(path, { readOnly: true })
  try {
    const captured = openCapturedReceipts(db)
    const sources = z
      .array(z.string())
      .parse(db.prepare('SELECT DISTINCT source FROM captured_receipt').pluck().all())
    return sources
      .filter(each => source === null || each === source)
      .flatMap(each => captured.newest(each, SAMPLES))
  } finally {
    db.close()
  }
}
