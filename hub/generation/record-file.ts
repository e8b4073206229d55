import { z } from 'zod'
import { migrate, openDurable, sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import { defineError } from '../../shared/errors.ts'
import type { Files } from '../../shared/world.ts'
import {
  agreedTable,
  type Fleet,
  fleetTables,
  lostLivesTable,
  lostTable,
  openFleetRecord,
  redactedTable,
} from './fleet-record.ts'
import { rollOutTable } from './roll-out-record.ts'

/** A life of a hub on a database, with the number that it began at. */
export const Life = z.object({ instance: z.string(), from: z.int() })
export type Life = z.infer<typeof Life>

/** How far a database had come when this was written. */
export interface RecordedGeneration {
  /** The hub's own name, see `hubIdentity`. */
  readonly hub: string
  readonly number: number
  /** Requests that change stock, sent by any hub on the database. */
  readonly sends: number
  /** The life of the hub that wrote it, drawn at each start. */
  readonly instance: string
  readonly at: number
}

/** A movement that a request carried, by a name that a restored hub gives it again; see `movementNames`. */
const SentMovement = z.object({
  name: z.string(),
  sku: z.string(),
  warehouse: z.string(),
  /** Thousandths of a unit. */
  quantity: z.int(),
})
export type SentMovement = z.infer<typeof SentMovement>

/** What was sent in a store under this number or a lower one may be in no record. `at`: hub clock, ms, when that was noted. */
export const UnknownSends = z.object({ store: z.string(), send: z.int(), at: z.int() })
export type UnknownSends = z.infer<typeof UnknownSends>

/** A request that changes stock, as noted before its bytes left. */
export interface SentRequest {
  /** Counts the sends of a database. */
  readonly send: number
  readonly key: string
  readonly store: string
  /** The reference document that Shopify shows with the change. */
  readonly subject: string
  /** The frozen request, see shopify/stock/request.ts. */
  readonly request: string
  readonly movements: readonly SentMovement[]
  readonly at: number
}

/**
 * What became of it. `applied`: Shopify has it, in the adjustment group named if its answer arrived. `not-applied`:
 * Shopify does not have it and will not. Null on a line: that is not known. `unknown`: not a send, but a number up to which
 * more was sent in its store than is noted here.
 */
export interface SendEnd {
  readonly state: 'applied' | 'not-applied'
  readonly group: string | null
}

export interface SentLine extends SentRequest {
  readonly end: SendEnd | { readonly state: 'unknown'; readonly group: null } | null
}

/**
 * A small file beside the database that a backup of the database does not put back: how far the database had come,
 * and each stock change sent to Shopify with what became of it. Every write is on disk when its call returns.
 */
export interface RecordFile extends Disposable {
  /** Null: nothing was recorded here before. */
  generation(): RecordedGeneration | null
  keepGeneration(generation: RecordedGeneration): void
  /** All the lives that the database knew of when they were last kept, oldest first. */
  lives(): readonly Life[]
  keepLives(lives: readonly Life[]): void
  /** Called after the send was counted in the database and before its bytes leave. */
  keepSend(request: SentRequest): void
  /** Whether a send of that key is noted which Shopify has, or may have. */
  hasSend(key: string): boolean
  keepEnd(key: string, end: SendEnd): void
  /** The sends behind `send`, and those whose key is in `keys`, oldest first. */
  sendsAfter(send: number, keys: ReadonlySet<string>): readonly SentLine[]
  /** The numbers from `first` to `last` under which nothing is noted, but for those that are forgotten. */
  gaps(first: number, last: number): readonly number[]
  /** Under these numbers nothing ever left. */
  keepNeverSent(numbers: readonly number[], at: number): void
  /** Before these numbers more was sent in their stores than is noted here. */
  keepUnknown(unknown: readonly UnknownSends[]): void
  /** The devices and what the hub held of their records, as last kept. */
  fleet(): Fleet
  keepFleet(fleet: Fleet): void
  /** Drops what was sent before a moment, a part at a time, but for what comes after something younger: a clock may have been wrong. */
  forgetBefore(at: number): void
  /** Drops everything that was sent: it was another hub's. */
  forgetAll(): void
}

const SCHEMA = `
  CREATE TABLE generation (one INTEGER PRIMARY KEY CHECK (one = 1), hub TEXT NOT NULL, number INTEGER NOT NULL,
    sends INTEGER NOT NULL, instance TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE sent (send INTEGER PRIMARY KEY, key TEXT NOT NULL, store TEXT NOT NULL, subject TEXT NOT NULL,
    request TEXT NOT NULL, movements TEXT NOT NULL, at INTEGER NOT NULL, state TEXT, adjustment TEXT);
  CREATE INDEX sent_key ON sent (key);
  CREATE INDEX sent_at ON sent (at);`

/** Added later: what a database that is put back must know of the hubs that its tills were served by. */
const LIVES = 'CREATE TABLE known_lives (one INTEGER PRIMARY KEY CHECK (one = 1), lives TEXT NOT NULL);'

const GAPS = `
  WITH RECURSIVE number(send) AS (
    SELECT MAX(@first, COALESCE((SELECT MIN(send) FROM sent), @first)) UNION ALL SELECT send + 1 FROM number WHERE send < @last
  )
  SELECT send FROM number WHERE send <= @last AND send NOT IN (SELECT send FROM sent)`
/** The newest line alone tells of what is sent once more under its key. */
const EMPTY_FORMER = `
  UPDATE sent SET key = '', store = '', subject = '', request = '{}', movements = '[]', state = 'not-applied', adjustment = NULL
   WHERE key = @key AND send <> @send`
/** Lines that are forgotten at once: the hub waits for it. Far more than are sent in the minute until the next time. */
const FORGOTTEN_AT_ONCE = 1_000
/** Looks at a page of the oldest lines alone, however many are too old: each call takes as long, and the next one goes on. */
const FORGET = `
  WITH oldest AS MATERIALIZED (SELECT send, at FROM sent ORDER BY send LIMIT ${FORGOTTEN_AT_ONCE})
  DELETE FROM sent WHERE send IN (
    SELECT send FROM oldest
     WHERE send < COALESCE((SELECT MIN(send) FROM oldest WHERE at >= ?), 9007199254740991))`

const Generation = z.object({
  hub: z.string(),
  number: z.int(),
  sends: z.int(),
  instance: z.string(),
  at: z.int(),
})
const Lives = z
  .string()
  .optional()
  .transform(text => (text === undefined ? [] : z.array(Life).parse(JSON.parse(text))))
const Line = z
  .object({
    send: z.int(),
    key: z.string(),
    store: z.string(),
    subject: z.string(),
    request: z.string(),
    movements: z.string().transform(text => z.array(SentMovement).parse(JSON.parse(text))),
    at: z.int(),
    state: z.enum(['applied', 'not-applied', 'unknown']).nullable(),
    adjustment: z.string().nullable(),
  })
  .transform(({ state, adjustment, ...sent }): SentLine => {
    if (state === 'unknown') return { ...sent, end: { state, group: null } }
    return { ...sent, end: state === null ? null : { state, group: adjustment } }
  })

/** Whether an error says that the file holds something else than this hub wrote: a bad page, a row that can't be one of its. */
export function isRecordDamage(error: unknown): boolean {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return true
  // a schema that is not ours gives a plain error
  return recordDamaged.is(error) || /^SQLITE_(CORRUPT|NOTADB|ERROR$)/.test(sqliteCodeOf(error))
}

const recordDamaged = defineError(
  'HUB_RECORD_DAMAGED',
  (f: { path: string; why: string }) =>
    `${f.path}, the record beside the database, is damaged (${f.why}). The hub sets it aside and begins a new one.`,
)

/** Reads every page and every row, so that damage shows while the file can still be set aside. */
function demandWholeRecord(db: ReturnType<typeof openDurable>, path: string): void {
  const why = String(db.pragma('quick_check(1)', { simple: true }))
  if (why !== 'ok') throw recordDamaged({ path, why })
}

/**
 * Opens the record, or begins one.
 * @throws HUB_RECORD_DAMAGED, and what `isRecordDamage` knows
 */
export function openRecordFile(files: Files, path: string): RecordFile {
  const db = openDurable(files, path)
  try {
    demandWholeRecord(db, path)
    migrate(db, path, [
      SCHEMA,
      fleetTables,
      lostTable,
      agreedTable,
      redactedTable,
      lostLivesTable,
      rollOutTable,
      LIVES,
    ])
    const fleet = openFleetRecord(db)
    const statements = {
      generation: db.prepare(
        'SELECT hub, number, MAX(sends, COALESCE((SELECT MAX(send) FROM sent), 0)) AS sends, instance, at FROM generation',
      ),
      keepGeneration: db.prepare(
        'INSERT OR REPLACE INTO generation VALUES (1, @hub, @number, @sends, @instance, @at)',
      ),
      lives: db.prepare('SELECT lives FROM known_lives').pluck(),
      keepLives: db.prepare('INSERT OR REPLACE INTO known_lives VALUES (1, ?)'),
      keepSend: db.prepare(
        'INSERT OR REPLACE INTO sent VALUES (@send, @key, @store, @subject, @request, @movements, @at, NULL, NULL)',
      ),
      keepEnd: db.prepare('UPDATE sent SET state = @state, adjustment = @group WHERE key = @key'),
      after: db.prepare('SELECT * FROM sent WHERE send > ? ORDER BY send'),
      byKey: db.prepare('SELECT * FROM sent WHERE key = ?'),
      emptyFormer: db.prepare(EMPTY_FORMER),
      hasSend: db.prepare("SELECT 1 FROM sent WHERE key = ? AND (state IS NULL OR state = 'applied')"),
      gaps: db.prepare(GAPS).pluck(),
      neverSent: db.prepare(
        "INSERT OR IGNORE INTO sent VALUES (?, '', '', '', '{}', '[]', ?, 'not-applied', NULL)",
      ),
      unknown: db.prepare(
        "INSERT OR IGNORE INTO sent VALUES (@send, '', @store, '', '{}', '[]', @at, 'unknown', NULL)",
      ),
      forget: db.prepare(FORGET),
      forgetAll: db.prepare('DELETE FROM sent'),
    }
    const lines = (rows: readonly unknown[]) => rows.map(row => Line.parse(row))
    const file: RecordFile = {
      generation: () => Generation.nullable().parse(statements.generation.get() ?? null),
      keepGeneration: generation => void statements.keepGeneration.run(generation),
      lives: () => Lives.parse(statements.lives.get()),
      keepLives: lives => void statements.keepLives.run(JSON.stringify(lives)),
      keepSend: db.transaction(({ movements, ...sent }: SentRequest) => {
        statements.emptyFormer.run({ key: sent.key, send: sent.send })
        statements.keepSend.run({ ...sent, movements: JSON.stringify(movements) })
      }),
      hasSend: key => statements.hasSend.get(key) !== undefined,
      keepEnd: (key, { state, group }) => void statements.keepEnd.run({ key, state, group }),
      sendsAfter(send, keys) {
        const named = [...keys].flatMap(key => lines(statements.byKey.all(key)))
        const known = new Map([...named, ...lines(statements.after.all(send))].map(line => [line.send, line]))
        return [...known.values()].toSorted((one, other) => one.send - other.send)
      },
      gaps: (first, last) => z.array(z.int()).parse(statements.gaps.all({ first, last })),
      keepNeverSent(numbers, at) {
        for (const send of numbers) statements.neverSent.run(send, at)
      },
      keepUnknown(unknown) {
        for (const one of unknown) statements.unknown.run(one)
      },
      fleet: fleet.read,
      keepFleet: fleet.keep,
      forgetBefore: at => void statements.forget.run(at),
      forgetAll: () => void statements.forgetAll.run(),
      [Symbol.dispose]: () => void db.close(),
    }
    file.generation()
    file.fleet()
    for (const row of db.prepare('SELECT * FROM sent').iterate()) Line.parse(row)
    return file
  } catch (error) {
    db.close()
    throw error
  }
}
