import { decimalFromMinor } from '../../../shared/money.ts'
import type { DecodedReceipt } from '../printer-commands/decoded.ts'
import { maskedReceipt } from './masked.ts'
import { type ReceiptSale, type SaleContext, type SaleReading, saleReader } from './read-sale.ts'
import type { ReceiptTemplate } from './template.ts'

/** What `agent receipts sale --json` prints of one receipt. Money in minor units, quantities in thousandths. */
export type SaleView =
  | { readonly receipt: number; readonly is: 'sale'; readonly sale: ReceiptSale }
  | { readonly receipt: number; readonly is: 'none'; readonly why: string }
  | {
      readonly receipt: number
      readonly is: 'unparsed'
      readonly error: {
        readonly code: string
        readonly sentence: string
        readonly facts: Readonly<Record<string, unknown>>
      }
      /** The printed text, card numbers masked. */
      readonly text: readonly string[]
    }

/**
 * Reads the receipts of a captured print job, card numbers masked, as the receipt source would.
 * @throws RECEIPT_TEMPLATE_INVALID when template and currency don't fit
 */
export function saleFromFile(
  receipts: readonly DecodedReceipt[],
  template: ReceiptTemplate,
  context: SaleContext,
): readonly SaleView[] {
  const read = saleReader(template, context)
  return receipts.map((receipt, at) => {
    const masked = maskedReceipt(receipt)
    return viewOf(at + 1, masked, read(masked))
  })
}

function viewOf(receipt: number, { lines }: DecodedReceipt, reading: SaleReading): SaleView {
  if (reading.is === 'sale') return { receipt, is: 'sale', sale: reading.sale }
  if (reading.is === 'none') return { receipt, is: 'none', why: reading.why }
  const { code, message, facts } = reading.error
  return {
    receipt,
    is: 'unparsed',
    error: { code, sentence: message, facts },
    text: lines.map(line => line.text),
  }
}

/** The same for people. */
export function saleText(views: readonly SaleView[]): string {
  if (views.length === 0) return 'No receipt in it.\n'
  return views.map(view => `${textOf(view).join('\n')}\n`).join('\n')
}

function textOf(view: SaleView): readonly string[] {
  const title = `Receipt ${view.receipt} of the file: `
  if (view.is === 'none') return [`${title}no sale (${view.why})`]
  if (view.is === 'unparsed') return [`${title}NOT READ, ${view.error.code}`, `  ${view.error.sentence}`]
  const { sale } = view
  const money = (amount: number) => decimalFromMinor(amount, sale.currency).padStart(12)
  const row = (name: string, amount: number) => `  ${name.slice(0, 48).padEnd(48)}${money(amount)}`
  return [
    `${title}sale ${sale.receiptNumber || '(no number)'}, till ${sale.till}, ${sale.soldAt.wall} (${sale.soldAt.zone}), ${sale.currency}`,
    ...sale.lines.map(line =>
      row(
        `${line.quantity / 1000} x ${line.title}${line.sku === null ? ' (no SKU: moves no stock)' : ` [${line.sku}]`}`,
        line.net,
      ),
    ),
    ...sale.taxes.map(tax =>
      row(`tax ${tax.name}${tax.rate === null ? '' : ` ${tax.rate / 10_000} %`}`, tax.amount),
    ),
    ...(sale.rounding === 0 ? [] : [row('rounding', sale.rounding)]),
    ...sale.tenders.map(tender => row(`paid by ${tender.kind} (${tender.name})`, tender.amount)),
  ]
}
