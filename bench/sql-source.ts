import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { memoryOf, openAgentJournal } from '../agent/agent-journal.ts'
import { configured } from '../agent/sources/configured.ts'
import { databaseKinds } from '../agent/sources/kinds.ts'
import { SourceId } from '../shared/ids.ts'
import { quietWorld } from './data/quiet-world.ts'
import { digestOf, expectSame } from './data/rows.ts'
import { writeUnicentaShop } from './data/unicenta-shop.ts'
import { compare, type Row } from './measure/compare.ts'
import { flushFiles } from './measure/flush-files.ts'
import { timed } from './measure/stopwatch.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const DEVICE = 'dev_bench00000000000000'
const SOURCE = SourceId.parse('pos')
/** Receipts whose rows the floor reads and writes at once: what the source does at full pace. */
const GROUP = 240
const TOLD =
  "SELECT json_extract(body, '$.receipt'), json_extract(body, '$.fingerprint') FROM outbox ORDER BY position"

/**
 * A first start: a POS's whole SQLite database read through the mapping of uniCenta into a journal, beside the same
 * rows selected and the same finished records inserted with nothing in between.
 */
export async function sqlSource({ tiny }: Scale): Promise<Row[]> {
  const sales = tiny ? 300 : 20_000
  return inTempFolder(async fixture => {
    const pos = join(fixture, 'pos.db')
    writeUnicentaShop(pos, sales)
    await readIntoJournal(fixture, pos, sales)
    const finished = finishedRows(journalIn(fixture))
    const expected = digestOf(journalIn(fixture), TOLD)
    return [
      await compare({
        bench: 'sql-source',
        what: 'first start over SQLite',
        unit: 'sales/s',
        amount: sales,
        rounds: tiny ? 1 : 9,
        async ours(folder) {
          const ms = await readIntoJournal(folder, copied(pos, folder), sales)
          expectSame('the journal', digestOf(journalIn(folder), TOLD), expected)
          return ms
        },
        floors: {
          'raw SELECT + INSERT': folder => selectAndInsert(folder, copied(pos, folder), finished),
        },
        aim: { atLeast: 10_000 },
      }),
    ]
  })
}

const journalIn = (folder: string) => join(folder, 'journal.db')

function copied(pos: string, folder: string): string {
  const copy = join(folder, 'pos.db')
  copyFileSync(pos, copy)
  return copy
}

async function readIntoJournal(folder: string, pos: string, sales: number): Promise<number> {
  const world = quietWorld()
  const journal = openAgentJournal({
    path: journalIn(folder),
    device: DEVICE,
    world,
    failed(error) {
      throw error
    },
  })
  const settings = { file: pos, warehouse: 'WH-HARBOUR', currency: 'EUR', zone: 'Europe/Berlin' }
  const source = await configured(
    { source: SOURCE, kind: 'unicenta', settings },
    databaseKinds,
  )({
    source: SOURCE,
    memory: memoryOf(journal)(SOURCE),
    clock: world.clock,
    log: world.log,
    openReadOnly: file => world.files.database(file, { readOnly: true }),
    identity: file => world.files.identity(file),
    readText: file => world.files.readText(file),
  })
  try {
    flushFiles(folder)
    return await timed(async () => {
      while (journal.unsent().sales < sales) await source.read()
    })
  } finally {
    source.close()
    journal[Symbol.dispose]()
  }
}

interface Finished {
  readonly outbox: readonly unknown[][]
  readonly known: readonly unknown[][]
  readonly keys: readonly string[]
}

/** The records and the memory that a run of ours left, for the floor to write. */
function finishedRows(journal: string): Finished {
  const db = new SQLite(journal, { readonly: true })
  const all = (sql: string) => db.prepare(sql).raw().all() as unknown[][]
  const outbox = all('SELECT position, kind, at, sales, hash, body FROM outbox ORDER BY position')
  const known = all(
    'SELECT source, key, fingerprint, state, sold_at, since, told FROM source_known ORDER BY sold_at',
  )
  db.close()
  return { outbox, known, keys: known.map(row => String(row[1]).slice('receipts/'.length)) }
}

const SELECTS = [
  `SELECT receipts.*, tickets.*, closedcash.host, people.name FROM receipts JOIN tickets ON tickets.id = receipts.id
     JOIN closedcash ON closedcash.money = receipts.money JOIN people ON people.id = tickets.person WHERE receipts.id IN`,
  `SELECT ticketlines.*, products.reference, products.code, products.name FROM ticketlines
     JOIN products ON products.id = ticketlines.product WHERE ticketlines.ticket IN`,
  'SELECT taxlines.*, taxes.name, taxes.rate FROM taxlines JOIN taxes ON taxes.id = taxlines.taxid WHERE receipt IN',
  'SELECT * FROM payments WHERE receipt IN',
]

async function selectAndInsert(folder: string, pos: string, finished: Finished): Promise<number> {
  const from = new SQLite(pos, { readonly: true })
  const world = quietWorld()
  const journal = openAgentJournal({
    path: journalIn(folder),
    device: DEVICE,
    world,
    failed: () => undefined,
  })
  journal[Symbol.dispose]() // for its tables and its durability
  const to = world.files.database(journalIn(folder), { readOnly: false })
  to.pragma('journal_mode = WAL')
  to.pragma('synchronous = FULL')
  const selects = SELECTS.map(sql => from.prepare(`${sql} (SELECT value FROM json_each(?))`))
  const insertRecord = to.prepare(
    'INSERT INTO outbox (position, kind, at, sales, hash, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const insertKnown = to.prepare(
    'INSERT INTO source_known (source, key, fingerprint, state, sold_at, since, told) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const commit = to.transaction((start: number) => {
    for (const row of finished.outbox.slice(start, start + GROUP)) insertRecord.run(row)
    for (const row of finished.known.slice(start, start + GROUP)) insertKnown.run(row)
  })
  let read = 0
  flushFiles(folder)
  const ms = await timed(() => {
    for (let start = 0; start < finished.outbox.length; start += GROUP) {
      const keys = JSON.stringify(finished.keys.slice(start, start + GROUP))
      for (const select of selects) read += select.all(keys).length
      commit.immediate(start)
    }
  })
  from.close()
  to.close()
  if (read < finished.outbox.length * 4) throw new Error('the floor read too little')
  return ms
}
