import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { capturedReceipts, openCapturedReceipts } from '../../agent/sources/paper/captured-receipts.ts'
import { receiptReader } from '../../agent/sources/paper/reader.ts'
import { ReceiptSettings } from '../../agent/sources/paper/settings.ts'
import { SourceId } from '../../shared/ids.ts'
import type { Log } from '../../shared/world.ts'
import { TestMemory } from '../sources/memory.ts'
import { templateOf } from './print.ts'

const DAY = 24 * 3_600_000

function till() {
  const db = new Database(':memory:')
  for (const migration of capturedReceipts.migrations) if (typeof migration === 'string') db.exec(migration)
  const captured = openCapturedReceipts(db).of('paper', async work => work())
  const memory = new TestMemory()
  const said: unknown[] = []
  const log: Log = {
    debug() {},
    info: (facts: unknown) => void said.push(facts),
    warn() {},
    error() {},
    child: () => log,
  }
  const reader = receiptReader(
    ReceiptSettings.parse({
      printer: 'counter',
      template: 't.json',
      zone: 'Europe/Berlin',
      currency: 'EUR',
      warehouse: 'W1',
      till: 'till-1',
      notSales: [{ pattern: 'Rota week {word}', as: 'other' }],
    }),
    {
      source: SourceId.parse('paper'),
      memory,
      log,
      captured,
      clock: { monotonicMs: () => 0 },
      files: { readText: () => JSON.stringify(templateOf()) },
    },
  )
  const print = async (text: string, at: number) => {
    const body = { lines: text.split('\n'), codes: [], images: [], cut: false }
    await captured.add({ printer: 'counter', at, body })
    while ((await reader.read()) === 'more');
  }
  return { db, memory, said, print }
}

test('prints beside sales open no exception; one line a day counts them; the settings name more of them', async () => {
  const { memory, said, print } = till()
  await print('- NO SALE -\n25.11.2026 09:00', DAY)
  await print('- NO SALE -\n25.11.2026 09:05', DAY + 1)
  await print('Rota week 27\nIda 9-17 12.50', DAY + 2)
  expect(said).toEqual([])
  await print('Receipt 7\n26.11.2026 09:30\nTea 5.00\nTotal 5.00\nCash 5.00', 2 * DAY)
  expect(memory.events.map(event => event.kind)).toEqual(['sale.completed'])
  expect(said).toEqual([{ day: '1970-01-02', prints: { 'no-sale': 2, other: 1 } }])
  await print('Receipt 8\n26.11.2026 09:31\nTea 5.00\nTotal 5.00\nCash 5.00', 2 * DAY + 1)
  expect(said).toHaveLength(1)
})

test('an X or Z report is kept as the till’s own total, and once when it is read again', async () => {
  const { db, print } = till()
  await print('Z-Bericht\nNr. 14\n28.11.2026 18:00\nBar 59.70\nKarte 39.80\nSumme 99.50', DAY)
  const kept = db.prepare('SELECT id, source, at, body FROM till_report').all()
  expect(kept).toMatchObject([{ id: 1, source: 'paper', at: DAY }])
  const body = db.prepare('SELECT body FROM till_report').pluck().get()
  expect(JSON.parse(String(body))).toMatchObject({ kind: 'z', number: '14', total: 9_950 })
})
