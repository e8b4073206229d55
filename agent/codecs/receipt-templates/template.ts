import { z } from 'zod'
import { tenderKinds } from '../../../shared/events.ts'
import { Currency } from '../../../shared/money.ts'
import { dateParts, isAmbiguous, timeParts } from './date-format.ts'
import type { Field } from './fields.ts'
import { monthLanguages } from './month-names.ts'
import { fieldsOf, parsePattern } from './pattern.ts'

/**
 * How one POS prints its receipts: where on the paper a sale's facts stand. A JSON file, one for each layout; patterns
 * are those of pattern.ts. docs/receipt-templates.md explains each field to the person who writes one.
 */

/** A pattern that names all of `needs` and, besides what is read and forgotten, none but those and `may`. */
function pattern(needs: readonly Field[], may: readonly Field[]) {
  const allowed = new Set<Field>([...needs, ...may, ...FORGOTTEN])
  return z.string().superRefine((text, context) => {
    const parts = parsePattern(text)
    const refuse = (why: string) => context.addIssue({ code: 'custom', message: `"${text}": ${why}` })
    if ('problem' in parts) return refuse(parts.problem)
    const named = fieldsOf(parts)
    const lacking = needs.find(field => !named.includes(field))
    if (lacking !== undefined) refuse(`it lacks {${lacking}}`)
    const alien = named.find(field => !allowed.has(field))
    if (alien !== undefined) refuse(`{${alien}} says nothing here`)
  })
}

const FORGOTTEN = ['text', 'word', 'unit', 'count', 'rule', 'gap', 'spaces', 'number', 'money'] as const
const MOST = 60
const list = <T extends z.ZodType>(one: T) => z.array(one).max(MOST)
const plain = pattern([], [])
const amount = pattern(['amount'], ['rate'])
const discount = pattern(['amount'], ['rate', 'mark'])
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** `order`: the online order that the receipt rings up. */
const HEADER = ['receipt', 'order', 'till', 'staff', 'date', 'time', 'businessDate'] as const
const ITEM = ['name', 'quantity', 'price', 'amount', 'discount', 'sku', 'barcode', 'mark', 'rate'] as const

/** Discounts stand on paper as a negative amount or as a positive one that is taken off. */
const printed = z.enum(['negative', 'positive'])

const Numbers = z.strictObject({
  decimal: z.enum(['.', ',']),
  thousands: z.enum(['', '.', ',', ' ', "'"]).default(''),
  signs: z.array(z.string().min(1).max(8)).max(12).default([]),
  credit: z.array(z.string().min(1).max(8)).max(4).default([]),
  /** Decimals that amounts are printed with; left out: the currency's. */
  decimals: z.int().min(0).max(4).optional(),
})

const Dates = z.strictObject({
  formats: z
    .array(
      z
        .string()
        .max(40)
        .refine(text => dateParts(text) !== null, 'a date needs YYYY, MM and DD'),
    )
    .max(12),
  times: z
    .array(
      z
        .string()
        .max(40)
        .refine(text => timeParts(text) !== null, 'a time needs HH and mm'),
    )
    .max(12),
  months: z.enum(monthLanguages).default('en'),
  /** Sales before this time belong to the day before, unless the receipt prints its business date. */
  dayStartsAt: clock.default('00:00'),
})

const Items = z.strictObject({
  /** Lines, one after another, that the items follow; none: the first line that reads as an item begins them. */
  after: list(plain).default([]),
  /** What ends the items, besides any line of `totals`. */
  until: list(plain).default([]),
  /** Lines that belong to the item below them. */
  before: list(pattern([], ITEM)).default([]),
  /** A line without `{name}` takes it from a line above or below. */
  lines: list(pattern(['amount'], ITEM)).min(1),
  /** Lines that belong to the item above them. */
  details: list(pattern([], ITEM)).default([]),
  /** With `{mark}`, a discount whose mark differs from the item above it is taken off all items of that mark. */
  discounts: list(z.strictObject({ pattern: discount, of: z.enum(['line', 'receipt']), printed })).default(
    [],
  ),
  ignore: list(plain).default([]),
  /** Names in which a number that looks like a quantity is part of the name: `Batteries x {number}`. */
  names: list(plain).default([]),
  /** Whether names may end in a small number, as in `Type 42`; `false` refuses a receipt with one, since it may be a quantity. */
  numberedNames: z.boolean().default(true),
  /** Forms of the item codes: `A-0` for `CT-02`. A code of another form refuses the receipt. Empty: any form. */
  codeForms: list(z.string().min(1).max(64)).default([]),
})

const Totals = z.strictObject({
  subtotal: z
    .strictObject({
      patterns: list(amount).min(1),
      means: z.enum(['items', 'after-discounts', 'without-tax']),
    })
    .optional(),
  discounts: list(z.strictObject({ pattern: amount, printed })).default([]),
  /** All tax in one sum. */
  tax: list(pattern(['tax'], ['rate'])).default([]),
  total: list(amount).min(1),
  rounding: z
    .strictObject({ patterns: list(amount).min(1), where: z.enum(['in-total', 'after-total']) })
    .optional(),
  /** Tips, surcharges and fees: above the total they are part of it, below it they come on top. */
  extras: list(z.strictObject({ pattern: amount, name: z.string().min(1).max(100).optional() })).default([]),
})

const Taxes = z.strictObject({
  /** Whether item lines hold the tax, or it comes on top; `none`: the receipt does not print it. */
  mode: z.enum(['included', 'added', 'none']),
  rows: list(pattern(['tax'], ['taxName', 'rate', 'base', 'gross', 'mark'])).default([]),
  /** Whether the rows name every rate, 0 % too. */
  complete: z.boolean().default(true),
  /** Minor units by which each row may miss its items, for a POS that rounds base and tax apart. */
  room: z.int().min(0).max(5).default(0),
  /** Whether a receipt may print no tax at all. */
  mayLack: z.boolean().default(false),
  /** Rates in percent that the items' marks stand for: `{ "A": 19 }`. */
  marks: z.record(z.string().min(1).max(2), z.number().min(0).max(100)).default({}),
})

const TenderKind = z.enum(tenderKinds)
const Tenders = z.strictObject({
  rows: list(
    z.strictObject({
      pattern: pattern(['amount'], ['tenderName']),
      kind: TenderKind,
      name: z.string().min(1).max(100).optional(),
    }),
  ),
  change: list(amount).default([]),
  /** Money given out for a return, printed without a minus. */
  payouts: list(z.strictObject({ pattern: amount, kind: TenderKind })).default([]),
  /** What a receipt without any of the rows was paid with; left out: it is refused. */
  whenNone: z.strictObject({ kind: TenderKind, name: z.string().min(1).max(100) }).optional(),
})

export const notSaleReasons = [
  'copy',
  'training',
  'void',
  'report',
  'other',
  'quote',
  'gift',
  'proforma',
  'order',
  'test',
  'no-sale',
  'timesheet',
  'drawer',
  'voucher',
  'slip',
  'no-amount',
] as const
export type NotSaleReason = (typeof notSaleReasons)[number]

export const ReceiptTemplate = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    about: z.string().max(1_000).optional(),
    /** What `learn` could not decide. As long as it holds anything, no receipt is read into the books. */
    undecided: z.array(z.string().max(500)).max(50).default([]),
    currency: Currency.optional(),
    numbers: Numbers,
    dates: Dates,
    /** Lines by which a print is known not to be a sale. Signs like `***` around them don't matter. */
    notSales: list(z.strictObject({ pattern: plain, as: z.enum(notSaleReasons) })).default([]),
    /**
     * Lines that this till prints on sales too, though they hold a known word of another print: `DUPLICATE`. The known
     * words of all languages (words/) count beside `notSales`.
     */
    onSales: list(plain).default([]),
    /** Whether payments, tips and rounding that no pattern names are read by the known words of all languages. */
    knownWords: z.boolean().default(true),
    /** Lines that tell a return whose amounts are printed without a minus. */
    returns: list(plain).default([]),
    header: list(pattern([], HEADER)),
    /** Printed barcodes and QR codes that hold fields of the header. A line that gives the field comes first. */
    codes: list(
      z.strictObject({
        pattern: pattern([], HEADER),
        /** `CODE128`, `QR` …; left out: any. */
        symbologies: z.array(z.string().min(1).max(40)).min(1).max(20).optional(),
      }),
    ).default([]),
    items: Items,
    totals: Totals,
    taxes: Taxes,
    tenders: Tenders,
  })
  .superRefine((template, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message })
    const { numbers, dates, items } = template
    if (numbers.decimal === numbers.thousands)
      refuse(['numbers'], 'decimals and thousands can not have the same sign')
    const other = dates.formats.flatMap((one, at) =>
      dates.formats.slice(at + 1).map(two => [one, two] as const),
    )
    for (const [one, two] of other)
      if (isAmbiguous(one, two))
        refuse(['dates', 'formats'], `"${one}" and "${two}" read one date as two days`)
    const lackName = items.lines.some(line => !line.includes('{name}'))
    if (lackName && ![...items.before, ...items.details].some(line => line.includes('{name}')))
      refuse(['items', 'lines'], 'a line lacks {name}, and no line above or below an item has it')
    if (items.after.length === 0 && !lackName && items.before.some(isOnlyText))
      refuse(
        ['items', 'before'],
        'a line of text alone needs "after", or the shop\'s name would become an item',
      )
  })
export type ReceiptTemplate = z.infer<typeof ReceiptTemplate>

/** A pattern that nearly any line fits. */
export function isOnlyText(text: string): boolean {
  const parts = parsePattern(text)
  return (
    !('problem' in parts) &&
    parts.every(
      part => part.is === 'blank' || (part.is === 'field' && ['name', 'text', 'word'].includes(part.field)),
    )
  )
}
