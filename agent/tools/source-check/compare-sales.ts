import type { AgentEvent, SaleCompleted } from '../../../shared/events.ts'
import { minorFromDecimal, sum } from '../../../shared/money.ts'
import type { ExampleSale } from '../../sources/mapped/mapping-file.ts'

type Expected = { readonly sales: readonly ExampleSale[]; readonly refused: readonly string[] }

/** What the hub would hold after these events: each receipt as it was told last, without those that were taken back. */
export function booksOf(events: readonly AgentEvent[]): ReadonlyMap<string, SaleCompleted> {
  const books = new Map<string, SaleCompleted>()
  for (const event of events) {
    if (event.kind === 'sale.completed') books.set(event.receipt, event)
    if (event.kind === 'sale.voided') books.delete(event.receipt)
  }
  return books
}

/** How the books differ from what the example expects, one sentence each. */
export function differences(events: readonly AgentEvent[], { sales, refused }: Expected): string[] {
  const books = [...booksOf(events).values()]
  const open = new Map(
    events.flatMap(event => (event.kind === 'source.row-refused' ? [[event.row, event]] : [])),
  )
  for (const event of events) if (event.kind === 'source.row-accepted') open.delete(event.row)
  const codes = [...open.values()].map(({ code }) => code).toSorted()
  const numbers = new Set(sales.map(({ receipt }) => receipt))
  return [
    ...sales.flatMap(expected => saleDifferences(books, expected)),
    ...books
      .filter(({ receiptNumber }) => !numbers.has(receiptNumber))
      .map(({ receiptNumber }) => `receipt ${receiptNumber} is read and not expected`),
    ...(codes.join() === refused.toSorted().join()
      ? []
      : [
          `refused: ${[...open.values()].map(({ code, sentence }) => `${code} (${sentence})`).join('; ') || 'nothing'}, expected ${refused.join(', ') || 'nothing'}`,
        ]),
  ]
}

function saleDifferences(books: readonly SaleCompleted[], expected: ExampleSale): string[] {
  const found = books.filter(({ receiptNumber }) => receiptNumber === expected.receipt)
  const [sale] = found
  if (sale === undefined || found.length > 1)
    return [`receipt ${expected.receipt} is read ${found.length} times`]
  const minor = (text: string) => minorFromDecimal(text, sale.currency, 'amount')
  const kinds = new Set([...sale.tenders.map(({ kind }) => kind), ...Object.keys(expected.paid)])
  const paidIn = (kind: string) =>
    sum(sale.tenders.filter(each => each.kind === kind).map(({ amount }) => amount))
  const paid = new Map(Object.entries(expected.paid))
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    ['soldAt', sale.soldAt.wall, expected.soldAt],
    [
      'lines (code, units, net in minor units)',
      sale.lines.map(({ sku, barcode, quantity, net }) => [sku ?? barcode, quantity / 1_000, net]),
      expected.lines.map(({ code, units, net }) => [code, units, minor(net)]),
    ],
    ['tax', sum(sale.taxes.map(({ amount }) => amount)), minor(expected.tax)],
    ...[...kinds].map(kind => [`paid by ${kind}`, paidIn(kind), minor(paid.get(kind) ?? '0')] as const),
    ['rounding', sale.rounding, minor(expected.rounding)],
    ['unexplained', sale.unexplained, 0],
  ]
  return facts
    .filter(([, is, should]) => JSON.stringify(is) !== JSON.stringify(should))
    .map(
      ([what, is, should]) =>
        `receipt ${expected.receipt}: ${what} is ${JSON.stringify(is)}, expected ${JSON.stringify(should)}`,
    )
}
