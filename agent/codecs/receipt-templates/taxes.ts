import { inProportion } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import type { Closing, TaxRow } from './closing.ts'
import type { CompiledTemplate } from './compile.ts'
import { includedTax } from './included-tax.ts'
import type { ReceiptItem, SharedOff } from './items.ts'
import type { Refusals } from './refusals.ts'

/** An item's money once every discount has its place. `amount`: as printed, with the tax if that is included. */
export interface Priced {
  readonly item: ReceiptItem
  readonly amount: number
  readonly off: number
}

/**
 * Shares what is off several items out over them, in proportion to what each brings, largest remainder first.
 * @throws RECEIPT_UNPARSED when there is nothing to take it off
 */
export function priced(
  items: readonly ReceiptItem[],
  shared: readonly SharedOff[],
  refuse: Refusals,
): readonly Priced[] {
  const offs = items.map(item => item.off)
  for (const { mark, off } of shared) {
    // a discount on a sale is for what is sold, not for what is brought back on the same receipt
    const weights = items.map((item, at) => {
      const net = item.amount - (offs[at] ?? 0)
      return Math.sign(net) === Math.sign(off) && (mark === null || item.mark === mark) ? net : 0
    })
    const shares = inProportion(off, weights)
    if (shares === null) throw refuse.whole('it takes a discount off nothing')
    for (const [at, share] of shares.entries()) offs[at] = (offs[at] ?? 0) + share
  }
  return items.map((item, at) => {
    const off = offs[at] ?? 0
    return { item, amount: item.amount - off, off: off + item.offInside }
  })
}

export interface TaxedSale {
  readonly nets: readonly number[]
  readonly taxes: readonly { name: string; rate: number | null; base: number; amount: number }[]
}

/**
 * Takes the tax that is included out of the items, or notes that which comes on top, and checks the printed tax rows
 * against them. Σ nets + Σ taxes = Σ amounts (included), Σ nets = Σ amounts (added), always to the minor unit.
 * @throws RECEIPT_DOES_NOT_ADD_UP, RECEIPT_UNPARSED
 */
export function taxed(
  lines: readonly Priced[],
  closing: Closing,
  compiled: CompiledTemplate,
  refuse: Refusals,
): TaxedSale {
  const goods = lines.filter(line => !line.item.isVoucher)
  if (goods.length === lines.length) return taxedGoods(lines, closing, compiled, refuse)
  // a gift card has no tax: that is owed when it is spent
  const rest =
    goods.length === 0 && closing.taxes.length === 0 && (closing.tax ?? 0) === 0
      ? { nets: [], taxes: [] }
      : taxedGoods(goods, closing, compiled, refuse)
  const nets = lines.map(line => rest.nets[goods.indexOf(line)] ?? line.amount)
  return { nets, taxes: rest.taxes }
}

function taxedGoods(
  lines: readonly Priced[],
  closing: Closing,
  compiled: CompiledTemplate,
  refuse: Refusals,
): TaxedSale {
  const { taxes: rules } = compiled.template
  const amounts = lines.map(line => line.amount)
  const rows = taxRowsOf(closing, rules.room, refuse)
  if (rules.mode === 'none') return { nets: amounts, taxes: [] }
  if (rows.length === 0) {
    // an even exchange, or all that was rung up taken back, has no tax to print
    const all = lines.map((_, at) => at)
    if (sum(amounts) === 0) return { nets: withoutTax(amounts, all, lines, compiled), taxes: [] }
    if (rules.mayLack) return { nets: amounts, taxes: [] }
    throw refuse.whole('it prints no tax that the template knows')
  }
  const isIncluded = rules.mode === 'included'
  const { groups, even } = groupByRow(rows, lines, compiled, refuse)
  const nets = isIncluded ? withoutTax(amounts, [...even], lines, compiled) : [...amounts]
  const taxes = rows.map((row, index) => {
    const members = groups.get(row) ?? null
    const gross = members === null ? null : sum(members.map(at => amounts[at] ?? 0))
    const base =
      row.base ?? baseOf(rows, index, { gross, whole: sum(amounts), isIncluded, lines: lines.length }, refuse)
    // the rest of the receipt may be taxed otherwise where not every rate is printed
    if (row.base !== null || gross !== null || rules.complete) checkRate(row, base, lines.length, refuse)
    if (gross !== null && row.base !== null)
      refuse.sum(`what the items of ${row.name} come to`, base + (isIncluded ? row.amount : 0), gross, {
        room: rules.room,
      })
    return { name: row.name.slice(0, 500), rate: row.rate, base, amount: row.amount }
  })
  const isWhole = rules.complete && rows.every(row => row.base !== null)
  if (isWhole)
    refuse.sum(
      'the sum of the tax rows’ bases',
      sum(amounts),
      sum(taxes.map(tax => tax.base + (isIncluded ? tax.amount : 0))),
      { room: rules.room * rows.length },
    )
  if (isIncluded)
    takeOut(nets, rows, { groups, even, rates: lines.map(line => rateOf(line, compiled)) }, refuse)
  return { nets, taxes }
}

/** The printed rows; a receipt may print but the sum of all tax. */
function taxRowsOf(closing: Closing, room: number, refuse: Refusals): readonly TaxRow[] {
  const { taxes, tax } = closing
  if (tax === null) return taxes
  if (taxes.length === 0) return [{ name: 'tax', rate: null, mark: null, base: null, amount: tax }]
  refuse.sum('the sum of the tax rows', tax, sum(taxes.map(row => row.amount)), {
    room: room * taxes.length,
  })
  return taxes
}

/** Base × rate, with room for a POS that rounds the tax of each line. */
function checkRate(row: TaxRow, base: number, lines: number, refuse: Refusals): void {
  if (row.rate === null) return
  const expected = Math.round((base * row.rate) / 1_000_000)
  refuse.sum(`the tax ${row.name}`, expected, row.amount, { room: 1 + Math.floor(lines / 2) })
}

/** The rate that an item prints or that its mark has; null: it says none. */
function rateOf({ item }: Priced, { template }: CompiledTemplate): number | null {
  if (item.rate !== null) return item.rate
  const percent = item.mark === null ? undefined : template.taxes.marks[item.mark]
  return percent === undefined ? null : Math.round(percent * 10_000)
}

/** What is rung up and taken back holds tax too, though none is printed: out it goes where its rate is known. */
function withoutTax(
  amounts: readonly number[],
  members: readonly number[],
  lines: readonly Priced[],
  compiled: CompiledTemplate,
): number[] {
  const rates = members.map(at => {
    const line = lines[at]
    return line === undefined ? null : rateOf(line, compiled)
  })
  if (compiled.template.taxes.mode !== 'included' || rates.includes(null)) return [...amounts]
  const nets = [...amounts]
  for (const [index, at] of members.entries()) {
    const gross = amounts[at] ?? 0
    const net = Math.round((Math.abs(gross) * 1_000_000) / (1_000_000 + (rates[index] ?? 0)))
    nets[at] = gross < 0 ? 0 - net : net
  }
  return sum(members.map(at => nets[at] ?? 0)) === 0 ? nets : [...amounts]
}

interface Grouped {
  readonly groups: ReadonlyMap<TaxRow, readonly number[]>
  /** Items of marks that have no row, because what was rung up was taken back. */
  readonly even: ReadonlySet<number>
}

/** The items that a row's tax is for, by their marks; a row that no mark leads to is for all items without one. */
function groupByRow(
  rows: readonly TaxRow[],
  lines: readonly Priced[],
  compiled: CompiledTemplate,
  refuse: Refusals,
): Grouped {
  const groups = new Map<TaxRow, number[]>()
  const rowless = new Map<string, number[]>()
  const isMarked =
    rows.some(row => row.mark !== null) ||
    Object.keys(compiled.template.taxes.marks).length > 0 ||
    lines.some(line => line.item.rate !== null)
  if (!isMarked) return { groups, even: new Set() }
  for (const [at, line] of lines.entries()) {
    const { mark } = line.item
    const rate = rateOf(line, compiled)
    if (mark === null && rate === null) continue
    const row =
      rows.find(each => mark !== null && each.mark === mark) ??
      rows.find(each => rate !== null && each.rate === rate)
    const only = rows.length === 1 && rows[0]?.rate === null && rows[0].mark === null ? rows[0] : undefined
    const found = row ?? (rate !== null && rate > 0 ? only : undefined)
    if (found !== undefined) groups.set(found, [...(groups.get(found) ?? []), at])
    else if (rate !== 0) {
      const key = mark ?? `${(rate ?? 0) / 10_000} %`
      rowless.set(key, [...(rowless.get(key) ?? []), at])
    }
  }
  for (const [mark, members] of rowless)
    if (sum(members.map(at => lines[at]?.amount ?? 0)) !== 0)
      throw refuse.whole(`the mark "${mark}" of an item leads to no tax`)
  return { groups, even: new Set([...rowless.values()].flat()) }
}

interface Taxed {
  /** What the row's own items come to; null: no mark leads to it. */
  readonly gross: number | null
  /** What all items come to. */
  readonly whole: number
  readonly isIncluded: boolean
  readonly lines: number
}

/** A row that prints no base: what its own items leave, or what all other rows do, or what its rate makes of it. */
function baseOf(rows: readonly TaxRow[], index: number, of: Taxed, refuse: Refusals): number {
  const { gross, whole, isIncluded } = of
  const tax = isIncluded ? (rows[index]?.amount ?? 0) : 0
  if (gross !== null) return gross - tax
  if (rows.filter(row => row.base === null).length > 1) return baseByRate(rows, index, of, refuse)
  const others = rows.filter((_, at) => at !== index)
  return whole - tax - sum(others.map(row => (row.base ?? 0) + (isIncluded ? row.amount : 0)))
}

/** What a tax is a rate's share of. */
const workedOut = ({ amount, rate }: TaxRow) => (rate === null ? 0 : Math.round((amount * 1_000_000) / rate))
/** By how much rounding of its tax alone moves a base that was worked out. */
const slackOf = ({ rate }: TaxRow) => (rate === null || rate === 0 ? 0 : Math.ceil(1_000_000 / rate))

/**
 * Several rows without a base: taxes on top may each be for all that was sold (GST and PST), or for a part of it; those within
 * prices share it, and their bases must come to it.
 */
function baseByRate(
  rows: readonly TaxRow[],
  index: number,
  { whole, isIncluded, lines }: Taxed,
  refuse: Refusals,
): number {
  const row = rows[index]
  const unknown = () =>
    refuse.whole('several tax rows print no base, and neither marks nor rates say which items they are for')
  if (row === undefined) throw unknown()
  if (!isIncluded) {
    if (row.rate === null) return whole
    const isOfAll =
      Math.abs(Math.round((whole * row.rate) / 1_000_000) - row.amount) <= 1 + Math.floor(lines / 2)
    const base = isOfAll || row.rate === 0 ? whole : workedOut(row)
    if (Math.abs(base) > Math.abs(whole) + slackOf(row)) throw unknown()
    return base
  }
  if (rows.some(each => each.rate === null && each.base === null)) throw unknown()
  const baseIn = (each: TaxRow) => each.base ?? workedOut(each)
  const rest = whole - sum(rows.map(each => baseIn(each) + each.amount))
  const hasFree = rows.some(each => each.rate === 0 && each.base === null)
  const slack = sum(rows.map(slackOf)) + lines
  if (!hasFree && Math.abs(rest) > slack) throw unknown()
  return row.rate === 0 ? rest : baseIn(row)
}

/** Takes each row's tax out of its items; rows without items of their own, out of all that no other row has. */
function takeOut(
  nets: number[],
  rows: readonly TaxRow[],
  { groups, even, rates }: Grouped & { readonly rates: readonly (number | null)[] },
  refuse: Refusals,
): void {
  const grouped = new Set([...groups.values()].flat())
  const free = nets.flatMap((_, at) => (grouped.has(at) || even.has(at) ? [] : [at]))
  const share = (tax: number, members: readonly number[], rate: number | null): void => {
    const grosses = members.map(at => nets[at] ?? 0)
    const own = members.map(at => rates[at] ?? null)
    const shares = rate === null ? byOwnRates(tax, grosses, own, refuse) : includedTax(tax, grosses, rate)
    if (shares === null) throw refuse.whole('its tax can not be taken out of its items')
    for (const [index, at] of members.entries()) nets[at] = (nets[at] ?? 0) - (shares[index] ?? 0)
  }
  const open = rows.filter(row => !groups.has(row))
  for (const row of rows) {
    const members = groups.get(row)
    if (members !== undefined) share(row.amount, members, row.rate)
  }
  if (open.length === 0) return
  const only = open.length === 1 ? open[0] : undefined
  share(sum(open.map(row => row.amount)), free, only?.base === null ? null : (only?.rate ?? null))
}

/** One sum of tax for items that each print their own rate. */
function byOwnRates(
  tax: number,
  grosses: readonly number[],
  rates: readonly (number | null)[],
  refuse: Refusals,
): number[] | null {
  if (rates.some(rate => rate === null)) return includedTax(tax, grosses, null)
  const parts = grosses.map((gross, at) => (gross * (rates[at] ?? 0)) / (1_000_000 + (rates[at] ?? 0)))
  refuse.sum('the tax', Math.round(sum(parts)), tax, { room: 1 + Math.floor(grosses.length / 2) })
  const shares = parts.map(part => Math.round(part))
  const largest = shares.reduce(
    (best, share, at) => (Math.abs(share) > Math.abs(shares[best] ?? 0) ? at : best),
    0,
  )
  shares[largest] = (shares[largest] ?? 0) + tax - sum(shares)
  return shares
}
