import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { isTimeZone } from '../../../../shared/time-zone.ts'
import { minus, salesFilesSettings, timesIn } from '../settings.ts'
import { isDateFormat } from '../values.ts'
import { csvColumns } from './column-headings.ts'
import { csvEncodings } from './encoding-names.ts'
import { type Preset, presetNames, presets } from './presets.ts'

/** So many lines may stand above the headings. */
export const MOST_SKIPPED = 50

/**
 * What a row can be. Of `total`, `tax` and `change` the column `paid` has the amount; `void-next` takes back the row that follows.
 */
export const rowTypes = [
  'receipt',
  'line',
  'payment',
  'change',
  'total',
  'tax',
  'void-next',
  'nothing',
] as const

const shape = z.strictObject({
  ...salesFilesSettings,
  preset: z.enum(presetNames).optional(),
  warehouse: z.string().min(1).max(255),
  delimiter: z.enum(['auto', ',', ';', '\t', '|']).default('auto'),
  quote: z.string().length(1).default('"'),
  /** `auto`: by the byte order mark or the zeros of UTF-16, else UTF-8, and Windows-1252 for a row that is not valid UTF-8. */
  encoding: z.enum(csvEncodings).default('auto'),
  /** Lines before the heading line. */
  skipLines: z.int().min(0).max(MOST_SKIPPED).default(0),
  /** What the first text of rows is that belong to the report and not to a receipt: totals, page numbers. With * and ?. */
  notSales: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
  decimal: z.enum(['.', ',']).optional(),
  thousands: z.enum(['', '.', ',', ' ', "'"]).default(''),
  /** How quantities are written, where it is not how amounts are. */
  quantities: z
    .strictObject({
      decimal: z.enum(['.', ',']),
      thousands: z.enum(['', '.', ',', ' ', "'"]).default(''),
    })
    .refine(({ decimal, thousands }) => decimal !== thousands, 'decimal and thousands are the same sign')
    .optional(),
  date: z
    .string()
    .max(40)
    .refine(isDateFormat, 'is neither "iso" nor a format such as DD.MM.YYYY HH:mm')
    .optional(),
  /** Format of the column of business days; left out: that of the dates. */
  businessDate: z
    .string()
    .max(40)
    .refine(isDateFormat, 'is neither "iso" nor a format such as DD.MM.YYYY')
    .optional(),
  /** Format of the time column. */
  time: z.string().max(20).optional(),
  timesIn,
  /** The receipt's number, date and the like are on its first row alone; rows without a number belong to the receipt above. */
  numberOnFirstRow: z.boolean().default(false),
  /** One row for each line sold, or one for each receipt. */
  rows: z.enum(['line', 'receipt']).optional(),
  /** Rows of one receipt are at most this far apart; 0: they follow each other directly. */
  window: z.int().min(0).max(5_000).default(200),
  /** The rows of a receipt name one moment: one of the same number at another moment is another receipt. Left out: false. */
  oneMoment: z.boolean().optional(),
  columns: csvColumns.default({}),
  /** Which time zone (IANA) a value of the column `zone` is, where its name does not say it. */
  zones: z
    .record(z.string(), z.string().refine(isTimeZone, 'is not a time zone that this machine knows'))
    .default({}),
  /** Whether amounts, prices and discounts include tax. */
  taxIncluded: z.boolean().optional(),
  /** `signed`: amounts and units of refunds are below zero. Else what each value of the type column means, with * and ?. */
  refunds: z.union([
    z.literal('signed'),
    z.record(z.string(), z.enum(['sale', 'refund', 'void', 'nothing'])),
  ]),
  minus,
  /** What each value of the status column means; another one is refused. `account`: what is unpaid is owed. */
  statuses: z.record(z.string(), z.enum(['counts', 'account', 'void', 'nothing'])).optional(),
  /** What each value of the column `rowType` means, with * and ? after those that are named in full. */
  rowTypes: z.record(z.string(), z.enum(rowTypes)).optional(),
  /** What moves no stock, by its type (`columns.itemType`), code or name, with * and ?: repairs, gift cards, deposits. */
  services: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
  /** What kind of payment each name is, where its words don't say it. */
  tenderKinds: z.record(z.string(), z.enum(tenderKinds)).default({}),
})

/** Settings of the kind `csv`, completed by the preset. Names each required setting that is missing. */
export const csvSettings = shape.transform((given, context) => {
  const preset: Partial<Preset> = given.preset === undefined ? {} : presets[given.preset]
  const all = {
    ...preset,
    ...definedOf(given),
    columns: { ...preset.columns, ...given.columns },
    services: [...(preset.services ?? []), ...given.services],
  }
  const need = (path: string, value: unknown, why: string) => {
    if (value === undefined)
      context.addIssue({ code: 'custom', path: path.split('.'), message: `is needed: ${why}` })
  }
  const { decimal, date, rows, columns, taxIncluded } = all
  const delimiter = given.delimiter === 'auto' ? (preset.delimiter ?? 'auto') : given.delimiter
  need('decimal', decimal, 'the sign before the cents, "." or ","')
  need('date', date, 'the format of the date column, such as DD.MM.YYYY HH:mm')
  need('rows', rows, '"line" or "receipt"')
  need('columns.receipt', columns.receipt, 'the heading of the receipt number')
  need('columns.date', columns.date, 'the heading of the date')
  if (columns.time !== undefined) need('time', all.time, 'the format of the time column, such as HH:mm')
  if (rows === 'line')
    need('columns.amount', columns.amount ?? columns.price, 'the heading of the amount, or of "price"')
  if (rows === 'receipt') need('columns.total', columns.total ?? columns.amount, 'the heading of the total')
  if (columns.tax !== undefined || columns.receiptTax !== undefined)
    need('taxIncluded', taxIncluded, 'whether amounts include tax')
  if (all.minus === 'sold' && all.refunds !== 'signed')
    need('refunds', undefined, '"signed" where "minus" is "sold"')
  if (all.refunds !== 'signed') need('columns.type', columns.type, 'the heading of the type of receipt')
  if (all.stores !== undefined) need('columns.store', columns.store, 'the heading of the store')
  if (columns.rowType !== undefined) need('rowTypes', all.rowTypes, 'what each type of row is')
  const isOfType = (...types: readonly string[]) =>
    Object.values(all.rowTypes ?? {}).some(type => types.includes(type))
  if (isOfType('payment', 'change', 'total', 'tax'))
    need('columns.paid', columns.paid, 'the heading of the amount of a payment')
  if (isOfType('tax')) need('taxIncluded', taxIncluded, 'whether amounts include tax')
  if (isOfType('payment')) {
    need('columns.tender', columns.tender, 'the heading of the name of a payment')
  }
  if (columns.taxes !== undefined) need('columns.tax', columns.tax, 'the heading of the first tax')
  if (columns.tax !== undefined && columns.receiptTax !== undefined)
    need('columns.tax', undefined, 'not beside "receiptTax": tax is told by line or for the whole receipt')
  if (columns.status !== undefined) need('statuses', all.statuses, 'what each status means')
  if (decimal === undefined || date === undefined || rows === undefined) return z.NEVER
  if (decimal === given.thousands) need('thousands', undefined, 'not the same sign as "decimal"')
  const receipt = typeof columns.receipt === 'string' ? [columns.receipt] : (columns.receipt ?? [])
  return {
    ...all,
    delimiter,
    decimal,
    date,
    rows,
    taxIncluded: taxIncluded ?? false,
    columns: { ...columns, receipt },
    /** Headings that only the preset names, and a file may do without: it then says nothing of several stores, zones or currencies. */
    mayLack: [
      given.columns.store === undefined && given.stores === undefined ? columns.store : undefined,
      ...(['zone', 'currency', 'taxInclusion', 'itemType'] as const).map(field =>
        given.columns[field] === undefined ? columns[field] : undefined,
      ),
    ].filter(heading => heading !== undefined),
  }
})
export type CsvSettings = z.output<typeof csvSettings>

function definedOf<Given extends object>(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Given
}
