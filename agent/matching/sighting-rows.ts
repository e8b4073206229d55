import { z } from 'zod'
import { SaleUnposted } from '../../shared/events.ts'
import type { JournalDb } from '../journal/part.ts'
import type { SaleFacts } from './alike.ts'

/** The journal's tables for sales seen by two sources. */
export const sightingTables = /* sql */ `
  CREATE TABLE sighting (           -- a sale that a witness saw
    witness TEXT NOT NULL,
    receipt TEXT NOT NULL,
    expected TEXT NOT NULL,         -- the source that should hold it
    state TEXT NOT NULL,            -- waiting | matched | unposted | withdrawn (voided at the witness) | copy
    number TEXT NOT NULL,           -- comparable forms; see alike.ts
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    seen INTEGER NOT NULL,          -- agent clock
    shown TEXT NOT NULL,            -- JSON: number, till and time as the witness gave them
    sale TEXT,                      -- the primary's receipt it was matched with
    PRIMARY KEY (witness, receipt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sighting_open ON sighting (expected, number) WHERE state IN ('waiting', 'unposted');
  CREATE INDEX sighting_due ON sighting (seen) WHERE state = 'waiting';
  CREATE INDEX sighting_number ON sighting (witness, number, total);
  CREATE INDEX sighting_seen ON sighting (seen);

  CREATE TABLE witnessed_sale (     -- recent sales of a source that has a witness
    source TEXT NOT NULL,
    receipt TEXT NOT NULL,
    number TEXT NOT NULL,
    till TEXT NOT NULL,
    at INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,         -- as it was first told: that is what was printed
    seen INTEGER NOT NULL,
    sighting TEXT,                  -- the witness's receipt it was matched with
    PRIMARY KEY (source, receipt)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX witnessed_sale_free ON witnessed_sale (source, total, at) WHERE sighting IS NULL;
  CREATE INDEX witnessed_sale_seen ON witnessed_sale (seen);
`

export const RETENTION_MS = 30 * 24 * 3_600_000
/** Rows of each table; a store sells less in 30 days. Beyond it the oldest go. */
const MOST_ROWS = 200_000
const PRUNE_EACH = 1_000

const FACTS = 'receipt, number, till, at, currency, total'
const Facts = z.object({
  receipt: z.string(),
  number: z.string(),
  till: z.string(),
  at: z.int(),
  currency: z.string(),
  total: z.int(),
})
const AllFacts = z.array(Facts)
const Shown = SaleUnposted.pick({ receiptNumber: true, till: true, soldAt: true })
const Open = Facts.extend({
  witness: z.string(),
  state: z.enum(['waiting', 'unposted']),
  seen: z.int(),
  shown: z.string().transform(text => Shown.parse(JSON.parse(text))),
})
const AllOpen = z.array(Open)
/** A sighting that no sale was found for yet. `seen`: agent clock, ms. */
export type OpenSighting = z.infer<typeof Open>
const Oldest = z.array(z.object({ witness: z.string(), seen: z.int(), newest: z.int() }))

export interface NewSighting extends SaleFacts {
  readonly witness: string
  /** The source that should hold it. */
  readonly expected: string
  readonly seen: number
  /** JSON: number, till and time as the witness gave them. */
  readonly shown: string
}

export type SightingRows = ReturnType<typeof prepareSightings>

/** The two tables' functions, their statements prepared once. */
export function prepareSightings(db: JournalDb) {
  return { ...prepareSeen(db), ...prepareSold(db), prune: preparePruning(db) }
}

function prepareSeen(db: JournalDb) {
  const open = `SELECT witness, state, seen, shown, ${FACTS} FROM sighting WHERE state IN ('waiting', 'unposted')`
  const stateOf = db.prepare('SELECT state FROM sighting WHERE witness = ? AND receipt = ?').pluck()
  const put = db.prepare(
    `INSERT INTO sighting (witness, expected, state, seen, shown, ${FACTS}) VALUES
       (@witness, @expected, @state, @seen, @shown, @receipt, @number, @till, @at, @currency, @total)
     ON CONFLICT (witness, receipt) DO UPDATE SET state = excluded.state, seen = excluded.seen, shown = excluded.shown,
       number = excluded.number, till = excluded.till, at = excluded.at, currency = excluded.currency,
       total = excluded.total, sale = NULL`,
  )
  const refresh = db.prepare(
    `UPDATE sighting SET shown = @shown, number = @number, till = @till, at = @at, currency = @currency, total = @total
      WHERE witness = @witness AND receipt = @receipt`,
  )
  const sameNumber = db.prepare(
    `SELECT ${FACTS} FROM sighting
      WHERE witness = ? AND number = ? AND total = ? AND receipt <> ? AND state IN ('waiting', 'matched', 'unposted')`,
  )
  const setState = db.prepare('UPDATE sighting SET state = ?, sale = ? WHERE witness = ? AND receipt = ?')
  const byNumber = db.prepare(`${open} AND expected = ? AND number = ?`)
  const allOf = db.prepare(`${open} AND expected = ?`)
  const one = db.prepare(`${open} AND witness = ? AND receipt = ?`)
  const oldest = db.prepare(
    "SELECT witness, MIN(seen) AS seen, MAX(seen) AS newest FROM sighting WHERE state = 'waiting' GROUP BY witness",
  )
  const pullBack = db.prepare("UPDATE sighting SET seen = @now WHERE state = 'waiting' AND seen > @now")
  return {
    /** What was seen while the clock was ahead waits from now on, and not for as long as the clock was wrong. */
    pullBack: (now: number) => void pullBack.run({ now }),
    stateOf: (witness: string, receipt: string) =>
      z.string().optional().parse(stateOf.get(witness, receipt)) ?? null,
    /** Notes a sighting, or one that was withdrawn once more. */
    putSighting: (row: NewSighting, state: 'waiting' | 'copy') => void put.run({ ...row, state }),
    /** The witness's newer word on a sighting that is still open. */
    refreshSighting: (row: NewSighting) => void refresh.run(row),
    /** Other sightings of the witness with this number and total. */
    sameNumber: ({ witness, number, total, receipt }: NewSighting): SaleFacts[] =>
      AllFacts.parse(sameNumber.all(witness, number, total, receipt)),
    setState: (
      sighting: { readonly witness: string; readonly receipt: string },
      state: 'matched' | 'unposted' | 'withdrawn',
      sale: string | null = null,
    ) => void setState.run(state, sale, sighting.witness, sighting.receipt),
    openByNumber: (expected: string, number: string) => AllOpen.parse(byNumber.all(expected, number)),
    openOf: (expected: string) => AllOpen.parse(allOf.all(expected)),
    openOne: (witness: string, receipt: string) => Open.nullable().parse(one.get(witness, receipt) ?? null),
    /** Of each witness, the sighting that has waited longest. */
    longestWaiting: () => Oldest.parse(oldest.all()),
  }
}

function prepareSold(db: JournalDb) {
  const put = db.prepare(
    `INSERT INTO witnessed_sale (source, seen, ${FACTS}) VALUES
       (@source, @seen, @receipt, @number, @till, @at, @currency, @total) ON CONFLICT (source, receipt) DO NOTHING`,
  )
  const free = db.prepare(
    `SELECT ${FACTS} FROM witnessed_sale
      WHERE source = ? AND total = ? AND at BETWEEN ? AND ? AND currency = ? AND sighting IS NULL`,
  )
  const take = db.prepare('UPDATE witnessed_sale SET sighting = ? WHERE source = ? AND receipt = ?')
  return {
    /** False when the sale is known: an edit, or told again. */
    putSale: (sale: SaleFacts & { readonly source: string; readonly seen: number }) =>
      put.run(sale).changes > 0,
    /** Sales of a source without a sighting: of this total and currency, not further than `windowMs` from it. */
    freeSales: (source: string, { total, at, currency }: SaleFacts, windowMs: number): SaleFacts[] =>
      AllFacts.parse(free.all(source, total, at - windowMs, at + windowMs, currency)),
    takeSale: (source: string, receipt: string, sighting: string) => void take.run(sighting, source, receipt),
  }
}

/** Prunes at the first call and then at each thousandth row that was added. */
function preparePruning(db: JournalDb) {
  const statements = ['sighting', 'witnessed_sale'].map(table => ({
    old: db.prepare(`DELETE FROM ${table} WHERE seen < ?`),
    many: db.prepare(
      `DELETE FROM ${table} WHERE seen <= (SELECT seen FROM ${table} ORDER BY seen DESC LIMIT 1 OFFSET ${MOST_ROWS})`,
    ),
  }))
  let sincePruned = PRUNE_EACH
  return (now: number, added: number): void => {
    sincePruned += added
    if (sincePruned < PRUNE_EACH) return
    sincePruned = 0
    for (const { old, many } of statements) {
      old.run(now - RETENTION_MS)
      many.run()
    }
  }
}
