import { isFigure, type JsonField, type JsonShape, pointersOf } from './json-fields.ts'

/** What ways to read the money beside a sale's lines can differ in. */
export const besideDimensions = ['charges', 'receiptDiscount', 'discount', 'tips', 'change'] as const
export type BesideDimension = (typeof besideDimensions)[number]

/** One way to read what is beside the lines: tips, discounts and change. */
export interface JsonBeside {
  /** Fields of the sale. */
  readonly sale: object
  /** Fields of each line; they count where its amount may be before them. */
  readonly line: object
  /** Fields of each payment. */
  readonly tender: object
  readonly assumes: Readonly<Record<BesideDimension, string>>
}

/** What `discount` and the like are where nothing is read as one. */
export const NO_BESIDE = 'none'

interface Parts {
  readonly sale: JsonShape
  readonly lines: JsonShape | null
  readonly tenders: JsonShape | null
  readonly hasPayments: boolean
  /** Names of discounts of a line whose amount is a price, which is before them. */
  readonly isPriced: boolean
}

/** So many the settings can name. */
const MOST_CHARGES = 5

/** Every way, the likeliest first: the sales' own sums decide, or a person does. */
export function jsonBesides(parts: Parts): readonly JsonBeside[] {
  return [charges, receiptDiscounts, discounts, tips, changes].reduce<readonly JsonBeside[]>(
    (left, waysOf) => left.flatMap(one => waysOf(parts).map(more => both(one, more))),
    [NOTHING],
  )
}

const NOTHING: JsonBeside = {
  ...{ sale: {}, line: {}, tender: {} },
  assumes: {
    charges: 'within',
    ...{ receiptDiscount: NO_BESIDE, discount: NO_BESIDE, tips: NO_BESIDE, change: 'kept' },
  },
}

type Way = Partial<Omit<JsonBeside, 'assumes'>> & { readonly assumes: Partial<JsonBeside['assumes']> }

const both = (one: JsonBeside, more: Way): JsonBeside => ({
  sale: { ...one.sale, ...more.sale },
  line: { ...one.line, ...more.line },
  tender: { ...one.tender, ...more.tender },
  assumes: { ...one.assumes, ...more.assumes },
})

/** Figures of a name, if one of them is not zero. */
function figuresOf(shape: JsonShape | null, field: Parameters<typeof pointersOf>[1]): readonly JsonField[] {
  if (shape === null) return []
  return pointersOf(shape, field).filter(
    ({ values }) => values.every(isFigure) && values.some(value => /[1-9]/.test(String(value))),
  )
}

/** Percents and flags are not amounts. */
const isAmount = ({ pointer }: JsonField) => !/percent|pct|rate|prozent|type|code|name/i.test(pointer)

function charges({ sale, lines }: Parts): readonly Way[] {
  const found = lines === null ? [] : figuresOf(sale, 'charges').slice(0, MOST_CHARGES)
  if (found.length === 0) return [{ assumes: {} }]
  const fields = found.map(({ pointer }) => pointer)
  return [{ sale: { charges: fields }, assumes: { charges: 'on-top' } }, { assumes: {} }]
}

function receiptDiscounts({ sale, lines }: Parts): readonly Way[] {
  const named = lines === null ? [] : [...figuresOf(sale, 'receiptDiscount'), ...figuresOf(sale, 'discount')]
  const [first] = named.filter(isAmount)
  if (first === undefined) return [{ assumes: {} }]
  const { pointer } = first
  return [{ assumes: {} }, { sale: { receiptDiscount: pointer }, assumes: { receiptDiscount: pointer } }]
}

function discounts({ lines, hasPayments, isPriced }: Parts): readonly Way[] {
  const [first] = figuresOf(lines, 'discount').filter(isAmount)
  // an amount is after discounts unless sums say otherwise
  if (first === undefined || !(isPriced || hasPayments)) return [{ assumes: {} }]
  return [
    { assumes: {} },
    { line: { off: first.pointer }, assumes: { discount: 'line' } },
    { line: { offEach: first.pointer }, assumes: { discount: 'unit' } },
  ]
}

function tips({ sale, lines, tenders }: Parts): readonly Way[] {
  // the sale's own tips are those of its payments
  const isSaid = figuresOf(sale, 'charges').length > 0
  const [first] = lines === null || isSaid ? [] : figuresOf(tenders, 'charges')
  if (first === undefined) return [{ assumes: {} }]
  const ways = ['beside', 'within'] as const
  return [
    ...ways.map(is => ({ tender: { tip: { field: first.pointer, is } }, assumes: { tips: is } })),
    { assumes: {} },
  ]
}

function changes({ sale, tenders, hasPayments }: Parts): readonly Way[] {
  const [ofSale] = figuresOf(sale, 'change')
  const [ofPayment] = figuresOf(tenders, 'change')
  const kept: Way = { assumes: {} }
  if (ofPayment !== undefined)
    return [{ tender: { change: ofPayment.pointer }, assumes: { change: 'off' } }, kept]
  if (ofSale === undefined || !hasPayments) return [kept]
  return [{ sale: { change: ofSale.pointer }, assumes: { change: 'off' } }, kept]
}

export const besideAsks: Readonly<Record<BesideDimension, string>> = {
  charges: 'Do tips, surcharges and the like come on top of the lines?',
  receiptDiscount: 'Is a discount of the whole sale still to be taken off its lines?',
  discount: 'Are discounts of a line still to be taken off its amount?',
  tips: 'Payments have tips. How were they paid?',
  change: 'Is the change off the cash, as payments are what the customer gave?',
}

/** What an answer means. */
export function besideMeans(dimension: BesideDimension, value: string): string {
  const means: Readonly<Record<string, string>> = MEANS[dimension]
  return means[value] ?? `yes: "${value}"`
}

const MEANS = {
  charges: {
    'on-top': 'yes: they are paid beside the lines',
    within: 'no: the lines hold them, or they do not count',
  },
  receiptDiscount: { none: 'no: the lines are after it, or it does not count' },
  discount: {
    none: 'no: amounts are what was paid',
    line: 'yes, once for the line',
    unit: 'yes, for each unit',
  },
  tips: {
    beside: 'beside the amount of the payment: the customer paid both',
    within: 'within it, and the lines do not hold them',
    none: 'they do not count, or the lines hold them',
  },
  change: { off: 'yes', kept: 'no: payments are what was kept' },
} as const
