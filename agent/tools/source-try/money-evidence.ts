import type { Currency } from '../../../shared/money.ts'
import type { NumberRules } from '../../sources/sales-files/number-text.ts'
import { moneyIn } from '../../sources/sales-files/values.ts'
import type { ColumnsFound } from './columns-found.ts'
import type { FileColumn } from './table.ts'

type Figures = readonly [number, number, number]
type Three = readonly [FileColumn, FileColumn, FileColumn]

/** What a file's own figures prove about its columns, read in one way. */
export interface MoneyEvidence {
  /** Whether a column holds amounts before the discounts, of which another one holds those after them. */
  isBeforeDiscount(column: FileColumn): boolean
  /** Whether amounts include tax: one answer where the figures prove it, else both. */
  taxIncluded(amount: FileColumn | null): readonly boolean[]
}

/** Amounts were rounded once each. */
const ROUNDING = 2

export function moneyEvidence(found: ColumnsFound, rules: NumberRules, currency: Currency): MoneyEvidence {
  const { amounts, totals, single } = found
  const tax = single.get('tax')
  const rate = single.get('taxRate')
  const discount = single.get('discount')
  const isTrue = (columns: Three, rule: (figures: Figures) => boolean) => {
    const rows = rowsWith(columns, rules, currency)
    return rows.length > 0 && rows.every(rule)
  }
  /** Whether one column is another plus the tax. */
  const isWithTax = (gross: FileColumn, net: FileColumn, vat: FileColumn) =>
    isTrue([gross, vat, net], ([one, by, other]) => one - by === other)
  return {
    isBeforeDiscount: column =>
      discount !== undefined &&
      amounts.some(
        after =>
          after !== column &&
          isTrue(
            [column, discount, after],
            ([before, less, rest]) => before - Math.sign(before) * Math.abs(less) === rest,
          ),
      ),
    taxIncluded(amount) {
      if (tax === undefined || amount === null) return [true, false]
      const others = [...amounts, ...totals].filter(column => column !== amount)
      if (others.some(net => isWithTax(amount, net, tax))) return [true]
      if (others.some(gross => isWithTax(gross, amount, tax))) return [false]
      if (rate === undefined) return [true, false]
      const isNear = (expected: number, said: number) => Math.abs(expected - said) <= ROUNDING
      const rates = {
        ...rate,
        cells: rate.cells.map(cell => (cell === '' ? '' : `${cell.replace('%', '')}%`)),
      }
      const within = isTrue([amount, tax, rates], ([gross, vat, percent]) =>
        isNear((gross * percent) / (10_000 + percent), vat),
      )
      const onTop = isTrue([amount, tax, rates], ([net, vat, percent]) =>
        isNear((net * percent) / 10_000, vat),
      )
      return within === onTop ? [true, false] : [within]
    },
  }
}

/** The rows that have all three figures, the second of them above or below zero. A rate is in hundredths of a percent. */
function rowsWith(columns: Three, rules: NumberRules, currency: Currency): Figures[] {
  const figures = columns.map(({ cells }) =>
    cells.map(text => (text.includes('%') ? percentIn(text) : writtenAmount(text, rules, currency))),
  )
  const [ones = [], twos = [], threes = []] = figures
  return ones.flatMap((one, row): Figures[] => {
    const [two = null, three = null] = [twos[row], threes[row]]
    return one === null || two === null || three === null || two === 0 ? [] : [[one, two, three]]
  })
}

/** In minor units; null: it is written in another way. */
export function writtenAmount(text: string, rules: NumberRules, currency: Currency): number | null {
  if (text === '') return null
  try {
    return moneyIn(text, '', rules, currency)
  } catch {
    return null // another way of writing numbers is tried by another candidate
  }
}

/** `8.1%`, with either sign before the decimals. */
function percentIn(text: string): number | null {
  const percent = Number(text.replace('%', '').replace(',', '.').trim())
  return Number.isNaN(percent) ? null : Math.round(percent * 100)
}
