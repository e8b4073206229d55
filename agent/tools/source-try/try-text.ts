import type { SaleCompleted } from '../../../shared/events.ts'
import { type Currency, decimalFromMinor, sum } from '../../../shared/money.ts'
import type { PreviewRow } from '../../sources/preview.ts'
import { takingsOf } from './assumptions.ts'
import type { SourceProposal } from './proposal.ts'
import type { FileQuestion } from './questions.ts'

const SHOWN_RECEIPTS = 5
const SHOWN_REASONS = 8

/** A proposal for people: what was read, as receipts to hold against paper, what is assumed, and what is left to say. */
export function tryText(proposal: SourceProposal, file: string): string {
  const { rows, assumed, questions, settings } = proposal
  return [
    `${file}: ${proposal.layout}.`,
    proposal.isProven
      ? 'Each receipt that was read agrees with the totals or payments in it.'
      : 'No totals or payments prove what was read.',
    '',
    ...(proposal.fault === null
      ? readText(rows)
      : [`Nothing of it can be read: ${proposal.fault.sentence} [${proposal.fault.code}]`]),
    '',
    'Assumed:',
    ...assumed.map(each => `  - ${each}`),
    '',
    ...questionText(questions, rows.filter(({ problem }) => problem !== null).length),
    'Settings:',
    JSON.stringify({ kind: proposal.kind, settings }, null, 2),
  ].join('\n')
}

function readText(rows: readonly PreviewRow[]): string[] {
  const sales = rows.flatMap(({ event }) => (event?.kind === 'sale.completed' ? [event] : []))
  const refused = rows.filter(({ problem }) => problem !== null)
  const takings = [...takingsOf(rows)].map(([currency, amount]) => money(amount, currency as Currency))
  const others = rows.length - sales.length - refused.length
  return [
    `Read: ${sales.length} receipts${takings.length === 0 ? '' : `, ${takings.join(' and ')} in all`}; ${refused.length} refused${others === 0 ? '' : `; ${others} that do not count`}.`,
    ...sales.slice(0, SHOWN_RECEIPTS).flatMap(saleText),
    ...(sales.length > SHOWN_RECEIPTS
      ? [`  … and ${sales.length - SHOWN_RECEIPTS} more: \`sources check\` shows all of them.`]
      : []),
    ...refusedText(refused),
  ]
}

function saleText({
  receiptNumber,
  till,
  soldAt,
  currency,
  lines,
  taxes,
  tenders,
  rounding,
}: SaleCompleted): string[] {
  const tax = sum(taxes.map(({ amount }) => amount))
  const paid = tenders.map(
    ({ kind, name, amount }) => `${kind} ${money(amount, currency)}${name === '' ? '' : ` (${name})`}`,
  )
  return [
    `  ${receiptNumber}${till === '' ? '' : `, ${till}`}, ${soldAt.wall.replace('T', ' ')}`,
    ...lines.map(
      ({ quantity, title, sku, barcode, net }) =>
        `       ${quantity / 1_000} x ${title}${codeText(sku ?? barcode)}: net ${money(net, currency)}`,
    ),
    `       ${[`tax ${money(tax, currency)}`, ...(rounding === 0 ? [] : [`rounding ${money(rounding, currency)}`]), paid.length === 0 ? 'nothing paid' : `paid by ${paid.join(' and ')}`].join(', ')}`,
  ]
}

const codeText = (code: string | null) => (code === null ? '' : ` [${code}]`)
const money = (amount: number, currency: Currency) => `${decimalFromMinor(amount, currency)} ${currency}`

/** Refused records, those with one reason together. */
function refusedText(refused: readonly PreviewRow[]): string[] {
  const groups = Map.groupBy(refused, ({ problem }) => problem?.code ?? '')
  const reasons = [...groups].map(([code, rows]) => {
    const count = rows.length === 1 ? '1 record' : `${rows.length} records`
    return `  ${count} refused: ${rows[0]?.problem?.sentence ?? ''} [${code}]`
  })
  return reasons.slice(0, SHOWN_REASONS)
}

/** One question at a time: its answer may make the others needless. */
function questionText(questions: readonly FileQuestion[], refused: number): string[] {
  const [first] = questions
  if (first === undefined)
    return [refused === 0 ? 'Nothing is left open.' : 'No question is left; what was refused is above.', '']
  const { id, asks, options } = first
  return [
    `Question 1 of ${questions.length}: ${asks}`,
    ...options.map(({ value, means }) => `  --answer "${id}=${value}"    ${means}`),
    'Give the answer with the same command; the next question follows.',
    '',
  ]
}
