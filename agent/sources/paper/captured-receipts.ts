import type { Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { TillReport } from '../../codecs/receipt-templates/till-report.ts'
import { copyRows } from '../../journal/copy-rows.ts'
import type { JournalDb, JournalPart } from '../../journal/part.ts'

/**
 * Receipts as the print path saw them, card numbers masked. Kept so that `receipts learn` has samples and a corrected
 * template can read again what it refused: 30 days, and the newest 5,000 of each source.
 */
export const capturedReceiptTables = /* sql */ `
  CREATE TABLE captured_receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    printer TEXT NOT NULL,
    at INTEGER NOT NULL,            -- agent clock, ms: when its last byte was printed
    state TEXT NOT NULL,            -- new | sold | copy | none | refused
    reading TEXT,                   -- hash of the template and settings that it was last read with
    code TEXT,                      -- why it is none or refused
    body TEXT NOT NULL              -- CapturedBody
  ) STRICT;
  CREATE INDEX captured_receipt_of ON captured_receipt (source, state, id);
  CREATE INDEX captured_receipt_at ON captured_receipt (at);
`

/** The store's own totals of a day, as its X and Z reports print them. Never pruned: there are a few a day. */
const tillReportTables = /* sql */ `
  CREATE TABLE till_report (
    id INTEGER PRIMARY KEY,         -- of its captured_receipt
    source TEXT NOT NULL,
    at INTEGER NOT NULL,            -- agent clock, ms
    body TEXT NOT NULL              -- TillReport
  ) STRICT;
`

/** Prints that were taken, by their id in the print spool: after a restart the spool may tell one again. */
const takenPrintTables = /* sql */ `
  CREATE TABLE taken_print (
    source TEXT NOT NULL,
    print TEXT NOT NULL,            -- the print's id, and the receipt's place in it: 5f…/0
    at INTEGER NOT NULL,            -- agent clock, ms: when its last byte was printed
    PRIMARY KEY (source, print)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX taken_print_at ON taken_print (at);
  CREATE INDEX taken_print_print ON taken_print (print);
`

/** What is kept of a receipt. `cut`: it was longer than what is kept. */
export const CapturedBody = z.object({
  lines: z.array(z.string()),
  codes: z.array(z.object({ symbology: z.string(), data: z.string(), line: z.int() })),
  images: z.array(
    z.object({
      kind: z.enum(['raster', 'column', 'stored']),
      width: z.int().nullable(),
      height: z.int().nullable(),
      line: z.int(),
    }),
  ),
  cut: z.boolean(),
  /** The agent was ended while it was printed: it may not be all. */
  cutOff: z.literal(true).optional(),
  /** The printer printed some of it from its memory: part of the paper is not in the lines. */
  notSeen: z.literal(true).optional(),
  /** The code-page numbers that its characters outside ASCII were read by. */
  codePages: z.array(z.object({ number: z.int(), encoding: z.string() })).optional(),
})
export type CapturedBody = z.infer<typeof CapturedBody>

export const capturedStates = ['new', 'sold', 'copy', 'none', 'refused'] as const

const CapturedReceipt = z.object({
  id: z.int(),
  source: z.string(),
  printer: z.string(),
  at: z.int(),
  state: z.enum(capturedStates),
  code: z.string().nullable(),
  body: z.string().transform((text, context) => {
    try {
      return CapturedBody.parse(JSON.parse(text))
    } catch (error) {
      context.addIssue({ code: 'custom', message: String(error) })
      return z.NEVER
    }
  }),
})
export type CapturedReceipt = z.infer<typeof CapturedReceipt>

/** What became of a captured receipt. */
export interface ClosedReceipt {
  readonly id: number
  readonly state: Exclude<CapturedReceipt['state'], 'new'>
  readonly code: string | null
  /** What an X or Z report says, to be kept. */
  readonly report?: TillReport
}

/** How many prints were put aside, by why they are not sales. */
export type AsideCounts = Readonly<Record<string, number>>

/** A receipt to be kept. `print`: under which it may come again; it is kept once. */
export interface NewReceipt {
  readonly printer: string
  readonly at: number
  readonly print?: string | null
  readonly body: CapturedBody
}

/** One source's view. Writers resolve once their write would survive a power cut. */
export interface CapturedReceipts {
  add(receipt: NewReceipt): Promise<void>
  /** Oldest first: new ones, and those that another reading than this one refused or set aside. */
  unread(reading: string, limit: number): readonly CapturedReceipt[]
  close(reading: string, closed: readonly ClosedReceipt[]): Promise<void>
  /** Prints between two moments that are not sales. */
  aside(from: number, to: number): AsideCounts
}

/** A receipt is read within so long of its print. */
const AROUND_MS = 10 * 60_000
const KEPT_MS = 30 * 24 * 3_600_000
const MOST_KEPT = 5_000
/** Longer than a till is off with a print in its spool. */
const PRINTS_KEPT_MS = 180 * 24 * 3_600_000
/** Pruning looks at an index only, but not at every receipt. */
const PRUNE_EVERY = 50

/** All sources' receipts. */
export interface CapturedReceiptsTable {
  /** The newest receipts of a source, newest first: for `receipts learn`. */
  newest(source: string, limit: number): readonly CapturedReceipt[]
  /** Never drops what has not been read: that would be a sale lost. */
  prune(source: string, now: number): void
  /** @param write runs a write in the journal's next transaction and resolves once it is durable */
  of(source: string, write: <T>(work: () => T) => Promise<T>): CapturedReceipts
  /** Forgets which prints were taken half a year ago. */
  prunePrints(now: number): void
  /** Whether receipts of this print of the spool were taken. */
  holds(print: string): boolean
  /** What was read of receipts of that time was lost. */
  readAgain(between: { readonly from: number; readonly to: number | null }): void
}

/** The journal's part for captured receipts: one view for each source. */
export const capturedReceipts: JournalPart<{
  of(source: string): CapturedReceipts
  holds: CapturedReceiptsTable['holds']
}> = {
  name: 'captured-receipts',
  migrations: [capturedReceiptTables, tillReportTables, takenPrintTables],
  open({ db, write }) {
    const table = openCapturedReceipts(db)
    return {
      api: { of: source => table.of(source, write), holds: table.holds },
      onLost: table.readAgain,
      prune: table.prunePrints,
      inherit: former => {
        const isNew = db.prepare('SELECT 1 FROM captured_receipt LIMIT 1').get() === undefined
        const columns = 'source, printer, at, state, reading, code, body'
        copyRows(former, db, 'captured_receipt', isNew ? `id, ${columns}` : columns, 'id')
        if (isNew) copyRows(former, db, 'till_report', 'id, source, at, body', 'id')
        copyRows(former, db, 'taken_print', 'source, print, at', 'at') // the spool may tell them again
      },
      wipe() {
        db.exec("DELETE FROM captured_receipt WHERE state <> 'new'") // one that was not read yet is a sale to be sent
      },
    }
  },
}

/** The table's functions. None of them opens a transaction: the journal's group does. */
export function openCapturedReceipts(db: JournalDb): CapturedReceiptsTable {
  const insert = db.prepare(
    `INSERT INTO captured_receipt (source, printer, at, state, body) VALUES (?, ?, ?, 'new', ?)`,
  )
  const columns = 'id, source, printer, at, state, code, body'
  const fresh = db.prepare(
    `SELECT ${columns} FROM captured_receipt WHERE source = ? AND state = 'new' ORDER BY id LIMIT ?`,
  )
  const again = db.prepare(
    `SELECT ${columns} FROM captured_receipt
      WHERE source = ? AND state IN ('refused', 'none') AND reading IS NOT ? ORDER BY id LIMIT ?`,
  )
  const update = db.prepare('UPDATE captured_receipt SET state = ?, code = ?, reading = ? WHERE id = ?')
  const newest = db.prepare(
    `SELECT ${columns} FROM captured_receipt WHERE source = ? ORDER BY id DESC LIMIT ?`,
  )
  const aside = db.prepare(
    `SELECT code, count(*) AS prints FROM captured_receipt
      WHERE source = ? AND state = 'none' AND code IS NOT NULL AND at >= ? AND at < ? GROUP BY code ORDER BY code`,
  )
  const dropOld = db.prepare(`DELETE FROM captured_receipt WHERE at < ? AND state <> 'new'`)
  const dropMany = db.prepare(
    `DELETE FROM captured_receipt WHERE source = ? AND state <> 'new' AND id <= (
       SELECT id FROM captured_receipt WHERE source = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  )
  let added = 0

  // prepared when first used: a command may have an older journal open, to read only
  let note: Statement | null = null
  const isTakenBefore = (source: string, { print = null, at }: NewReceipt): boolean => {
    if (print === null) return false
    note ??= db.prepare('INSERT INTO taken_print (source, print, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
    return note.run(source, print, at).changes === 0
  }
  const add = (source: string, receipt: NewReceipt): void => {
    if (isTakenBefore(source, receipt)) return
    insert.run(source, receipt.printer, receipt.at, JSON.stringify(receipt.body))
    added += 1
    if (added % PRUNE_EVERY === 1) prune(source, receipt.at)
  }
  const prune = (source: string, now: number): void => {
    dropOld.run(now - KEPT_MS)
    dropMany.run(source, source, MOST_KEPT)
  }
  const keepReport = (source: string, { id, report }: ClosedReceipt): void => {
    if (report === undefined) return
    db.prepare(
      `INSERT INTO till_report (id, source, at, body) SELECT id, ?, at, ? FROM captured_receipt WHERE id = ?
        ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    ).run(source, JSON.stringify(report), id)
  }
  const unread = (source: string, reading: string, limit: number): readonly CapturedReceipt[] => {
    const first = z.array(CapturedReceipt).parse(fresh.all(source, limit))
    if (first.length === limit) return first
    return [...first, ...z.array(CapturedReceipt).parse(again.all(source, reading, limit - first.length))]
  }
  const renew = db.prepare("UPDATE captured_receipt SET state = 'new' WHERE at BETWEEN ? AND ?")
  return {
    readAgain: ({ from, to }) =>
      void renew.run(from - AROUND_MS, to === null ? Number.MAX_SAFE_INTEGER : to + AROUND_MS),
    prunePrints: now => void db.prepare('DELETE FROM taken_print WHERE at < ?').run(now - PRINTS_KEPT_MS),
    holds: print =>
      db
        .prepare('SELECT 1 FROM taken_print WHERE print >= ? AND print < ? LIMIT 1')
        .get(`${print}/`, `${print}0`) !== undefined,
    newest: (source, limit) => z.array(CapturedReceipt).parse(newest.all(source, limit)),
    prune,
    of(source, write) {
      return {
        add: receipt => write(() => add(source, receipt)),
        unread: (reading, limit) => unread(source, reading, limit),
        close: (reading, closed) =>
          write(() => {
            for (const each of closed) {
              update.run(each.state, each.code, reading, each.id)
              keepReport(source, each)
            }
          }),
        aside: (from, to) =>
          Object.fromEntries(
            z
              .array(z.object({ code: z.string(), prints: z.int() }))
              .parse(aside.all(source, from, to))
              .map(({ code, prints }) => [code, prints]),
          ),
      }
    },
  }
}
