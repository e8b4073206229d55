import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { items } from '../sandbox/catalogue.ts'
import { openPos } from '../sandbox/pos/pos.ts'
import { seeded, trade } from '../sandbox/pos/trade.ts'
import { harbour, only, Till, tempFolder } from './till.ts'

async function sellUntil(file: string, lines: number, signal: NodeJS.Signals): Promise<number | null> {
  const main = join(import.meta.dirname, '../sandbox/pos/main.ts')
  const options = ['--store', 'HAR', '--file', file, '--seconds-between-sales', '0.001', '--seed', '7']
  const pos: ChildProcess = spawn(process.execPath, [main, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = 0
  if (pos.stdout !== null)
    for await (const _ of createInterface(pos.stdout)) {
      said += 1
      if (said === lines) pos.kill(signal)
    }
  if (pos.exitCode === null && pos.signalCode === null) await once(pos, 'exit')
  return pos.exitCode
}

test('the sandbox POS is a process that sells, stops cleanly and goes on where it stopped', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'pos.db')
  expect(await sellUntil(file, 12, 'SIGTERM')).toBe(0)
  await sellUntil(file, 12, 'SIGKILL')
  expect(await sellUntil(file, 12, 'SIGTERM')).toBe(0)
  const db = new SQLite(file)
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(db.pragma('journal_mode', { simple: true })).toBe('delete')
  expect(db.pragma('foreign_key_check')).toEqual([])
  const numbers = db
    .prepare('SELECT ticketid FROM tickets WHERE tickettype = 0 ORDER BY ticketid')
    .pluck()
    .all()
  expect(numbers.length).toBeGreaterThan(20)
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(db.prepare('SELECT COUNT(*) FROM closedcash').pluck().get()).toBe(1)
  db.close()
})

test('stock in the sandbox POS is its opening stock and its diary, whatever was traded', () => {
  using till = new Till()
  const chance = seeded(3)
  for (let n = 0; n < 300; n += 1) trade(till.pos, chance)
  till.pos.stockDiary({ sku: 'MUG-BLU', reason: 1, units: 24 })
  const diary = new Map(
    till.pos.db
      .prepare(
        'SELECT reference, SUM(units) FROM stockdiary JOIN products ON products.id = product GROUP BY 1',
      )
      .raw()
      .all() as [string, number][],
  )
  const stock = till.pos.stock()
  for (const item of items.filter(each => each.tracked))
    expect([item.sku, stock.get(item.sku)]).toEqual([item.sku, item.stock.HAR + (diary.get(item.sku) ?? 0)])
})

test('what the sandbox POS trades is read without a cent unexplained', async () => {
  using till = new Till()
  const chance = seeded(11)
  for (let n = 0; n < 300; n += 1) {
    till.clock.pass(60_000)
    trade(till.pos, chance)
  }
  const sales = only('sale.completed', await till.news())
  expect(sales.length).toBeGreaterThan(250)
  expect(sales.filter(sale => sale.unexplained !== 0)).toEqual([])
  expect(sales.some(sale => sale.lines.some(line => line.quantity < 0))).toBe(true)
  expect(sales.some(sale => sale.tenders.length === 2)).toBe(true)
})

test('a session that is closed is followed by another', () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  till.pos.closeCash()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const again = openPos(till.file, harbour)
  again.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const sessions = again.db.prepare('SELECT hostsequence FROM closedcash ORDER BY 1').pluck().all()
  expect(sessions).toEqual([1, 2])
  expect(again.db.prepare('SELECT MAX(ticketid) FROM tickets').pluck().get()).toBe(3)
  again.close()
})
