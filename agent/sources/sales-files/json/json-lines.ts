import { recordFieldMissing, recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { areUnitsByPrice, type UnitsForMoney } from '../../../../shared/units-by-price.ts'
import { PARTS } from '../../../codecs/poslog/exact-amount.ts'
import { isDiscountName } from '../../../codecs/receipt-templates/words.ts'
import { fromThousandths, isInThousandths, meaningOfMarks } from '../marks.ts'
import { movesNoStock } from '../no-stock.ts'
import { plainNumber } from '../number-text.ts'
import type { PlainLine } from '../plain-receipt.ts'
import { isBelowZero, type RefundReading, refundReading, signUnder, unitsUnder } from '../refund-reading.ts'
import { type ExactMoney, itemCodeIn, priceTimes, signedMoney, unitsIn } from '../values.ts'
import {
  type JsonStore,
  marksAt,
  moneyReader,
  rateOf,
  rulesAt,
  type SignRule,
  textAt,
} from './json-values.ts'

/** The lines of a sale that count. */
export interface JsonLines {
  /** With the signs that the file gives them. */
  readonly written: readonly PlainLine[]
  readonly read: readonly PlainLine[]
  /** How the lines of a refund are meant; null: it is a sale. */
  readonly reading: RefundReading | null
  /** Which of them are goods that came back, by marks of their own. */
  readonly back: 'all' | 'some' | 'none'
}

/**
 * The lines of a sale, or those of a refund as its reading says. `void`, `nothing`: the file says of all lines that they do not count.
 * @param said the total, or what the payments come to, as the file has it; null: it has neither
 * @throws REFUND_UNCLEAR, RECORD_MARKED, RECORD_VALUE_UNREADABLE
 */
export function readLines(
  lines: readonly unknown[],
  { meaning, said }: { readonly meaning: 'sale' | 'refund'; readonly said: number | null },
  store: JsonStore,
): JsonLines | 'void' | 'nothing' {
  const all = lines.map((line, index) => lineInFile(line, index, store))
  const counted = all.filter(({ marked }) => marked === null || marked === 'refund')
  if (counted.length === 0 && all.length > 0)
    return all.some(({ marked }) => marked === 'void') ? 'void' : 'nothing'
  const reading = meaning === 'sale' ? null : readingOf(counted, said, store)
  const back = counted.filter(({ marked }) => marked === 'refund')
  return {
    written: counted.map(({ written }) => written),
    reading,
    read: counted.map(line => lineUnder(reading ?? (line.marked === 'refund' ? 'back' : null), line, store)),
    back: back.length === 0 ? 'none' : back.length === counted.length ? 'all' : 'some',
  }
}

interface LineInFile {
  readonly line: unknown
  readonly index: number
  readonly written: PlainLine
  readonly marked: ReturnType<typeof meaningOfMarks>
  readonly isOfStock: boolean
}

const asWritten: SignRule = amount => amount

function lineInFile(line: unknown, index: number, store: JsonStore): LineInFile {
  const { services, fields } = store.settings
  const written = lineOf(line, index, { money: asWritten, units: asWritten }, store)
  const { sku, barcode, title, quantity, amount } = written
  const names = [textAt(line, fields.line.itemType), sku, barcode, title]
  return {
    ...{ line, index, written },
    marked: meaningOfMarks(marksAt(line, fields.line.marks)),
    isOfStock: !movesNoStock({ names, quantity, amount }, services),
  }
}

function readingOf(lines: readonly LineInFile[], said: number | null, store: JsonStore): RefundReading {
  const told = lines.map(({ written: { title, quantity, amount }, isOfStock }) => ({
    ...{ title, quantity, amount },
    isOff: !isOfStock || (quantity > 0 && amount < 0 && isDiscountName(title)),
  }))
  return refundReading(told, said, false, store.settings)
}

/** A line as its receipt is meant. */
function lineUnder(
  reading: RefundReading | null,
  { line, index, written, isOfStock }: LineInFile,
  store: JsonStore,
): PlainLine {
  const isBelow = isBelowZero(written)
  const read = reading === null ? written : lineOf(line, index, signsUnder(reading, isBelow), store)
  const isTakenOff = reading === 'turned' && isBelow
  return {
    ...read,
    ...(isOfStock && !isTakenOff ? {} : { sku: null, barcode: null }),
    ...(reading === 'turned' ? { isSignSure: true as const } : {}),
  }
}

const signsUnder = (reading: RefundReading, isBelow: boolean): LineSigns => ({
  money: signUnder(reading, isBelow),
  units: quantity => unitsUnder(reading, isBelow, quantity),
})

interface LineSigns {
  readonly money: SignRule
  readonly units: SignRule
}

function lineOf(line: unknown, index: number, signs: LineSigns, store: JsonStore): PlainLine {
  const money = moneyReader(signs.money, store)
  const { line: at } = store.settings.fields
  const units = textAt(line, at.quantity)
  const isParts = isInThousandths(marksAt(line, at.marks))
  const quantity = signs.units(unitsOf(line, isParts, store))
  const number = textAt(line, at.line)
  const tax = money(line, at.tax)
  const paid = money(line, at.amount)
  const own = paid === null ? null : lessOff(paid, line, quantity, store)
  // a price may be that of a whole unit or of a part
  if (own === null && isParts) throw recordFieldMissing({ field: at.amount ?? 'amount' })
  if (own !== null && units !== null)
    expectUnitsByPrice(line, { quantity, amount: own.amount }, isParts, store)
  return {
    line: number !== null && /^\d{1,5}$/.test(number) ? Number(number) : index,
    sku: itemCodeIn(textAt(line, at.sku), at.sku ?? ''),
    barcode: itemCodeIn(textAt(line, at.barcode), at.barcode ?? ''),
    title: textAt(line, at.title) ?? '',
    quantity,
    ...(own ?? lessOff(signedMoney(pricedAmount(line, quantity, store), signs.money), line, quantity, store)),
    discount: money(line, at.discount)?.amount ?? null,
    taxes:
      tax === null
        ? []
        : [
            {
              name: textAt(line, at.taxName) ?? 'Tax',
              rate: rateOf(textAt(line, at.taxRate), at.taxRate ?? ''),
              ...tax,
            },
          ],
  }
}

/** Thousandths of a unit of stock; a line without a quantity is one unit. */
function unitsOf(line: unknown, isParts: boolean, { settings }: JsonStore): number {
  const { quantity: field = '' } = settings.fields.line
  const text = textAt(line, settings.fields.line.quantity)
  if (text === null) return 1_000
  const units = unitsIn(text, field, rulesAt(line, field, settings))
  return isParts ? fromThousandths(units, field) : units
}

/** The amount less what the line says is to be taken off it, towards zero. */
function lessOff(
  { amount, exact }: ExactMoney,
  line: unknown,
  quantity: number,
  store: JsonStore,
): ExactMoney {
  const { off, offEach } = store.settings.fields.line
  const money = moneyReader(Math.abs, store)
  const each = Math.round(((money(line, offEach)?.amount ?? 0) * Math.abs(quantity)) / 1_000)
  const less = Math.sign(amount) * ((money(line, off)?.amount ?? 0) + each)
  if (less === 0) return exact === undefined ? { amount } : { amount, exact }
  return exact === undefined
    ? { amount: amount - less }
    : { amount: amount - less, exact: exact - less * PARTS }
}

/** Units in thousandths, or in packs, are told by the price of one. @throws RECORD_VALUE_UNREADABLE naming the quantity */
function expectUnitsByPrice(
  line: unknown,
  { quantity, amount }: UnitsForMoney,
  isParts: boolean,
  store: JsonStore,
): void {
  const { price, quantity: units = '', amount: paid = '' } = store.settings.fields.line
  const one = moneyReader(Math.abs, store)(line, price)
  if (price === undefined || one === null) return
  const isMade = (units: number) => areUnitsByPrice({ quantity: units, amount, price: one.amount })
  if (isMade(quantity) || (isParts && isMade(quantity * 1_000))) return
  throw recordValueUnreadable({
    field: units,
    value: textAt(line, units) ?? '',
    expected: `a quantity that makes "${paid}" of "${price}"`,
  })
}

function pricedAmount(line: unknown, quantity: number, store: JsonStore): ExactMoney {
  const { settings } = store
  const { price, amount } = settings.fields.line
  const text = textAt(line, price)
  if (text === null || price === undefined) throw recordFieldMissing({ field: price ?? amount ?? 'amount' })
  const plain = plainNumber(text, price, rulesAt(line, price, settings), settings)
  if (settings.amounts === 'decimal') return priceTimes(plain, quantity, price, settings.currency)
  const minor = (Number(plain) * quantity) / 1_000
  const exact = Math.round(minor * PARTS)
  const rounded = Math.sign(minor) * Math.round(Math.abs(minor))
  return exact % PARTS === 0 ? { amount: rounded } : { amount: rounded, exact }
}
