import type { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { CashMoved, SaleCompleted, type SaleLine, type TaxAmount } from '../../../shared/events.ts'
import { Currency, decimalFromMinor, sum } from '../../../shared/money.ts'
import { namedOrder } from '../../../shared/named-order.ts'
import { checked, receiptTooLong, saleDoesNotAddUp } from '../../../shared/record-problems.ts'
import { decimal } from './decimal.ts'
import { type Header, keyOf, linkedKey, standingOf } from './header.ts'
import type { SkuRule } from './items.ts'
import { amountOfElement, partsOf, type TaxPart } from './parts.ts'
import { spread } from './tax-spread.ts'
import { type Reckoning, reckon, sumOf, type Totals } from './totals-solver.ts'
import { childOf, childrenOf, textOf, type XmlNode } from './xml-tree.ts'

/** What the settings say of the store whose transactions these are. */
export interface PoslogStore {
  readonly source: string
  /** Counts where the transaction names no currency. */
  readonly currency: Currency
  readonly zone: string
  /** The POS's code of the place that sales take from; null: the transaction's own store. */
  readonly warehouse: string | null
  readonly sku: SkuRule
  /** Whether payments differ from what is due by the rounding of cash alone, in the store's country and this currency. */
  isCashRounding(
    difference: number,
    tenders: readonly { readonly kind: string; readonly amount: number }[],
    currency: Currency,
  ): boolean
  /** The names of the elements, outermost first, in which a transaction names the online order that it rings up; null: it does not. */
  readonly order: readonly string[] | null
}

/** What one transaction says. */
export type TransactionReading =
  | { readonly is: 'sale'; readonly sale: z.output<typeof Sale> }
  | { readonly is: 'cash'; readonly cash: z.output<typeof Cash> }
  /** It is marked as not counting. */
  | { readonly is: 'void' }
  /** It takes back the transaction of this key. */
  | { readonly is: 'voids'; readonly key: string }
  /** Nothing for the hub: signing on, training, a suspended receipt. */
  | { readonly is: 'nothing' }

/** Made once: a schema costs more to make than a thousand receipts to check. */
const Sale = SaleCompleted.omit({ at: true, fingerprint: true })
const Cash = CashMoved.omit({ at: true })

const MOST_LINES = 2_000
const MOST_TAXES_OR_TENDERS = 50

/** What one Transaction element says. Pure; throws why it can't be read. */
export function readTransaction(
  transaction: XmlNode,
  header: Header,
  store: PoslogStore,
): TransactionReading {
  const retail = childOf(transaction, 'RetailTransaction')
  const control = childOf(transaction, 'TenderControlTransaction')
  const part = retail ?? control ?? childOf(transaction, 'ControlTransaction')
  const standing = standingOf(transaction, part)
  if (standing === 'nothing') return { is: 'nothing' }
  const voided = standing === 'void' ? null : voidedKey(transaction, part, header, standing === 'post-void')
  if (voided !== null && voided !== keyOf(header)) return { is: 'voids', key: voided }
  if (standing === 'void' || standing === 'post-void') return { is: 'void' }
  if (retail !== null) return saleOf(transaction, retail, header, store)
  if (control !== null) return cashOf(transaction, control, header, store)
  return { is: 'nothing' }
}

/** The transaction that this one takes back: it is a post-void, holds one, or names another with such a reason. */
function voidedKey(
  transaction: XmlNode,
  part: XmlNode | null,
  header: Header,
  isPostVoid: boolean,
): string | null {
  const places = part === null ? [transaction] : [transaction, part]
  for (const place of places) {
    const post = childOf(place, 'PostVoid', 'PostVoidTransaction', 'VoidTransaction')
    const link = post === null ? null : (childOf(post, 'TransactionLink', 'OriginalTransaction') ?? post)
    const key = link === null ? null : linkedKey(link, header)
    if (key !== null) return key
    for (const named of childrenOf(place, 'TransactionLink')) {
      const reason = named.attributes['ReasonCode'] ?? textOf(named, 'ReasonCode', 'LinkType') ?? ''
      const linked = isPostVoid || /void/i.test(reason) ? linkedKey(named, header) : null
      if (linked !== null) return linked
    }
  }
  return null
}

function currencyOf(transaction: XmlNode, part: XmlNode, store: PoslogStore): Currency {
  const said =
    textOf(transaction, 'CurrencyCode') ??
    textOf(part, 'CurrencyCode') ??
    childrenOf(part, 'Total')
      .map(total => total.attributes['CurrencyCode'] ?? total.attributes['Currency'])
      .find(code => code !== undefined)
  const code = Currency.safeParse(said?.trim().toUpperCase())
  return code.success ? code.data : store.currency
}

function saleOf(
  transaction: XmlNode,
  retail: XmlNode,
  header: Header,
  store: PoslogStore,
): TransactionReading {
  const currency = currencyOf(transaction, retail, store)
  const reckoning = reckon(
    partsOf(retail, currency, store.sku),
    totalsOf(retail, currency),
    (difference, tenders) => store.isCashRounding(difference, tenders, currency),
  )
  if ('what' in reckoning) {
    const { what, expected, found } = reckoning
    const text = (amount: number) => decimalFromMinor(amount, currency)
    const sums = { expected: text(expected), found: text(found), difference: text(found - expected) }
    throw saleDoesNotAddUp({ what, currency, ...sums })
  }
  const lines = linesOf(reckoning, store.warehouse ?? header.store)
  if (lines.length > MOST_LINES) throw receiptTooLong({ limit: MOST_LINES })
  if (Math.max(reckoning.taxes.length, reckoning.tenders.length) > MOST_TAXES_OR_TENDERS)
    throw receiptTooLong({ limit: MOST_TAXES_OR_TENDERS })
  const taxes = taxesOf(reckoning.taxes, sumOf(lines.map(line => ({ amount: line.net }))))
  const paid = sumOf(reckoning.tenders)
  const operator = textOf(transaction, 'OperatorID') ?? textOf(retail, 'OperatorID')
  const sale = checked(Sale, {
    kind: 'sale.completed',
    source: store.source,
    receipt: keyOf(header),
    receiptNumber: (
      textOf(transaction, 'ReceiptNumber') ??
      textOf(retail, 'ReceiptNumber') ??
      header.sequence
    ).slice(0, 64),
    till: label(header.workstation, 255),
    staff: operator === null ? null : label(operator, 255),
    businessDate: header.businessDay,
    soldAt: { wall: header.wall, zone: store.zone },
    currency,
    lines,
    taxes,
    tenders: reckoning.tenders.map(({ kind, name, amount }) => ({ kind, name: label(name, 500), amount })),
    rounding: paid - sum(lines.map(line => line.net)) - sumOf(taxes),
    unexplained: 0,
    ...namedOrder(ordersIn(retail, store)),
  })
  return { is: 'sale', sale }
}

/** The texts of all elements that the settings name. */
function ordersIn(retail: XmlNode, { order }: PoslogStore): readonly (string | null)[] {
  if (order === null) return []
  const outer = order.slice(0, -1)
  const [last = ''] = order.slice(-1)
  const places = outer.reduce<readonly XmlNode[]>(
    (found, name) => found.flatMap(place => childrenOf(place, name)),
    [retail],
  )
  return places.flatMap(place => childrenOf(place, last)).map(node => node.text)
}

/** Totals by their type, whatever prefix a vendor puts before it. */
function totalsOf(retail: XmlNode, currency: Currency): Totals {
  const byType = new Map<string, number>()
  const roundings: number[] = []
  for (const total of childrenOf(retail, 'Total')) {
    const type = (total.attributes['TotalType'] ?? '').replace(/^.*:/, '')
    if (/count|quantity/i.test(type) || total.attributes['TypeCode'] !== undefined) continue
    if (!USED.test(type) || total.text.trim() === '') continue
    const amount = decimal(total.text.trim(), currency, `Total ${type}`)
    if (/rounding/i.test(type)) roundings.push(amount)
    else if (!byType.has(type)) byType.set(type, amount)
  }
  const net = byType.get('TransactionNetAmount')
  const tax = byType.get('TransactionTaxAmount') ?? null
  const grand = byType.get('TransactionGrandAmount') ?? byType.get('GrandTotal') ?? null
  return {
    grand: grand ?? (net !== undefined && tax !== null ? net + tax : null),
    rounded: amountOfElement(retail, currency, 'RoundedTotal'),
    roundings,
    tax,
    change: byType.get('TransactionChangeAmount') ?? byType.get('ChangeDue') ?? null,
  }
}
const USED =
  /^(TransactionGrandAmount|GrandTotal|TransactionNetAmount|TransactionTaxAmount|TransactionChangeAmount|ChangeDue|\w*Rounding\w*)$/

type Line = z.input<typeof SaleLine>

/** Goods first as they were sold, then what was taken off the whole receipt, as lines that move no stock. */
function linesOf(reckoning: Reckoning, warehouse: string): Line[] {
  const { goods, rewards } = reckoning
  const shares = spread(reckoning)
  return [
    ...goods.map(
      ({ sequence, goods: sold, direction, amount, discount }, index): Line => ({
        line: lineNumber(sequence, index),
        sku: sold.item.sku,
        barcode: sold.item.barcode,
        title: label(sold.item.title, 500),
        quantity: direction * sold.quantity,
        net: amount - (shares[index] ?? 0),
        warehouse,
        ...(discount === null || discount === 0 ? {} : { discount }),
      }),
    ),
    ...rewards.map(
      ({ sequence, title, amount }, index): Line => ({
        line: lineNumber(sequence, goods.length + index),
        sku: null,
        barcode: null,
        title: label(title, 500),
        quantity: 1_000,
        net: amount - (shares[goods.length + index] ?? 0),
        warehouse,
      }),
    ),
  ]
}

function taxesOf(taxes: readonly TaxPart[], net: number): z.input<typeof TaxAmount>[] {
  return taxes.map(({ name, rate, base, amount }) => {
    const worked = rate === null || rate === 0 ? net : Math.round((amount * 1_000_000) / rate)
    const taxed = base ?? worked
    return { name: label(name, 500), rate, base: amount < 0 ? -Math.abs(taxed) : taxed, amount }
  })
}

function lineNumber(sequence: string, index: number): number {
  const number = /^\d{1,6}$/.test(sequence) ? Number(sequence) : index
  return number <= 100_000 ? number : index
}

const INTO_DRAWER = ['PaidIn', 'TenderLoan']
const OUT_OF_DRAWER = ['PaidOut', 'TenderPickup', 'SafeDrop']

function cashOf(
  transaction: XmlNode,
  control: XmlNode,
  header: Header,
  store: PoslogStore,
): TransactionReading {
  const currency = currencyOf(transaction, control, store)
  for (const name of [...INTO_DRAWER, ...OUT_OF_DRAWER]) {
    const moved = childOf(control, name)
    if (moved === null) continue
    const amount = movedAmount(moved, currency) ?? movedAmount(control, currency)
    if (amount === null || amount === 0) return { is: 'nothing' }
    const sign = INTO_DRAWER.includes(name) ? 1 : -1
    const cash = checked(Cash, {
      kind: 'cash.moved',
      source: store.source,
      receipt: keyOf(header),
      till: label(header.workstation, 255),
      businessDate: header.businessDay,
      currency,
      amount: sign * Math.abs(amount),
      name: label(textOf(moved, 'Description', 'Reason', 'ReasonCode') ?? name, 500),
    })
    return { is: 'cash', cash }
  }
  return { is: 'nothing' }
}

function movedAmount(node: XmlNode, currency: Currency): number | null {
  const own = amountOfElement(node, currency, 'Amount', 'TotalAmount', 'DropAmount')
  if (own !== null) return own
  const totals = childOf(node, 'Totals')
  const total = totals === null ? null : amountOfElement(totals, currency, 'Amount')
  if (total !== null) return total
  const parts = ['TenderControlTransactionTenderLineItem', 'TenderAmount', 'Tender'].flatMap(name =>
    childrenOf(node, name),
  )
  const amounts = parts.map(part => amountOfElement(part, currency, 'Amount') ?? 0)
  return amounts.length === 0 ? null : sum(amounts)
}

function label(text: string, longest: number): string {
  return maskCardNumbers(text).slice(0, longest)
}
