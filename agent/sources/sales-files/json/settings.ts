import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { isWholeMark, markSettings } from '../marks.ts'
import { minus, salesFilesSettings, timesIn } from '../settings.ts'
import { isDateFormat } from '../values.ts'

/** Where a value is, as in RFC 6901: `/payments/0/amount`; `~1` is a slash, `~0` a tilde. */
const pointer = z
  .string()
  .max(200)
  .regex(/^(\/([^~/]|~[01])*)*$/, 'is not a JSON pointer such as /sale/number')

/** Fields that say by being filled in that a sale, line or payment does not count, or of goods that they came back. */
const marks = z
  .array(
    z.strictObject({ field: pointer, ...markSettings }).refine(isWholeMark, 'needs either "is" or "means"'),
  )
  .max(10)
  .default([])

const lineFields = z.strictObject({
  line: pointer.optional(),
  sku: pointer.optional(),
  barcode: pointer.optional(),
  title: pointer.optional(),
  quantity: pointer.optional(),
  /** The line's amount after discounts. */
  amount: pointer.optional(),
  /** Price of one unit. Without an amount it makes one; beside one it shows that the quantity was read as it is meant. */
  price: pointer.optional(),
  discount: pointer.optional(),
  /** What is to be taken off the amount, or off the price times the quantity, with either sign. */
  off: pointer.optional(),
  /** The same for each unit. */
  offEach: pointer.optional(),
  tax: pointer.optional(),
  taxName: pointer.optional(),
  taxRate: pointer.optional(),
  /** What was sold: goods, or one of `services`. */
  itemType: pointer.optional(),
  marks,
})

/** Settings of the kind `json`. Pointers of lines, taxes and payments begin at one of them. */
export const jsonSettings = z
  .strictObject({
    ...salesFilesSettings,
    warehouse: z.string().min(1).max(255),
    /** The list of sales; left out: the file is a list itself, or one sale a line. */
    list: pointer.default(''),
    /** `decimal`: 19.9 or "19.90". `minor`: cents. */
    amounts: z.enum(['decimal', 'minor']).default('decimal'),
    /** How amounts and quantities are written that are texts; a number of JSON has a point in any case. */
    decimal: z.enum(['.', ',']).optional(),
    thousands: z.enum(['', '.', ',', ' ', "'"]).optional(),
    date: z
      .string()
      .max(40)
      .refine(isDateFormat, 'is neither "iso" nor a format such as DD.MM.YYYY HH:mm')
      .default('iso'),
    /** Format of the time of day where it is apart from the date. */
    time: z.string().max(20).optional(),
    timesIn,
    taxIncluded: z.boolean(),
    /** `signed`: amounts and units of refunds are below zero. Else what each value of `type` means, with * and ?. */
    refunds: z.union([
      z.literal('signed'),
      z.record(z.string(), z.enum(['sale', 'refund', 'void', 'nothing'])),
    ]),
    minus,
    statuses: z.record(z.string(), z.enum(['counts', 'void', 'nothing'])).optional(),
    /** What moves no stock, by its type (`line.itemType`), code or name, with * and ?: repairs, gift cards, deposits. */
    services: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
    tenderKinds: z.record(z.string(), z.enum(tenderKinds)).default({}),
    fields: z.strictObject({
      receipt: z.union([pointer, z.array(pointer).min(1).max(5)]),
      receiptNumber: pointer.optional(),
      date: pointer,
      time: pointer.optional(),
      businessDate: pointer.optional(),
      till: pointer.optional(),
      staff: pointer.optional(),
      /** The online order that the sale rings up. */
      order: pointer.optional(),
      warehouse: pointer.optional(),
      /** The store that a sale was made in, where the file may hold several; see `stores`. */
      store: pointer.optional(),
      /** The currency of its amounts: one that is not the source's is refused. */
      currency: pointer.optional(),
      type: pointer.optional(),
      status: pointer.optional(),
      total: pointer.optional(),
      /** What cash was rounded by. */
      rounding: pointer.optional(),
      /** What was paid on top of the lines: tips, surcharges, shipping. Each is a line that moves no stock. */
      charges: z.array(pointer).max(5).optional(),
      /** What was taken off the whole sale, with either sign: a line that moves no stock. */
      receiptDiscount: pointer.optional(),
      /** What was given back in cash, where payments are what the customer gave. */
      change: pointer.optional(),
      lines: pointer.optional(),
      line: lineFields.default({ marks: [] }),
      marks,
      taxes: pointer.optional(),
      /** The tax of the whole sale, where it is one figure. */
      receiptTax: pointer.optional(),
      tax: z
        .strictObject({
          name: pointer.optional(),
          rate: pointer.optional(),
          base: pointer.optional(),
          amount: pointer,
        })
        .optional(),
      tenders: pointer.optional(),
      /** The name of the one payment of a sale, which paid all of it. */
      paidBy: pointer.optional(),
      /** Fields that each hold what was paid in one way. */
      payments: z
        .array(z.strictObject({ field: pointer, kind: z.enum(tenderKinds) }))
        .max(20)
        .optional(),
      tender: z
        .strictObject({
          name: pointer.optional(),
          amount: pointer,
          /** The tip of a payment, paid beside its amount or within it: a line that moves no stock. */
          tip: z.strictObject({ field: pointer, is: z.enum(['beside', 'within']) }).optional(),
          /** What was given back of a payment, where its amount is what the customer gave. */
          change: pointer.optional(),
          marks,
        })
        .optional(),
    }),
  })
  .superRefine(({ fields, refunds, statuses, date, time, stores, minus }, context) => {
    const need = (path: string, value: unknown, why: string) => {
      if (value === undefined)
        context.addIssue({ code: 'custom', path: path.split('.'), message: `is needed: ${why}` })
    }
    if (fields.time !== undefined) {
      need('time', time, 'the format of the time of day, such as HH:mm')
      const isWhole = isDateFormat(date) && !/D/.test(date)
      need('date', isWhole ? undefined : date, 'the format of the date alone, such as YYYY-MM-DD')
    }
    if (fields.lines !== undefined)
      need(
        'fields.line.amount',
        fields.line.amount ?? fields.line.price,
        'where a line has its amount, or "price"',
      )
    else need('fields.total', fields.total, 'a sale without lines needs its total')
    if (fields.charges !== undefined) need('fields.lines', fields.lines, 'charges come on top of lines')
    if (fields.receiptDiscount !== undefined)
      need('fields.lines', fields.lines, 'a discount of the whole sale is taken off its lines')
    if (fields.tender?.tip !== undefined) need('fields.lines', fields.lines, 'tips come on top of lines')
    if (fields.taxes !== undefined && fields.receiptTax !== undefined)
      need('fields.taxes', undefined, 'not beside "receiptTax"')
    if (fields.taxes !== undefined) need('fields.tax', fields.tax, 'where a tax has its amount')
    const ways = [fields.tenders, fields.paidBy, fields.payments].filter(each => each !== undefined)
    if (ways.length > 1) need('fields.tenders', undefined, 'one of "tenders", "payments" and "paidBy" alone')
    if (fields.tenders !== undefined) need('fields.tender', fields.tender, 'where a payment has its amount')
    if (fields.store !== undefined)
      need(
        'stores',
        stores,
        'which values of "store" are this store ("here") and which are left out ("elsewhere")',
      )
    if (stores !== undefined) need('fields.store', fields.store, 'where a sale says its store')
    if (minus === 'sold' && refunds !== 'signed')
      need('refunds', undefined, '"signed" where "minus" is "sold"')
    if (refunds !== 'signed') need('fields.type', fields.type, 'where a sale says whether it is a refund')
    if (fields.status !== undefined) need('statuses', statuses, 'what each status means')
  })
export type JsonSettings = z.output<typeof jsonSettings>
