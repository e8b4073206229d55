import { recordValueUnreadable } from '../../../../shared/record-problems.ts'
import type { PlainLine, PlainSale } from '../plain-receipt.ts'
import { moneyIn } from '../values.ts'
import type { Row } from './columns.ts'
import type { CsvStore } from './csv-store.ts'

type Once = 'receiptTax' | 'receiptDiscount' | 'change'

/**
 * An amount that a receipt has once: in one of its rows, or the same in each. Null: it has none.
 * @throws RECORD_VALUE_UNREADABLE where its rows differ
 */
export function amountOfReceipt(rows: readonly Row[], field: Once, store: CsvStore): number | null {
  const heading = rows[0]?.heading(field) ?? field
  return onceIn(
    rows.flatMap(row => row.value(field) ?? []),
    heading,
    store,
  )
}

function onceIn(texts: readonly string[], heading: string, { settings }: CsvStore): number | null {
  const amounts = texts.map(text => moneyIn(text, heading, settings, settings.currency))
  const [first, ...more] = new Set(amounts.filter(amount => amount !== 0))
  if (more.length > 0)
    throw recordValueUnreadable({
      field: heading,
      value: [...new Set(texts)].join(', ').slice(0, 100),
      expected: 'one amount for the whole receipt, in one of its rows or the same in each',
    })
  return first ?? (amounts.length === 0 ? null : 0)
}

/** Tips, surcharges and what is off the whole receipt, as lines that move no stock. */
export function besideLines(
  rows: readonly Row[],
  from: number,
  sign: (amount: number) => number,
  store: CsvStore,
): readonly PlainLine[] {
  const headings = new Set(rows.flatMap(row => row.each('charges').map(each => each.heading)))
  const charges = [...headings].map(heading => {
    const texts = rows.flatMap(row => row.each('charges').filter(each => each.heading === heading))
    const amount = onceIn(
      texts.map(each => each.text),
      heading,
      store,
    )
    return { title: heading, amount: sign(amount ?? 0), isUntaxed: true as const }
  })
  const off = Math.abs(amountOfReceipt(rows, 'receiptDiscount', store) ?? 0)
  const title = rows[0]?.heading('receiptDiscount') ?? ''
  return [...charges, { title, amount: off === 0 ? 0 : -sign(off) }]
    .filter(({ amount }) => amount !== 0)
    .map(({ title: name, ...rest }, at) => ({
      ...rest,
      line: from + at,
      sku: null,
      barcode: null,
      title: name,
      quantity: rest.amount < 0 ? -1_000 : 1_000,
      discount: null,
      taxes: [],
    }))
}

/** The tax of the whole receipt; null: it is told by line, or not at all. */
export function receiptTaxIn(
  rows: readonly Row[],
  sign: (amount: number) => number,
  store: CsvStore,
): PlainSale['taxes'] {
  const amount = amountOfReceipt(rows, 'receiptTax', store)
  if (amount === null || amount === 0) return null
  return [{ name: rows[0]?.heading('receiptTax') ?? '', rate: null, amount: sign(amount) }]
}
