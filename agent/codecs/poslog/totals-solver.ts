import { sum } from '../../../shared/money.ts'
import { PARTS } from './exact-amount.ts'
import { lineTaxReadings } from './line-taxes.ts'
import type { GoodsPart, Part, RewardPart, TaxPart, TenderPart } from './parts.ts'

/** What a receipt's own totals say, where it has them. */
export interface Totals {
  readonly grand: number | null
  /** What was paid after rounding. */
  readonly rounded: number | null
  readonly roundings: readonly number[]
  readonly tax: number | null
  readonly change: number | null
}

export interface ReckonedGoods {
  readonly sequence: string
  readonly goods: GoodsPart
  readonly direction: 1 | -1
  /** With its discounts taken off, and with tax where prices hold it. Signed. */
  readonly amount: number
  readonly discount: number | null
}
export interface ReckonedReward {
  readonly sequence: string
  readonly title: string
  readonly amount: number
}
export interface ReckonedTender {
  readonly kind: TenderPart['kind']
  readonly name: string
  readonly amount: number
}

/** One reading of a receipt under which it adds up. */
export interface Reckoning {
  readonly goods: readonly ReckonedGoods[]
  readonly rewards: readonly ReckonedReward[]
  readonly taxes: readonly TaxPart[]
  readonly taxIncluded: boolean
  readonly tenders: readonly ReckonedTender[]
  /** Σ tenders less what the goods, rewards and taxes come to. */
  readonly rounding: number
}

/** Why none adds up: the first reading's sums. */
export interface Mismatch {
  readonly what: 'Lines, discounts and taxes' | 'Payments'
  readonly expected: number
  readonly found: number
}

/**
 * Vendors differ in what ExtendedAmount has already lost, in signs, in whether tax is in the prices, and in what they
 * say twice. So each of the few known ways is tried, the standard's own first, and the first is taken under which the
 * lines come to the grand total and the payments as well. A receipt without a grand total is measured by its payments.
 */
export function reckon(
  parts: readonly Part[],
  totals: Totals,
  isCashRounding: CashRounding,
): Reckoning | Mismatch {
  let mismatch: Mismatch | null = null
  const misses: Mismatch[] = []
  for (const counted of withoutVoids(parts)) {
    const found = reckonCounted(counted, totals, isCashRounding)
    if (!('what' in found)) return found
    misses.push(found)
    mismatch ??= found
  }
  // A reading whose lines add up says more of what is wrong than one whose lines don't.
  return (
    misses.find(miss => miss.what === 'Payments') ?? mismatch ?? { what: 'Payments', expected: 0, found: 0 }
  )
}

/** Whether payments differ from what is due by the rounding of cash alone, where the receipt does not say by how much. */
export type CashRounding = (difference: number, tenders: readonly ReckonedTender[]) => boolean

function reckonCounted(
  parts: readonly Part[],
  totals: Totals,
  isCashRounding: CashRounding,
): Reckoning | Mismatch {
  const tenderParts = ofKind(parts, 'tender').map(part => part.content.tender)
  const payments = [...paymentReadings(tenderParts, totals)]
  const roundings = [
    ...ofKind(parts, 'rounding').map(part => part.content.amount),
    ...totals.roundings,
    ...(totals.rounded === null || totals.grand === null ? [] : [totals.rounded - totals.grand]),
  ]
  const isPaid = (tenders: readonly ReckonedTender[], due: number, isLoose: boolean) => {
    const difference = sumOf(tenders) - due
    const isSaid = roundings.some(each => Math.abs(difference) === Math.abs(each))
    return difference === 0 || isSaid || (isLoose && isCashRounding(difference, tenders))
  }
  const firstPaid = sumOf(payments[0] ?? [])
  const tips = sum(tipsOf(parts).map(tip => tip.goods.extended))
  const grand = totals.grand === null ? [] : [totals.grand, -totals.grand]
  const withTips = totals.grand === null || tips === 0 ? [] : [totals.grand + tips]
  const dues = totals.grand === null ? [...new Set(payments.map(sumOf))] : [...grand, ...withTips]
  let payable: Mismatch | null = null
  for (const isLoose of [false, true])
    for (const reading of lineReadings(parts, totals)) {
      const come = comesTo(reading)
      const due = dues.find(each => Math.abs(come - each) <= (isLoose ? reading.slack : 0))
      if (due === undefined) continue
      const paid = payments.find(tenders => isPaid(tenders, due, isLoose))
      if (paid !== undefined) {
        const { slack: _slack, ...lines } = reading
        return { ...lines, tenders: paid, rounding: sumOf(paid) - come }
      }
      payable ??= { what: 'Payments', expected: due, found: firstPaid }
    }
  if (payable !== null) return payable
  const [first] = lineReadings(parts, totals)
  return {
    what: 'Lines, discounts and taxes',
    expected: dues[0] ?? 0,
    found: first === undefined ? 0 : comesTo(first),
  }
}

/** What was given on top, as some tills do not count it into the grand total. */
function tipsOf(parts: readonly Part[]): readonly { readonly goods: GoodsPart }[] {
  return ofKind(parts, 'goods').flatMap(({ content }) => (content.goods.isTip ? [content] : []))
}

type LineReading = Omit<Reckoning, 'tenders' | 'rounding'> & {
  /** By how much rounding alone may have moved the sum: once for each amount that was not written but worked out. */
  readonly slack: number
}

function comesTo({ goods, rewards, taxes, taxIncluded }: LineReading): number {
  return sumOf(goods) + sumOf(rewards) + (taxIncluded ? 0 : sumOf(taxes))
}

function* lineReadings(parts: readonly Part[], totals: Totals): Generator<LineReading> {
  const goodsParts = ofKind(parts, 'goods')
  const rewardParts = ofKind(parts, 'reward')
  const computed = goodsParts.filter(part => part.content.goods.isComputed).length
  for (const directed of directions(goodsParts.map(part => part.content.goods)))
    for (const discounts of DISCOUNTS) {
      if (discounts !== 'none' && !goodsParts.some(part => part.content.goods[discounts] !== null)) continue
      const goods = goodsParts.map((part, index): ReckonedGoods => {
        const { goods: of } = part.content
        const direction = directed[index] ?? 1
        const taken = discounts === 'none' ? 0 : (of[discounts] ?? 0)
        const shown = discounts === 'none' ? (of.discount ?? of.modifiers) : taken
        return {
          sequence: part.sequence,
          goods: of,
          direction,
          amount: direction * (of.extended - taken),
          discount: shown === null ? null : direction * shown,
        }
      })
      for (const rewards of rewardReadings(rewardParts, sumOf(goods)))
        for (const taxes of taxReadings(parts, goods, totals))
          for (const taxIncluded of sumOf(taxes) === 0 ? [true] : [false, true])
            yield { goods, rewards, taxes, taxIncluded, slack: computed }
    }
}

const DISCOUNTS = ['none', 'discount', 'modifiers'] as const

function* directions(goods: readonly GoodsPart[]): Generator<readonly (1 | -1)[]> {
  yield goods.map(each => each.direction)
  if (goods.some(each => each.direction !== each.directionByQuantity))
    yield goods.map(each => each.directionByQuantity)
}

/** All, without what only sums up, each but once, none; taken off, as written, added. */
function* rewardReadings(
  parts: readonly { sequence: string; content: { reward: RewardPart } }[],
  goods: number,
): Generator<readonly ReckonedReward[]> {
  if (parts.length === 0) {
    yield []
    return
  }
  const detailed = parts.filter(part => !part.content.reward.isSummary)
  const seen = new Set<string>()
  const once = parts.filter(
    ({ content: { reward } }) => !seen.has(reward.identity) && seen.add(reward.identity),
  )
  const sets = [parts, ...[detailed, once].filter(set => set.length < parts.length && set.length > 0)]
  const isReturn = goods < 0
  const signs: ((amount: number) => number)[] = [
    // what is given back loses its reward, so that it counts the other way
    amount => (isReturn ? Math.abs(amount) : -Math.abs(amount)),
    amount => amount,
    amount => -amount,
  ]
  for (const set of sets)
    for (const sign of signs)
      yield set.map(({ sequence, content: { reward } }) => ({
        sequence,
        title: reward.title,
        amount: sign(reward.amount),
      }))
  yield []
}

/** The receipt's own taxes, else those of its lines; a tax total alone is one tax without a name. */
function* taxReadings(
  parts: readonly Part[],
  goods: readonly ReckonedGoods[],
  totals: Totals,
): Generator<readonly TaxPart[]> {
  const whole = ofKind(parts, 'tax').map(part => part.content.tax)
  const ofLines = goods.flatMap(({ goods: { taxes }, direction }) =>
    taxes.map(tax => ({
      ...tax,
      amount: direction * Math.abs(tax.amount),
      exact: direction * Math.abs(tax.exact),
      base: tax.base === null ? null : direction * Math.abs(tax.base),
    })),
  )
  if (whole.length > 0) {
    yield whole
    if (sumOf(whole) !== 0) yield whole.map(negated)
  }
  if (ofLines.length > 0) yield* lineTaxReadings(ofLines, totals.tax)
  if (whole.length + ofLines.length > 0) return
  const tax = totals.tax ?? 0
  if (tax !== 0) yield [{ name: 'Tax', rate: null, base: null, amount: tax, exact: tax * PARTS }]
  else yield []
}

function negated(tax: TaxPart): TaxPart {
  return { ...tax, amount: -tax.amount, exact: -tax.exact, base: tax.base === null ? null : -tax.base }
}

/** With change and cash back taken off, with neither, and all of it the other way round for a refund. */
function* paymentReadings(
  tenders: readonly TenderPart[],
  totals: Totals,
): Generator<readonly ReckonedTender[]> {
  const signed = (tender: TenderPart) => (tender.isRefund ? -Math.abs(tender.amount) : tender.amount)
  const hasChange = tenders.some(tender => tender.change !== 0 || tender.cashback !== 0)
  const withChange = tenders.flatMap(tender => [
    { kind: tender.kind, name: tender.name, amount: signed(tender) },
    ...back(tender.change, 'Change'),
    ...back(tender.cashback, 'Cash back'),
  ])
  const withoutChange = tenders.map(tender => ({
    kind: tender.kind,
    name: tender.name,
    amount: signed(tender),
  }))
  const asWritten = tenders.map(({ kind, name, amount }) => ({ kind, name, amount }))
  const readings = [withChange, ...(hasChange ? [withoutChange] : []), asWritten]
  if (!hasChange && totals.change !== null && totals.change !== 0)
    readings.push([...withChange, ...back(Math.abs(totals.change), 'Change')])
  for (const reading of readings) yield reading.filter(tender => tender.amount !== 0)
  for (const reading of readings)
    yield reading.map(tender => ({ ...tender, amount: -tender.amount })).filter(tender => tender.amount !== 0)
}

function back(amount: number, name: string): readonly ReckonedTender[] {
  return amount === 0 ? [] : [{ kind: 'cash', name, amount: -amount }]
}

/**
 * What counts once voided line items are out: those marked and those they name; the marked alone; the marked and, for
 * each that names none, an earlier one of the same content.
 */
function* withoutVoids(parts: readonly Part[]): Generator<readonly Part[]> {
  const marked = parts.filter(part => part.isVoid)
  if (marked.length === 0) {
    yield parts
    return
  }
  const named = new Set(marked.flatMap(part => part.links))
  const alone = parts.filter(part => !part.isVoid)
  const withNamed = alone.filter(part => !named.has(part.sequence))
  if (withNamed.length < alone.length) yield withNamed
  yield alone
  const left = [...withNamed]
  for (const part of marked.filter(each => each.links.length === 0)) {
    const twin = left.findLastIndex(each => contentKey(each) === contentKey(part))
    if (twin >= 0) left.splice(twin, 1)
  }
  if (left.length < withNamed.length) yield left
}

function contentKey({ content }: Part): string {
  if (content.is === 'goods') {
    const { item, extended } = content.goods
    return JSON.stringify(['goods', item.sku, item.barcode, extended])
  }
  if (content.is === 'tender')
    return JSON.stringify(['tender', content.tender.name, Math.abs(content.tender.amount)])
  if (content.is === 'reward') return JSON.stringify(['reward', content.reward.identity])
  return JSON.stringify(content)
}

type PartOf<Is extends Part['content']['is']> = Omit<Part, 'content'> & {
  readonly content: Extract<Part['content'], { is: Is }>
}

function ofKind<Is extends Part['content']['is']>(parts: readonly Part[], is: Is): PartOf<Is>[] {
  return parts.filter((part): part is PartOf<Is> => part.content.is === is)
}

export function sumOf(amounts: readonly { readonly amount: number }[]): number {
  return sum(amounts.map(each => each.amount))
}
