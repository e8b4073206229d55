import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { takeDue } from '../../hub/outbox/postings.ts'
import { confirmWrite, planWrite } from '../../hub/outbox/writes.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { feed, TILLS } from '../hub-streams/lives.ts'
import { openLedger } from './ledger-of.ts'

test('a receipt is traced from its events through its movements to Shopify’s answer', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 7)
  await commit(TILLS[0], [
    { what: 'sale', number: 1, units: 2 },
    { what: 'sale', number: 2, units: 1 },
  ])
  const place = { store: 'HAR', warehouses: ['0'] }
  await transaction(db, async tx => {
    const plan = {
      kind: 'adjust',
      store: 'HAR',
      subject: 's',
      key: 'k',
      request: { changes: [] },
      now: 8,
    } as const
    const id = await planWrite(tx, plan)
    await takeDue(tx, place, ['SHIRT-M'], id)
    await confirmWrite(tx, id, { proof: { by: 'answer' }, now: 9 })
  })
  await commit(TILLS[1], [{ what: 'void', number: 1, units: 1 }])

  const [traced, ...others] = await traceReceipt(db, { store: 'HAR', receipt: '1', source: null })
  expect(others).toEqual([])
  expect(traced).toMatchObject({
    receiptNumber: '1',
    state: 'voided',
    revision: 0,
    lines: [{ line: 0, sku: 'SHIRT-M', warehouse: '0', quantity: 2000 }],
    movements: [
      {
        kind: 'sale',
        quantity: -2000,
        event: `${TILLS[0]}/1/1`,
        write: { state: 'confirmed', answer: { by: 'answer' } },
      },
      { kind: 'sale-reversal', quantity: 2000, event: `${TILLS[1]}/1/1`, write: null },
    ],
  })
  expect(traced?.events.map(({ kind }) => kind).toSorted()).toEqual(['sale.completed', 'sale.voided'])
  expect(await traceReceipt(db, { store: 'HAR', receipt: 'r-1', source: 'pos' })).toEqual([traced])
  expect(await traceReceipt(db, { store: 'HAR', receipt: '77', source: null })).toEqual([])
})
