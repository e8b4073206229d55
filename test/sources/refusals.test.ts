import { expect, test } from 'vitest'
import { kindsOf, only, Till } from './till.ts'

const mug = { lines: [{ sku: 'MUG-BLU', units: 1 }] }

test('a receipt whose rows come one by one is told once it adds up', async () => {
  using till = new Till()
  const { id } = till.pos.sell(mug)
  const parts = [
    ['receipts', 'id'],
    ['tickets', 'id'],
    ['ticketlines', 'ticket'],
    ['taxlines', 'receipt'],
    ['payments', 'receipt'],
  ] as const
  for (const [table, key] of parts)
    till.pos.db.exec(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM ${table} WHERE ${key} = '${id}'`)
  till.pos.voidReceipt(id)
  for (const [table] of parts) {
    expect(kindsOf(await till.news())).toEqual([])
    till.sql(`INSERT INTO ${table} SELECT * FROM kept_${table}`)
    till.clock.pass(1_900) // each row restarts the wait
  }
  expect(await till.news()).toMatchObject([{ receipt: id, unexplained: 0 }])
})

test('a receipt that never adds up is reported after two seconds with the difference, and again when corrected', async () => {
  using till = new Till()
  const { id } = till.pos.sell({ ...mug, tenders: [{ kind: 'magcard', minor: 1000 }] })
  expect(await till.news()).toEqual([])
  till.clock.pass(1_999)
  expect(await till.news()).toEqual([])
  till.restart() // the wait goes on where it was
  expect(await till.news()).toEqual([])
  till.clock.pass(1)
  expect(await till.news()).toMatchObject([{ receipt: id, rounding: 0, unexplained: -690 }])
  till.sql('UPDATE payments SET total = 16.9')
  expect(await till.news()).toMatchObject([{ receipt: id, unexplained: 0 }])
})

test('payments without lines are refused after two seconds, a bare header says nothing', async () => {
  using till = new Till()
  const paid = till.pos.sell({ lines: [], tenders: [{ kind: 'cash', minor: 500 }] })
  till.pos.sell({ lines: [], tenders: [] })
  expect(await till.news()).toEqual([])
  till.clock.pass(2_000)
  expect(await till.news()).toMatchObject([{ row: `receipts/${paid.id}`, code: 'RECEIPT_INCOMPLETE' }])
})

const damages: [string, string, string][] = [
  ['units with too many decimals', 'UPDATE ticketlines SET units = 0.33333', 'QUANTITY_UNREADABLE'],
  ['units that are not a number', `UPDATE ticketlines SET units = 'two'`, 'QUANTITY_UNREADABLE'],
  ['a price that is not a number', `UPDATE ticketlines SET price = '12,50'`, 'MONEY_UNREADABLE'],
  ['a price beyond any till', 'UPDATE ticketlines SET price = 9e15', 'MONEY_UNREADABLE'],
  ['a code scanned as units', 'UPDATE ticketlines SET units = 95201100001', 'VALUE_IMPLAUSIBLE'],
  ['a payment that is not a number', `UPDATE payments SET total = 'x'`, 'MONEY_UNREADABLE'],
  ['a date that no calendar has', `UPDATE receipts SET datenew = '2026-02-30 10:00:00'`, 'TIME_UNREADABLE'],
  ['a date that is not one', `UPDATE receipts SET datenew = 'yesterday'`, 'TIME_UNREADABLE'],
  ['an item that does not exist', `UPDATE ticketlines SET product = 'product-x'`, 'PRODUCT_UNKNOWN'],
  [
    'an item without a code',
    `UPDATE products SET reference = '' WHERE id = 'product-mug-blu'`,
    'PRODUCT_WITHOUT_SKU',
  ],
  ['a line number below zero', 'UPDATE ticketlines SET line = -1', 'ROW_OUT_OF_BOUNDS'],
  ['a line number that is not one', `UPDATE ticketlines SET line = 'a'`, 'WHOLE_NUMBER_UNREADABLE'],
  ['a ticket of a kind of its own', 'UPDATE tickets SET tickettype = 9', 'TICKET_TYPE_UNKNOWN'],
  ['a tax below zero', 'UPDATE taxes SET rate = -0.19', 'ROW_OUT_OF_BOUNDS'],
]

test.each(damages)(
  '%s: one row is refused, the others go on, and it is reported once corrected',
  async (_, damage, code) => {
    using till = new Till()
    till.pos.db.pragma('foreign_keys = OFF')
    const { id } = till.pos.sell(mug)
    till.pos.db.exec('SAVEPOINT before_damage')
    const saved = ['receipts', 'tickets', 'ticketlines', 'payments', 'products', 'taxes']
    for (const table of saved) till.pos.db.exec(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM ${table}`)
    till.pos.db.exec('RELEASE before_damage')
    till.sql(damage)
    const good = till.pos.sell({ lines: [{ sku: 'TEA-ASSAM', units: 1 }] })
    if (damage.includes('taxes')) till.sql('DELETE FROM taxlines WHERE receipt = ?', good.id)
    till.clock.pass(3_000)
    await till.poll()
    till.clock.pass(3_000)
    await till.poll()

    const refused = only('source.row-refused', till.memory.events)
    expect(refused).toMatchObject([{ row: `receipts/${id}`, code }])
    expect(refused[0]?.sentence.length).toBeGreaterThan(20)
    expect(JSON.parse(refused[0]?.payload ?? '')).toMatchObject({ header: { key: id } })
    expect(only('sale.completed', till.memory.events).map(sale => sale.receipt)).toEqual([good.id])
    await till.round()
    till.restart()
    await till.round()
    expect(only('source.row-refused', till.memory.events)).toHaveLength(1)

    const before = till.memory.events.length
    for (const table of saved)
      till.pos.db.exec(
        table === 'ticketlines'
          ? `DELETE FROM ticketlines WHERE ticket = '${id}'; INSERT INTO ticketlines SELECT * FROM kept_ticketlines`
          : `INSERT OR REPLACE INTO ${table} SELECT * FROM kept_${table}`,
      )
    const news = till.memory.events
    await till.poll()
    expect(news.slice(before)).toMatchObject([
      { kind: 'source.row-accepted', row: `receipts/${id}` },
      { kind: 'sale.completed', receipt: id },
    ])
  },
)

test('another reason for refusing the same row is told; the same reason is not', async () => {
  using till = new Till()
  const { id } = till.pos.sell(mug)
  till.sql(`UPDATE ticketlines SET units = 'two'`)
  await till.poll()
  till.sql(`UPDATE ticketlines SET units = 'three'`)
  await till.poll()
  till.sql(`UPDATE people SET name = name || '!'`)
  await till.poll()
  expect(only('source.row-refused', till.memory.events).map(event => event.row)).toEqual(
    [id, id].map(each => `receipts/${each}`),
  )
})

test('a sold receipt that becomes unreadable and is then deleted is accepted and voided', async () => {
  using till = new Till()
  const { id } = till.pos.sell(mug)
  await till.poll()
  till.sql(`UPDATE ticketlines SET units = 'two'`)
  await till.poll()
  till.sql('DELETE FROM ticketlines')
  till.sql('DELETE FROM taxlines')
  till.sql('DELETE FROM payments')
  till.sql('DELETE FROM tickets')
  till.sql('DELETE FROM receipts')
  await till.poll()
  expect(kindsOf(till.memory.events)).toEqual([
    'sale.completed',
    'source.row-refused',
    'source.row-accepted',
    'sale.voided',
  ])
  expect(till.memory.events.at(-1)).toMatchObject({ receipt: id })
})

test('a receipt of 2,001 lines is refused, one of 2,000 is told', async () => {
  using till = new Till()
  const lines = Array.from({ length: 2_001 }, () => ({ sku: 'TOTE-NAT', units: 1 }))
  const long = till.pos.sell({ at: '2026-11-25 10:00:00', lines })
  const just = till.pos.sell({ at: '2026-11-25 10:00:01', lines: lines.slice(1) })
  const after = till.pos.sell(mug)
  const events = await till.news()
  expect(only('source.row-refused', events)).toMatchObject([
    { row: `receipts/${long.id}`, code: 'RECEIPT_TOO_LONG' },
  ])
  expect(only('sale.completed', events).map(sale => sale.receipt)).toEqual([just.id, after.id])
})

test('receipts whose lines are more than one query gives are read in parts', async () => {
  using till = new Till()
  const ids = Array.from({ length: 9 }, (_, n) => {
    const lines = Array.from({ length: 1_500 }, () => ({ sku: 'TOTE-NAT', units: 1 }))
    return till.pos.sell({ at: `2026-11-25 10:00:${10 + n}`, lines }).id
  })
  const sales = only('sale.completed', await till.news())
  expect(sales.map(sale => [sale.receipt, sale.lines.length])).toEqual(ids.map(id => [id, 1_500]))
})

test('a diary entry that cannot be read is refused and then told', async () => {
  using till = new Till()
  const id = till.pos.stockDiary({ sku: 'MUG-BLU', reason: 77, units: 1 })
  expect(await till.news()).toMatchObject([{ row: `stockdiary/${id}`, code: 'STOCK_REASON_UNKNOWN' }])
  till.sql('UPDATE stockdiary SET reason = 1')
  expect(kindsOf(await till.news())).toEqual(['source.row-accepted', 'stock.moved'])
})
