import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReceiptEvent } from '../../hub/sales/decide.ts'
import { audit } from '../../hub/stock/audit.ts'
import { SaleCompleted, SaleVoided } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { engine } from '../hub-engines.ts'
import { levels, openLedger } from './ledger-of.ts'

const sold = (receipt: number, units: number, over: object = {}) =>
  SaleCompleted.parse(sale(receipt, units, { ...over }))
const voided = (receipt: number) =>
  SaleVoided.parse({ kind: 'sale.voided', at: 1, source: 'pos', receipt: `r-${receipt}`, reason: 'deleted' })

test('two tills that read one POS count its receipt once', async () => {
  await using ledger = await openLedger()
  await ledger.apply([sold(1, 2)], 'dev_aaaaaaaaaaaaaaaa')
  await ledger.apply([sold(1, 2)], 'dev_bbbbbbbbbbbbbbbb')
  expect(await levels(ledger.db)).toEqual({ 'SHIRT-M': -2000 })
})

test('two sources may use one receipt number', async () => {
  await using ledger = await openLedger()
  await ledger.apply([sold(1, 2), sold(1, 2, { source: 'second-pos' })])
  expect(await levels(ledger.db)).toEqual({ 'SHIRT-M': -4000 })
})

test('a receipt that does not balance moves stock and is named; its correction closes that', async () => {
  await using ledger = await openLedger()
  const open = () => ledger.db.selectFrom('exception').select(['kind', 'closed_at']).execute()
  await ledger.apply([sold(1, 2, { unexplained: 50 })])
  expect(await levels(ledger.db)).toEqual({ 'SHIRT-M': -2000 })
  expect(await open()).toEqual([{ kind: 'receipt-does-not-balance', closed_at: null }])
  await ledger.apply([sold(1, 2, { fingerprint: 'corrected-content-of-1' })])
  expect((await open())[0]?.closed_at).not.toBeNull()
})

test('a sale from a warehouse that maps to no location is kept and named', async () => {
  await using ledger = await openLedger()
  const lines = [
    { line: 0, sku: 'SHIRT-M', barcode: null, title: 'Shirt', quantity: 1000, net: 840, warehouse: 'CELLAR' },
  ]
  await ledger.apply([sold(1, 1, { lines })])
  const [problem] = await ledger.db.selectFrom('exception').select(['kind', 'subject']).execute()
  expect(problem).toEqual({ kind: 'location-unmapped', subject: 'HAR/CELLAR' })
  expect(await levels(ledger.db)).toEqual({ 'SHIRT-M': -1000 })
})

/** What one receipt goes through: a content in units, or null for a void. */
const life = fc.array(fc.option(fc.integer({ min: -3, max: 5 }).filter(units => units !== 0)), {
  maxLength: 5,
})

test('however contents come and however they are cut into batches, the levels are those of the last contents', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 5 }),
      fc.array(fc.nat(4), { maxLength: 30 }),
      fc.nat(3),
      async (lives, order, size) => {
        await using ledger = await openLedger()
        const waiting = lives.map(contents => [...contents])
        const events: ReceiptEvent[] = []
        for (const pick of [...order, ...lives.flatMap((contents, index) => contents.map(() => index))]) {
          const units = waiting[pick]?.shift()
          if (units === undefined) continue
          events.push(units === null ? voided(pick) : sold(pick, units))
          if (pick % 2 === 0) events.push(events.at(-1) as ReceiptEvent) // sent again
        }
        for (let start = 0; start < events.length; start += size + 1)
          await ledger.apply(events.slice(start, start + size + 1))
        const last = lives.map(contents => contents.at(-1) ?? 0)
        const expected = -1000 * last.reduce((sum, units) => sum + units, 0)
        expect((await levels(ledger.db))['SHIRT-M'] ?? 0).toBe(expected === 0 ? 0 : expected)
        expect(
          (await audit(ledger.db)).findings.filter(finding => finding.invariant !== 'promise-within-stock'),
        ).toEqual([])
      },
    ),
    { numRuns: engine === 'sqlite' ? 40 : 8 },
  )
}, 120_000) // forty databases, on a machine that may be busy

test('odd characters in names and codes stop nothing and count once', async () => {
  await using ledger = await openLedger()
  const line = { line: 0, barcode: null, title: 'Cup', quantity: 1000, net: 840, warehouse: '0' }
  const odd = { staff: 'Anna \ud83d', till: 'T\u0000 1', lines: [{ ...line, sku: 'CUP-\ud83d' }] }
  await ledger.apply([sold(1, 1, odd), sold(2, 1, odd), sold(1, 1, odd)])
  await ledger.apply([sold(3, 2)])
  const sales = await ledger.db.selectFrom('sale').select('receipt_number').orderBy('sale').execute()
  expect(sales.map(row => row.receipt_number)).toEqual(['1', '2', '3'])
  expect(Object.values(await levels(ledger.db)).toSorted()).toEqual([-2000, -2000])
})
