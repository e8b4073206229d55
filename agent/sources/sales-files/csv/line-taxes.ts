import { plainNumber } from '../number-text.ts'
import type { PlainLine } from '../plain-receipt.ts'
import { exactMoneyIn, signedMoney } from '../values.ts'
import type { Row } from './columns.ts'
import type { CsvStore } from './csv-store.ts'

/** The taxes of a row: that of the column `tax`, and those of `taxes`. */
export function lineTaxesIn(
  row: Row,
  sign: (amount: number) => number,
  { settings }: CsvStore,
): PlainLine['taxes'] {
  const moneyOf = (text: string, heading: string) =>
    signedMoney(exactMoneyIn(text, heading, settings, settings.currency), sign)
  const text = row.value('tax')
  const first = {
    name: row.value('taxName') ?? row.heading('tax'),
    rate: rateIn(row, settings),
  }
  return [
    ...(text === null ? [] : [{ ...first, ...moneyOf(text, row.heading('tax')) }]),
    ...row.each('taxes').map(({ heading, text: more }) => ({
      name: heading,
      rate: null,
      ...moneyOf(more, heading),
    })),
  ]
}

/** In parts per million. */
function rateIn(row: Row, settings: CsvStore['settings']): number | null {
  const percent = row.value('taxRate')
  if (percent === null) return null
  const rate = Number(plainNumber(percent.replace(/\s*%$/, ''), row.heading('taxRate'), settings, 'figure'))
  return rate < 0 ? null : Math.round(rate * 10_000)
}
