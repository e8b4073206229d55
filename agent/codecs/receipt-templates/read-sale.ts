import { hash } from 'node:crypto'
import type { z } from 'zod'
import { TillbridgeError } from '../../../shared/errors.ts'
import { SaleCompleted } from '../../../shared/events.ts'
import type { Currency } from '../../../shared/money.ts'
import { sum } from '../../../shared/money.ts'
import { settingsMistakes } from '../../../shared/plain-issues.ts'
import { type Closing, readClosing } from './closing.ts'
import { type CompiledTemplate, compileTemplate } from './compile.ts'
import { type ReceiptHeader, readHeader } from './header.ts'
import { readItems } from './items.ts'
import { type PaperLine, type Printed, type PrintedCodeText, paperLines, withoutOrnaments } from './paper.ts'
import { receiptIsImage, receiptTemplateInvalid } from './problems.ts'
import { type Refusals, refusalsOf } from './refusals.ts'
import { priced, taxed } from './taxes.ts'
import type { notSaleReasons, ReceiptTemplate } from './template.ts'
import { negated, tendersOf } from './tenders.ts'

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
  | { readonly is: 'none'; readonly why: (typeof notSaleReasons)[number] | 'nothing-printed' }
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
  return receipt => {
    const lines = paperLines(receipt)
    if (lines === null) return { is: 'unparsed', error: refuse.whole('it is longer than any receipt') }
    if (lines.length === 0) {
      const images = receipt.images.filter(image => image.kind !== 'stored').length
      return images === 0
        ? { is: 'none', why: 'nothing-printed' }
        : { is: 'unparsed', error: receiptIsImage({ images }) }
    }
    for (const { text } of lines) {
      const found = notSale(withoutOrnaments(text))
      if (found !== null) return { is: 'none', why: found.tag.as }
    }
    try {
      return { is: 'sale', sale: saleOf({ lines, codes: receipt.codes ?? [] }, compiled, context, refuse) }
    } catch (error) {
      if (error instanceof TillbridgeError) return { is: 'unparsed', error }
      throw error
    }
  }
}

function saleOf(
  { lines, codes }: { readonly lines: readonly PaperLine[]; readonly codes: readonly PrintedCodeText[] },
  compiled: CompiledTemplate,
  context: SaleContext,
  refuse: Refusals,
): ReceiptSale {
  const { template, currency } = compiled
  const section = readItems(lines, compiled, refuse)
  const closing = readClosing(section.rest, compiled, refuse)
  const wholeOff = section.wholeOff + closing.wholeOff
  const items = priced(section.items, wholeOff, refuse)
  checkTotals(items, { ...closing, wholeOff }, compiled, refuse)
  const { nets, taxes } = taxed(items, closing, compiled, refuse)
  const tenders = tendersOf(closing, compiled, refuse)
  const header = readHeader({ lines: [...section.head, ...closing.others], codes }, compiled, refuse)
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
    lines: items.map(({ item, off }, line) => ({
      line,
      sku: item.sku ?? context.skuOf({ barcode: item.barcode, name: item.name }),
      barcode: item.barcode,
      title: item.name,
      quantity: item.quantity,
      net: nets[line],
      warehouse: context.warehouse,
      ...(off === 0 ? {} : { discount: off }),
    })),
    taxes,
    tenders,
    rounding: closing.rounding,
    unexplained: 0,
  }
  const isReturn = compiled.matchers(template.returns)
  const shown = lines.some(line => isReturn(withoutOrnaments(line.text)) !== null) ? negated(sale) : sale
  const checked = ReceiptSale.safeParse(shown)
  if (checked.success) return checked.data
  const [mistake = ''] = settingsMistakes(checked.error, 'the receipt')
  throw refuse.whole(`a value is outside what a record may hold (${mistake})`)
}

function checkTotals(
  items: readonly { readonly amount: number }[],
  closing: Closing,
  { template }: CompiledTemplate,
  refuse: Refusals,
): void {
  const { totals, taxes } = template
  const tax = closing.taxes.length === 0 ? (closing.tax ?? 0) : sum(closing.taxes.map(row => row.amount))
  const afterDiscounts = sum(items.map(item => item.amount))
  const rounding = totals.rounding?.where === 'in-total' ? closing.rounding : 0
  const added = taxes.mode === 'added' ? tax : 0
  refuse.sum('the total', afterDiscounts + added + rounding, closing.total)
  if (closing.subtotal !== null && totals.subtotal !== undefined) {
    const { means } = totals.subtotal
    const expected =
      means === 'items'
        ? afterDiscounts + closing.wholeOff
        : means === 'after-discounts'
          ? afterDiscounts
          : afterDiscounts - (taxes.mode === 'included' ? tax : 0)
    const room = means === 'without-tax' ? taxes.room * Math.max(1, closing.taxes.length) : 0
    refuse.sum('the subtotal', expected, closing.subtotal, { room })
  }
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
