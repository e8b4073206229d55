import { gtinOrNull } from '../../../shared/gtin.ts'
import { type Currency, minorFromDecimal } from '../../../shared/money.ts'
import { type Quantity, quantityFromUnits } from '../../../shared/quantity.ts'
import { recordFieldMissing, recordValueUnreadable } from '../../../shared/record-problems.ts'
import { areUnitsByPrice } from '../../../shared/units-by-price.ts'
import { decimal } from './decimal.ts'
import { childrenOf, textOf, type XmlNode } from './xml-tree.ts'

/** Which of an item's numbers is the shop's own SKU. */
export type SkuRule = 'auto' | 'item-id' | 'pos-item-id' | 'barcode'

export interface PoslogItem {
  readonly sku: string | null
  readonly barcode: string | null
  readonly title: string
}

interface Code {
  readonly text: string
  /** By the type that the POS wrote beside it, never by its digits: one own code in ten looks like a GTIN. */
  readonly isBarcode: boolean
  readonly from: 'item-id' | 'pos-item-id' | 'other'
}

const BARCODE_TYPE = /EAN|UPC|GTIN|JAN|ISBN|barcode/i
/** ItemTypes that are sold but are not goods on a shelf. */
const NO_GOODS = /^(Service|Fee|GiftCertificate|GiftCard|Donation|Deposit|Warranty|Alteration|Tax|Tip)s?$/i

/** What was sold. Its barcode is a code that is typed as one, else one of 12 to 14 digits that is a right GTIN. */
export function itemOf(sale: XmlNode, lineItem: XmlNode, rule: SkuRule): PoslogItem {
  const codes: Code[] = []
  const note = (node: XmlNode | undefined, from: Code['from'], type: string | undefined) => {
    const text = node?.text.trim() ?? ''
    if (text !== '' && text.length <= 64) codes.push({ text, isBarcode: BARCODE_TYPE.test(type ?? ''), from })
  }
  for (const node of childrenOf(sale, 'ItemID')) note(node, 'item-id', node.attributes['Type'])
  for (const node of childrenOf(sale, 'POSIdentity'))
    note(childrenOf(node, 'POSItemID')[0], 'pos-item-id', node.attributes['POSIDType'])
  for (const node of childrenOf(sale, 'POSItemID')) note(node, 'pos-item-id', node.attributes['POSIDType'])
  for (const name of ['GTIN', 'EPC', 'ScanData'])
    for (const place of [sale, lineItem])
      for (const node of childrenOf(place, name)) note(node, 'other', name)
  const barcode =
    (codes.find(code => code.isBarcode) ?? codes.find(code => isLongGtin(code.text)))?.text ?? null
  const isGoods = !NO_GOODS.test((sale.attributes['ItemType'] ?? textOf(sale, 'ItemType') ?? '').trim())
  return {
    sku: isGoods ? skuBy(rule, codes, barcode) : null,
    barcode,
    title: textOf(sale, 'Description', 'ItemDescription', 'POSDescription') ?? codes[0]?.text ?? '',
  }
}

/** With `auto`: the first code that is not a barcode, or else the first code. */
function skuBy(rule: SkuRule, codes: readonly Code[], barcode: string | null): string | null {
  if (rule === 'barcode') return barcode
  if (rule !== 'auto') return codes.find(code => code.from === rule)?.text ?? null
  const own = codes.filter(code => code.from !== 'other')
  return (own.find(code => !code.isBarcode) ?? own[0])?.text ?? null
}

function isLongGtin(text: string): boolean {
  return text.length >= 12 && gtinOrNull(text) !== null
}

const PIECES = /^(EA|EACH|PCE|PC|PCS|ST|STK|C62|H87|UN|UNIT|UNITS)$/i

/** Parts of a kilogram, a litre or a metre, whose price is mostly that of the whole: how many of them make it. */
const PARTS: readonly (readonly [RegExp, number])[] = [
  [/^(GRM|GR|G|GRAM|GRAMS|MLT|ML|MMT|MM)$/i, 1_000],
  [/^(CLT|CL|CMT|CM|DJ|DKG|DAG)$/i, 100],
  [/^(DLT|DL|DMT|DM|HGM|HG)$/i, 10],
]
const partsOfWhole = (unit: string) => PARTS.find(([units]) => units.test(unit))?.[1] ?? null

/** Units and minor units of one line, both without a sign of their own for a return. */
export interface Measure {
  readonly quantity: Quantity
  /** The line's amount before any discount that it leaves in: ExtendedAmount, else price × quantity. */
  readonly extended: number
  /** That it was multiplied here, and so rounded once more. */
  readonly isComputed: boolean
}

interface Counted {
  readonly quantity: Quantity
  readonly isPieces: boolean
  /** How many of its unit make a kilogram, a litre or a metre; null: it is not a part of one. */
  readonly parts: number | null
}

/** What was paid for a unit, the likeliest first; `UnitListPrice` is before discounts, and tells grams from kilograms alone. */
const UNIT_PRICES = [
  'ActualSalesUnitPrice',
  'ActualUnitPrice',
  'RegularSalesUnitPrice',
  'RegularSaleUnitPrice',
] as const
const LIST_PRICES = ['UnitListPrice', 'RegularUnitPrice', 'UnitPrice', 'ListPrice'] as const

/**
 * Where a line has several quantities (1 piece and 0.127 kg): the one that makes the amount with the unit price,
 * pieces first; else the pieces; else the first. Grams are thousandths where a price shows it, and refused where none does. A line without any
 * quantity is one piece.
 * @throws QUANTITY_UNREADABLE, RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE, RECORD_FIELD_MISSING
 */
export function measureOf(sale: XmlNode, currency: Currency): Measure {
  const found = childrenOf(sale, 'Quantity').map((node): Counted => {
    const text = node.text.trim() === '' ? (node.attributes['Units'] ?? '') : node.text.trim()
    const unit = (node.attributes['UnitOfMeasureCode'] ?? '').trim()
    return {
      quantity: quantityFromUnits(text, 'Quantity'),
      isPieces: PIECES.test(unit),
      parts: partsOfWhole(unit),
    }
  })
  const ordered = [...found.filter(each => each.isPieces), ...found.filter(each => !each.isPieces)]
  const price = textOf(sale, ...UNIT_PRICES)
  const times = (quantity: number) =>
    price === null ? null : timesPrice(decimal(price, currency, 'unit price'), price, quantity, currency)
  const amount = textOf(sale, 'ExtendedAmount')
  if (amount !== null) {
    const extended = decimal(amount, currency, 'ExtendedAmount')
    const isMake = ({ quantity }: { quantity: number }) =>
      Math.abs(times(quantity) ?? Number.NaN) === Math.abs(extended)
    const inWholes = ordered.flatMap(each => wholesOf(each) ?? [])
    const fits =
      ordered.length > 1 || inWholes.length > 0 ? [...ordered, ...inWholes].find(isMake) : undefined
    const quantity = fits?.quantity ?? unitsByPrice(ordered[0], extended, sale, currency)
    if (price !== null) expectUnitsOf({ quantity, extended, price: decimal(price, currency, 'unit price') })
    return { quantity, extended, isComputed: false }
  }
  const plain = textOf(sale, 'Amount')
  const quantity =
    (ordered[0]?.parts ?? null) === null
      ? (ordered[0]?.quantity ?? quantityFromUnits(1, 'Quantity'))
      : unitsByPrice(ordered[0], plain === null ? 0 : decimal(plain, currency, 'Amount'), sale, currency)
  const product = times(quantity)
  if (product !== null) return { quantity, extended: product, isComputed: true }
  if (plain === null) throw recordFieldMissing({ field: 'ExtendedAmount' })
  return { quantity, extended: decimal(plain, currency, 'Amount'), isComputed: false }
}

/** Grams as kilograms; null: they are not parts of one, or make no thousandths of it. */
function wholesOf({ quantity, parts }: Counted): { readonly quantity: Quantity } | null {
  if (parts === null || quantity % parts !== 0) return null
  return { quantity: quantityFromUnits(quantity / parts / 1_000, 'Quantity') }
}

/** The units of a line. Grams are those of the reading that a price allows alone. @throws RECORD_VALUE_UNREADABLE where none tells it */
function unitsByPrice(
  counted: Counted | undefined,
  extended: number,
  sale: XmlNode,
  currency: Currency,
): Quantity {
  if (counted === undefined) return quantityFromUnits(1, 'Quantity')
  if (counted.parts === null || counted.quantity === 0) return counted.quantity
  const price = textOf(sale, ...UNIT_PRICES, ...LIST_PRICES)
  const wholes = wholesOf(counted)
  const unit = price === null ? 0 : decimal(price, currency, 'unit price')
  const isOf = (quantity: number) => isNearPrice(quantity, extended, unit)
  const readings = [counted, ...(wholes === null ? [] : [wholes])].filter(({ quantity }) => isOf(quantity))
  const [only, ...more] = readings
  if (only !== undefined && more.length === 0) return only.quantity
  throw recordValueUnreadable({
    field: 'Quantity',
    value: String(counted.quantity / 1_000),
    expected: 'units of stock, or a unit price that tells whether parts such as grams are units',
  })
}

/** A discount takes some of the price, and an extra adds some; ten parts of a whole are further apart than that. */
const FURTHEST = 3

function isNearPrice(quantity: number, extended: number, price: number): boolean {
  const full = Math.abs((price * quantity) / 1_000)
  const paid = Math.abs(extended)
  return full > 0 && paid > 0 && paid <= full * FURTHEST && paid * FURTHEST >= full
}

/** @throws RECORD_VALUE_UNREADABLE for grams at the price of a kilogram, as far as they are taken for units */
function expectUnitsOf({
  quantity,
  extended,
  price,
}: Record<'quantity' | 'extended' | 'price', number>): void {
  if (areUnitsByPrice({ quantity, amount: extended, price })) return
  throw recordValueUnreadable({
    field: 'Quantity',
    value: String(quantity / 1_000),
    expected:
      'units that make the ExtendedAmount of the unit price, as grams at the price of a kilogram do not',
  })
}

/** Unit prices may have more decimals than the currency: the product is rounded, not the price. */
function timesPrice(rounded: number, price: string, quantity: number, currency: Currency): number {
  const exact = Number(price)
  if (!Number.isFinite(exact)) return Math.round((rounded * quantity) / 1_000)
  return minorFromDecimal((exact * quantity) / 1_000, currency, 'unit price')
}
