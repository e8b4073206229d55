import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { openHubDb } from '../hub/db/db.ts'
import { audit } from '../hub/stock/audit.ts'
import { linesAt, saleAt } from './data/events.ts'
import { quietWorld } from './data/quiet-world.ts'
import { expectSame } from './data/rows.ts'
import { drainIntoHub, prepareBacklog } from './drain.ts'
import { insertLedger } from './floors/raw-ledger.ts'
import { compare, type Row } from './measure/compare.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

/**
 * A till that was offline for days sends its sales: through the real hub into its ledger, where each line becomes a
 * movement, levels and receipts follow. The floor is bare SQLite inserting the very rows that the ledger ends up with.
 */
export async function drainLedger({ tiny }: Scale): Promise<Row[]> {
  const count = tiny ? 1_200 : 60_000
  return inTempFolder(async folder => {
    const backlog = await prepareBacklog(folder, count, saleAt)
    const lines = Array.from({ length: count }, (_, index) => linesAt(index)).reduce((sum, n) => sum + n, 0)
    const finished = join(folder, 'finished.db')
    const row = await compare({
      bench: 'drain-ledger',
      what: `${count.toLocaleString('en-GB')} receipts of 2.5 lines`,
      unit: 'sale lines/s',
      amount: lines,
      rounds: tiny ? 1 : 3,
      ours: turn =>
        drainIntoHub(turn, backlog, async database => {
          await expectWholeLedger(database, lines)
          await copyFile(database, finished)
        }),
      floors: {
        'raw SQLite, the same rows': turn =>
          insertLedger(
            turn,
            backlog.hub,
            finished,
            backlog.batches.map(batch => batch.length),
          ),
      },
      aim: { atLeast: 20_000 },
    })
    return [row]
  })
}

/** Every line moved stock once, and the product's own audit finds nothing. */
async function expectWholeLedger(database: string, lines: number): Promise<void> {
  const db = new SQLite(database, { readonly: true })
  const moved = db.prepare('SELECT COUNT(*), -SUM(quantity) / 1000 FROM movement').raw().get()
  const levels = db.prepare('SELECT -SUM(quantity) / 1000 FROM level WHERE state = 0').pluck().get()
  db.close()
  expectSame('movements and units sold', String(moved), `${lines},${lines}`)
  expectSame('units missing from stock', levels, lines)
  const hub = await openHubDb(quietWorld().files, database)
  try {
    const { findings } = await audit(hub)
    expectSame('findings of the audit', findings.length, 0)
  } finally {
    await hub.destroy()
  }
}
