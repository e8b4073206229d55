import { LONGEST_KEY } from '../../../../shared/ids.ts'
import { sum } from '../../../../shared/money.ts'
import { recordFieldMissing, recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { afterChange } from '../change.ts'
import { tenderKindIn } from '../csv/receipt-rows.ts'
import { isCurrencyOf } from '../currency-words.ts'
import type { Said } from '../file-format.ts'
import { meaningOfMarks } from '../marks.ts'
import { meantBy } from '../meant-by.ts'
import type { PlainLine, PlainSale } from '../plain-receipt.ts'
import { saleOf } from '../plain-sale.ts'
import { signBeside } from '../refund-reading.ts'
import { withoutRounding } from '../tender-words.ts'
import { looked, momentIn } from '../values.ts'
import { type JsonLines, readLines } from './json-lines.ts'
import {
  type JsonStore,
  listAt,
  marksAt,
  moneyReader,
  type ReadMoney,
  rateOf,
  type SignRule,
  textAt,
  valueAt,
} from './json-values.ts'
import type { JsonSettings } from './settings.ts'

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

/** Whether a sale was one, was taken back, or never counted, as its status, its marks and its type say. */
function meaningAt(value: unknown, { settings }: JsonStore): 'sale' | 'refund' | 'void' | 'nothing' {
  const { fields, statuses, refunds } = settings
  const status = textAt(value, fields.status)
  if (statuses !== undefined && status !== null && fields.status !== undefined) {
    const said = looked(statuses, status, fields.status)
    if (said !== 'counts') return said
  }
  const marked = meaningOfMarks(marksAt(value, fields.marks))
  if (marked === 'void' || marked === 'nothing') return marked
  const meaning =
    refunds === 'signed' ? 'sale' : meantBy(refunds, textAt(value, fields.type) ?? '', fields.type ?? '')
  return meaning === 'sale' && marked === 'refund' ? 'refund' : meaning
}

/** @throws RECORD_VALUE_UNREADABLE for a sale in another currency than the source's */
function expectCurrency(value: unknown, { settings: { fields, currency } }: JsonStore): void {
  const written = textAt(value, fields.currency)
  if (written === null || isCurrencyOf(written, currency)) return
  const expected = `${currency}, the currency of this source`
  throw recordValueUnreadable({ field: fields.currency ?? '', value: written.slice(0, 60), expected })
}

/** What one element says. Pure; throws why it can't be read, naming the pointer. */
export function readJsonSale(value: unknown, store: JsonStore): Said {
  const { settings } = store
  const { fields, currency, zone, minus } = settings
  if (isOfElsewhere(value, store)) return { is: 'nothing', why: 'elsewhere' }
  const meaning = meaningAt(value, store)
  if (meaning === 'void' || meaning === 'nothing') return { is: meaning }
  expectCurrency(value, store)
  const said = asSaid(value, store)
  const goods =
    fields.lines === undefined ? null : readLines(listAt(value, fields.lines), { meaning, said }, store)
  if (goods === 'void' || goods === 'nothing') return { is: goods }
  const sign = signOf(meaning, goods)
  const exact = moneyReader(sign, store)
  const money = (of: unknown, pointer: string | undefined) => exact(of, pointer)?.amount ?? null
  const wall = wallAt(value, store)
  const total = money(value, fields.total)
  const lines = goods?.read ?? [soleLine(total, sign)]
  const before = goods === null ? (said ?? 0) : sum(goods.written.map(({ amount }) => amount))
  const beside = moneyReader(signBeside(before, sign), store)
  const besideOf = (pointer: string | undefined) => beside(value, pointer)?.amount ?? 0
  const off = besideOf(fields.receiptDiscount)
  const charges = chargeLines(
    [
      ...(fields.charges ?? []).map(pointer => ({ pointer, amount: besideOf(pointer) })),
      {
        pointer: fields.receiptDiscount ?? '',
        amount: before < 0 ? Math.abs(off) : -Math.abs(off),
        isTaxed: true,
      },
      tipsAt(value, money, settings),
    ],
    lines.length,
  )
  const payments = paymentsAt(value, money, store)
  const paid = afterChange(
    { tenders: payments?.tenders ?? null, paidBy: paidByAt(value, store) },
    money(value, fields.change),
  )
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
        : momentIn(day, fields.businessDate ?? '', settings.date, store.dayClock).slice(0, 10),
    lines: [...lines, ...charges],
    taxIncluded: settings.taxIncluded,
    taxes: taxesAt(value, exact, money, settings),
    total: withCharges(total, charges, paid.tenders ?? []),
    rounding: money(value, fields.rounding) ?? payments?.rounded ?? null,
    ...paid,
  }
  const warehouse = textAt(value, fields.warehouse) ?? settings.warehouse
  return { is: 'sale', sale: saleOf(plain, { source: store.source, currency, zone, warehouse, minus }) }
}

/** An amount in minor units; null: it is not there. */
type ReadAmount = (of: unknown, pointer: string | undefined) => number | null

/** The payments of a sale, less those that are marked as not made; null: the settings name none. */
function paymentsAt(
  value: unknown,
  money: ReadAmount,
  { settings }: JsonStore,
): ReturnType<typeof withoutRounding> | null {
  const { tenders, tender, payments } = settings.fields
  if (payments !== undefined)
    return withoutRounding(
      payments.map(({ field, kind }) => ({
        ...{ kind, name: field.split('/').at(-1) ?? '' },
        amount: money(value, field) ?? 0,
      })),
    )
  if (tenders === undefined || tender === undefined) return null
  const told = paymentsThatCount(value, settings).map(each => {
    const name = textAt(each, tender.name) ?? ''
    const kind = tenderKindIn(name, settings.tenderKinds, tender.name ?? '')
    const tip = tender.tip?.is === 'beside' ? (money(each, tender.tip.field) ?? 0) : 0
    const amount = (money(each, tender.amount) ?? 0) + tip
    return { kind, name, amount: lessChange(amount, money(each, tender.change)) }
  })
  return withoutRounding(told)
}

/** What is left of a payment, whatever sign its change has. */
const lessChange = (amount: number, change: number | null) =>
  amount - Math.sign(amount) * Math.abs(change ?? 0)

/** The payment that a sale names without an amount; null: it names none. @throws TENDER_KIND_UNKNOWN */
function paidByAt(value: unknown, { settings: { fields, tenderKinds } }: JsonStore): PlainSale['paidBy'] {
  const name = textAt(value, fields.paidBy)
  if (name === null) return null
  const kind = tenderKindIn(name, tenderKinds, fields.paidBy ?? '')
  return { kind: kind === 'rounding' ? 'cash' : kind, name }
}

/** @throws RECORD_MARKED */
function paymentsThatCount(
  value: unknown,
  { fields: { tenders, tender } }: JsonSettings,
): readonly unknown[] {
  if (tenders === undefined) return []
  return listAt(value, tenders).filter(each => {
    const marked = meaningOfMarks(marksAt(each, tender?.marks ?? []))
    return marked === null || marked === 'refund'
  })
}

interface Charge {
  readonly pointer: string
  readonly amount: number
  /** A discount has its share of the tax. */
  readonly isTaxed?: true
}

/** Tips, discounts of the whole sale and the like, as lines without stock. */
function chargeLines(charges: readonly Charge[], from: number): readonly PlainLine[] {
  return charges
    .filter(({ amount }) => amount !== 0)
    .map(({ pointer, amount, isTaxed }, at) => ({
      line: from + at,
      sku: null,
      barcode: null,
      title: titleOf(pointer),
      quantity: amount < 0 ? -1_000 : 1_000,
      amount,
      discount: null,
      ...(isTaxed ? {} : { isUntaxed: true as const }),
      taxes: [],
    }))
}

/** What all payments of a sale have as tips. */
function tipsAt(value: unknown, money: ReadAmount, settings: JsonSettings): Charge {
  const tip = settings.fields.tender?.tip
  if (tip === undefined) return { pointer: '', amount: 0 }
  const tips = paymentsThatCount(value, settings).map(each => money(each, tip.field) ?? 0)
  return { pointer: tip.field, amount: sum(tips) }
}

/** `/total_tip_money/amount` by the name of what it is the amount of. */
function titleOf(pointer: string): string {
  const names = pointer.split('/').slice(1)
  return names.findLast(name => !/^(?:amount|value)$/.test(name)) ?? ''
}

/** The total with what was paid on top of it and what was taken off, where the payments show that it does not hold that. */
function withCharges(
  total: number | null,
  charges: readonly PlainLine[],
  tenders: readonly { readonly amount: number }[],
): number | null {
  if (total === null) return null
  const of = (isOff: boolean) =>
    sum(charges.filter(({ isUntaxed }) => (isUntaxed !== true) === isOff).map(({ amount }) => amount))
  const [onTop, off] = [of(false), of(true)]
  const paid = sum(tenders.map(({ amount }) => amount))
  return [total, total + onTop, total + off, total + onTop + off].find(each => each === paid) ?? total
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

const asWritten: SignRule = amount => amount
const below: SignRule = amount => -Math.abs(amount)

/** A refund's total and payments are below zero however they are written; those of an exchange as its lines come out. */
function signOf(meaning: 'sale' | 'refund', goods: JsonLines | null): SignRule {
  const lines = goods?.read ?? []
  const due = sum(lines.map(({ amount }) => amount))
  if (meaning === 'sale') {
    const isBack = goods?.back === 'all' || (goods?.back === 'some' && due < 0)
    return isBack ? below : asWritten
  }
  const hasBoth = lines.some(({ amount }) => amount < 0) && lines.some(({ amount }) => amount > 0)
  const isExchange = goods?.reading === 'signed' && hasBoth
  return isExchange && due >= 0 ? asWritten : below
}

/** The total of a sale, or else what its payments come to, with the sign that it has; null: it has neither. */
function asSaid(value: unknown, store: JsonStore): number | null {
  const { total, tenders, tender, payments } = store.settings.fields
  const money = moneyReader(asWritten, store)
  const whole = money(value, total)?.amount
  if (whole !== undefined) return whole
  if (payments !== undefined) return sum(payments.map(({ field }) => money(value, field)?.amount ?? 0))
  if (tenders === undefined || tender === undefined) return null
  return sum(paymentsThatCount(value, store.settings).map(each => money(each, tender.amount)?.amount ?? 0))
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
