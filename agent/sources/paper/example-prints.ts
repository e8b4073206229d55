import { z } from 'zod'
import type { SourceId } from '../../../shared/ids.ts'
import { Currency } from '../../../shared/money.ts'
import { isTimeZone } from '../../../shared/time-zone.ts'
import { maskedReceipt } from '../../codecs/receipt-templates/masked.ts'
import { saleReader } from '../../codecs/receipt-templates/read-sale.ts'
import type { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import type { SourceMemory } from '../source.ts'
import { printedOf } from './body.ts'
import { decideReceipt, keysOf, type ReadReceipt } from './decide.ts'

/** What the prints of an example don't say. */
export const ExampleSettings = z.strictObject({
  currency: Currency.default(Currency.parse('EUR')),
  zone: z.string().refine(isTimeZone, 'is not a time zone').default('Europe/Berlin'),
  warehouse: z.string().min(1).default('SHOP'),
  till: z.string().min(1).default('Till'),
})

/** A printer, and when it printed: the same for all examples. */
const PRINTER = { source: 'example', printer: 'example', at: Date.parse('2036-01-01T12:00:00Z') }

/**
 * Reads prints by a template as the source of a printer would, one after the other, and commits what they tell.
 * @throws RECEIPT_TEMPLATE_INVALID where template and currency don't fit
 */
export async function readExamplePrints(
  template: ReceiptTemplate,
  prints: readonly string[],
  settings: z.output<typeof ExampleSettings>,
  { source, memory }: { readonly source: SourceId; readonly memory: SourceMemory },
): Promise<void> {
  const read = saleReader(template, { ...settings, skuOf: () => null })
  for (const [id, print] of prints.entries()) {
    const { lines } = maskedReceipt({
      lines: print
        .split(/\r?\n/)
        .map(text => ({ text, offset: 0, align: 'left' as const, bold: false, width: 1, height: 1 })),
      codes: [],
    })
    const body = { lines: lines.map(({ text }) => text), codes: [], images: [], cut: false }
    const captured = { ...PRINTER, id, state: 'new' as const, code: null, body }
    const receipt: ReadReceipt = { captured, reading: read(printedOf(body)) }
    const keys = keysOf(receipt)
    const known = memory.known(keys.sale === null ? [keys.row] : [keys.row, keys.sale])
    const { events, known: rows } = decideReceipt(source, receipt, {
      known: key => known.get(key),
      formerStoreAt: memory.formerStoreAt,
    })
    await memory.commit({ events, known: rows, mark: null })
  }
}
