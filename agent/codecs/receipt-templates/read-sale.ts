import { hash } from 'node:crypto'
import type { z } from 'zod'
import { TillbridgeError } from '../../../shared/errors.ts'
import { SaleCompleted } from '../../../shared/events.ts'
import type { Currency } from '../../../shared/money.ts'
import { sum } from '../../../shared/money.ts'
import { namedOrder } from '../../../shared/named-order.ts'
import { settingsMistakes } from '../../../shared/plain-issues.ts'
import { besideSale, doubtfulHeading, markedAs } from './beside-sales.ts'
import { type Closing, readClosing } from './closing.ts'
import { type CompiledTemplate, compileTemplate } from './compile.ts'
import { type ReceiptHeader, readHeader } from './header.ts'
import { readItems } from './items.ts'
import { type PaperLine, type Printed, type PrintedCodeText, paperLines, withoutOrnaments } from './paper.ts'
import { isRefundHeading } from './print-marks.ts'
import { receiptIsImage, receiptTemplateInvalid } from './problems.ts'
import { type Refusals, refusalsOf } from './refusals.ts'
import { priced, taxed } from './taxes.ts'
import type { NotSaleReason, ReceiptTemplate } from './template.ts'
import { negated, tendersOf } from './tenders.ts'
import { type TillReport, tillReportIn } from './till-report.ts'

/** A sale as a receipt tells it: an event but for what its reader adds. */
export const ReceiptSale = SaleCompleted.omit({ at: true, source: true, fingerprint: true })
export type ReceiptSale = z.infer<typeof ReceiptSale>

/** What a receipt does not print itself. */
export interface SaleContext {
  /** Null: the template says. */
  readonly currency: Currency | null
  readonly zone: string
  readonly warehouse: string
  /** For receipts that name no till. */
  readonly till: string
  /** The shop's item code for a printed barcode or name; null when not known: it is never guessed. */
  skuOf(printed: { readonly barcode: string | null; readonly name: string }): string | null
}

export type SaleReading =
  | { readonly is: 'sale'; readonly sale: ReceiptSale }
  /** Known not to be a sale: a copy, a training, a report, or nothing printed at all. */
  | {
      readonly is: 'none'
      readonly why: NotSaleReason | 'nothing-printed'
      /** What an X or Z report says. */
      readonly report?: TillReport
    }
  | { readonly is: 'unparsed'; readonly error: TillbridgeError }

/**
 * Reads one receipt. It is a sale only if it adds up to the minor unit: quantity × price of each item, items less
 * discounts (and tax) = total, tenders less change = total, tax rows = their items where they are printed. Card numbers
 * must be masked before; see masked.ts.
 * @throws RECEIPT_TEMPLATE_INVALID, and what is a fault of ours; all that a receipt can do comes as `unparsed`
 * @internal for tests; the agent compiles a template once, with `saleReader`
 */
export function readSale(receipt: Printed, template: ReceiptTemplate, context: SaleContext): SaleReading {
  return saleReader(template, context)(receipt)
}

/** As `readSale`, the template's patterns compiled once. */
export function saleReader(
  template: ReceiptTemplate,
  context: SaleContext,
): (receipt: Printed) => SaleReading {
  const currency = context.currency ?? template.currency
  if (currency === undefined) throw currencyUnknown(template)
  if (template.currency !== undefined && template.currency !== currency)
    throw currencyUnknown(template, currency)
  const compiled = compileTemplate(template, currency)
  const refuse = refusalsOf(compiled)
  const notSale = compiled.tagged(template.notSales)
  const onSales = compiled.matchers(template.onSales)
  const isOnSales = (text: string) => onSales(withoutOrnaments(text)) !== null || onSales(text) !== null
  return receipt => {
    const lines = paperLines(receipt)
    if (lines === null) return { is: 'unparsed', error: refuse.whole('it is longer than any receipt') }
    const images = receipt.images.filter(image => image.kind !== 'stored').length
    if (lines.length === 0)
      return images === 0
        ? { is: 'none', why: 'nothing-printed' }
        : { is: 'unparsed', error: receiptIsImage({ images }) }
    for (const { text } of lines) {
      const found = notSale(withoutOrnaments(text))
      if (found !== null) return noneOf(found.tag.as, lines, compiled)
    }
    const printed = { lines, codes: receipt.codes ?? [] }
    const read = readWith(printed, compiled, context, refuse)
    if ('error' in read) {
      const beside =
        images === 0 && !refuse.isDoubtful(read.error) ? besideSale(lines, compiled, isOnSales) : null
      return beside === null ? { is: 'unparsed', error: read.error } : noneOf(beside, lines, compiled)
    }
    const marked = markedAs(read, isOnSales)
    if (marked !== null) return noneOf(marked, lines, compiled)
    const doubtful = doubtfulHeading(read, isOnSales)
    return doubtful === null
      ? { is: 'sale', sale: read.sale }
      : { is: 'unparsed', error: refuse.doubtful(NO_SALE, doubtful) }
  }
}

/** Why a print with the heading of an order or of a print without value is not told. */
const NO_SALE =
  'it may say that the print is another thing than a sale, such as an order or a delivery, and it is paid; if this till prints it on its sales, add it to "onSales"'

function noneOf(why: NotSaleReason, lines: readonly PaperLine[], compiled: CompiledTemplate): SaleReading {
  const report = why === 'report' ? tillReportIn(lines, compiled) : null
  return report === null ? { is: 'none', why } : { is: 'none', why, report }
}

interface ReadSale {
  readonly sale: ReceiptSale
  /** The lines above the items, and those below them. */
  readonly head: readonly PaperLine[]
  readonly rest: readonly PaperLine[]
  /** A payment is printed. */
  readonly isPaid: boolean
}

type Paper = { readonly lines: readonly PaperLine[]; readonly codes: readonly PrintedCodeText[] }

/** By the template alone, and if that fails with the known words of payments as well. The first reason counts. */
function readWith(
  printed: Paper,
  compiled: CompiledTemplate,
  context: SaleContext,
  refuse: Refusals,
): ReadSale | { readonly error: TillbridgeError } {
  const attempt = (withWords: boolean): ReadSale | { readonly error: TillbridgeError } => {
    try {
      return saleOf(printed, compiled, context, refuse, withWords)
    } catch (error) {
      if (error instanceof TillbridgeError) return { error }
      throw error
    }
  }
  const own = attempt(false)
  if (!('error' in own) || !compiled.template.knownWords) return own
  const known = attempt(true)
  return 'error' in known ? own : known
}

function saleOf(
  { lines, codes }: Paper,
  compiled: CompiledTemplate,
  context: SaleContext,
  refuse: Refusals,
  withWords: boolean,
): ReadSale {
  const { currency } = compiled
  const section = readItems(lines, compiled, refuse)
  const closing = readClosing(section.rest, compiled, refuse, withWords)
  const shared =
    closing.wholeOff === 0 ? section.shared : [...section.shared, { mark: null, off: closing.wholeOff }]
  const items = priced(section.items, shared, refuse)
  const inTotal = checkTotals(items, closing, sum(shared.map(each => each.off)), compiled, refuse)
  const { nets, taxes } = taxed(items, closing, compiled, refuse)
  const paid = tendersOf({ ...closing, rounding: inTotal }, compiled, refuse)
  const head = [...section.head, ...closing.others]
  const header = readHeader({ lines: head, codes }, compiled, refuse)
  const till = header.till ?? context.till
  const sale = {
    kind: 'sale.completed',
    receipt: keyOf(header, till, closing.total),
    receiptNumber: header.receipt ?? '',
    till,
    staff: header.staff,
    businessDate: header.businessDate,
    soldAt: { wall: `${header.date}T${header.time}`, zone: context.zone },
    currency,
    lines: [
      ...items.map(({ item, off }, line) => ({
        line,
        sku: item.sku ?? context.skuOf({ barcode: item.barcode, name: item.name }),
        barcode: item.barcode,
        title: item.name,
        quantity: item.quantity,
        net: nets[line],
        warehouse: context.warehouse,
        ...(off === 0 ? {} : { discount: off }),
      })),
      ...extraLines(closing.extras, items.length, context.warehouse),
    ],
    taxes,
    tenders: paid.tenders,
    rounding: paid.rounding,
    unexplained: 0,
    ...namedOrder([header.order]),
  }
  const isTurned = isReturn(
    { lines, head: section.head, rest: section.rest, items, total: closing.total },
    compiled,
    refuse,
  )
  const checked = ReceiptSale.safeParse(isTurned ? negated(sale) : sale)
  if (checked.success)
    return {
      sale: checked.data,
      head: section.head,
      rest: section.rest,
      isPaid: closing.tenders.length > 0,
    }
  const [mistake = ''] = settingsMistakes(checked.error, 'the receipt')
  throw refuse.whole(`a value is outside what a record may hold (${mistake})`)
}

interface MayBeReturn {
  readonly lines: readonly PaperLine[]
  readonly head: readonly PaperLine[]
  readonly rest: readonly PaperLine[]
  readonly items: readonly { readonly amount: number }[]
  readonly total: number
}

/**
 * Whether goods came back though no amount has a minus: a line that the template names says so, or a heading of known words.
 * @throws RECEIPT_UNPARSED when such words are only below the items, where a card slip or a notice may print them
 */
function isReturn(
  { lines, head, rest, items, total }: MayBeReturn,
  compiled: CompiledTemplate,
  refuse: Refusals,
): boolean {
  const { returns, onSales } = compiled.template
  const named = compiled.matchers(returns)
  if (lines.some(line => named(withoutOrnaments(line.text)) !== null)) return total >= 0
  if (total <= 0 || items.some(item => item.amount < 0)) return false
  const passed = compiled.matchers(onSales)
  const isHeading = ({ text }: PaperLine) => isRefundHeading(text) && passed(withoutOrnaments(text)) === null
  if (head.some(isHeading)) return true
  const below = rest.find(isHeading)
  if (below !== undefined)
    throw refuse.line(
      'it says that goods came back, and no amount has a minus (name the line in returns, or in onSales if sales print it)',
      below,
    )
  return false
}

/** Tips, surcharges and fees as lines that move no stock. */
function extraLines(extras: Closing['extras'], from: number, warehouse: string) {
  return extras
    .filter(extra => extra.amount !== 0)
    .map(({ name, amount }, at) => ({
      line: from + at,
      sku: null,
      barcode: null,
      title: name,
      quantity: amount < 0 ? -1_000 : 1_000,
      net: amount,
      warehouse,
    }))
}

/** Checks total and subtotal. Returns the rounding with the sign that it turned out to have. */
function checkTotals(
  items: readonly { readonly amount: number }[],
  closing: Closing,
  wholeOff: number,
  { template }: CompiledTemplate,
  refuse: Refusals,
): number {
  const { totals, taxes } = template
  const tax = closing.taxes.length === 0 ? (closing.tax ?? 0) : sum(closing.taxes.map(row => row.amount))
  const afterDiscounts = sum(items.map(item => item.amount))
  const added = taxes.mode === 'added' ? tax : 0
  const extras = sum(closing.extras.filter(extra => extra.isInTotal).map(extra => extra.amount))
  const before = afterDiscounts + added + extras
  let rounding = closing.rounding
  if (totals.rounding?.where === 'in-total') {
    if (before - rounding === closing.total) rounding = 0 - rounding
    refuse.sum('the total', before + rounding, closing.total)
  } else refuse.sum('the total', before, closing.total)
  if (closing.subtotal !== null && totals.subtotal !== undefined) {
    const { means } = totals.subtotal
    const expected =
      means === 'items'
        ? afterDiscounts + wholeOff
        : means === 'after-discounts'
          ? afterDiscounts
          : afterDiscounts - (taxes.mode === 'included' ? tax : 0)
    const room = means === 'without-tax' ? taxes.room * Math.max(1, closing.taxes.length) : 0
    refuse.sum('the subtotal', expected, closing.subtotal, { room })
  }
  return rounding
}

/** The same on an unmarked copy: number, time, total and till. */
function keyOf({ receipt, date, time }: ReceiptHeader, till: string, total: number): string {
  const key = `${receipt ?? ''}|${date}T${time}|${total}|${till}`
  return key.length <= 255 ? key : `${key.slice(0, 200)}~${hash('sha256', key, 'base64url')}`
}

function currencyUnknown(template: ReceiptTemplate, currency?: Currency): TillbridgeError {
  const problem =
    currency === undefined
      ? 'neither it nor the settings name a currency'
      : `it is for ${template.currency}, the settings say ${currency}`
  return receiptTemplateInvalid({ template: template.name, problems: [problem] })
}
