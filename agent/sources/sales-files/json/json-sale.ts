import { TillbridgeError } from '../../../../shared/errors.ts'
import { LONGEST_KEY } from '../../../../shared/ids.ts'
import { moneyUnreadable, sum } from '../../../../shared/money.ts'
import { recordFieldMissing, recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { wallClock } from '../../../../shared/wall-clock.ts'
import { PARTS } from '../../../codecs/poslog/exact-amount.ts'
import { isDiscountName } from '../../../codecs/receipt-templates/words.ts'
import { tenderKindIn } from '../csv/receipt-rows.ts'
import type { Said } from '../file-format.ts'
import { type NumberRules, plainNumber } from '../number-text.ts'
import type { PlainLine, PlainSale } from '../plain-receipt.ts'
import { saleOf } from '../plain-sale.ts'
import {
  isBelowZero,
  type RefundReading,
  refundReading,
  signBeside,
  signUnder,
  unitsUnder,
} from '../refund-reading.ts'
import { withoutRounding } from '../tender-words.ts'
import {
  type ExactMoney,
  exactMoneyIn,
  looked,
  momentIn,
  priceTimes,
  signedMoney,
  unitsIn,
} from '../values.ts'
import type { JsonSettings } from './settings.ts'

export interface JsonStore {
  readonly source: string
  readonly settings: JsonSettings
  readonly clock: ReturnType<typeof wallClock>
}

export function jsonStore(source: string, settings: JsonSettings): JsonStore {
  return { source, settings, clock: wallClock({ numbers: 'epoch-ms' }, settings.zone) }
}

/** The value at a JSON pointer (RFC 6901); undefined: there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** A text or number as text; null: there is none, or it is empty. @throws RECORD_VALUE_UNREADABLE */
function textAt(value: unknown, pointer: string | undefined): string | null {
  if (pointer === undefined) return null
  const found = valueAt(value, pointer)
  if (found === undefined || found === null) return null
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean')
    throw recordValueUnreadable({ field: pointer, value: typeof found, expected: 'a text or number' })
  const text = String(found).trim()
  return text === '' ? null : text
}

function listAt(value: unknown, pointer: string): readonly unknown[] {
  const found = valueAt(value, pointer)
  if (found === undefined || found === null) return []
  if (!Array.isArray(found))
    throw recordValueUnreadable({ field: pointer, value: typeof found, expected: 'a list' })
  return found
}

/** @throws RECORD_FIELD_MISSING, RECORD_VALUE_UNREADABLE */
export function keyAt(value: unknown, { settings }: JsonStore): string {
  const { receipt } = settings.fields
  const parts = (typeof receipt === 'string' ? [receipt] : receipt).map(pointer => {
    const text = textAt(value, pointer)
    if (text === null) throw recordFieldMissing({ field: pointer })
    return text
  })
  const key = parts.join('/')
  if (key.length > LONGEST_KEY)
    throw recordValueUnreadable({ field: 'receipt', value: `${key.slice(0, 60)}…`, expected: 'a short key' })
  return key
}

/** @throws RECORD_FIELD_MISSING, RECORD_VALUE_UNREADABLE, TIME_UNREADABLE */
export function wallAt(value: unknown, { settings, clock }: JsonStore): string {
  const { date, time } = settings.fields
  const found = valueAt(value, date)
  if (typeof found === 'number') return clock(found < 1e11 ? found * 1_000 : found, date)
  const text = textAt(value, date)
  if (text === null) throw recordFieldMissing({ field: date })
  if (time === undefined || settings.time === undefined) return momentIn(text, date, settings.date, clock)
  const hour = textAt(value, time)
  if (hour === null) throw recordFieldMissing({ field: time })
  return momentIn(`${text} ${hour}`, `${date}, ${time}`, `${settings.date} ${settings.time}`, clock)
}

/** Whether an element was sold in another store than this source's. @throws RECORD_VALUE_UNREADABLE where the settings do not say */
export function isOfElsewhere(value: unknown, { settings: { fields, stores } }: JsonStore): boolean {
  if (stores === undefined || fields.store === undefined) return false
  return looked(stores, textAt(value, fields.store) ?? '', fields.store) === 'elsewhere'
}

/** What one element says. Pure; throws why it can't be read, naming the pointer. */
export function readJsonSale(value: unknown, store: JsonStore): Said {
  const { settings } = store
  const { fields, currency } = settings
  if (isOfElsewhere(value, store)) return { is: 'nothing', why: 'elsewhere' }
  const status = textAt(value, fields.status)
  if (settings.statuses !== undefined && status !== null && fields.status !== undefined) {
    const said = looked(settings.statuses, status, fields.status)
    if (said !== 'counts') return { is: said }
  }
  const meaning =
    settings.refunds === 'signed'
      ? 'sale'
      : looked(settings.refunds, textAt(value, fields.type) ?? '', fields.type ?? '')
  if (meaning === 'void' || meaning === 'nothing') return { is: meaning }
  const written = fields.lines === undefined ? null : linesAsWritten(listAt(value, fields.lines), store)
  const reading =
    meaning === 'sale' || written === null ? null : readingOf(written, asSaid(value, store), settings)
  const sold =
    fields.lines === undefined || written === null
      ? null
      : linesOf(listAt(value, fields.lines), written, reading, store)
  const sign = signOf(meaning, reading, sold ?? [])
  const exact = moneyReader(sign, store)
  const money = (of: unknown, pointer: string | undefined) => exact(of, pointer)?.amount ?? null
  const wall = wallAt(value, store)
  const total = money(value, fields.total)
  const lines = sold ?? [soleLine(total, sign)]
  const before = written === null ? (asSaid(value, store) ?? 0) : sum(written.map(({ amount }) => amount))
  const beside = moneyReader(signBeside(before, sign), store)
  const charges = chargesAt(
    value,
    fields.charges ?? [],
    lines.length,
    (of, pointer) => beside(of, pointer)?.amount ?? null,
  )
  const { tender } = fields
  const told =
    fields.tenders === undefined || tender === undefined
      ? null
      : listAt(value, fields.tenders).map(each => {
          const name = textAt(each, tender.name) ?? ''
          const kind = tenderKindIn(name, settings.tenderKinds, tender.name ?? '')
          return { kind, name, amount: money(each, tender.amount) ?? 0 }
        })
  const payments = told === null ? null : withoutRounding(told)
  const key = keyAt(value, store)
  const day = textAt(value, fields.businessDate)
  const plain: PlainSale = {
    key,
    receiptNumber: textAt(value, fields.receiptNumber) ?? key,
    till: textAt(value, fields.till) ?? '',
    staff: textAt(value, fields.staff),
    orders: [textAt(value, fields.order)],
    wall,
    businessDate:
      day === null
        ? wall.slice(0, 10)
        : momentIn(day, fields.businessDate ?? '', settings.date, store.clock).slice(0, 10),
    lines: [...lines, ...charges],
    taxIncluded: settings.taxIncluded,
    taxes: taxesAt(value, exact, money, settings),
    total: withCharges(total, charges, payments?.tenders ?? []),
    tenders: payments?.tenders ?? null,
    rounding: money(value, fields.rounding) ?? payments?.rounded ?? null,
    paidBy: null,
  }
  const warehouse = textAt(value, fields.warehouse) ?? settings.warehouse
  return {
    is: 'sale',
    sale: saleOf(plain, { source: store.source, currency, zone: settings.zone, warehouse }),
  }
}

/** Tips and the like, as lines without stock and without tax. */
function chargesAt(
  value: unknown,
  pointers: readonly string[],
  from: number,
  money: (of: unknown, pointer: string | undefined) => number | null,
): readonly PlainLine[] {
  return pointers
    .map(pointer => ({ title: pointer.split('/').at(-1) ?? '', amount: money(value, pointer) ?? 0 }))
    .filter(({ amount }) => amount !== 0)
    .map(({ title, amount }, at) => ({
      line: from + at,
      sku: null,
      barcode: null,
      title,
      quantity: amount < 0 ? -1_000 : 1_000,
      amount,
      discount: null,
      isUntaxed: true as const,
      taxes: [],
    }))
}

/** The total with what was paid on top of it, where the payments show that it does not hold that. */
function withCharges(
  total: number | null,
  charges: readonly PlainLine[],
  tenders: readonly { readonly amount: number }[],
): number | null {
  const onTop = sum(charges.map(({ amount }) => amount))
  const isApart = total !== null && sum(tenders.map(({ amount }) => amount)) === total + onTop
  return isApart ? total + onTop : total
}

function soleLine(total: number | null, sign: (amount: number) => number): PlainLine {
  return {
    line: 0,
    sku: null,
    barcode: null,
    title: '',
    quantity: sign(1_000),
    amount: total ?? 0,
    discount: null,
    taxes: [],
  }
}

type Sign = (amount: number) => number
const asWritten: Sign = amount => amount
const below: Sign = amount => -Math.abs(amount)

/** A refund's total and payments are below zero however they are written; those of an exchange as its lines come out. */
function signOf(
  meaning: 'sale' | 'refund',
  reading: RefundReading | null,
  lines: readonly PlainLine[],
): Sign {
  if (meaning === 'sale') return asWritten
  const hasBoth = lines.some(({ amount }) => amount < 0) && lines.some(({ amount }) => amount > 0)
  const isExchange = reading === 'signed' && hasBoth
  return isExchange && sum(lines.map(({ amount }) => amount)) >= 0 ? asWritten : below
}

/** The total of a sale, or else what its payments come to, with the sign that it has; null: it has neither. */
function asSaid(value: unknown, store: JsonStore): number | null {
  const { total, tenders, tender } = store.settings.fields
  const money = moneyReader(asWritten, store)
  const whole = money(value, total)?.amount
  if (whole !== undefined) return whole
  if (tenders === undefined || tender === undefined) return null
  return sum(listAt(value, tenders).map(each => money(each, tender.amount)?.amount ?? 0))
}

function readingOf(
  written: readonly PlainLine[],
  said: number | null,
  settings: JsonSettings,
): RefundReading {
  const lines = written.map(({ title, sku, quantity, amount }) => ({
    ...{ title, quantity, amount },
    isOff: quantity > 0 && amount < 0 && [title, sku].some(name => name !== null && isDiscountName(name)),
  }))
  return refundReading(lines, said, false, settings)
}

function linesAsWritten(lines: readonly unknown[], store: JsonStore): readonly PlainLine[] {
  return lines.map((line, index) => lineOf(line, index, { money: asWritten, units: asWritten }, store))
}

/** The lines of a sale, or those of a refund as its reading says. */
function linesOf(
  lines: readonly unknown[],
  written: readonly PlainLine[],
  reading: RefundReading | null,
  store: JsonStore,
): readonly PlainLine[] {
  if (reading === null) return written
  return lines.map((line, index) => {
    const isBelow = isBelowZero(written[index] ?? { quantity: 0, amount: 0 })
    const units = (quantity: number) => unitsUnder(reading, isBelow, quantity)
    const read = lineOf(line, index, { money: signUnder(reading, isBelow), units }, store)
    return reading === 'turned' ? { ...read, isSignSure: true } : read
  })
}

function moneyReader(sign: Sign, store: JsonStore): ReadMoney {
  return (of, pointer) => {
    const text = textAt(of, pointer)
    if (text === null || pointer === undefined) return null
    return signedMoney(moneyText(text, pointer, rulesAt(of, pointer, store.settings), store), sign)
  }
}

interface LineSigns {
  readonly money: Sign
  readonly units: Sign
}

function lineOf(line: unknown, index: number, signs: LineSigns, store: JsonStore): PlainLine {
  const money = moneyReader(signs.money, store)
  const { line: at } = store.settings.fields
  const units = textAt(line, at.quantity)
  const quantity = signs.units(
    units === null ? 1_000 : unitsIn(units, at.quantity ?? '', rulesAt(line, at.quantity, store.settings)),
  )
  const number = textAt(line, at.line)
  const tax = money(line, at.tax)
  return {
    line: number !== null && /^\d{1,5}$/.test(number) ? Number(number) : index,
    sku: textAt(line, at.sku),
    barcode: textAt(line, at.barcode),
    title: textAt(line, at.title) ?? '',
    quantity,
    ...(money(line, at.amount) ?? signedMoney(pricedAmount(line, quantity, store), signs.money)),
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

/** Taxes of the whole sale: a list of them, or one figure; null: its lines say them. */
function taxesAt(
  value: unknown,
  exact: ReadMoney,
  money: (of: unknown, pointer: string | undefined) => number | null,
  { fields: { taxes, tax, receiptTax } }: JsonSettings,
): PlainSale['taxes'] {
  const whole = exact(value, receiptTax)
  if (whole !== null && whole.amount !== 0) return [{ name: 'Tax', rate: null, ...whole }]
  if (taxes === undefined || tax === undefined) return null
  return listAt(value, taxes).map(each => ({
    name: textAt(each, tax.name) ?? 'Tax',
    rate: rateOf(textAt(each, tax.rate), tax.rate ?? ''),
    base: money(each, tax.base),
    ...(exact(each, tax.amount) ?? { amount: 0 }),
  }))
}

/** An amount of an element, with the sign that the receipt gives it; null: it has none. */
type ReadMoney = (of: unknown, pointer: string | undefined) => ExactMoney | null

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

/** @throws RECORD_VALUE_UNREADABLE, MONEY_UNREADABLE naming the pointer */
function moneyText(text: string, field: string, rules: NumberRules, { settings }: JsonStore): ExactMoney {
  if (settings.amounts === 'decimal') return decimalIn(text, field, rules, settings)
  if (!/^-?\d{1,14}$/.test(text))
    throw recordValueUnreadable({
      field,
      value: text.slice(0, 100),
      expected: 'a whole number of minor units',
    })
  return { amount: Number(text) }
}

function decimalIn(text: string, field: string, rules: NumberRules, { currency }: JsonSettings): ExactMoney {
  try {
    return exactMoneyIn(text, field, rules, currency)
  } catch (error) {
    if (!(error instanceof TillbridgeError)) throw error
    throw moneyUnreadable({ field, value: text }, error)
  }
}

/** JSON's own numbers have a point; a text may be written as the country does. */
function rulesAt(of: unknown, pointer: string | undefined, settings: JsonSettings): NumberRules {
  if (pointer === undefined || typeof valueAt(of, pointer) === 'number')
    return { decimal: '.', thousands: '' }
  return { decimal: settings.decimal ?? '.', thousands: settings.thousands ?? '' }
}

/** Percent as parts per million. */
function rateOf(text: string | null, field: string): number | null {
  if (text === null) return null
  const percent = Number(text.replace(/\s*%$/, ''))
  if (!(percent >= 0 && percent <= 1_000))
    throw recordValueUnreadable({ field, value: text.slice(0, 100), expected: 'a rate in percent' })
  return Math.round(percent * 10_000)
}
