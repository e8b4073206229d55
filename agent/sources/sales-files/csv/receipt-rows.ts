import { maskCardNumbers } from '../../../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../../../shared/errors.ts'
import { LONGEST_KEY } from '../../../../shared/ids.ts'
import { sum } from '../../../../shared/money.ts'
import { recordFieldMissing, recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { areUnitsByPrice } from '../../../../shared/units-by-price.ts'
import { isDiscountName } from '../../../codecs/receipt-templates/words.ts'
import { afterChange } from '../change.ts'
import type { Said } from '../file-format.ts'
import { fromThousandths, isInThousandths, meaningOfMarks } from '../marks.ts'
import { meantBy } from '../meant-by.ts'
import { movesNoStock } from '../no-stock.ts'
import { plainNumber } from '../number-text.ts'
import type { PlainLine, PlainSale } from '../plain-receipt.ts'
import { saleOf } from '../plain-sale.ts'
import { recordMarked, tenderKindUnknown } from '../problems.ts'
import { type RefundReading, refundReading, signBeside, signUnder, unitsUnder } from '../refund-reading.ts'
import { tenderMeant, withoutRounding } from '../tender-words.ts'
import {
  type ExactMoney,
  exactMoneyIn,
  itemCodeIn,
  looked,
  momentIn,
  moneyIn,
  priceTimes,
  signedMoney,
  unitsIn,
} from '../values.ts'
import { amountOfReceipt, besideLines, receiptTaxIn } from './beside-lines.ts'
import type { Row } from './columns.ts'
import type { CsvStore } from './csv-store.ts'
import { lineTaxesIn } from './line-taxes.ts'
import { expectMoneyOfSource } from './row-money.ts'
import { type RowType, rowTypesOf } from './row-types.ts'
import type { CsvSettings } from './settings.ts'

/** The receipt's key; null: its column is empty. @throws RECORD_VALUE_UNREADABLE for one that is too long */
export function keyIn(row: Row): string | null {
  const parts = row.receipt()
  const key = parts.join('/')
  if (parts.some(part => part === '')) return null
  if (key.length > LONGEST_KEY)
    throw recordValueUnreadable({ field: 'receipt', value: `${key.slice(0, 60)}…`, expected: 'a short key' })
  return key
}

/** The row's moment. @throws RECORD_FIELD_MISSING, RECORD_VALUE_UNREADABLE, TIME_UNREADABLE */
export function wallIn(row: Row, store: CsvStore): string {
  const wall = writtenWall(row, store)
  const zone = row.value('zone')
  if (zone !== null) store.zoneOf(zone, wall, row.heading('zone'))
  return wall
}

function writtenWall(row: Row, { settings, clock }: CsvStore): string {
  const heading = row.heading('date')
  const date = row.value('date')
  if (date === null) throw recordFieldMissing({ field: heading })
  const time = row.value('time')
  if (time === null || settings.time === undefined) return momentIn(date, heading, settings.date, clock)
  return momentIn(
    `${date} ${time}`,
    `${heading}, ${row.heading('time')}`,
    `${settings.date} ${settings.time}`,
    clock,
  )
}

type Meaning = 'sale' | 'refund' | 'void' | 'nothing'

function meaningOf(row: Row, { refunds, statuses }: CsvSettings): Meaning {
  const status = row.value('status')
  if (statuses !== undefined && status !== null) {
    const said = looked(statuses, status, row.heading('status'))
    if (said !== 'counts' && said !== 'account') return said
  }
  const marked = meaningOfMarks(row.marks())
  if (marked === 'void' || marked === 'nothing') return marked
  const meaning =
    refunds === 'signed' ? 'sale' : meantBy(refunds, row.value('type') ?? '', row.heading('type'))
  return meaning === 'sale' && marked === 'refund' ? 'refund' : meaning
}

/** Whether a row says that goods or money went back. @throws RECORD_VALUE_UNREADABLE */
export function isGivenBack(row: Row, store: CsvStore): boolean {
  if (meaningOf(row, store.settings) === 'refund') return true
  const reader = readerOf(store)
  const { minus } = store.settings
  const isFilled = row.value('quantity') !== null && minus !== 'amount'
  const written = isFilled
    ? reader.units(row)
    : row.value('amount') === null
      ? 0
      : reader.money(row, 'amount')
  return minus === 'sold' ? written > 0 : written < 0
}

/** What the rows of one receipt say. Pure; throws why they can't be read, naming the column. */
export function readReceiptRows(key: string, rows: readonly Row[], store: CsvStore): Said {
  const meanings = new Map(rows.map(row => [row, meaningOf(row, store.settings)]))
  const read = (of: ReadonlyMap<Row, Meaning>) => readRows({ key, rows, meanings: of }, store)
  const marked = markOfFirst(rows, store.settings)
  if (marked === null) return read(meanings)
  // the receipt was taken back, or its first line: its sum says which
  const all = marked.is === 'refund' ? ('refund' as const) : ('sale' as const)
  const asLine = saidOr(() => read(meanings))
  const asWhole = saidOr(() => read(new Map(rows.map(row => [row, all]))))
  if (asLine instanceof TillbridgeError && !(asWhole instanceof TillbridgeError))
    return marked.is === 'refund' ? asWhole : { is: marked.is }
  if (!(asLine instanceof TillbridgeError) && asWhole instanceof TillbridgeError) return asLine
  if (!(asLine instanceof TillbridgeError) && isZeroedAlone(rows, store)) return asLine
  throw recordMarked({ field: marked.field, value: marked.value })
}

/** Whether the POS left nothing of the first line alone, beside a total: of a receipt that was taken back it would leave nothing, or all. */
function isZeroedAlone([first, ...more]: readonly Row[], store: CsvStore): boolean {
  const reader = readerOf(store)
  const isZero = (row: Row | undefined, field: 'amount' | 'total') =>
    row !== undefined && row.value(field) !== null && reader.money(row, field) === 0
  const hasTotal = first !== undefined && first.value('total') !== null && !isZero(first, 'total')
  return hasTotal && isZero(first, 'amount') && more.every(row => !isZero(row, 'amount'))
}

function saidOr(read: () => Said): Said | TillbridgeError {
  try {
    return read()
  } catch (error) {
    if (error instanceof TillbridgeError) return error
    throw error
  }
}

/** A mark on the first of several rows alone, as of what a receipt has once; null: no row has such a mark. */
function markOfFirst(rows: readonly Row[], { numberOnFirstRow }: CsvSettings) {
  const [first, ...more] = rows
  if (first === undefined || more.length === 0 || numberOnFirstRow) return null
  const is = meaningOfMarks(first.marks())
  if (is === null) return null
  if (more.some(row => meaningOfMarks(row.marks()) !== null)) return null
  const by = first.marks().find(mark => meaningOfMarks([mark]) === is)
  // a column that says no of each other row is of the lines
  const place = by === undefined ? -1 : first.marks().findIndex(({ field }) => field === by.field)
  if (more.every(row => (row.marks()[place]?.value ?? null) !== null)) return null
  return { is, field: by?.field ?? '', value: by?.value ?? '' }
}

interface MeantRows {
  readonly key: string
  readonly rows: readonly Row[]
  readonly meanings: ReadonlyMap<Row, Meaning>
}

function readRows({ key, rows, meanings }: MeantRows, store: CsvStore): Said {
  const { settings } = store
  const types = rowTypesOf(rows, settings)
  const first = rows.find(row => types.get(row) === 'receipt') ?? rows[0]
  if (first === undefined) return { is: 'nothing' }
  // A receipt does not count when the POS says so of all its rows; a line alone that does not is left out.
  const meant = rows.filter(row => meanings.get(row) === 'sale' || meanings.get(row) === 'refund')
  if (meant.length === 0) return { is: [...meanings.values()].includes('void') ? 'void' : 'nothing' }
  for (const row of meant) expectMoneyOfSource(row, settings)
  const ofType = (type: NonNullable<RowType>) => meant.filter(row => (types.get(row) ?? type) === type)
  const payments = Object.values(settings.rowTypes ?? {}).includes('payment') ? ofType('payment') : null
  const reading = readingOf(
    ofType('line'),
    meanings,
    () => asSaid(first, { meant, payments, totals: ofType('total') }, store),
    store,
  )
  const goods = linesOf(ofType('line'), meanings, reading, store)
  const sign = signOf(
    meant.map(row => meanings.get(row)),
    sum(goods.map(line => line.amount)),
    reading !== 'turned' && goods.some(line => line.amount < 0) && goods.some(line => line.amount > 0),
  )
  const signOfBeside = reading === null ? sign : signBeside(writtenSum(first, ofType('line'), store), sign)
  const lines = [...goods, ...besideLines(meant, nextLine(goods), signOfBeside, store)]
  const amountIn = (row: Row, field: Money) => sign(readerOf(store).money(row, field))
  const money = (field: Money) => (first.value(field) === null ? null : amountIn(first, field))
  const rowAmounts = (type: 'total' | 'tax' | 'change') =>
    settings.rowTypes === undefined ? [] : ofType(type).map(row => amountIn(row, 'paid'))
  const wall = wallIn(first, store)
  const day = first.value('businessDate')
  const { rounded, ...paid } = paymentsOf(first, { meant, payments }, sign, store)
  const plain: PlainSale = {
    key,
    receiptNumber: first.value('receiptNumber') ?? key,
    till: first.value('till') ?? '',
    staff: first.value('staff'),
    orders: meant.map(row => row.value('order')),
    wall,
    businessDate:
      day === null
        ? wall.slice(0, 10)
        : momentIn(
            day,
            first.heading('businessDate'),
            settings.businessDate ?? settings.date,
            store.dayClock,
          ).slice(0, 10),
    lines,
    taxIncluded: settings.taxIncluded,
    taxes: taxRows(ofType, rowAmounts) ?? receiptTaxIn(meant, sign, store),
    total: rowAmounts('total').at(-1) ?? money('total'),
    rounding: money('rounding') ?? rounded,
    ...afterChange(paid, changeIn(rowAmounts('change')) ?? amountOfReceipt(meant, 'change', store)),
  }
  const warehouse = first.value('warehouse') ?? settings.warehouse
  const { currency, zone, minus } = settings
  const of = { source: store.source, currency, zone, warehouse, minus }
  return { is: 'sale', sale: saleOf(plain, of) }
}

function changeIn(amounts: readonly number[]): number | null {
  return amounts.length === 0 ? null : sum(amounts)
}

/** Taxes that have rows of their own; null: none has. */
function taxRows(
  ofType: (type: 'tax') => readonly Row[],
  amounts: (type: 'tax') => readonly number[],
): PlainSale['taxes'] {
  const rows = amounts('tax').length === 0 ? [] : ofType('tax')
  const taxes = rows.map((row, index) => ({
    name: row.value('title') ?? row.value('rowType') ?? '',
    rate: null,
    amount: amounts('tax')[index] ?? 0,
  }))
  return taxes.length === 0 ? null : taxes
}

/** A refund's total and payments are below zero however they are written; those of an exchange as its lines come out. */
function signOf(
  meanings: readonly (Meaning | undefined)[],
  ofLines: number,
  hasBoth: boolean,
): (amount: number) => number {
  const isMixed = meanings.includes('sale') || hasBoth
  const isBelow = meanings.includes('refund') && (!isMixed || ofLines < 0)
  return amount => (isBelow ? -Math.abs(amount) : amount)
}

type Money = 'amount' | 'price' | 'discount' | 'tax' | 'total' | 'rounding' | 'paid'

function readerOf({ settings }: CsvStore) {
  const { currency } = settings
  return {
    money: (row: Row, field: Money) =>
      moneyIn(row.value(field) ?? '', row.heading(field), settings, currency),
    units: (row: Row) => {
      const text = row.value('quantity')
      if (text === null) return 1_000
      const units = unitsIn(text, row.heading('quantity'), settings.quantities ?? settings)
      return isInThousandths(row.marks()) ? fromThousandths(units, row.heading('quantity')) : units
    },
  }
}

const asWritten = (amount: number) => amount

/** The total of a receipt, or else what its payments come to, with the sign that it has; null: it has neither. */
function asSaid(
  first: Row,
  { totals, ...rows }: PaymentRows & { readonly totals: readonly Row[] },
  store: CsvStore,
): number | null {
  const reader = readerOf(store)
  const last = store.settings.rowTypes === undefined ? undefined : totals.at(-1)
  if (last !== undefined) return reader.money(last, 'paid')
  if (first.value('total') !== null) return reader.money(first, 'total')
  const { tenders } = paymentsOf(first, rows, asWritten, store)
  return tenders === null ? null : sum(tenders.map(({ amount }) => amount))
}

/** What the lines, or where a row is a receipt its total, come to as the file has them. */
function writtenSum(first: Row, lines: readonly Row[], store: CsvStore): number {
  const reader = readerOf(store)
  const { rows } = store.settings
  if (rows === 'receipt') return reader.money(first, first.value('total') === null ? 'amount' : 'total')
  return sum(lines.map(line => amountOf(line, reader.units(line), asWritten, rows, store).amount))
}

/** How the rows of a receipt that are a refund's are meant; null: it has none. @throws REFUND_UNCLEAR */
function readingOf(
  rows: readonly Row[],
  meanings: ReadonlyMap<Row, Meaning>,
  said: () => number | null,
  store: CsvStore,
): RefundReading | null {
  const back = rows.filter(row => meanings.get(row) === 'refund')
  if (back.length === 0) return null
  const reader = readerOf(store)
  if (!back.some(row => isWrittenBelow(row, reader))) return 'back'
  const lines = new Map(
    back.map(row => {
      const quantity = reader.units(row)
      const { amount } = amountOf(row, quantity, asWritten, store.settings.rows, store)
      const title = row.value('title') ?? ''
      const isDiscount = quantity > 0 && amount < 0 && isDiscountName(title)
      const isOff = isDiscount || isNoStock(row, quantity, reader, store.settings.services)
      return [lineNumber(row, rows.indexOf(row)), { title, quantity, amount, isOff }]
    }),
  )
  return refundReading([...lines.values()], said(), back.length < rows.length, store.settings)
}

function linesOf(
  meant: readonly Row[],
  meanings: ReadonlyMap<Row, Meaning>,
  reading: RefundReading | null,
  store: CsvStore,
): PlainLine[] {
  const { settings } = store
  const reader = readerOf(store)
  const byNumber = new Map<number, PlainLine>()
  for (const [index, row] of meant.entries()) {
    const isBack = reading !== null && meanings.get(row) === 'refund'
    const isUnder = isBack && isWrittenBelow(row, reader)
    const sign = isBack ? signUnder(reading, isUnder) : asWritten
    expectUnitsOfReturn(row, reader, settings)
    const written = reader.units(row)
    const quantity = isBack ? unitsUnder(reading, isUnder, written) : written
    const isTakenOff = reading === 'turned' && isUnder
    const line = lineNumber(row, index)
    const named = {
      line,
      ...(isTakenOff || isNoStock(row, written, reader, settings.services) ? NO_CODES : codesIn(row)),
      title: row.value('title') ?? '',
      quantity,
      discount: row.value('discount') === null ? null : reader.money(row, 'discount'),
      taxes: lineTaxesIn(row, sign, store),
    }
    const money = amountOf(row, quantity, sign, settings.rows, store)
    expectPriceTimesQuantity(row, quantity, money.amount, store)
    // A line that is written again replaces the former: a POS that corrects a line appends it.
    byNumber.set(line, { ...named, ...money, ...(reading === 'turned' ? { isSignSure: true } : {}) })
  }
  return [...byNumber.values()]
}

/** Whether a row of a refund has a minus, before its price too where that makes its amount. */
function isWrittenBelow(row: Row, reader: ReturnType<typeof readerOf>): boolean {
  const isPriced = row.value('amount') === null && row.value('price') !== null
  return isBelow(row, reader) || (isPriced && reader.money(row, 'price') < 0)
}

/**
 * An offer may have a code of its own and no quantity: it is not a unit that came back.
 * @throws RECORD_VALUE_UNREADABLE
 */
function expectUnitsOfReturn(
  row: Row,
  reader: ReturnType<typeof readerOf>,
  { numberOnFirstRow, columns, services }: CsvSettings,
): void {
  if (!numberOnFirstRow || columns.quantity === undefined || row.value('quantity') !== null) return
  const hasCode = row.value('sku') !== null || row.value('barcode') !== null
  if (!hasCode || !isBelow(row, reader) || isNoStock(row, 1_000, reader, services)) return
  const name = [row.value('sku'), row.value('title')].filter(text => text !== null).join(' ')
  throw recordValueUnreadable({
    field: row.heading('quantity'),
    value: '',
    expected: `how many of "${name.slice(0, 80)}" came back; an offer is named in "services"`,
  })
}

const NO_CODES = { sku: null, barcode: null }

function codesIn(row: Row) {
  const code = (field: 'sku' | 'barcode') => itemCodeIn(row.value(field), row.heading(field))
  return { sku: code('sku'), barcode: code('barcode') }
}

/** Whether a row has money, and no goods that leave or come back. */
function isNoStock(
  row: Row,
  quantity: number,
  reader: ReturnType<typeof readerOf>,
  services: CsvSettings['services'],
): boolean {
  const names = [row.value('itemType'), row.value('sku'), row.value('barcode'), row.value('title')]
  const amount = row.value('amount') === null ? 0 : reader.money(row, 'amount')
  return movesNoStock({ names, quantity, amount }, services)
}

function nextLine(lines: readonly PlainLine[]): number {
  return Math.max(-1, ...lines.map(({ line }) => line)) + 1
}

/** Whether a row has a minus. */
function isBelow(row: Row, reader: ReturnType<typeof readerOf>): boolean {
  const isFilled = (field: 'quantity' | 'amount') => row.value(field) !== null
  return (
    (isFilled('quantity') && reader.units(row) < 0) || (isFilled('amount') && reader.money(row, 'amount') < 0)
  )
}

/**
 * A sign between thousands that is read as one before decimals, or the other way about, makes a quantity a thousand times
 * what it is; the unit price beside it shows that.
 * @throws RECORD_VALUE_UNREADABLE naming the quantity
 */
function expectPriceTimesQuantity(row: Row, quantity: number, amount: number, store: CsvStore): void {
  const text = row.value('quantity')
  if (store.settings.rows !== 'line' || text === null || row.value('price') === null) return
  if (row.value('amount') === null) return
  const price = readerOf(store).money(row, 'price')
  if (areUnitsByPrice({ quantity, amount, price })) return
  // the price of grams may be that of one
  if (isInThousandths(row.marks()) && areUnitsByPrice({ quantity: quantity * 1_000, amount, price })) return
  throw recordValueUnreadable({
    field: row.heading('quantity'),
    value: text.slice(0, 60),
    expected: `a quantity that makes "${row.heading('amount')}" of "${row.heading('price')}", which are ${row.value('amount')} and ${row.value('price')}: one of the three is wrong ("quantities" says how this one is written)`,
  })
}

function lineNumber(row: Row, index: number): number {
  const text = row.value('line')
  if (text === null) return index
  if (!/^\d{1,6}$/.test(text) || Number(text) > 100_000)
    throw recordValueUnreadable({
      field: row.heading('line'),
      value: text.slice(0, 100),
      expected: 'a line number',
    })
  return Number(text)
}

function amountOf(
  row: Row,
  quantity: number,
  sign: (amount: number) => number,
  rows: CsvSettings['rows'],
  store: CsvStore,
): ExactMoney {
  const { settings } = store
  const text = row.value('amount')
  if (text !== null) {
    const own = exactMoneyIn(text, row.heading('amount'), settings, settings.currency)
    return signedMoney({ ...exactByPrice(row, quantity, own.amount, store), ...own }, sign)
  }
  if (rows === 'receipt') {
    const total = sign(readerOf(store).money(row, 'total'))
    const taxes = settings.taxIncluded ? [] : lineTaxesIn(row, sign, store)
    const beside = besideLines([row], 0, signBeside(readerOf(store).money(row, 'total'), sign), store)
    return { amount: total - sum([...taxes, ...beside].map(each => each.amount)) }
  }
  // a price may be that of a whole unit or of a part
  if (isInThousandths(row.marks())) throw recordFieldMissing({ field: row.heading('amount') })
  const priced = pricedMoney(row, quantity, store)
  // without a total to prove it the list price is not what was paid
  const isProven = settings.columns.amount === undefined || row.value('total') !== null
  if (priced === null || (!isProven && priced.amount !== 0))
    throw recordFieldMissing({
      field: row.heading(settings.columns.amount === undefined ? 'price' : 'amount'),
    })
  return signedMoney(priced, sign)
}

/** Price times quantity; null: the row has no price. */
function pricedMoney(row: Row, quantity: number, { settings }: CsvStore): ExactMoney | null {
  const price = row.value('price')
  if (price === null) return null
  const plain = plainNumber(price, row.heading('price'), settings, settings)
  return priceTimes(plain, quantity, row.heading('price'), settings.currency)
}

/** What the till rounded to the amount that the file has, where price times quantity shows it. */
function exactByPrice(row: Row, quantity: number, amount: number, store: CsvStore): { exact?: number } {
  const priced = pricedMoney(row, Math.abs(quantity), store)
  const exact = priced?.exact
  if (priced === null || exact === undefined || Math.abs(priced.amount) !== Math.abs(amount)) return {}
  return { exact: Math.sign(amount) * Math.abs(exact) }
}

interface Payments extends Pick<PlainSale, 'tenders' | 'paidBy'> {
  /** What a payment that is named as rounding says; null when no payment is so named. */
  readonly rounded: number | null
}

interface PaymentRows {
  /** All rows that count. */
  readonly meant: readonly Row[]
  /** Those that are payments; null: payments have no rows of their own. */
  readonly payments: readonly Row[] | null
}

function paymentsOf(
  first: Row,
  { meant, payments }: PaymentRows,
  sign: (amount: number) => number,
  store: CsvStore,
): Payments {
  const { columns, tenderKinds, statuses, currency } = store.settings
  if (payments !== null) {
    const told = payments.map(row => ({
      ...named(row, row.value('tender') ?? '', tenderKinds),
      amount: sign(readerOf(store).money(row, 'paid')),
    }))
    const { tenders, rounded } = withoutRounding(told)
    const isOwed =
      statuses !== undefined && looked(statuses, first.value('status') ?? '', 'status') === 'account'
    if (isOwed && tenders.length === 0)
      return { tenders: null, paidBy: { kind: 'account', name: first.value('status') ?? '' }, rounded }
    return { tenders, paidBy: null, rounded }
  }
  if (columns.tenders !== undefined) {
    const tenders = columns.tenders.flatMap(({ column, kind }, index) => {
      const text = first.tenders()[index] ?? null
      const amount = text === null ? 0 : sign(moneyIn(text, column, store.settings, currency))
      return amount === 0 ? [] : [{ kind, name: column, amount }]
    })
    return { tenders, paidBy: null, rounded: null }
  }
  const [name, ...more] = new Set(meant.map(row => row.value('tender') ?? '').filter(each => each !== ''))
  if (name === undefined) return { tenders: null, paidBy: null, rounded: null }
  if (more.length > 0)
    throw recordValueUnreadable({
      field: first.heading('tender'),
      value: [name, ...more].join(', ').slice(0, 100),
      expected:
        'one way of payment on all rows of a receipt ("tenders" or "rowTypes" say how several are written)',
    })
  const { kind } = named(first, name, tenderKinds)
  return { tenders: null, paidBy: { kind: kind === 'rounding' ? 'cash' : kind, name }, rounded: null }
}

function named(row: Row, name: string, kinds: CsvSettings['tenderKinds']) {
  return { kind: tenderKindIn(name, kinds, row.heading('tender')), name }
}

/** @throws TENDER_KIND_UNKNOWN; a payment that has no name is of the kind `other` */
export function tenderKindIn(name: string, kinds: CsvSettings['tenderKinds'], field: string) {
  if (name === '') return 'other'
  const kind = tenderMeant(name, kinds)
  if (kind === null) throw tenderKindUnknown({ name: maskCardNumbers(name).slice(0, 100), field })
  return kind
}
