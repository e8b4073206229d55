import type { FieldValues, Matchers } from '../../codecs/receipt-templates/compile.ts'
import type { NumberFormat } from '../../codecs/receipt-templates/number-format.ts'
import type { Matched } from '../../codecs/receipt-templates/pattern.ts'
import type { LabelledLine } from './closing-lines.ts'
import type { Paper } from './formats.ts'
import { amountsIn, linePattern } from './line-pattern.ts'

/** From the most telling shape to the least. `times`: the sign between a quantity and what it is of. */
const itemShapes = ['x', 'X', '×', '*', '@', 'à', 'a'].flatMap(times => [
  `{quantity} ${times} {name} {price} {amount}`,
  `{quantity}${times} {name} {price} {amount}`,
  `{name} {quantity} ${times} {price} {amount}`,
  `{name} {quantity}${times} {price} {amount}`,
  `{name} {price} ${times}{quantity} {amount}`,
  `{name} {price} ${times} {quantity} {amount}`,
])
const tableShapes = [
  '{quantity} {name} {price} {amount}',
  '{name} {quantity} {price} {amount}',
  '{name} {price} {quantity} {amount}',
]
/** Without a price the quantity proves nothing: only a sign beside it tells that it is one. */
const unpricedShapes = [
  '{quantity} x {name} {amount}',
  '{quantity}x {name} {amount}',
  '{quantity} × {name} {amount}',
]
const bareQuantity = '{quantity} {name} {amount}'
const codedShapes = [
  '{sku} {name} {amount}',
  '{barcode} {name} {amount}',
  '{name} ({sku}) {amount}',
  '{name} [[{sku}]] {amount}',
]

const sideShapes = [
  '{quantity} {unit} x {price}[/{word}]',
  '{quantity} {unit} @ {price}[/{word}]',
  '{quantity} {unit} × {price}[/{word}]',
  '{quantity} {unit} * {price}[/{word}]',
  '{quantity} {unit} à {price}',
  '{quantity}{unit} @ {price}[/{word}]',
  '{quantity} x {price}[ {word}]',
  '{quantity} X {price}',
  '{quantity} × {price}',
  '{quantity} * {price}',
  '{quantity} @ {price}',
  '{quantity} à {price}',
  '{quantity} x {price} {amount}',
  '{barcode}',
  'SKU[:] {sku}',
  'SKU[ :] {sku}',
  'Art[.][:] {sku}',
  'Art.[-Nr][.][:] {sku}',
  'Ref[.][:] {sku}',
  'Code[:] {sku}',
  'EAN[:] {barcode}',
  'Barcode[ :][:] {barcode}',
  'Reference[ :][:] {sku}',
]

export interface FoundItems {
  readonly lines: readonly string[]
  /** Lines beside an item: whether above or below it must be tried. */
  readonly beside: readonly string[]
  /** Lines among the items that say nothing that is known. */
  readonly hasNotes: boolean
  readonly discounts: readonly LabelledLine[]
  /** Lines that stand right above the first item on every receipt, the nearest first. */
  readonly headings: readonly string[]
  /** Quantities without a sign that tells them, nor a price that proves them. */
  readonly isBare: boolean
}

interface Parts {
  readonly papers: readonly Paper[]
  readonly labelled: readonly LabelledLine[]
  readonly format: NumberFormat
  readonly values: Pick<FieldValues, 'amount' | 'quantity'>
  matchers(patterns: readonly string[]): Matchers
  isHeader: Matchers
}

/** The shapes that item lines come in. */
export function findItems({ papers, labelled, format, values, matchers, isHeader }: Parts): FoundItems {
  const sections = papers.map((paper, receipt) => sectionOf(paper, receipt, labelled, format, isHeader))
  const all = sections.flatMap(section => section.lines)
  const isDiscount = (line: string, receipt: number, at: number) =>
    labelled.some(
      each =>
        each.label === 'discount' &&
        each.receipt === receipt &&
        each.line === at &&
        each.example === line.trim(),
    )
  const discounts = labelled.filter(
    each => each.label === 'discount' && (sections[each.receipt]?.end ?? 0) > each.line,
  )
  const priced = all.filter(
    ({ text, receipt, at }) => amountsIn(text, format).length > 0 && !isDiscount(text, receipt, at),
  )
  const beside = sideShapes.filter(shape => all.some(({ text }) => matchers([shape])(text) !== null))
  const isBeside = matchers(beside)
  const own = priced.filter(({ text }) => isBeside(text) === null)
  const hasMarks = own.some(({ text }) =>
    /\d[.,]\d{2} {0,4}[\p{L}*#]{1,2}$|\d[.,]\d{2} {1,4}\d$/u.test(text.trim().slice(-12)),
  )
  const marked = (shape: string) => (hasMarks ? `${shape}[ {mark}]` : shape)
  const proven = [...itemShapes, ...tableShapes].filter(shape =>
    own.some(({ text }) => isProven(matchers([marked(shape)])(text), values)),
  )
  const told = unpricedShapes.filter(shape =>
    own.some(({ text }) => matchers([marked(shape)])(text) !== null),
  )
  const isBare =
    proven.length === 0 &&
    told.length === 0 &&
    own.length > 1 &&
    own.every(({ text }) => /^\s*\d{1,3}\s+\D/.test(text))
  const coded = codedShapes.filter(
    shape => own.length > 1 && own.every(({ text }) => isCoded(matchers([marked(shape)])(text))),
  )
  const lines = [...proven, ...told, ...(isBare ? [bareQuantity] : []), ...coded, '{name} {amount}'].map(
    marked,
  )
  const isLine = matchers(lines)
  const hasNotes = all.some(
    ({ text, receipt, at }) =>
      isLine(text) === null && isBeside(text) === null && !isDiscount(text, receipt, at) && !isRule(text),
  )
  return {
    lines,
    beside,
    hasNotes,
    discounts,
    headings: headingsOf(papers, sections),
    isBare,
  }
}

interface Section {
  readonly start: number
  readonly end: number
  readonly lines: readonly { readonly text: string; readonly receipt: number; readonly at: number }[]
}

/** The lines from the first with an amount up to the first total of any kind. */
function sectionOf(
  paper: Paper,
  receipt: number,
  labelled: readonly LabelledLine[],
  format: NumberFormat,
  isHeader: Matchers,
): Section {
  const closing = labelled.filter(
    each => each.receipt === receipt && ['subtotal', 'total', 'tax', 'rounding'].includes(each.label),
  )
  const end = Math.min(paper.length, ...closing.map(each => each.line))
  const first = paper.findIndex(
    (text, at) => at < end && amountsIn(text, format).length > 0 && isHeader(text) === null,
  )
  const start = first < 0 ? end : first
  const lines = paper.slice(start, end).map((text, index) => ({ text, receipt, at: start + index }))
  return { start, end, lines: lines.filter(({ text }) => text.trim() !== '') }
}

/** Quantity × price is the amount: this can hardly be chance. */
function isProven(found: Matched | null, values: Parts['values']): boolean {
  if (found?.quantity === undefined || found.price === undefined || found.amount === undefined) return false
  const [quantity, price, amount] = [
    values.quantity(found.quantity),
    values.amount(found.price),
    values.amount(found.amount),
  ]
  return Math.abs(Math.round((quantity * price) / 1000) - amount) <= (quantity % 1000 === 0 ? 0 : 1)
}

function isCoded(found: Matched | null): boolean {
  const code = found?.sku ?? found?.barcode
  return code !== undefined && code.length > 2 && /\d/.test(code)
}

function isRule(text: string): boolean {
  return /^[-=_*.~+#─━═]{3,}$/.test(text.trim())
}

/** The lines above the first item that are the same on every receipt. */
function headingsOf(papers: readonly Paper[], sections: readonly Section[]): readonly string[] {
  const headings: string[] = []
  for (let above = 1; above <= 3; above += 1) {
    const texts = papers.map((paper, at) => paper[(sections[at]?.start ?? 0) - above])
    const patterns = texts.map(text =>
      text === undefined || /\d/.test(text) ? '' : isRule(text) ? '{rule}' : linePattern(text, []),
    )
    const [first = ''] = patterns
    if (first === '' || patterns.some(pattern => pattern !== first)) break
    headings.push(first)
  }
  return headings
}
