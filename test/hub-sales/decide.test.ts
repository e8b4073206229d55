import { expect, test } from 'vitest'
import { decideEntry, decideSale, decideVoid, type HeldEntry, type HeldSale } from '../../hub/sales/decide.ts'
import type { NewMovement } from '../../hub/stock/movements.ts'
import type { Origin } from '../../hub/streams/placed-event.ts'
import { SaleCompleted, StockMoved } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'

const origin: Origin = { store: 'HAR', device: 'dev_0000000000000000', epoch: 1, seq: 1, at: 5 }
const content = (units: number) => SaleCompleted.parse(sale(1, units))
const moves = (decision: { movements: readonly NewMovement[] } | null) =>
  decision?.movements.map(({ kind, cause, line, revision, quantity }) => [
    `${kind}/${cause}/${line}/${revision}`,
    quantity,
  ]) ?? null
const FRESH = 7
const fresh = () => ({ number: FRESH, revision: 0 })

/** Applies contents one after the other; null is a void. Gives what each did and what is held in the end. */
function play(contents: readonly (number | null)[]) {
  let held: HeldSale | undefined
  const effects = contents.map(units => {
    const event = units === null ? null : content(units)
    const decision =
      event === null ? decideVoid(held, origin) : decideSale(event, event.fingerprint, held, fresh, origin)
    held = decision?.decided.held ?? held
    return moves(decision)
  })
  return { effects, held }
}

test('a sale takes its units from stock', () => {
  const { effects, held } = play([2])
  expect(effects).toEqual([[['sale/7/0/0', -2000]]])
  expect(held).toMatchObject({ sale: FRESH, state: 'sold', revision: 0 })
})

test('a return brings them back', () => {
  const { effects } = play([-1])
  expect(effects).toEqual([[['sale/7/0/0', 1000]]])
})

test('the same content again does nothing, whenever it comes', () => {
  expect(play([2, 2, 2]).effects.slice(1)).toEqual([null, null])
})

test('an edit takes the former content back and puts the new one in its place, there and back again', () => {
  expect(play([2, 3, 2]).effects.slice(1)).toEqual([
    [
      ['sale-reversal/7/0/0', 2000],
      ['sale/7/0/1', -3000],
    ],
    [
      ['sale-reversal/7/0/1', 3000],
      ['sale/7/0/2', -2000],
    ],
  ])
})

test('a void takes back the last content, once, and the receipt may come again', () => {
  const { effects, held } = play([2, null, null, 2])
  expect(effects.slice(1)).toEqual([[['sale-reversal/7/0/0', 2000]], null, [['sale/7/0/1', -2000]]])
  expect(held).toMatchObject({ state: 'sold', revision: 1 })
})

test('a void of what was never sold does nothing', () => {
  expect(play([null]).effects).toEqual([null])
})

test('a line without an item moves no stock and keeps its money', () => {
  const gift = SaleCompleted.parse(
    sale(1, 1, {
      lines: [
        { line: 0, sku: null, barcode: null, title: 'Gift card', quantity: 1000, net: 840, warehouse: '0' },
      ],
    }),
  )
  const decision = decideSale(gift, gift.fingerprint, undefined, fresh, origin)
  expect(decision?.movements).toEqual([])
  expect(decision?.decided.held.lines).toEqual([])
  expect(decision?.decided.content?.lines[0]?.net).toBe(840)
})

test('no two movements of a receipt’s life share a key', () => {
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
  let held: HeldEntry | undefined
  const effects = [10_000, 10_000, 7_000, 0].map(quantity => {
    const event = entry(quantity)
    const decision = decideEntry(event, event.fingerprint, held, fresh, origin)
    held = decision?.held ?? held
    return moves(decision)
  })
  expect(effects).toEqual([
    [['entry/7/0/0', 10_000]],
    null,
    [
      ['entry-reversal/7/0/0', -10_000],
      ['entry/7/0/1', 7_000],
    ],
    [
      ['entry-reversal/7/0/1', -7_000],
      ['entry/7/0/2', 0],
    ],
  ])
})
