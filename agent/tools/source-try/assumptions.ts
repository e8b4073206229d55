import { sum } from '../../../shared/money.ts'
import type { PreviewRow } from '../../sources/preview.ts'
import { type Candidate, isByLine, type Layout } from './candidates.ts'
import { markText } from './mark-found.ts'
import type { RowMeaning } from './meanings.ts'

interface Chosen {
  readonly candidate: Candidate
  readonly isProven: boolean
  readonly rows: readonly PreviewRow[]
  /** How many bytes of the file follow those that were read. */
  readonly unread: number
}

/** What the settings rest on that the file does not say, in sentences for the person who checks them. */
export function assumedIn(layout: Layout, chosen: Chosen): string[] {
  const { store, found } = layout
  const { candidate, isProven } = chosen
  const { columns, thousands, files } = candidate.settings
  const more = found.amounts
    .filter(({ heading }) => heading !== columns?.amount)
    .map(({ heading }) => `"${heading}"`)
  return [
    ...(chosen.unread === 0
      ? []
      : [
          `The file goes on for ${Math.ceil(chosen.unread / 1024)} KiB that were not read: the sum is that of its beginning.`,
        ]),
    `The store's time zone is ${store.zone}, and its stock is that of "${store.warehouse}".`,
    `Files called ${(files ?? []).join(', ')} in the same folder are read as well.`,
    ...(candidate.settings.encoding === undefined
      ? []
      : [`Its letters are those of the code page ${candidate.settings.encoding}.`]),
    ...(isProven
      ? []
      : ['Nothing in the file checks its amounts: compare a few receipts with paper before you use it.']),
    ...(isProven || columns?.amount === undefined || more.length === 0
      ? []
      : [`A line's amount is "${columns.amount}"; the file has ${more.join(', ')} besides.`]),
    ...(thousands === ''
      ? ['No amount has a sign between thousands; one that has is refused until "thousands" says it.']
      : []),
    ...(candidate.settings.notSales === undefined
      ? []
      : [
          `Rows that begin with ${candidate.settings.notSales.map(each => `"${each}"`).join(', ')} do not belong to a receipt.`,
        ]),
    ...(layout.table.numberOnFirstRow
      ? ['Only the first row of a receipt has its number; the rows below belong to it.']
      : []),
    ...clockText(layout, candidate),
    ...rowText(layout),
    ...(isByLine(layout) ? [] : ['The file names no items: it tells takings, and moves no stock.']),
    ...taxText(layout),
    ...itemText(candidate),
    ...notCounted(layout),
    ...layout.meanings.marks.map(({ column, ...mark }) => markText(column, mark)).filter(text => text !== ''),
    ...unusedText(layout, candidate),
    ...refundText(layout, chosen),
    ...paymentText(layout),
  ]
}

function clockText({ store }: Layout, { settings: { timesIn } }: Candidate): string[] {
  return timesIn === 'utc' ? [`Times are read as UTC, and told as those of ${store.zone}.`] : []
}

/** What rows are, where payments and totals have rows of their own without a code. */
function rowText({ table, meanings: { rowTypes } }: Layout): string[] {
  if (!table.numberOnFirstRow || rowTypes === null) return []
  const named = Object.entries(rowTypes.means).filter(([name]) => name !== '*')
  const what = named.map(([name, type]) => `"${name}" (${ROWS[type]})`)
  return what.length === 0 ? [] : [`These rows are not goods: ${what.join(', ')}.`]
}

const ROWS: Readonly<Record<RowMeaning, string>> = {
  receipt: 'the receipt',
  line: 'goods',
  payment: 'a payment',
  change: 'change',
  total: 'a total',
  tax: 'tax',
  'void-next': 'takes back the next row',
  nothing: 'nothing',
}

function itemText({ settings: { columns } }: Candidate): string[] {
  const code = columns?.sku ?? columns?.barcode
  const name = columns?.title === undefined ? '' : `, its name in "${columns.title}"`
  if (code === undefined && name !== '')
    return ['No column holds the codes of items: what was sold moves no stock.']
  return code === undefined ? [] : [`An item's code is in "${code}"${name}.`]
}

/** Types and statuses of receipts that are left out. */
function notCounted({ meanings: { refunds, statuses } }: Layout): string[] {
  return [refunds, statuses].flatMap(words => {
    const out = Object.entries(words?.means ?? {}).flatMap(([word, meaning]) =>
      meaning === 'nothing' || meaning === 'void' ? [`"${word}"`] : [],
    )
    return words === null || out.length === 0
      ? []
      : [`Receipts with ${out.join(' or ')} in "${words.column.heading}" do not count.`]
  })
}

function unusedText({ table, found }: Layout, { settings: { columns } }: Candidate): string[] {
  const { tenders = [], marks = [], ...single } = columns ?? {}
  const listed = [...tenders, ...marks].map(({ column }) => column)
  const used = new Set([...Object.values(single).flat(), ...listed])
  const left = table.columns.filter(
    ({ heading, values }) =>
      values.length > 0 && !used.has(heading) && heading !== found.single.get('currency')?.heading,
  )
  return left.length === 0 ? [] : [`Not used: ${left.map(({ heading }) => `"${heading}"`).join(', ')}.`]
}

function taxText({ found: { single }, meanings: { rowTypes } }: Layout): string[] {
  const rate = single.get('taxRate')
  if (single.has('tax') || Object.values(rowTypes?.means ?? {}).includes('tax')) return []
  return rate === undefined
    ? ['The file has no taxes: its amounts count as they are, with no tax in them.']
    : [
        `"${rate.heading}" names rates, but no column holds the amount of tax: amounts count as they are, with no tax in them.`,
      ]
}

function hasReturn(rows: Chosen['rows']): boolean {
  return rows.some(
    ({ event }) => event?.kind === 'sale.completed' && event.lines.some(line => line.quantity < 0),
  )
}

function refundText({ meanings }: Layout, { rows }: Chosen): string[] {
  if (hasReturn(rows)) return []
  const none = rows.some(({ problem }) => problem !== null)
    ? 'No goods came back on the receipts that were read.'
    : 'No goods came back in this file.'
  return [
    meanings.refunds === null
      ? `${none} Refunds are taken to be below zero: try a file that has one.`
      : `${none} A type that it does not have is refused by name: try a file that has a refund.`,
  ]
}

function paymentText({ meanings }: Layout): string[] {
  if (meanings.tenders.length > 0 || meanings.tender !== null) return []
  return ['No column is known as one of payments: takings count as paid in another way.']
}

/** What was read, in one figure for each currency: what a person compares with the till's own report. */
export function takingsOf(rows: readonly PreviewRow[]): ReadonlyMap<string, number> {
  const takings = new Map<string, number>()
  for (const { event } of rows) {
    if (event?.kind !== 'sale.completed') continue
    const paid = sum(event.tenders.map(({ amount }) => amount))
    takings.set(event.currency, (takings.get(event.currency) ?? 0) + paid)
  }
  return takings
}
