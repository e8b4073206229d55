import { Currency, minorDigits } from '../../../shared/money.ts'
import { printAmount } from '../../codecs/receipt-templates/number-format.ts'
import { type Printed, paperLines } from '../../codecs/receipt-templates/paper.ts'
import { type ReceiptSale, type SaleReading, saleReader } from '../../codecs/receipt-templates/read-sale.ts'
import type { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import { unusedLines } from '../../codecs/receipt-templates/unused-lines.ts'

/** What was read of one sample. */
export interface ReadSample {
  readonly number: string
  readonly soldAt: string
  readonly items: readonly {
    readonly name: string
    readonly sku: string | null
    readonly quantity: number
    readonly net: number
  }[]
  readonly tax: number
  readonly rounding: number
  readonly tenders: readonly { readonly kind: string; readonly name: string; readonly amount: number }[]
}

/** How one sample reads with the proposal. */
export interface SampleResult {
  /** The sample's place in the list, the first being 1. */
  readonly receipt: number
  readonly is: SaleReading['is']
  /** Number of items and the total in minor units, of a sale. */
  readonly items: number | null
  readonly total: number | null
  /** Null: it is not a sale, or was not read. */
  readonly read: ReadSample | null
  /** Lines of a sale that nothing was read from. */
  readonly unused: readonly string[]
  readonly code: string | null
  readonly why: string | null
  /** The line that it is about, as printed. */
  readonly line: string | null
}

export interface Coverage {
  readonly receipts: number
  readonly sales: number
  readonly notSales: number
  readonly unparsed: number
  readonly results: readonly SampleResult[]
}

const NO_CURRENCY = Currency.parse('XXX')

function readerWith(template: ReceiptTemplate, currency: Currency) {
  return saleReader(template, { currency, zone: 'UTC', warehouse: 'learn', till: 'learn', skuOf: () => null })
}

export function readsAsSale(template: ReceiptTemplate, currency: Currency): (sample: Printed) => boolean {
  const read = readerWith(template, currency)
  return sample => read(sample).is === 'sale'
}

/** Reads all samples. @param currency null: the receipts don't say, so sums are shown without one */
export function coverageOf(
  samples: readonly Printed[],
  template: ReceiptTemplate,
  currency: Currency | null,
): Coverage {
  const read = readerWith(template, currency ?? NO_CURRENCY)
  const unused = unusedLines(template, currency ?? NO_CURRENCY)
  const results = samples.map((sample, at) => resultOf(at + 1, read(sample), sample, unused, template))
  const count = (is: SaleReading['is']) => results.filter(result => result.is === is).length
  return {
    receipts: samples.length,
    sales: count('sale'),
    notSales: count('none'),
    unparsed: count('unparsed'),
    results,
  }
}

function resultOf(
  receipt: number,
  reading: SaleReading,
  sample: Printed,
  unused: (sample: Printed) => readonly string[],
  template: ReceiptTemplate,
): SampleResult {
  const nothing = { receipt, is: reading.is, items: null, total: null, read: null, unused: [], line: null }
  if (reading.is === 'none') return { ...nothing, code: null, why: reading.why }
  if (reading.is === 'unparsed') {
    const { code, message } = reading.error
    const facts: ErrorFacts = reading.error.facts
    const suspect = suspectLine(facts, sample, template)
    return {
      ...nothing,
      code,
      why: sentenceOf(facts, message, suspect),
      line: typeof facts.text === 'string' ? facts.text : suspect,
    }
  }
  const { sale } = reading
  const total = sale.tenders.reduce((sum, tender) => sum + tender.amount, 0)
  return {
    ...nothing,
    items: sale.lines.length,
    total,
    read: readOf(sale),
    unused: unused(sample),
    code: null,
    why: null,
  }
}

function readOf(sale: ReceiptSale): ReadSample {
  return {
    number: sale.receiptNumber,
    soldAt: sale.soldAt.wall,
    items: sale.lines.map(({ title, sku, quantity, net }) => ({ name: title, sku, quantity, net })),
    tax: sale.taxes.reduce((sum, tax) => sum + tax.amount, 0),
    rounding: sale.rounding,
    tenders: sale.tenders.map(({ kind, name, amount }) => ({ kind, name, amount })),
  }
}

type ErrorFacts = Readonly<Partial<Record<'what' | 'why' | 'text' | 'expected' | 'printed' | 'off', unknown>>>

/** Why, without the sentences on what to do that each refusal ends with. */
function sentenceOf(facts: ErrorFacts, message: string, suspect: string | null): string {
  if (typeof facts.why === 'string') return facts.why
  if (typeof facts.what !== 'string') return message
  const plain = (sum: unknown) => String(sum).replace(/ XXX$/, '')
  const hint = suspect === null ? '' : `; the line ${JSON.stringify(suspect)} may be what is missing`
  return `${facts.what} should be ${plain(facts.expected)} but ${plain(facts.printed)} is printed, ${plain(facts.off)} apart${hint}`
}

/** The line with just the amount by which a receipt does not add up. */
function suspectLine(facts: ErrorFacts, sample: Printed, { numbers }: ReceiptTemplate): string | null {
  if (typeof facts.off !== 'string') return null
  const value = Math.round(Number(facts.off.replace(/ [A-Z]{3}$/, '')) * 100)
  if (!Number.isSafeInteger(value) || value === 0) return null
  const decimals = numbers.decimals ?? minorDigits(NO_CURRENCY)
  const format = { ...numbers, decimals }
  for (const amount of [value, value / 2]) {
    if (!Number.isInteger(amount)) continue
    const text = printAmount(amount, format)
    const found = (paperLines(sample) ?? []).find(line => {
      const at = line.text.indexOf(text)
      return (
        at >= 0 &&
        !/[\d.,]/.test(line.text[at - 1] ?? '') &&
        !/[\d.,]/.test(line.text[at + text.length] ?? '')
      )
    })
    if (found !== undefined) return found.text.trim().slice(0, 80)
  }
  return null
}
