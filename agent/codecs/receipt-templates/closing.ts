import { amountsOn } from './amounts.ts'
import { squeezed } from './blanks.ts'
import type { CompiledTemplate, Matchers, Tagged } from './compile.ts'
import type { PaperLine } from './paper.ts'
import type { Matched } from './pattern.ts'
import type { Refusals } from './refusals.ts'
import type { ReceiptTemplate } from './template.ts'
import { amountLabel, isTenderLabel } from './words.ts'

export interface TaxRow {
  readonly name: string
  /** Parts per million. */
  readonly rate: number | null
  readonly mark: string | null
  readonly base: number | null
  readonly amount: number
}

export interface TenderRow {
  readonly kind: ReceiptTemplate['tenders']['rows'][number]['kind']
  readonly name: string
  readonly amount: number
}

/** A tip, a surcharge or a fee. */
export interface Extra {
  readonly name: string
  readonly amount: number
  /** Printed above the total, which holds it then. */
  readonly isInTotal: boolean
}

/** The part below the items. Amounts as printed, in minor units; null: not printed. */
export interface Closing {
  readonly subtotal: number | null
  readonly wholeOff: number
  readonly tax: number | null
  readonly total: number
  /** Totals after the first that say another amount: what is left to pay after tips and rounding. */
  readonly later: readonly { readonly value: number; readonly line: PaperLine }[]
  readonly rounding: number
  readonly extras: readonly Extra[]
  readonly taxes: readonly TaxRow[]
  readonly tenders: readonly TenderRow[]
  /** Money given out for a return; never negative. */
  readonly payouts: readonly TenderRow[]
  readonly change: number
  readonly changeName: string
  /** Lines that none of these are. */
  readonly others: readonly PaperLine[]
}

/** Amounts that a receipt prints once. */
type Once = 'subtotal' | 'tax' | 'total' | 'rounding'

/** What has been read of the closing so far. */
class ClosingDraft {
  readonly once: Record<Once, number | null> = { subtotal: null, tax: null, total: null, rounding: null }
  readonly later: { value: number; line: PaperLine }[] = []
  readonly taxes: TaxRow[] = []
  readonly tenders: TenderRow[] = []
  readonly payouts: TenderRow[] = []
  readonly extras: Extra[] = []
  readonly others: PaperLine[] = []
  wholeOff = 0
  change = 0
  changeName = 'change'
  private readonly refuse: Refusals

  constructor(refuse: Refusals) {
    this.refuse = refuse
  }

  set(which: Once, value: number, line: PaperLine): void {
    const known = this.once[which]
    if (known === null) this.once[which] = value
    else if (known !== value && which === 'total') this.later.push({ value, line })
    else if (known !== value) throw this.refuse.line(`it is a second ${which} and says another amount`, line)
  }

  addChange(amount: number, name: string): void {
    this.change += Math.abs(amount)
    this.changeName = name
  }

  addExtra(amount: number, name: string): void {
    this.extras.push({ name: name.slice(0, 100), amount, isInTotal: this.once.total === null })
  }

  addPayout(amount: number, name: string, kind: TenderRow['kind']): void {
    this.payouts.push({ kind, name, amount: Math.abs(amount) })
  }
}

/**
 * @param withWords whether payments, tips and rounding that no pattern names are read by the known words of all languages
 */
export function readClosing(
  lines: readonly PaperLine[],
  compiled: CompiledTemplate,
  refuse: Refusals,
  withWords = false,
): Closing {
  const draft = new ClosingDraft(refuse)
  const readers = [
    ...patternReaders(draft, compiled, refuse),
    ...(withWords ? [wordReader(draft, compiled)] : []),
  ]
  for (const line of lines) if (!readers.some(read => read(line))) draft.others.push(line)
  const { once, later, taxes, tenders, payouts, extras, others, wholeOff, change, changeName } = draft
  if (once.total === null) throw refuse.whole('it has no total that the template knows')
  return {
    subtotal: once.subtotal,
    tax: once.tax,
    total: once.total,
    rounding: once.rounding ?? 0,
    later,
    wholeOff,
    taxes,
    tenders,
    payouts,
    extras,
    change,
    changeName,
    others,
  }
}

type LineReader = (line: PaperLine) => boolean

/** In the order in which a line is tried; what has a label of its own comes before what names itself. */
function patternReaders(draft: ClosingDraft, compiled: CompiledTemplate, refuse: Refusals): LineReader[] {
  const { totals, taxes, tenders } = compiled.template
  const { values } = compiled
  const amountOf = (found: Matched) => values.amount(found.amount ?? found.tax ?? '')
  const one =
    (is: Matchers, take: (found: Matched, line: PaperLine) => void): LineReader =>
    line => {
      const found = is(line.text)
      if (found !== null) take(found, line)
      return found !== null
    }
  const tagged =
    <Tag>(is: Tagged<Tag>, take: (found: Matched, tag: Tag, line: PaperLine) => void): LineReader =>
    line => {
      const match = is(line.text)
      if (match !== null) take(match.found, match.tag, line)
      return match !== null
    }
  const set = (which: Once, patterns: readonly string[]) =>
    one(compiled.matchers(patterns), (found, line) => draft.set(which, amountOf(found), line))
  return [
    set('subtotal', totals.subtotal?.patterns ?? []),
    set('rounding', totals.rounding?.patterns ?? []),
    tagged(compiled.tagged(totals.extras), (found, { name }, line) =>
      draft.addExtra(amountOf(found), name ?? labelOf(line.text, found)),
    ),
    set('total', totals.total),
    one(compiled.matchers(tenders.change), (found, line) =>
      draft.addChange(amountOf(found), labelOf(line.text, found)),
    ),
    set('tax', totals.tax),
    one(compiled.matchers(taxes.rows), (found, line) =>
      draft.taxes.push(taxRow(found, line, compiled, refuse)),
    ),
    tagged(compiled.tagged(totals.discounts), (found, { printed }) => {
      draft.wholeOff += printed === 'negative' ? 0 - amountOf(found) : amountOf(found)
    }),
    tagged(compiled.tagged(tenders.payouts), (found, { kind }, line) =>
      draft.addPayout(amountOf(found), labelOf(line.text, found), kind),
    ),
    tagged(compiled.tagged(tenders.rows), (found, { kind, name }, line) => {
      const printed = name ?? found.tenderName ?? labelOf(line.text, found)
      draft.tenders.push({ kind, name: printed, amount: amountOf(found) })
    }),
  ]
}

/** Reads a line with one amount by the words before it, whatever the template says. */
function wordReader(draft: ClosingDraft, { values }: CompiledTemplate): LineReader {
  return line => {
    const amounts = amountsOn(line.text, values.format)
    const [amount] = amounts
    if (amount === undefined || amounts.length > 1) return false
    const text = line.text.slice(0, amount.start)
    const value = values.amount(line.text.slice(amount.start, amount.end))
    const label = amountLabel(text, value)
    const name = squeezed(text).replace(/[ :.=]+$/, '')
    if (label === null) return false
    if (isTenderLabel(label)) draft.tenders.push({ kind: label, name, amount: value })
    else if (label === 'change') draft.addChange(value, name)
    else if (label === 'payout') draft.addPayout(value, name, 'cash')
    else if (label === 'tip' || label === 'surcharge') draft.addExtra(value, name)
    else if (label === 'rounding') draft.set('rounding', value, line)
    else return false
    return true
  }
}

function taxRow(
  found: Matched,
  line: PaperLine,
  { values, template }: CompiledTemplate,
  refuse: Refusals,
): TaxRow {
  const amount = values.amount(found.tax ?? '')
  const gross = found.gross === undefined ? null : values.amount(found.gross)
  const printedBase = found.base === undefined ? null : values.amount(found.base)
  if (gross !== null && printedBase !== null)
    refuse.sum('a tax row’s gross amount', printedBase + amount, gross, { line: line.number })
  const mark = found.mark ?? null
  const fromMark = mark === null ? undefined : template.taxes.marks[mark]
  const rate =
    found.rate === undefined
      ? fromMark === undefined
        ? null
        : Math.round(fromMark * 10_000)
      : values.rate(found.rate)
  return {
    name: squeezed(found.taxName ?? labelOf(line.text, found)),
    rate,
    mark,
    base: printedBase ?? (gross === null ? null : gross - amount),
    amount,
  }
}

/** The text before a line's first amount: the POS's name for it. */
function labelOf(text: string, found: Matched): string {
  const places = [found.amount, found.tax, found.base, found.gross, found.rate].flatMap(each =>
    each === undefined ? [] : [text.indexOf(each)],
  )
  const label = squeezed(text.slice(0, Math.min(...places))).replace(/[ :.=]+$/, '')
  return label === '' ? squeezed(text) : label
}
