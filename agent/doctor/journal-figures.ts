import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'

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

/** Figures for a support bundle: how much of what, never what customers bought or who they are. @param readsAll also reads each page */
export function journalFigures(files: Pick<Files, 'database'>, path: string, readsAll: boolean): unknown {
  let db: ReturnType<Files['database']>
  try {
    db = files.database(path, { readOnly: true })
  } catch (error) {
    return { problem: describeError(error).sentence }
  }
  try {
    return {
      ...(readsAll ? { integrity: db.pragma('quick_check(5)', { simple: true }) } : {}),
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
