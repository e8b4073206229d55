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

/** Grams and millilitres, whose price is mostly that of a kilogram or a litre. */
const THOUSANDTH = /^(GRM|GR|G|GRAM|GRAMS|MLT|ML)$/i

/** Units and minor units of one line, both without a sign of their own for a return. */
export interface Measure {
  readonly quantity: Quantity
  /** The line's amount before any discount that it leaves in: ExtendedAmount, else price × quantity. */
  readonly extended: number
  /** That it was multiplied here, and so rounded once more. */
  readonly isComputed: boolean
}

/**
 * Where a line has several quantities (1 piece and 0.127 kg): the one that makes the amount with the unit price,
 * pieces first; else the pieces; else the first. Grams are thousandths where these make the amount. A line without any is one piece.
 * @throws QUANTITY_UNREADABLE, RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE, RECORD_FIELD_MISSING
 */
export function measureOf(sale: XmlNode, currency: Currency): Measure {
  const found = childrenOf(sale, 'Quantity').map(node => {
    const text = node.text.trim() === '' ? (node.attributes['Units'] ?? '') : node.text.trim()
    const unit = node.attributes['UnitOfMeasureCode'] ?? ''
    return {
      quantity: quantityFromUnits(text, 'Quantity'),
      isPieces: PIECES.test(unit),
      isThousandth: THOUSANDTH.test(unit),
    }
  })
  const ordered = [...found.filter(each => each.isPieces), ...found.filter(each => !each.isPieces)]
  const price = textOf(
    sale,
    'ActualSalesUnitPrice',
    'ActualUnitPrice',
    'RegularSalesUnitPrice',
    'RegularSaleUnitPrice',
  )
  const times = (quantity: number) =>
    price === null ? null : timesPrice(decimal(price, currency, 'unit price'), price, quantity, currency)
  const amount = textOf(sale, 'ExtendedAmount')
  if (amount !== null) {
    const extended = decimal(amount, currency, 'ExtendedAmount')
    const isMake = ({ quantity }: { quantity: number }) =>
      Math.abs(times(quantity) ?? Number.NaN) === Math.abs(extended)
    const inThousands = ordered.flatMap(({ quantity, isThousandth }) =>
      isThousandth && quantity % 1_000 === 0
        ? [{ quantity: quantityFromUnits(quantity / 1_000_000, 'Quantity') }]
        : [],
    )
    const fits =
      ordered.length > 1 || inThousands.length > 0 ? [...ordered, ...inThousands].find(isMake) : undefined
    const quantity = (fits ?? ordered[0])?.quantity ?? quantityFromUnits(1, 'Quantity')
    if (price !== null) expectUnitsOf({ quantity, extended, price: decimal(price, currency, 'unit price') })
    return { quantity, extended, isComputed: false }
  }
  const plain = textOf(sale, 'Amount')
  const quantity = ordered[0]?.quantity ?? quantityFromUnits(1, 'Quantity')
  const product = times(quantity)
  if (product !== null) return { quantity, extended: product, isComputed: true }
  if (plain === null) throw recordFieldMissing({ field: 'ExtendedAmount' })
  return { quantity, extended: decimal(plain, currency, 'Amount'), isComputed: false }
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
