import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { isWholeMark, markSettings } from '../marks.ts'

const heading = z.string().min(1).max(200)

/** Headings of the columns; upper and lower case are the same. Leave out what the file does not have. */
export const csvColumns = z.strictObject({
  /** The receipt's key: one column, or several together. */
  receipt: z.union([heading, z.array(heading).min(1).max(5)]).optional(),
  receiptNumber: heading.optional(),
  date: heading.optional(),
  time: heading.optional(),
  businessDate: heading.optional(),
  /** The time zone of a row's date; see `zones`. */
  zone: heading.optional(),
  till: heading.optional(),
  staff: heading.optional(),
  /** The online order that the receipt rings up. */
  order: heading.optional(),
  warehouse: heading.optional(),
  /** The store that a row was sold in, where the file may hold several; see `stores`. */
  store: heading.optional(),
  /** The currency of a row's amounts: one that is not the source's is refused. */
  currency: heading.optional(),
  /** Whether a row's amount includes its tax, in the export's words; one that says otherwise than `taxIncluded` is refused. */
  taxInclusion: heading.optional(),
  type: heading.optional(),
  status: heading.optional(),
  /** Columns that say by being filled in that a row was taken back, does not count, or is of goods that came back. */
  marks: z
    .array(
      z
        .strictObject({ column: heading, ...markSettings })
        .refine(isWholeMark, 'needs either "is" or "means"'),
    )
    .max(10)
    .optional(),
  line: heading.optional(),
  sku: heading.optional(),
  barcode: heading.optional(),
  title: heading.optional(),
  quantity: heading.optional(),
  /** The line's amount after discounts. */
  amount: heading.optional(),
  /** Price of one unit. Without an amount it makes one; beside one it shows that the quantity was read as it is meant. */
  price: heading.optional(),
  discount: heading.optional(),
  tax: heading.optional(),
  /** Further taxes of a row, each called by its heading: GST beside PST. */
  taxes: z.array(heading).max(5).optional(),
  /** The tax of the whole receipt, in its first row or the same on each. */
  receiptTax: heading.optional(),
  taxName: heading.optional(),
  /** In percent. */
  taxRate: heading.optional(),
  /** The receipt's total including tax; the same on each of its rows. */
  total: heading.optional(),
  /** What was paid on top of the lines, once for the receipt: tips, surcharges, shipping. Each is a line that moves no stock. */
  charges: z.array(heading).max(5).optional(),
  /** What was taken off the whole receipt, with either sign. */
  receiptDiscount: heading.optional(),
  /** What was given back in cash, where payments are what the customer gave. */
  change: heading.optional(),
  /** What was sold: goods, or one of `services`. */
  itemType: heading.optional(),
  /** What cash was rounded by. */
  rounding: heading.optional(),
  /** What a row is, where lines and payments have rows of their own; see `rowTypes`. */
  rowType: heading.optional(),
  /** The amount of a row that is a payment. */
  paid: heading.optional(),
  /** The name of the payment. */
  tender: heading.optional(),
  /** Columns that each hold the amount paid in one way. */
  tenders: z
    .array(z.strictObject({ column: heading, kind: z.enum(tenderKinds) }))
    .max(20)
    .optional(),
})
export type CsvColumns = z.infer<typeof csvColumns>
