import { z } from 'zod'
import { PeripheralName, WarehouseCode } from '../../../shared/ids.ts'
import { Currency } from '../../../shared/money.ts'
import { isTimeZone } from '../../../shared/time-zone.ts'
import { TemplateChanges } from '../../codecs/receipt-templates/load.ts'

const Zone = z.string().max(64).refine(isTimeZone, 'no time zone; write it like Europe/Berlin')

/** Settings of a source that reads what one printer prints. */
export const ReceiptSettings = z.strictObject({
  /** The printer or print path of this till whose receipts these are, by its name in the settings. */
  printer: PeripheralName,
  /** A template that the agent comes with, or the path of a JSON file. */
  template: z.string().min(1).max(1_000),
  /** Replace those of the template. */
  numbers: TemplateChanges.shape.numbers,
  dates: TemplateChanges.shape.dates,
  /** Lines of prints that are not sales, beside those of the template. */
  notSales: TemplateChanges.shape.notSales,
  zone: Zone,
  currency: Currency.optional(),
  warehouse: WarehouseCode,
  /** The till of receipts that name none. */
  till: z.string().min(1).max(255),
  /** The path of a JSON file: item codes by barcode or by printed name. */
  catalogue: z.string().min(1).max(1_000).optional(),
})
export type ReceiptSettings = z.infer<typeof ReceiptSettings>
