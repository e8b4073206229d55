import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { Files, World } from '../../shared/world.ts'

type Database = ReturnType<Files['database']>

/** So many rows are read in one go: the agent that sells on this thread waits for no more. */
const SLICE = 1_000
/** So many refused rows are shown, the newest. */
const REFUSED = 50

const Slice = z.array(
  z.object({ kind: z.string(), count: z.int(), oldest: z.int(), newest: z.int(), last: z.int() }),
)
const Stream = z.object({ stream: z.string(), epoch: z.int(), acked: z.int() })
const KnownRow = z.object({ source: z.string(), key: z.string(), state: z.string() })
const Refused = z.object({
  at: z.int(),
  source: z.string(),
  row: z.string(),
  code: z.string(),
  sentence: z.string(),
})
const Job = z.object({ at: z.int(), state: z.string() })

/**
 * Figures for a support bundle: how much of what, never what customers bought or who they are. Tables that grow are read a slice at a
 * time, with other work between the slices: an agent that sells is asked as well. The slices are not of one moment.
 * @param readsAll also reads each page at once: only for a program of its own
 */
export async function journalFigures(
  world: Pick<World, 'files' | 'timers'>,
  path: string,
  readsAll: boolean,
): Promise<unknown> {
  const pause = () => new Promise<void>(resolve => void world.timers.soon(resolve))
  try {
    using db = opened(world.files.database(path, { readOnly: true }))
    const { events, refused } = await eventFigures(db.db, pause)
    return {
      ...(readsAll ? { integrity: db.db.pragma('quick_check(5)', { simple: true }) } : {}),
      events,
      streams: z.array(Stream).parse(db.db.prepare('SELECT stream, epoch, acked FROM stream_state').all()),
      sources: await sourceFigures(db.db, pause),
      refused: refusedRows(db.db, refused),
      printJobs: await printFigures(db.db, pause),
    }
  } catch (error) {
    return { problem: describeError(error).sentence }
  }
}

const opened = (db: Database) => ({ db, [Symbol.dispose]: () => void db.close() })

const EVENTS = /* sql */ `
  SELECT kind, COUNT(*) AS count, MIN(at) AS oldest, MAX(at) AS newest, MAX(position) AS last
    FROM (SELECT position, kind, at FROM outbox WHERE position > ? ORDER BY position LIMIT ${SLICE})
   GROUP BY kind`

/** @returns of each kind how many and when, and the positions of the newest refused rows, oldest first */
async function eventFigures(db: Database, pause: () => Promise<void>) {
  const slice = db.prepare(EVENTS)
  const refusedIn = db
    .prepare(
      `SELECT position FROM outbox WHERE position > ? AND position <= ? AND kind = 'source.row-refused' ORDER BY position`,
    )
    .pluck()
  const events = new Map<string, { kind: string; count: number; oldest: number; newest: number }>()
  let refused: number[] = []
  let after = 0
  for (;;) {
    const rows = Slice.parse(slice.all(after))
    const last = Math.max(after, ...rows.map(row => row.last))
    for (const { kind, count, oldest, newest } of rows) {
      const before = events.get(kind) ?? { kind, count: 0, oldest, newest }
      events.set(kind, {
        kind,
        count: before.count + count,
        oldest: Math.min(before.oldest, oldest),
        newest: Math.max(before.newest, newest),
      })
    }
    if (rows.some(({ kind }) => kind === 'source.row-refused'))
      refused = [...refused, ...z.array(z.int()).parse(refusedIn.all(after, last))].slice(-REFUSED)
    after = last
    if (rows.reduce((sum, { count }) => sum + count, 0) < SLICE) break
    await pause()
  }
  const byKind = [...events.values()].toSorted((one, other) => (one.kind < other.kind ? -1 : 1))
  return { events: byKind, refused }
}

function refusedRows(db: Database, positions: readonly number[]): unknown {
  const one = db.prepare(
    `SELECT at, body ->> 'source' AS source, body ->> 'row' AS row, body ->> 'code' AS code, body ->> 'sentence' AS sentence
       FROM outbox WHERE position = ?`,
  )
  // one that was removed meanwhile had been acked long ago
  return z.array(Refused).parse(positions.toReversed().flatMap(position => one.all(position)))
}

async function sourceFigures(db: Database, pause: () => Promise<void>) {
  const slice = db.prepare(
    `SELECT source, key, state FROM source_known WHERE (source, key) > (?, ?) ORDER BY source, key LIMIT ${SLICE}`,
  )
  const counts = counter<{ source: string; state: string }>()
  let after: z.infer<typeof KnownRow> | undefined
  for (;;) {
    const rows = z.array(KnownRow).parse(slice.all(after?.source ?? '', after?.key ?? ''))
    for (const { source, state } of rows) counts.add({ source, state })
    after = rows.at(-1)
    if (rows.length < SLICE) return counts.all()
    await pause()
  }
}

async function printFigures(db: Database, pause: () => Promise<void>) {
  const slice = db.prepare(
    `SELECT rowid AS at, state FROM print_job WHERE rowid > ? ORDER BY rowid LIMIT ${SLICE}`,
  )
  const counts = counter<{ state: string }>()
  let after = 0
  for (;;) {
    const rows = z.array(Job).parse(slice.all(after))
    for (const { state } of rows) counts.add({ state })
    after = rows.at(-1)?.at ?? after
    if (rows.length < SLICE) return counts.all()
    await pause()
  }
}

/** Counts what is equal. */
function counter<T extends Readonly<Record<string, string>>>() {
  const found = new Map<string, T & { count: number }>()
  return {
    add(one: T) {
      const key = JSON.stringify(one)
      found.set(key, { ...one, count: (found.get(key)?.count ?? 0) + 1 })
    },
    all: () => [...found.values()],
  }
}
