import { squeezed } from './blanks.ts'
import type { CompiledTemplate, Matchers } from './compile.ts'
import type { PaperLine } from './paper.ts'
import type { Matched } from './pattern.ts'
import type { Refusals } from './refusals.ts'
import type { ReceiptTemplate } from './template.ts'

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

/** The part below the items. Amounts as printed, in minor units; null: not printed. */
export interface Closing {
  readonly subtotal: number | null
  readonly wholeOff: number
  readonly tax: number | null
  readonly total: number
  readonly rounding: number
  readonly taxes: readonly TaxRow[]
  readonly tenders: readonly TenderRow[]
  readonly change: number
  readonly changeName: string
  /** Lines that none of these are. */
  readonly others: readonly PaperLine[]
}

export function readClosing(
  lines: readonly PaperLine[],
  compiled: CompiledTemplate,
  refuse: Refusals,
): Closing {
  const { totals, taxes, tenders } = compiled.template
  const { values } = compiled
  const isSubtotal = compiled.matchers(totals.subtotal?.patterns ?? [])
  const isRounding = compiled.matchers(totals.rounding?.patterns ?? [])
  const isTotal = compiled.matchers(totals.total)
  const isDiscount = compiled.tagged(totals.discounts)
  const isTax = compiled.matchers(totals.tax)
  const isTaxRow = compiled.matchers(taxes.rows)
  const isTender = compiled.tagged(tenders.rows)
  const isChange = compiled.matchers(tenders.change)

  const once = { subtotal: null, tax: null, total: null, rounding: null } as Record<Once, number | null>
  const set = (which: Once, found: Matched, line: PaperLine): void => {
    const value = values.amount(found.amount ?? found.tax ?? '')
    const known = once[which]
    if (known !== null && known !== value)
      throw refuse.line(`it is a second ${which} and says another amount`, line)
    once[which] = value
  }
  const rows: TaxRow[] = []
  const paid: TenderRow[] = []
  const others: PaperLine[] = []
  let wholeOff = 0
  let change = 0
  let changeName = 'change'
  const one =
    (is: Matchers, take: (found: Matched, line: PaperLine) => void) =>
    (line: PaperLine): boolean => {
      const found = is(line.text)
      if (found !== null) take(found, line)
      return found !== null
    }
  /** In the order in which a line is tried; what has a label of its own comes before what names itself. */
  const readers: readonly ((line: PaperLine) => boolean)[] = [
    one(isSubtotal, (found, line) => set('subtotal', found, line)),
    one(isRounding, (found, line) => set('rounding', found, line)),
    one(isTotal, (found, line) => set('total', found, line)),
    one(isChange, (found, line) => {
      change += Math.abs(values.amount(found.amount ?? ''))
      changeName = labelOf(line.text, found)
    }),
    one(isTax, (found, line) => set('tax', found, line)),
    one(isTaxRow, (found, line) => rows.push(taxRow(found, line, compiled, refuse))),
    line => {
      const discount = isDiscount(line.text)
      if (discount === null) return false
      const printed = values.amount(discount.found.amount ?? '')
      wholeOff += discount.tag.printed === 'negative' ? 0 - printed : printed
      return true
    },
    line => {
      const tender = isTender(line.text)
      if (tender === null) return false
      const { found, tag } = tender
      const name = tag.name ?? found.tenderName ?? labelOf(line.text, found)
      paid.push({ kind: tag.kind, name, amount: values.amount(found.amount ?? '') })
      return true
    },
  ]
  for (const line of lines) if (!readers.some(read => read(line))) others.push(line)
  if (once.total === null) throw refuse.whole('it has no total that the template knows')
  return {
    subtotal: once.subtotal,
    wholeOff,
    tax: once.tax,
    total: once.total,
    rounding: once.rounding ?? 0,
    taxes: rows,
    tenders: paid,
    change,
    changeName,
    others,
  }
}

type Once = 'subtotal' | 'tax' | 'total' | 'rounding'

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
