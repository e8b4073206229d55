import { expect, test } from 'vitest'
import { type DiaryRow, decideDiary, decideSale, decideVoid, type SaleRow } from '../../hub/sales/decide.ts'
import type { Origin } from '../../hub/streams/placed-event.ts'
import { SaleCompleted, StockMoved } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'

const origin: Origin = { store: 'HAR', device: 'dev_0000000000000000', epoch: 1, seq: 1, at: 5 }
const content = (units: number) => SaleCompleted.parse(sale(1, units))
const moves = (decision: { movements: { source_key: string; quantity: number }[] } | null) =>
  decision?.movements.map(({ source_key, quantity }) => [source_key, quantity]) ?? null

/** Applies contents one after the other; null is a void. Gives what each did and the row that is left. */
function play(contents: readonly (number | null)[]) {
  let row: SaleRow | undefined
  const effects = contents.map(units => {
    const decision = units === null ? decideVoid(row, origin) : decideSale(content(units), row, origin)
    row = decision?.sale ?? row
    return moves(decision)
  })
  return { effects, row }
}

test('a sale takes its units from stock', () => {
  const { effects, row } = play([2])
  expect(effects).toEqual([[['pos/r-1/0/0', -2000]]])
  expect(row).toMatchObject({
    state: 'sold',
    revision: 0,
    net: 1680,
    tax: 320,
    tendered: 2000,
    unexplained: 0,
  })
})

test('a return brings them back', () => {
  const { effects } = play([-1])
  expect(effects).toEqual([[['pos/r-1/0/0', 1000]]])
})

test('the same content again does nothing, whenever it comes', () => {
  expect(play([2, 2, 2]).effects.slice(1)).toEqual([null, null])
})

test('an edit takes the former content back and puts the new one in its place, there and back again', () => {
  expect(play([2, 3, 2]).effects.slice(1)).toEqual([
    [
      ['pos/r-1/0/0/reversed', 2000],
      ['pos/r-1/0/1', -3000],
    ],
    [
      ['pos/r-1/0/1/reversed', 3000],
      ['pos/r-1/0/2', -2000],
    ],
  ])
})

test('a void takes back the last content, once, and the receipt may come again', () => {
  const { effects, row } = play([2, null, null, 2])
  expect(effects.slice(1)).toEqual([[['pos/r-1/0/0/reversed', 2000]], null, [['pos/r-1/0/1', -2000]]])
  expect(row).toMatchObject({ state: 'sold', revision: 1 })
})

test('a void of what was never sold does nothing', () => {
  expect(play([null]).effects).toEqual([null])
})

test('a line without an article moves no stock and keeps its money', () => {
  const gift = SaleCompleted.parse(
    sale(1, 1, {
      lines: [
        { line: 0, sku: null, barcode: null, title: 'Gift card', quantity: 1000, net: 840, warehouse: '0' },
      ],
    }),
  )
  const decision = decideSale(gift, undefined, origin)
  expect(decision?.movements).toEqual([])
  expect(decision?.sale.net).toBe(840)
})

test('no two movements of a receipt’s life share a source key', () => {
  const keys = play([2, 3, null, 2, 3, null, 3])
    .effects.flatMap(effect => effect ?? [])
    .map(([key]) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('a diary entry is replaced like a receipt', () => {
  const entry = (quantity: number) =>
    StockMoved.parse({
      kind: 'stock.moved',
      at: 1,
      source: 'pos',
      entry: 'd-1',
      fingerprint: `fingerprint-${quantity}`.padEnd(20, '.'),
      reason: 'received',
      sku: 'SHIRT-M',
      barcode: null,
      quantity,
      warehouse: '0',
      happenedAt: { wall: '2026-11-25T10:00:00', zone: 'Europe/Berlin' },
    })
  let row: DiaryRow | undefined
  const effects = [10_000, 10_000, 7_000, 0].map(quantity => {
    const decision = decideDiary(entry(quantity), row, origin)
    row = decision?.diary ?? row
    return moves(decision)
  })
  expect(effects).toEqual([
    [['pos/diary/d-1/0', 10_000]],
    null,
    [
      ['pos/diary/d-1/0/reversed', -10_000],
      ['pos/diary/d-1/1', 7_000],
    ],
    [
      ['pos/diary/d-1/1/reversed', -7_000],
      ['pos/diary/d-1/2', 0],
    ],
  ])
})
