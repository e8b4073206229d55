import { amountsOn } from './amounts.ts'
import type { CompiledTemplate } from './compile.ts'
import type { PaperLine } from './paper.ts'
import { isMarkAlone, isReceiptLabel, printBegin, printMark } from './print-marks.ts'
import { isVoucherName } from './sold-vouchers.ts'
import type { NotSaleReason } from './template.ts'
import { amountLabel, isTenderLabel, type PrintKind } from './words.ts'

/**
 * Prints that are not sales, by the words that tills of all supported languages print on them. A print that the template
 * reads as a sale is one unless a mark outside its items says otherwise; one that it can't read is put aside only when
 * nothing on it can be goods sold for money.
 */

const REASONS: Readonly<Record<PrintKind, NotSaleReason>> = {
  training: 'training',
  void: 'void',
  copy: 'copy',
  quote: 'quote',
  gift: 'gift',
  proforma: 'proforma',
  order: 'order',
  test: 'test',
  report: 'report',
  reportX: 'report',
  reportZ: 'report',
  noSale: 'no-sale',
  timesheet: 'timesheet',
  cashMoved: 'drawer',
  drawer: 'drawer',
  voucher: 'voucher',
  slip: 'slip',
}
/** Marks that make a print which reads as a sale something else. */
export const printsOfSales: ReadonlySet<PrintKind> = new Set([
  'training',
  'void',
  'copy',
  'quote',
  'gift',
  'proforma',
  'order',
  'test',
])
/** Headings that no sale has, whatever amounts follow. */
const HEADINGS: ReadonlySet<PrintKind> = new Set([
  'report',
  'reportX',
  'reportZ',
  'noSale',
  'timesheet',
  'test',
])
/** Kinds whose words sales print as well, such as a card slip below a receipt. */
const SOFT: ReadonlySet<PrintKind> = new Set(['slip', 'cashMoved', 'drawer', 'voucher'])
const HEADING_LINES = 12

interface ReadPrint {
  /** Its lines above the items. */
  readonly head: readonly PaperLine[]
  /** Its lines below the items. */
  readonly rest: readonly PaperLine[]
  readonly isPaid: boolean
}

/** Why a print that reads as a sale is not one; null: it is a sale. */
export function markedAs(
  { head, rest, isPaid }: ReadPrint,
  isOnSales: (text: string) => boolean,
): NotSaleReason | null {
  const isMoved = head.some(({ text }) => printMark(text)?.kind === 'cashMoved' && !isOnSales(text))
  if (isMoved) return REASONS.cashMoved
  for (const { text } of [...head, ...rest]) {
    const mark = printMark(text)
    if (
      mark === null ||
      !printsOfSales.has(mark.kind) ||
      isOnSales(text) ||
      isPayment(text) ||
      (mark.isWeak && isPaid)
    )
      continue
    return REASONS[mark.kind]
  }
  return null
}

/**
 * A heading such as `BESTELLUNG` or `LIEFERSCHEIN` above the items of a print that is paid, or `SEM VALOR FISCAL` anywhere on it: it may be of goods that have
 * not left, or of a sale. Null: it has none.
 */
export function doubtfulHeading(
  { head, rest, isPaid }: ReadPrint,
  isOnSales: (text: string) => boolean,
): PaperLine | null {
  if (!isPaid) return null
  const isDoubtful = ({ text }: PaperLine) => {
    const mark = printMark(text)
    if (mark === null || !mark.isWeak || (mark.kind !== 'order' && mark.kind !== 'proforma')) return false
    return isMarkAlone(text) && !isReceiptLabel(text) && !isOnSales(text)
  }
  // below the items a word such as `Order` says what to do with the goods
  const isWorthless = (line: PaperLine) => printMark(line.text)?.kind === 'proforma' && isDoubtful(line)
  return head.find(isDoubtful) ?? rest.find(isWorthless) ?? null
}

/** What a print is that the template can't read as a sale; null: it may be a sale, so it must be looked at. */
export function besideSale(
  lines: readonly PaperLine[],
  compiled: CompiledTemplate,
  isOnSales: (text: string) => boolean,
): NotSaleReason | null {
  const { template, values } = compiled
  const marks = lines.map(({ text }) => (isOnSales(text) ? null : printMark(text)))
  const money = lines.map(({ text }) => holdsMoney(text))
  const [first, last] = [money.indexOf(true), money.lastIndexOf(true)]
  const labels = lines.flatMap(({ text }) =>
    amountsOn(text, values.format).map(amount => amountLabel(text.slice(0, amount.start), amount.value)),
  )
  const isPaid = labels.some(label => label !== null && isTenderLabel(label))
  for (const [at, mark] of marks.entries()) {
    if (mark === null) continue
    const isHeading = at < HEADING_LINES && (first < 0 || at < first)
    if (HEADINGS.has(mark.kind) && isHeading) return REASONS[mark.kind]
    const isOutside = first < 0 || at < first || at > last
    if (
      printsOfSales.has(mark.kind) &&
      isOutside &&
      !isPayment(lines[at]?.text ?? '') &&
      !(mark.isWeak && isPaid)
    )
      return REASONS[mark.kind]
  }
  if (first < 0)
    return (template.numbers.decimals ?? values.minorDigits) === 0
      ? null
      : wordlessReason(lines, marks, compiled)
  const isTaken = labels.some(label => label !== null && label !== 'voucher' && isTenderLabel(label))
  const hasGoods = lines.some(
    ({ text }, at) => money[at] === true && (mayBeGoods(text) || (isTaken && isVoucherLine(text))),
  )
  const soft = marks.find(mark => mark !== null && SOFT.has(mark.kind))
  return soft === undefined || soft === null || hasGoods ? null : REASONS[soft.kind]
}

/**
 * A print without any money: what its words say it is, or just that. Null: it has a receipt number but says nothing else,
 * so it may be a part of a sale.
 */
function wordlessReason(
  lines: readonly PaperLine[],
  marks: readonly ReturnType<typeof printMark>[],
  { template, matchers }: CompiledTemplate,
): NotSaleReason | null {
  const mark = marks.find(each => each !== null)
  const begins = lines.slice(0, 3).flatMap(({ text }) => printBegin(text) ?? [])[0]
  const kind = mark?.kind ?? begins
  if (kind !== undefined) return REASONS[kind]
  const isNumbered = matchers(template.header.filter(pattern => pattern.includes('{receipt}')))
  return lines.some(({ text }) => isNumbered(text) !== null) ? null : 'no-amount'
}

const DATE_OR_TIME = /\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?/g
const MONEY = /\d[.,·’' ]\s?(?:\d{1,3}|-|–)(?!\d)|[€$£¥] ?\d|\d ?[€$£¥]|\d ?(?:kr|zł|chf|eur)\b/iu

const AMOUNT = /[-−]?[€$£¥]? ?\d[\d.,]*[.,]\d{2}/u

/** Whether a line may hold an amount in any form: one that is overlooked would hide a sale. */
function holdsMoney(text: string): boolean {
  return MONEY.test(text.replace(DATE_OR_TIME, ' '))
}

/** Whether a line with an amount is a payment, whose words may be those of a heading: `GESCHENKBON 10,00`, `LIEFERSCHEIN 20.00`. */
function isPayment(text: string): boolean {
  const start = text.search(/[-−]?[€$£¥]? ?\d/u)
  const label = start < 0 ? null : amountLabel(text.slice(0, start))
  return label !== null && isTenderLabel(label)
}

/** Whether a line with money may be a gift card that was sold, where a payment of another kind is printed. */
function isVoucherLine(text: string): boolean {
  return isVoucherName(text.slice(0, AMOUNT.exec(text)?.index ?? text.length))
}

/** Whether a line with money may be an item: no known word is before its amount. */
function mayBeGoods(text: string): boolean {
  const amount = AMOUNT.exec(text.replace(DATE_OR_TIME, ' '))
  const label = text.slice(0, amount?.index ?? text.length)
  if (!/\p{L}{2}/u.test(label.replace(/\b(?:eur|usd|gbp|chf|sek|nok|dkk|pln|kr)\b/giu, '')))
    return amount === null
  return amountLabel(label) === null && printMark(label) === null
}
