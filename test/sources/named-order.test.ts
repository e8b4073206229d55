import { expect, test } from 'vitest'
import { only, Till } from './till.ts'

const order = { table: 'online_orders', receipt: 'ticket', column: 'order_name' }

/** A POS whose add-on notes the online order of a ticket in a table that it has made for that. */
function posWithOrders(): Till {
  const till = new Till({ order })
  till.pos.db.exec(
    'CREATE TABLE online_orders (ticket TEXT NOT NULL, order_name TEXT, PRIMARY KEY (ticket, order_name))',
  )
  return till
}

const note = (till: Till, ticket: string, name: string) =>
  till.pos.db.prepare('INSERT INTO online_orders VALUES (?, ?)').run(ticket, name)
const mug = { lines: [{ sku: 'MUG-BLU', units: 1 }] }

test('the online order that a receipt rings up is read from the table that the settings name', async () => {
  using till = posWithOrders()
  const { id } = till.pos.sell(mug)
  note(till, id, ' #1042 ')
  till.pos.sell(mug)
  const sales = only('sale.completed', await till.news())
  expect(sales.map(sale => sale.order ?? null)).toEqual(['#1042', null])
})

test('an order that is noted later changes its receipt, and the second of two orders refuses it', async () => {
  using till = posWithOrders()
  const { id } = till.pos.sell(mug)
  expect(only('sale.completed', await till.news()).map(sale => sale.order ?? null)).toEqual([null])
  note(till, id, '#1042')
  const before = till.memory.events.length
  await till.round()
  expect(till.memory.events.slice(before)).toMatchObject([{ order: '#1042' }])
  note(till, id, '#1043')
  const corrected = till.memory.events.length
  await till.round()
  expect(till.memory.events.slice(corrected)).toMatchObject([
    { kind: 'source.row-refused', code: 'SEVERAL_ORDERS' },
  ])
})

test('a table that is not there, or a name that could be other SQL, is said', async () => {
  using till = new Till({ order })
  await expect(till.news()).rejects.toThrow(/online_orders/)
  using hostile = new Till({ order: { ...order, table: 'x; drop table tickets' } })
  await expect(hostile.news()).rejects.toThrow(/table or column/)
  using reserved = new Till({ order: { ...order, column: 'order' } })
  await expect(reserved.news()).rejects.toThrow(/word of SQL/)
})
