import { expect, test } from 'vitest'
import { traceReport, traceText } from '../../hub/commands/trace-report.ts'
import { transaction } from '../../hub/db/db.ts'
import { takeDue } from '../../hub/outbox/postings.ts'
import { confirmWrite, planWrite } from '../../hub/outbox/writes.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { feed, TILLS } from '../hub-streams/lives.ts'
import { openLedger } from './ledger-of.ts'

/** A write with two items, as the hub keeps it once Shopify has answered. */
const changes = [
  { sku: 'SHIRT-M', item: 'gid://shopify/InventoryItem/1', delta: -2, available: 42 },
  { sku: 'MUG', item: 'gid://shopify/InventoryItem/2', delta: -5, available: 9 },
]
const group = 'gid://shopify/InventoryAdjustmentGroup/7'
const proof = {
  by: 'answer',
  group,
  available: { 'gid://shopify/InventoryItem/1': 40, 'gid://shopify/InventoryItem/2': 4 },
}

async function tracedSale() {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 7)(TILLS[0], [{ what: 'sale', number: 1, units: 2 }])
  await transaction(db, async tx => {
    const plan = { kind: 'adjust', store: 'HAR', subject: 's', key: 'k', request: {}, now: 8 } as const
    const id = await planWrite(tx, plan)
    await takeDue(tx, { store: 'HAR', warehouses: ['0'] }, ['SHIRT-M'], id)
    await confirmWrite(tx, id, { proof, trace: { location: '101', changes }, now: 9 })
  })
  const [traced] = await traceReceipt(db, { store: 'HAR', receipt: '1', source: null })
  if (traced === undefined) throw new Error('the receipt is missing')
  return traced
}

test('a trace in JSON has one unit for goods, decimal amounts, ISO times and this receipt’s items alone', async () => {
  const report = traceReport(await tracedSale())
  expect(report).toMatchObject({
    soldAt: { zone: 'Europe/Berlin', utc: expect.stringMatching(/Z$/) },
    net: expect.stringMatching(/^\d+\.\d\d$/),
    lines: [{ quantity: 2 }],
    movements: [
      {
        quantity: -2,
        write: {
          endedAt: '1970-01-01T00:00:00.009Z',
          shopify: { change: -2, quantityAfter: 40, adjustmentGroup: group, confirmedBy: 'answer' },
        },
      },
    ],
    events: [{ receivedAt: '1970-01-01T00:00:00.007Z' }],
  })
  const wall = Date.parse(`${report.soldAt.wall}Z`)
  expect(Date.parse(report.soldAt.utc ?? '')).toBe(wall - 3_600_000)
  expect(JSON.stringify(report)).not.toContain('MUG')
})

test('a trace as text says what Shopify has of each item of the receipt, and amounts with their currency', async () => {
  const text = traceText(traceReport({ ...(await tracedSale()), net: 4193, tax: 669, tendered: 4193 }))
  expect(text).toContain('net 41.93 EUR, tax 6.69 EUR, tendered 41.93 EUR')
  expect(text).toContain(`    SHIRT-M: change -2, quantity after 40, adjustment group ${group}`)
  expect(text).not.toMatch(/[{}]|MUG/)
})
