import { z } from 'zod'
import type { AgentEvent } from '../../shared/events.ts'
import type { Position } from '../../shared/stream/log.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'
import { keptName } from './kept-names.ts'
import type { FormerRow, FormerStoreAt, KnownRow, SourceMemory, SourceReading } from './source.ts'

const sourceTables = /* sql */ `
  CREATE TABLE source_mark (
    source TEXT PRIMARY KEY,
    mark TEXT NOT NULL
  ) STRICT;

  CREATE TABLE source_known (
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    sold_at TEXT NOT NULL,
    since INTEGER NOT NULL,
    told TEXT,
    PRIMARY KEY (source, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX source_known_window ON source_known (source, sold_at, key);
`

const heirTable = /* sql */ `
  CREATE TABLE source_heir (        -- former devices of this till whose memory was taken over
    device TEXT PRIMARY KEY
  ) STRICT;
`

const formerRows = /* sql */ `
  ALTER TABLE source_known ADD COLUMN former TEXT; -- JSON: the store that this PC has left and whose row it is; NULL: its present one
`

/** What a former device's journal remembers of its sources, as its rows are. */
export const InheritedRows = z.object({
  known: z.array(
    z.object({
      source: z.string(),
      key: z.string(),
      fingerprint: z.string(),
      state: z.string(),
      sold_at: z.string(),
      since: z.int(),
      told: z.string().nullable(),
      former: z.string().nullable().default(null), // an older version has no such column
    }),
  ),
  marks: z.array(z.object({ source: z.string(), mark: z.string() })),
})
export type InheritedRows = z.infer<typeof InheritedRows>

/** Decides, inside the transaction, what of a source's events is journalled. */
export type Absorb = (source: string, events: readonly AgentEvent[]) => readonly AgentEvent[]

/** Learns, inside the transaction, what was journalled of a source. */
export type OnTold = (event: AgentEvent, position: Position) => void

export interface SourceMemories {
  /** One source's memory. Card numbers are masked in what it remembers, and in its events by the journal. */
  of(source: string, absorb: Absorb, formerStoreAt: FormerStoreAt, told?: OnTold): SourceMemory
  /** The sources from which something is known, in use or not. */
  names(): readonly string[]
  /** What one of them knows. */
  known(source: string, keys: readonly string[]): ReadonlyMap<string, KnownRow>
  hasInherited(device: string): boolean
  /** Takes over, once, what a former device had read; what this one has read itself counts more. */
  inherit(device: string, rows: InheritedRows): Promise<void>
}

/** The journal's part for what each source has read so far. A reading and its events are one transaction. */
export const sourceMemories: JournalPart<SourceMemories> = {
  name: 'sources',
  migrations: [sourceTables, heirTable, formerRows],
  open({ db, write, append }) {
    const memory = openSourceMemory(db)
    return {
      api: {
        names: memory.names,
        known: (source, keys) => memory.of(source).known(keys),
        hasInherited: device =>
          db.prepare('SELECT 1 FROM source_heir WHERE device = ?').get(device) !== undefined,
        inherit: (device, rows) => write(() => memory.inherit(device, rows)),
        of: (source, absorb, formerStoreAt, told = () => {}) => ({
          ...memory.of(source),
          formerStoreAt,
          commit: reading =>
            write(() => {
              for (const event of absorb(source, reading.events)) told(event, append(event))
              memory.save(source, reading)
            }),
        }),
      },
      onLost: memory.forget,
    }
  },
}

const Former = z.object({ store: z.string(), fingerprint: z.string().nullable() })

/** As a column holds it, and back. */
export const formerText = (former: FormerRow): string => JSON.stringify(former)
export const formerIn = (text: string): FormerRow => Former.parse(JSON.parse(text))

const Known = z
  .object({
    key: z.string(),
    fingerprint: z.string(),
    state: z.enum(['sold', 'waiting', 'refused', 'gone']),
    soldAt: z.string(),
    since: z.int(),
    told: z.string().nullable(),
    former: z.string().nullable(),
  })
  .transform(({ former, ...row }): KnownRow => (former === null ? row : { ...row, former: formerIn(former) }))
/** An event is journalled within so long of the time that its row names. */
const AROUND_MS = 10 * 60_000
const COLUMNS = 'key, fingerprint, state, sold_at AS soldAt, since, told, former'

/** What a source has read so far. `save` runs inside the transaction that journals the reading's events. */
function openSourceMemory(db: JournalDb) {
  const readMark = db.prepare('SELECT mark FROM source_mark WHERE source = ?').pluck()
  const writeMark = db.prepare(
    'INSERT INTO source_mark VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET mark = excluded.mark',
  )
  const byKeys = db.prepare(
    `SELECT ${COLUMNS} FROM source_known WHERE source = ? AND key IN (SELECT value FROM json_each(?))`,
  )
  const window = db.prepare(
    `SELECT ${COLUMNS} FROM source_known WHERE source = ? AND sold_at >= ? AND sold_at < ? ORDER BY sold_at, key LIMIT ?`,
  )
  const put = db.prepare(
    `INSERT INTO source_known (source, key, fingerprint, state, sold_at, since, told, former) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, key) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state,
       sold_at = excluded.sold_at, since = excluded.since, told = excluded.told, former = excluded.former`,
  )
  const next = db.prepare('SELECT min(source) FROM source_known WHERE source > ?').pluck()
  const forgetTold = db.prepare(
    "DELETE FROM source_known WHERE since BETWEEN ? AND ? AND state <> 'gone' AND former IS NULL",
  )
  const forgetGone = db.prepare(
    `UPDATE source_known SET state = 'sold', fingerprint = ''
      WHERE since BETWEEN ? AND ? AND state = 'gone' AND former IS NULL`,
  )
  const forgetRefused = db.prepare(
    `UPDATE source_known SET fingerprint = ''
      WHERE since BETWEEN ? AND ? AND state = 'refused' AND former IS NOT NULL`,
  )
  const forgetMarks = db.prepare('DELETE FROM source_mark')
  const nextName = (after: string) => z.string().nullable().parse(next.get(after))
  return {
    /**
     * What was told in that time is told again when it is found again, and taken back again; each counts once. Rows of a
     * former store stay known, and those that were refused are refused again.
     */
    forget({ from, to }: { from: number; to: number | null }): void {
      const time = [from - AROUND_MS, to === null ? Number.MAX_SAFE_INTEGER : to + AROUND_MS]
      forgetTold.run(time)
      forgetGone.run(time)
      forgetRefused.run(time)
      forgetMarks.run()
    },
    save(source: string, reading: Pick<SourceReading, 'known' | 'mark'>): void {
      for (const row of reading.known)
        put.run(
          source,
          keptName(row.key),
          row.fingerprint,
          row.state,
          keptName(row.soldAt),
          row.since,
          row.told === null ? null : keptName(row.told),
          row.former === undefined ? null : formerText(row.former),
        )
      if (reading.mark !== null) writeMark.run(source, keptName(JSON.stringify(reading.mark)))
    },
    /** One look at the index for each name: there are few of them, and many rows. */
    names(): readonly string[] {
      const names: string[] = []
      for (let name = nextName(''); name !== null; name = nextName(name)) names.push(name)
      return names
    },
    inherit(device: string, { known, marks }: InheritedRows): void {
      const row = db.prepare(
        `INSERT OR IGNORE INTO source_known (source, key, fingerprint, state, sold_at, since, told, former)
         VALUES (@source, @key, @fingerprint, @state, @sold_at, @since, @told, @former)`,
      )
      const mark = db.prepare('INSERT OR IGNORE INTO source_mark VALUES (@source, @mark)')
      for (const each of known) row.run(each)
      for (const each of marks) mark.run(each)
      db.prepare('INSERT OR IGNORE INTO source_heir VALUES (?)').run(device)
    },
    /** What one source has read. */
    of(source: string): Pick<SourceMemory, 'mark' | 'known' | 'knownBetween'> {
      return {
        mark(): unknown {
          const mark = z.string().nullish().parse(readMark.get(source))
          return mark === null || mark === undefined ? null : JSON.parse(mark)
        },
        known(keys) {
          const kept = keys.map((key): [string, string] => [key, keptName(key)])
          const found = z.array(Known).parse(byKeys.all(source, JSON.stringify(kept.map(([, name]) => name))))
          const rows = new Map(found.map((row): [string, KnownRow] => [row.key, row]))
          return new Map(
            kept.flatMap(([key, name]): [string, KnownRow][] => {
              const row = rows.get(name)
              return row === undefined ? [] : [[key, row]]
            }),
          )
        },
        knownBetween: (from, to, limit) => z.array(Known).parse(window.all(source, from, to, limit)),
      }
    },
  }
}
