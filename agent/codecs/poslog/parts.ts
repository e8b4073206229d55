import type { Tender } from '../../../shared/events.ts'
import { type Currency, sum } from '../../../shared/money.ts'
import type { Quantity } from '../../../shared/quantity.ts'
import { decimal } from './decimal.ts'
import { exactAmount } from './exact-amount.ts'
import { itemOf, measureOf, type PoslogItem, type SkuRule } from './items.ts'
import { childOf, childrenOf, isFlagged, textOf, type XmlNode } from './xml-tree.ts'

/** A tax as written: its sign and whether prices hold it is for reckoning.ts to find out. */
export interface TaxPart {
  readonly name: string
  /** Parts per million, or null. */
  readonly rate: number | null
  readonly base: number | null
  readonly amount: number
  /** The amount before it was rounded, in millionths of a minor unit: by its own decimals, else by its base and rate. */
  readonly exact: number
}

/** What one line item sold or took back. Amounts without the sign of a return. */
export interface GoodsPart {
  readonly item: PoslogItem
  readonly quantity: Quantity
  /** -1: it comes back to the shop. By its amount's sign, and by its quantity's where a vendor writes it there alone. */
  readonly direction: 1 | -1
  readonly directionByQuantity: 1 | -1
  readonly extended: number
  readonly isComputed: boolean
  /** A tip: some tills leave it out of the grand total. */
  readonly isTip: boolean
  /** The line's discounts by its price modifiers and by ExtendedDiscountAmount; null where it has none. */
  readonly modifiers: number | null
  readonly discount: number | null
  readonly taxes: readonly TaxPart[]
}

/** Taken off the whole receipt, or off a line by a line item of its own. The sign is as written. */
export interface RewardPart {
  readonly title: string
  readonly amount: number
  /** Said again by way of summary. */
  readonly isSummary: boolean
  /** Tells the same reward said twice. */
  readonly identity: string
}

export interface TenderPart {
  readonly kind: Tender['kind']
  readonly name: string
  readonly amount: number
  readonly change: number
  readonly cashback: number
  readonly isRefund: boolean
}

type Content =
  | { readonly is: 'goods'; readonly goods: GoodsPart }
  | { readonly is: 'reward'; readonly reward: RewardPart }
  | { readonly is: 'tax'; readonly tax: TaxPart }
  | { readonly is: 'tender'; readonly tender: TenderPart }
  | { readonly is: 'rounding'; readonly amount: number }

/** A line item that counts for the sums. */
export interface Part {
  readonly sequence: string
  readonly isVoid: boolean
  /** Line items that this one names: with a void mark, those that it voids. */
  readonly links: readonly string[]
  readonly content: Content
}

const SALES = [
  'Sale',
  'SaleForDelivery',
  'SaleForPickup',
  'CustomerOrderForDelivery',
  'CustomerOrderForPickup',
]
const RETURNS = ['Return', 'ReturnForDelivery', 'ReturnForPickup']
/** Money charged for something other than an item. */
const CHARGES = ['Fee', 'Deposit', 'GiftCertificate', 'GiftCard', 'PaymentOnAccount', 'Donation', 'Surcharge']
const TIPS = ['Tip', 'Gratuity']
const REWARDS = ['LoyaltyReward', 'Discount', 'Reward', 'RetailPriceModifier', 'TransactionDiscount']

/** @throws what keeps an amount from being read */
export function partsOf(transaction: XmlNode, currency: Currency, rule: SkuRule): readonly Part[] {
  return childrenOf(transaction, 'LineItem').flatMap((lineItem, index) => {
    const voids = childOf(lineItem, 'Voids', 'Void')
    return contentsOf(lineItem, currency, rule).map(({ node, content }) => ({
      sequence: textOf(lineItem, 'SequenceNumber') ?? `#${index}`,
      isVoid: voids !== null || isFlagged(lineItem, 'VoidFlag') || isFlagged(node, 'VoidFlag'),
      links: [lineItem, node, ...(voids === null ? [] : [voids])].flatMap(linksIn),
      content,
    }))
  })
}

/** ItemLink holds a number, or elements that do. */
function linksIn(node: XmlNode): string[] {
  return childrenOf(node, 'ItemLink').flatMap(link => {
    const found =
      textOf(link, 'LineItemSequenceNumber', 'ItemSequenceNumber', 'SequenceNumber') ?? link.text.trim()
    return found === '' ? [] : [found]
  })
}

type Found = { readonly node: XmlNode; readonly content: Content }

function contentsOf(lineItem: XmlNode, currency: Currency, rule: SkuRule): Found[] {
  return lineItem.children.flatMap(node => {
    const read = CONTENTS.get(node.name)
    if (read === undefined) return []
    const isCopy =
      node.isForeign && lineItem.children.some(each => each.name === node.name && !each.isForeign)
    return isCopy ? [] : read(node, lineItem, currency, rule).map(content => ({ node, content }))
  })
}

type Reading = (node: XmlNode, lineItem: XmlNode, currency: Currency, rule: SkuRule) => readonly Content[]

/** What each element of a line item says. */
const CONTENTS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ...SALES.map((name): [string, Reading] => [name, goodsIn(1)]),
  ...RETURNS.map((name): [string, Reading] => [name, goodsIn(-1)]),
  ...CHARGES.map((name): [string, Reading] => [name, chargeIn(false)]),
  ...TIPS.map((name): [string, Reading] => [name, chargeIn(true)]),
  ...REWARDS.map((name): [string, Reading] => [name, rewardIn]),
  ['Tax', taxIn],
  ['Tender', tenderIn],
  ['Rounding', roundingIn],
  ['SesRounding', roundingIn],
])

function goodsIn(direction: 1 | -1): Reading {
  return (node, lineItem, currency, rule) => [
    { is: 'goods', goods: goodsOf(node, lineItem, direction, currency, rule) },
  ]
}

function chargeIn(isTip: boolean): Reading {
  return (node, _, currency) => {
    const amount = amountOfElement(node, currency, 'Amount', 'ExtendedAmount', 'FaceValueAmount')
    if (amount === null || (isTip && amount === 0)) return []
    return [{ is: 'goods', goods: chargeOf(textOf(node, 'Description') ?? node.name, amount, isTip) }]
  }
}

function rewardIn(node: XmlNode, _: XmlNode, currency: Currency): readonly Content[] {
  const reward = rewardOf(node, currency)
  return reward === null ? [] : [{ is: 'reward', reward }]
}

function taxIn(node: XmlNode, _: XmlNode, currency: Currency): readonly Content[] {
  const tax = taxOf(node, currency)
  return tax === null ? [] : [{ is: 'tax', tax }]
}

function tenderIn(node: XmlNode, _: XmlNode, currency: Currency): readonly Content[] {
  const rounding = roundingOf(node, currency)
  const content: Content[] = rounding === null ? [] : [{ is: 'rounding', amount: rounding }]
  if (rounding !== null && isRoundingTender(node)) return content
  return [...content, { is: 'tender', tender: tenderOf(node, currency) }]
}

function roundingIn(node: XmlNode, _: XmlNode, currency: Currency): readonly Content[] {
  const amount = amountOfElement(node, currency, 'Amount') ?? ownAmount(node, currency)
  return amount === null ? [] : [{ is: 'rounding', amount }]
}

function goodsOf(
  node: XmlNode,
  lineItem: XmlNode,
  direction: 1 | -1,
  currency: Currency,
  rule: SkuRule,
): GoodsPart {
  const measure = measureOf(node, currency)
  // Some vendors write what comes back with a minus of its own, some without.
  const isNegative = measure.extended < 0 || (measure.extended === 0 && measure.quantity < 0)
  const isLess = isNegative || measure.quantity < 0
  const modifiers = childrenOf(node, 'RetailPriceModifier')
  const amounts = modifiers.map(modifier => {
    const amount = childOf(modifier, 'Amount')
    const value = amount === null ? 0 : (ownAmount(amount, currency) ?? 0)
    return /add/i.test(amount?.attributes['Action'] ?? '') ? -Math.abs(value) : Math.abs(value)
  })
  const discount = amountOfElement(node, currency, 'ExtendedDiscountAmount')
  return {
    item: itemOf(node, lineItem, rule),
    quantity: Math.abs(measure.quantity) as Quantity,
    direction: direction === -1 || isNegative ? -1 : 1,
    directionByQuantity: direction === -1 || isLess ? -1 : 1,
    extended: Math.abs(measure.extended),
    isComputed: measure.isComputed,
    isTip: false,
    modifiers: modifiers.length === 0 ? null : sum(amounts),
    discount: discount === null ? null : Math.abs(discount),
    taxes: childrenOf(node, 'Tax').flatMap(tax => taxOf(tax, currency) ?? []),
  }
}

function chargeOf(title: string, amount: number, isTip: boolean): GoodsPart {
  const item = { sku: null, barcode: null, title }
  const direction = amount < 0 ? -1 : 1
  const directions = { direction, directionByQuantity: direction } as const
  const none = { modifiers: null, discount: null, taxes: [], isComputed: false, isTip }
  return { item, quantity: 1_000 as Quantity, ...directions, extended: Math.abs(amount), ...none }
}

/** Null for points, messages and offers without a money value on this receipt. */
function rewardOf(node: XmlNode, currency: Currency): RewardPart | null {
  const category = textOf(node, 'RewardCategory')
  if (category !== null && !/monetary|discount|amount/i.test(category)) return null
  const amount = amountOfElement(
    node,
    currency,
    'Amount',
    'ExtendedRewardAmount',
    'RewardAmount',
    'ExtendedAmount',
  )
  if (amount === null || amount === 0) return null
  const added = /add/i.test(childOf(node, 'Amount')?.attributes['Action'] ?? '')
  const title = textOf(node, 'Description', 'PromotionDescription') ?? ''
  const promotion = textOf(node, 'PromotionID', 'PriceDerivationRuleID') ?? ''
  return {
    title: title === '' ? `${node.name} ${promotion}`.trim() : title,
    amount: added ? -amount : amount,
    isSummary: isFlagged(node, 'summarizedActivity') || isFlagged(node, 'SummaryFlag'),
    identity: JSON.stringify([promotion, Math.abs(amount)]),
  }
}

function taxOf(node: XmlNode, currency: Currency): TaxPart | null {
  const amount = amountOfElement(node, currency, 'Amount', 'TaxAmount')
  if (amount === null) return null
  const percent = Number(textOf(node, 'Percent', 'TaxPercent') ?? Number.NaN)
  const name = [textOf(node, 'TaxAuthority'), node.attributes['TaxType']].find(text => (text ?? '') !== '')
  const rate = percent >= 0 && percent <= 1_000 ? Math.round(percent * 10_000) : null
  const base = amountOfElement(node, currency, 'TaxableAmount')
  const written = textOf(node, 'Amount', 'TaxAmount') ?? ''
  return {
    name: name ?? textOf(node, 'TaxGroupID', 'TaxRuleID') ?? 'Tax',
    rate,
    base,
    amount,
    exact: exactAmount({ written, amount, base, rate }, currency),
  }
}

const KINDS: readonly (readonly [RegExp, Tender['kind']])[] = [
  [/cash(?!back)|currency|coins?$/i, 'cash'],
  [
    /gift|voucher|coupon|storecredit|storevalue|storedvalue|stored|loyalty|points|creditmemo|stamp|ebt/i,
    'voucher',
  ],
  [/credit|debit|card|wallet|contactless/i, 'card'],
  [/ch(e|è)que|check/i, 'cheque'],
  [/account|charge|customeraccount|houseaccount|invoice/i, 'account'],
  [/bank|transfer|wire|directdebit/i, 'bank'],
]

function tenderOf(node: XmlNode, currency: Currency): TenderPart {
  const type = (node.attributes['TenderType'] ?? textOf(node, 'TenderType', 'TenderTypeCode') ?? '').trim()
  const named = node.attributes['TenderDescription'] ?? textOf(node, 'TenderDescription')
  const name = named?.trim() || type || (textOf(node, 'TenderID') ?? '')
  const inner = node.children.find(child =>
    /^(CreditDebit|Check|Cheque|Voucher|GiftCard|StoredValue)/.test(child.name),
  )
  const change = childrenOf(node, 'TenderChange').map(
    each => amountOfElement(each, currency, 'Amount') ?? ownAmount(each, currency) ?? 0,
  )
  const typeCode = node.attributes['TypeCode'] ?? textOf(node, 'TypeCode') ?? ''
  const words = type === '' ? (inner?.name ?? name) : type
  return {
    kind: KINDS.find(([word]) => word.test(words))?.[1] ?? 'other',
    name,
    amount: amountOfElement(node, currency, 'Amount') ?? 0,
    change: sum(change.map(Math.abs)),
    cashback: Math.abs(amountOfElement(node, currency, 'Cashback', 'CashBackAmount') ?? 0),
    isRefund: /refund|change|return/i.test(typeCode),
  }
}

/** A tender that only makes the sum round. */
function isRoundingTender(node: XmlNode): boolean {
  const type = node.attributes['TenderType'] ?? textOf(node, 'TenderType', 'TenderTypeCode') ?? ''
  return /rounding/i.test(type)
}

function roundingOf(tender: XmlNode, currency: Currency): number | null {
  const stated = amountOfElement(tender, currency, 'Rounding')
  if (stated !== null) return stated === 0 ? (isRoundingTender(tender) ? 0 : null) : stated
  return isRoundingTender(tender) ? amountOfElement(tender, currency, 'Amount') : null
}

/** @throws MONEY_UNREADABLE naming the element */
export function amountOfElement(
  node: XmlNode,
  currency: Currency,
  ...names: readonly string[]
): number | null {
  for (const name of names) {
    const text = textOf(node, name)
    if (text !== null) return decimal(text, currency, name)
  }
  return null
}

function ownAmount(node: XmlNode, currency: Currency): number | null {
  const text = node.text.trim()
  return text === '' ? null : decimal(text, currency, node.name)
}
