import { expect, test } from 'vitest'
import { kindsOf, only, Till } from './till.ts'

/** More receipts than the tail scan reads again, all of last week. */
function fill(till: Till, count = 300): string[] {
  return till.pos.db.transaction(() =>
    Array.from({ length: count }, (_, n) => {
      const minute = `${10 + Math.floor(n / 60)}:${String(n % 60).padStart(2, '0')}`
      return till.pos.sell({ at: `2026-11-18 ${minute}:00`, lines: [{ sku: 'TEE-WHT-M', units: 1 }] }).id
    }),
  )()
}

test('the first start tells everything once, oldest first', async () => {
  using till = new Till()
  const ids = fill(till)
  const sales = only('sale.completed', await till.news())
  expect(sales.map(sale => sale.receipt)).toEqual(ids)
  await till.round()
  expect(till.memory.events).toHaveLength(ids.length)
})

test('events, known rows and the mark come in one commit', async () => {
  using till = new Till()
  fill(till)
  await till.round()
  for (const reading of till.memory.readings)
    expect(reading.known.length).toBeGreaterThanOrEqual(reading.events.length)
})

test('an edit of a fresh receipt is told at the next poll, as the same receipt with another fingerprint', async () => {
  using till = new Till()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const [first] = only('sale.completed', await till.news())
  till.pos.editReceipt(id, { lines: [{ sku: 'MUG-BLU', units: 3 }] })
  const [second, ...more] = only('sale.completed', await till.news())
  expect(more).toEqual([])
  expect(second).toMatchObject({ receipt: id, lines: [{ quantity: 3000 }] })
  expect(second?.fingerprint).not.toBe(first?.fingerprint)
  till.pos.editReceipt(id, { lines: [{ sku: 'MUG-BLU', units: 1 }] })
  expect(await till.news()).toMatchObject([{ receipt: id, fingerprint: first?.fingerprint }])
})

test('a fresh receipt that is deleted is voided at the next poll', async () => {
  using till = new Till()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.poll()
  till.pos.voidReceipt(id)
  expect(await till.news()).toMatchObject([{ kind: 'sale.voided', receipt: id, reason: 'deleted' }])
  await till.round()
  expect(till.memory.events).toHaveLength(2)
})

test('a receipt that comes back after its deletion is told again', async () => {
  using till = new Till()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  till.pos.db.exec(`
    CREATE TEMP TABLE kept AS SELECT * FROM receipts;
    CREATE TEMP TABLE kept_tickets AS SELECT * FROM tickets;
    CREATE TEMP TABLE kept_lines AS SELECT * FROM ticketlines;
    CREATE TEMP TABLE kept_payments AS SELECT * FROM payments;
    CREATE TEMP TABLE kept_taxes AS SELECT * FROM taxlines`)
  await till.poll()
  till.pos.voidReceipt(id)
  await till.poll()
  till.pos.db.exec(`
    INSERT INTO receipts SELECT * FROM kept;
    INSERT INTO tickets SELECT * FROM kept_tickets;
    INSERT INTO ticketlines SELECT * FROM kept_lines;
    INSERT INTO payments SELECT * FROM kept_payments;
    INSERT INTO taxlines SELECT * FROM kept_taxes`)
  await till.poll()
  expect(kindsOf(till.memory.events)).toEqual(['sale.completed', 'sale.voided', 'sale.completed'])
})

test('a ticket that the POS turns into one that does not count is marked void', async () => {
  using till = new Till()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.poll()
  till.sql('UPDATE tickets SET tickettype = 3 WHERE id = ?', id)
  expect(await till.news()).toMatchObject([{ kind: 'sale.voided', receipt: id, reason: 'marked-void' }])
})

test('a receipt added with an old date is found by the full scan', async () => {
  using till = new Till()
  fill(till)
  await till.round()
  const before = till.memory.events.length
  const { id } = till.pos.sell({ at: '2026-10-01 10:00:00', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.round()
  expect(till.memory.events.slice(before)).toMatchObject([{ receipt: id, businessDate: '2026-10-01' }])
})

test('an edit and a deletion far back are found by the full scan', async () => {
  using till = new Till()
  const [edited = '', deleted = ''] = fill(till)
  await till.round()
  const before = till.memory.events.length
  till.sql('UPDATE ticketlines SET units = 2 WHERE ticket = ?', edited)
  till.sql('UPDATE payments SET total = total * 2 WHERE receipt = ?', edited)
  till.sql('UPDATE taxlines SET base = base * 2, amount = amount * 2 WHERE receipt = ?', edited)
  till.pos.voidReceipt(deleted)
  await till.round()
  const news = till.memory.events.slice(before)
  expect(only('sale.completed', news)).toMatchObject([{ receipt: edited, lines: [{ quantity: 2000 }] }])
  expect(only('sale.voided', news)).toMatchObject([{ receipt: deleted }])
  expect(news).toHaveLength(2)
})

test('what happened while the agent was off is told by the next start', async () => {
  using till = new Till()
  const [, gone = ''] = fill(till)
  await till.round()
  const before = till.memory.events.length
  till.restart()
  till.pos.voidReceipt(gone)
  const ids = till.pos.db.transaction(() =>
    Array.from({ length: 560 }, () => till.pos.sell({ lines: [{ sku: 'SOCK-3840', units: 1 }] }).id),
  )()
  await till.poll()
  const told = only('sale.completed', till.memory.events.slice(before)).map(sale => sale.receipt)
  expect(new Set(told)).toEqual(new Set(ids))
  expect(told).toHaveLength(560)
  await till.round()
  expect(only('sale.voided', till.memory.events).map(event => event.receipt)).toEqual([gone])
})

test('a till whose clock once said 2099 hides no later sale', async () => {
  using till = new Till()
  till.pos.sell({ at: '2099-01-01 00:00:00', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.poll()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-OAT', units: 1 }] })
  expect(await till.news()).toMatchObject([{ receipt: id }])
})

test('an idle POS is asked for its change token and for nothing else', async () => {
  using till = new Till()
  fill(till)
  await till.round()
  const commits = till.memory.readings.length
  const known = till.memory.known.bind(till.memory)
  let asked = 0
  till.memory.known = keys => {
    asked += 1
    return known(keys)
  }
  await till.round()
  expect(asked).toBe(0)
  expect(till.memory.readings).toHaveLength(commits)
})

test('a restart tells nothing again, and a memory from an earlier moment only what it lacks, alike', async () => {
  using till = new Till()
  const ids = fill(till)
  await till.round()
  const backup = till.memory.copy()
  till.restart()
  await till.round()
  expect(till.memory.events).toHaveLength(ids.length)
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const [first] = await till.news()
  till.restart(backup)
  const again = await till.news()
  expect(again).toEqual([first])
})

test('before startFrom nothing is told, taken back or refused', async () => {
  using till = new Till({ startFrom: '2026-11-01' })
  const old = till.pos.sell({ at: '2026-10-31 23:59:59', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const fresh = till.pos.sell({ at: '2026-11-01 00:00:00', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  expect(await till.news()).toMatchObject([{ receipt: fresh.id }])
  till.restart(till.memory, { startFrom: 'all' })
  await till.round()
  expect(till.memory.events).toMatchObject([{ receipt: fresh.id }, { receipt: old.id }])
  till.restart(till.memory, { startFrom: '2026-11-20' })
  till.pos.voidReceipt(old.id)
  till.pos.voidReceipt(fresh.id)
  await till.round()
  expect(till.memory.events).toHaveLength(2)
})

test('clearing a POS does not reverse its sales', async () => {
  using till = new Till()
  const ids = fill(till, 150)
  await till.round()
  till.pos.db.transaction(() => {
    for (const id of ids) till.pos.voidReceipt(id)
  })()
  const { id } = till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  await till.round()
  await till.round()
  const news = till.memory.events.slice(ids.length)
  expect(kindsOf(news)).toEqual(['sale.completed', 'source.row-refused'])
  expect(news[0]).toMatchObject({ receipt: id })
  expect(news[1]).toMatchObject({ row: 'receipts', code: 'ROWS_GONE' })

  till.restart(till.memory, { startFrom: '2026-11-25' })
  await till.round()
  expect(kindsOf(till.memory.events.slice(ids.length + 2))).toEqual(['source.row-accepted'])
})

test('of a PC that has moved, what was sold before is refused by name and what is sold after it is told', async () => {
  using till = new Till()
  till.memory.formerStoreAt = wall => (wall < '2026-11-19' ? 'HAR' : null)
  const before = till.pos.sell({ at: '2026-11-18 10:00:00', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const after = till.pos.sell({ at: '2026-11-20 10:00:00', lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const news = await till.news()
  expect(only('sale.completed', news).map(({ receipt }) => receipt)).toEqual([after.id])
  const refused = only('source.row-refused', news).filter(({ row }) => row === `receipts/${before.id}`)
  expect(refused).toMatchObject([{ code: 'ROW_OF_FORMER_STORE' }])
  till.pos.voidReceipt(before.id)
  await till.round()
  expect(only('sale.voided', till.memory.events)).toEqual([])
})
