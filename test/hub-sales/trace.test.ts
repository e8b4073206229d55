import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { takeDue } from '../../hub/outbox/postings.ts'
import { packWrites } from '../../hub/outbox/write-blocks.ts'
import { confirmWrite, planWrite } from '../../hub/outbox/writes.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { packEvents } from '../../hub/streams/pack.ts'
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

test('a receipt whose packed event and write are damaged is traced with all the rest', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 7)(TILLS[0], [{ what: 'sale', number: 1, units: 2 }])
  const place = { store: 'HAR', warehouses: ['0'] }
  const id = await transaction(db, async tx => {
    const plan = { kind: 'adjust', store: 'HAR', subject: 's', key: 'k', request: {}, now: 8 } as const
    const planned = await planWrite(tx, plan)
    await takeDue(tx, place, ['SHIRT-M'], planned)
    await confirmWrite(tx, planned, { proof: {}, now: 9 })
    return planned
  })
  const forever = async () => true
  expect(await packEvents(db, { before: 10, blockSize: 1 }, forever)).toBe(1)
  expect(await packWrites(db, { before: 10, blockSize: 1 }, forever)).toBe(1)
  await transaction(db, async tx => {
    await tx
      .updateTable('event_block')
      .set({ body: Buffer.from('x') })
      .execute()
    await tx
      .updateTable('write_block')
      .set({ body: Buffer.from('x') })
      .execute()
  })
  const [traced] = await traceReceipt(db, { store: 'HAR', receipt: '1', source: null })
  expect(traced).toMatchObject({ receiptNumber: '1', lines: [{ sku: 'SHIRT-M' }], events: [] })
  expect(traced?.unreadable.map(one => one.place)).toEqual([`${TILLS[0]}/1/1`])
  expect(traced?.movements.map(({ write }) => write)).toMatchObject([{ id, state: 'unreadable' }])
})
