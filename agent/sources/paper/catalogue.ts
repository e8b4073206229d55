import { z } from 'zod'
import { defineError } from '../../../shared/errors.ts'
import { Sku } from '../../../shared/ids.ts'
import { settingsMistakes } from '../../../shared/plain-issues.ts'
import { squeezed } from '../../codecs/receipt-templates/blanks.ts'
import type { SaleContext } from '../../codecs/receipt-templates/read-sale.ts'

export const receiptCatalogueInvalid = defineError(
  'RECEIPT_CATALOGUE_INVALID',
  (f: { file: string; problem: string }) =>
    `The catalogue ${f.file} can't be used: ${f.problem}. It should be one JSON object that maps printed names or barcodes to item codes, {"Shirt blue": "SH-1"}. Correct it; it is then read again automatically.`,
)

const Catalogue = z.record(z.string().min(1).max(500), Sku)

/**
 * Item codes by printed name or barcode. A name must match letter for letter; only blanks don't matter.
 * @param text the JSON file's; null: there is none
 * @throws RECEIPT_CATALOGUE_INVALID
 */
export function readCatalogue(file: string, text: string | null): SaleContext['skuOf'] {
  if (text === null) throw receiptCatalogueInvalid({ file, problem: 'there is no such file' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw receiptCatalogueInvalid({ file, problem: 'it is not JSON' }, error)
  }
  const parsed = Catalogue.safeParse(value)
  if (!parsed.success) {
    const problem = settingsMistakes(parsed.error, 'the file').join('; ')
    throw receiptCatalogueInvalid({ file, problem }, parsed.error)
  }
  const skus = new Map<string, string>()
  for (const [printed, sku] of Object.entries(parsed.data)) {
    const name = squeezed(printed)
    if (skus.has(name) && skus.get(name) !== sku)
      throw receiptCatalogueInvalid({ file, problem: `it holds "${name}" twice, with two codes` })
    skus.set(name, sku)
  }
  return ({ barcode, name }) => (barcode === null ? undefined : skus.get(barcode)) ?? skus.get(name) ?? null
}
