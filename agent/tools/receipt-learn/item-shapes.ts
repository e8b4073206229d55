import type { Matchers } from '../../codecs/receipt-templates/compile.ts'
import { codeShape, endsInNumber } from '../../codecs/receipt-templates/counted.ts'
import type { NumberFormat } from '../../codecs/receipt-templates/number-format.ts'
import { itemWords, plainLabel } from '../../codecs/receipt-templates/words.ts'
import type { LabelledLine } from './closing-lines.ts'
import type { Paper } from './formats.ts'
import {
  codeField,
  codeOn,
  isOff,
  makes,
  patternWithTail,
  provenRoles,
  roleStretches,
  type SeenLine,
} from './item-lines.ts'
import { isRule, sectionsOf } from './item-section.ts'
import { linePattern, type Stretch } from './line-pattern.ts'

export interface FoundItems {
  /** From the most telling to the least. */
  readonly lines: readonly string[]
  readonly above: readonly string[]
  readonly below: readonly string[]
  /** Lines beside an item: whether above or below it must be tried. */
  readonly beside: readonly string[]
  /** Lines among the items without a number that say nothing that is known. */
  readonly hasNotes: boolean
  /** Lines among the items with a number that nothing explains. */
  readonly unknown: readonly SeenLine[]
  readonly discounts: readonly FoundDiscount[]
  /** Lines that stand right above the first item on every receipt, the nearest first. */
  readonly headings: readonly string[]
  /** The first item whose name follows a number that may or may not be a quantity; null: every such number is clear. */
  readonly bare: SeenLine | null
  /** The first item with what looks like a code but has no label and no proof; null: every code is clear. */
  readonly code: SeenLine | null
  readonly codeForms: readonly string[]
  /** Whether the name of any item ends in a small number. */
  readonly hasNumberedNames: boolean
  /** The first item with a minus that may be a return or a discount; null: every minus is clear. */
  readonly negative: SeenLine | null
}

export interface FoundDiscount {
  readonly pattern: string
  readonly value: number
  readonly receipt: number
  readonly at: number
}

interface Parts {
  readonly papers: readonly Paper[]
  readonly labelled: readonly LabelledLine[]
  readonly format: NumberFormat
  readonly isHeader: Matchers
  /** What a person said: the number before each item is its quantity, or not. */
  readonly isBareQuantity: boolean | null
  readonly isCode: boolean | null
}

/** What each line of the items is, found by arithmetic: a quantity times a price makes the amount of the item. */
export function findItems(parts: Parts): FoundItems {
  const { papers, labelled, format, isHeader } = parts
  const sections = sectionsOf(papers, labelled, format, isHeader)
  const lines = sections.flatMap(section => section.lines)
  const neighbours = neighboursOf(lines)
  const discounts = lines.filter(line => isDiscount(line, labelled))
  const sides = lines.filter(line => !discounts.includes(line) && isSide(line, neighbours))
  const mains = lines.filter(line => line.main !== null && !discounts.includes(line) && !sides.includes(line))
  const isNameless = mains.length > 0 && mains.filter(line => nameOf(line) === null).length * 2 > mains.length
  const names = isNameless ? namesBeside(mains, neighbours) : { above: [], below: [], lines: [] }
  const rest = lines.filter(
    line => ![...discounts, ...sides, ...mains, ...names.lines].includes(line) && !isRule(line.text),
  )
  const beside = besidePatterns(sides, neighbours)
  const codes = codeLines(rest, mains, parts.isCode)
  const main = mainPatterns(mains, neighbours, parts, headingWords(papers, sections))
  const others = rest.filter(line => !codes.lines.includes(line))
  const isInside = (line: SeenLine) =>
    mains.some(main => main.receipt === line.receipt && main.at < line.at) || line.main !== null
  const unread = others.filter(line => isInside(line) && /\d/.test(line.text))
  return {
    lines: main.patterns,
    above: names.above,
    below: names.below,
    beside: unique([...beside, ...codes.patterns]),
    hasNotes: others.some(line => isInside(line) && !unread.includes(line) && !isMarker(line.text)),
    unknown: unread,
    discounts: discounts.map(discountOf),
    headings: headingsOf(papers, sections, isNameless),
    bare: main.bare,
    code: codes.doubtful ?? main.code,
    codeForms: unique([
      ...codes.codes,
      ...main.codes,
      ...codesOf(names.lines, /\{sku\} \{name\}/.test(names.above.join())),
    ]).map(codeShape),
    hasNumberedNames: [...mains, ...names.lines].some(line => endsInNumber(nameOf(line) ?? line.text)),
    negative: mains.find(line => isOddNegative(line, mains, neighbours)) ?? null,
  }
}

type Neighbours = ReadonlyMap<SeenLine, { above: SeenLine | null; below: SeenLine | null }>

function neighboursOf(lines: readonly SeenLine[]): Neighbours {
  return new Map(
    lines.map((line, at) => {
      const near = (other: SeenLine | undefined) => (other?.receipt === line.receipt ? other : null)
      const above = near(lines[at - 1])
      // a line with the item's code may be between the item and its quantity
      const isCoded = above !== null && above.main === null && isCodeAlone(above)
      const item = isCoded ? near(lines[at - 2]) : null
      const isItem = item !== null && item.main !== null
      return [line, { above: isItem ? item : above, below: near(lines[at + 1]) }] as const
    }),
  )
}

function isCodeAlone({ text }: SeenLine): boolean {
  const code = codeOn(text)
  return code !== null && text.slice(code.stretch.end).trim() === ''
}

function isDiscount(line: SeenLine, labelled: readonly LabelledLine[]): boolean {
  const isLabelled = labelled.some(
    each => each.label === 'discount' && each.receipt === line.receipt && each.line === line.at,
  )
  return line.main !== null && (isLabelled || isOff(line))
}

function discountOf(line: SeenLine): FoundDiscount {
  const rate = line.numbers.find(each => each.isRate)
  const stretches: Stretch[] = rate === undefined ? [] : [rateStretch(line.text, rate)]
  // other numbers of an offer, `2 for 5.00`, are another time others
  for (const each of line.numbers)
    if (!each.isRate && each.start !== line.main?.start)
      stretches.push({ start: each.start, end: each.end, as: each.amount === null ? '{count}' : '{money}' })
  const { receipt, at, main } = line
  return { pattern: patternWithTail(line, stretches), value: main?.amount ?? 0, receipt, at }
}

function rateStretch(text: string, { start, end }: { start: number; end: number }): Stretch {
  const isApart = /\s%$/.test(text.slice(start, end))
  return { start, end: end - (isApart ? 2 : 1), as: '{rate}' }
}

/** The letters of an item's line that are its name; null: it has none. */
function nameOf(line: SeenLine): string | null {
  const roles = line.main === null ? null : provenRoles(line, line.main.amount, true)
  const pieces = piecesOf(line, roles === null ? [] : roleStretches(line.text, roles))
  const longest = pieces.toSorted((a, b) => b.letters - a.letters)[0]
  return longest === undefined || longest.letters < 2 || isUnitWord(longest.text) ? null : longest.text
}

function isUnitWord(text: string): boolean {
  const plain = plainLabel(text)
  return isUnit(plain) || plain.split(' ').every(isUnit)
}

function isUnit(word: string): boolean {
  return itemWords.each.has(word) || itemWords.quantity.has(word) || /^(?:x|kg|g|lb|oz|l)$/.test(word)
}

/** The text of a line between its fields. */
function piecesOf(line: SeenLine, stretches: readonly Stretch[]) {
  const end = line.main?.start ?? line.text.length
  const pieces: { start: number; end: number; text: string; letters: number }[] = []
  let from = 0
  const add = (to: number) => {
    const raw = line.text.slice(from, to)
    const text = raw.trim()
    if (text === '') return
    const start = from + raw.indexOf(text)
    pieces.push({ start, end: start + text.length, text, letters: (text.match(/\p{L}/gu) ?? []).length })
  }
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    if (stretch.start >= end) continue
    add(stretch.start)
    from = stretch.end
  }
  add(end)
  return pieces
}

/** A line that tells the quantity or the price of the item above or below it. */
function isSide(line: SeenLine, neighbours: Neighbours): boolean {
  return sideStretches(line, neighbours) !== null
}

function sideStretches(line: SeenLine, neighbours: Neighbours): Stretch[] | null {
  const { above = null, below = null } = neighbours.get(line) ?? {}
  const own = line.main === null ? null : provenRoles(line, line.main.amount, true)
  const ofAbove = above?.main?.amount
  if (own !== null) {
    // the price and the amount once more, below the item
    const isRepeated =
      nameOf(line) === null && ofAbove === line.main?.amount && above !== null && nameOf(above) !== null
    return isRepeated ? [...roleStretches(line.text, own), amountStretch(line)] : null
  }
  if (isNamed(line)) return null
  for (const other of [above, below]) {
    if (other?.main === null || other === null) continue
    const roles = provenRoles(line, other.main.amount, false)
    if (roles !== null) return withCode(line, roleStretches(line.text, roles))
    const price = line.numbers.find(each => each.amount !== null)
    const told = toldQuantity(other)
    if (
      price?.amount !== null &&
      price !== undefined &&
      told !== null &&
      makes(told, price.amount, other.main.amount)
    )
      return withCode(line, roleStretches(line.text, { quantity: null, price }))
  }
  return weightStretches(line)
}

/** Whether a line has a name of its own, so that it is an item and not a note to one. */
function isNamed(line: SeenLine): boolean {
  const words = [...line.text.matchAll(/\p{L}{2,}/gu)].map(match => match[0])
  const code = codeOn(line.text)
  const named = words.filter(
    word => !isUnitWord(word) && !/^(?:eur|chf|usd|sek|nok|dkk|pln|kr|zł|each|per|at)$/i.test(word),
  )
  return code === null && named.length > 0
}

function amountStretch({ main }: SeenLine): Stretch {
  return { start: main?.start ?? 0, end: main?.end ?? 0, as: '{amount}' }
}

function withCode(line: SeenLine, stretches: Stretch[]): Stretch[] {
  const code = codeOn(line.text)
  const isFree =
    code !== null && stretches.every(each => each.end <= code.stretch.start || each.start >= code.stretch.end)
  return isFree && code !== null ? [...stretches, code.stretch] : stretches
}

/** `0,538 kg`, whatever is before it: no price proves it, but it can be nothing else. */
function weightStretches(line: SeenLine): Stretch[] | null {
  const weight = line.numbers.find(each => /^\d+[.,]\d{3}$/.test(line.text.slice(each.start, each.end)))
  if (weight === undefined || !/^ ?kg\b/i.test(line.text.slice(weight.end)) || line.main !== null) return null
  return roleStretches(line.text, { quantity: weight, price: null })
}

/** The quantity that a sign on an item's own line tells: `2 x Mug`, `Mug x 2`. */
function toldQuantity(line: SeenLine): number | null {
  return toldNumber(line)?.quantity ?? null
}

function toldNumber(line: SeenLine) {
  const { text, numbers, main } = line
  const end = main?.start ?? text.length
  return (
    numbers.find(({ start, end: to, quantity, isRate }) => {
      if (isRate || quantity === null || start >= end) return false
      const before = text.slice(0, start).trim()
      const after = text.slice(to, end).trim()
      const isFirst = before === '' && /^[x×*]\s?\p{L}/iu.test(after)
      const isLast = /(?:^|\s|\()[x×*]$/iu.test(before) && /^\)?$/.test(after)
      const isPieces = before === '' && /^(?:stk|pcs|szt|kpl|ks|st|uds?|pz)\b\.?\s/iu.test(after)
      return (
        isFirst || isLast || isPieces || (/\s$|\($/.test(text.slice(0, start)) && /^[x×]\)?$/iu.test(after))
      )
    }) ?? null
  )
}

function besidePatterns(sides: readonly SeenLine[], neighbours: Neighbours): string[] {
  return unique(sides.map(line => linePattern(line.text, sideStretches(line, neighbours) ?? [])))
}

/** Lines that hold an item code alone, or behind a label. Without a label its item must always have the same. */
function codeLines(rest: readonly SeenLine[], mains: readonly SeenLine[], isCode: boolean | null) {
  const found = rest.flatMap(line => {
    const code = codeOn(line.text)
    const after = code === null ? '' : line.text.slice(code.stretch.end).trim()
    return code === null || after !== '' || line.main !== null ? [] : [{ line, ...code }]
  })
  const bare = found.filter(each => !each.isLabelled)
  const itemOf = (line: SeenLine) =>
    mains.findLast(main => main.receipt === line.receipt && main.at < line.at) ?? null
  const isProven = isCode ?? areCodes(bare.map(({ line, code }) => [nameKey(itemOf(line)), code] as const))
  const taken = found.filter(each => each.isLabelled || isProven)
  return {
    lines: taken.map(each => each.line),
    patterns: unique(taken.map(({ line, stretch }) => linePattern(line.text, [stretch]))),
    codes: taken.filter(each => !each.isLabelled).map(each => each.code),
    doubtful: isCode === null && !isProven ? (bare[0]?.line ?? null) : null,
  }
}

function nameKey(line: SeenLine | null): string {
  return line === null ? '' : plainLabel(line.text.slice(0, line.main?.start)).replace(/^\d+ x | x \d+$/g, '')
}

/** Each name has one code, each code one name, and there are several of them. */
function areCodes(pairs: readonly (readonly [name: string, code: string])[]): boolean {
  const codes = new Map(pairs)
  const names = new Map(pairs.map(([name, code]) => [code, name] as const))
  return (
    codes.size >= 2 &&
    codes.size === names.size &&
    pairs.every(([name, code]) => codes.get(name) === code && names.get(code) === name)
  )
}

function codesOf(lines: readonly SeenLine[], isFirst: boolean): string[] {
  return isFirst ? lines.flatMap(line => /^\s*(\S+)/.exec(line.text)?.[1] ?? []) : []
}

/** The lines with the names of items whose amounts stand on lines of their own. */
function namesBeside(mains: readonly SeenLine[], neighbours: Neighbours) {
  const nameless = mains.filter(line => nameOf(line) === null)
  const named = (which: 'above' | 'below') =>
    nameless.flatMap(line => {
      const other = neighbours.get(line)?.[which] ?? null
      return other === null || other.main !== null || !/\p{L}{2}/u.test(other.text) ? [] : [other]
    })
  const above = named('above')
  const below = named('below')
  const lines = above.length >= below.length ? above : below
  const fields = lines.map(({ text }) => codeField(/^\s*(\S+)\s+\S/.exec(text)?.[1] ?? ''))
  const [field] = fields
  const isCoded = field !== undefined && field !== null && fields.every(each => each === field)
  const pattern = isCoded ? `${field} {name}` : '{name}'
  return above.length >= below.length
    ? { above: lines.length === 0 ? [] : [pattern], below: [], lines }
    : { above: [], below: [pattern], lines }
}

interface MainPatterns {
  readonly patterns: readonly string[]
  readonly bare: SeenLine | null
  readonly code: SeenLine | null
  readonly codes: readonly string[]
}

/** Patterns of the lines with the items' amounts, the most telling first. */
function mainPatterns(
  mains: readonly SeenLine[],
  neighbours: Neighbours,
  { isBareQuantity, isCode }: Parts,
  headings: { readonly isQuantityFirst: boolean },
): MainPatterns {
  const firsts = mains.map(({ text }) => /^\s*(\S+)\s+\S/.exec(text)?.[1] ?? '')
  const leading = mains.map((line, at) => [nameKey(line).replace(/^\S+ /, ''), firsts[at] ?? ''] as const)
  const fields = firsts.map(codeField)
  const [field = null] = fields
  const mayLead = mains.length > 1 && field !== null && fields.every(each => each === field)
  const isLed = mayLead && (isCode ?? areCodes(leading))
  const isNumbered = mains.every(({ text }) => /^\s*\d{1,3}\s+\p{L}/u.test(text)) && mains.length > 1
  const isCount = isNumbered && mains.every(line => Number.parseInt(line.text, 10) === placeOf(line, mains))
  const isQuantity = isNumbered && !isCount && (isBareQuantity ?? true)
  const rated = mains.filter(line => rateBefore(line) !== null).length
  let bare: SeenLine | null = null
  const found = mains.map(line => {
    const stretches: Stretch[] = []
    const own = line.main === null ? null : provenRoles(line, line.main.amount, true)
    const told = toldNumber(line)
    let rank = 2
    if (own !== null) {
      stretches.push(...roleStretches(line.text, own))
      rank = 0
    } else if (told !== null) {
      stretches.push(...roleStretches(line.text, { quantity: told, price: null }))
      rank = 1
    } else if (isNumbered) {
      const first = line.numbers[0]
      const isPriced = isQuantity && sidesProve(line, first?.quantity ?? null, neighbours)
      if (first !== undefined)
        stretches.push({ start: first.start, end: first.end, as: isQuantity ? '{quantity}' : '{count}' })
      if (isQuantity && isBareQuantity === null && !headings.isQuantityFirst && !isPriced) bare ??= line
    }
    const rate = rateBefore(line)
    if (rate !== null && (rated === mains.length || /\s{2}$/.test(line.text.slice(0, rate.start))))
      stretches.push(rateStretch(line.text, rate))
    if (isLed && field !== null) {
      const start = line.text.search(/\S/)
      stretches.push({ start, end: start + (firsts[mains.indexOf(line)]?.length ?? 0), as: field })
    }
    return { rank, pattern: mainPattern(line, stretches) }
  })
  const ordered = found.toSorted((a, b) => a.rank - b.rank || b.pattern.length - a.pattern.length)
  return {
    patterns: mergedMarks(unique(ordered.map(each => each.pattern))),
    bare,
    code: mayLead && !isLed && isCode === null ? (mains[0] ?? null) : null,
    codes: isLed && field === '{sku}' ? firsts : [],
  }
}

/** Whether the price on the line above or below proves the number before an item's name. */
function sidesProve(line: SeenLine, quantity: number | null, neighbours: Neighbours): boolean {
  const { above = null, below = null } = neighbours.get(line) ?? {}
  return [above, below].some(other =>
    other?.numbers.some(
      each =>
        each.amount !== null && quantity !== null && makes(quantity, each.amount, line.main?.amount ?? 0),
    ),
  )
}

function placeOf(line: SeenLine, mains: readonly SeenLine[]): number {
  return mains.filter(each => each.receipt === line.receipt && each.at <= line.at).length
}

function rateBefore(line: SeenLine) {
  const rate = line.numbers.findLast(each => each.isRate)
  const between = rate === undefined ? 'none' : line.text.slice(rate.end, line.main?.start)
  return rate !== undefined && between.trim() === '' ? rate : null
}

function mainPattern(line: SeenLine, stretches: readonly Stretch[]): string {
  const pieces = piecesOf(line, stretches)
  const name = pieces.toSorted((a, b) => b.letters - a.letters)[0]
  const isName = name !== undefined && name.letters >= 1 && !isUnitWord(name.text)
  const times = isName ? namedStretch(name) : null
  return patternWithTail(line, times === null ? stretches : [...stretches, times])
}

/** A name without the sign between it and its quantity: the `x` of `x Mug` stays in the pattern. */
function namedStretch({ start, end, text }: { start: number; end: number; text: string }): Stretch {
  const lead = /^[x×*@]\s+/iu.exec(text)?.[0].length ?? 0
  const trail = /\s+(?:[x×*@]|à|\(|\([x×])$/iu.exec(text)?.[0].length ?? 0
  return { start: start + lead, end: end - trail, as: '{name}' }
}

/** Marks of tax may be missing on another receipt, but for a second sign. */
function mergedMarks(patterns: readonly string[]): string[] {
  const plain = (pattern: string) => pattern.replace(/ ?\{mark\}$/, '')
  const marked = new Map(
    patterns.flatMap(each => {
      const mark = / ?\{mark\}$/.exec(each)?.[0]
      return mark === undefined ? [] : [[plain(each), mark] as const]
    }),
  )
  return unique(
    patterns.map(each => {
      const mark = marked.get(plain(each))
      return mark === undefined ? each : `${plain(each)}[${mark}]`
    }),
  )
}

function isOddNegative(line: SeenLine, mains: readonly SeenLine[], neighbours: Neighbours): boolean {
  const amount = line.main?.amount ?? 0
  if (amount >= 0) return false
  const { above = null, below = null } = neighbours.get(line) ?? {}
  if ([above, below].some(other => other !== null && provenRoles(other, amount, false) !== null)) return false
  const words = plainLabel(nameKey(line)).split(' ')
  const isKnown = words.some(
    word => itemWords.deposit.has(word) || itemWords.returned.has(word) || itemWords.voided.has(word),
  )
  const isSold = mains.some(
    each => each !== line && (each.main?.amount ?? 0) > 0 && nameKey(each) === nameKey(line),
  )
  const hasQuantity = toldNumber(line) !== null || line.numbers.length > 1
  return !isKnown && !isSold && !hasQuantity
}

function isMarker(text: string): boolean {
  const plain = plainLabel(text)
  return itemWords.voided.has(plain) || itemWords.returned.has(plain)
}

type Sections = ReturnType<typeof sectionsOf>

function headingWords(papers: readonly Paper[], sections: Sections) {
  const firsts = papers.flatMap((paper, at) =>
    [1, 2].map(above => plainLabel(paper[(sections[at]?.start ?? 0) - above] ?? '').split(' ')[0] ?? ''),
  )
  return { isQuantityFirst: firsts.some(word => itemWords.quantity.has(word)) }
}

/** The lines above the first item that are the same on every receipt. */
function headingsOf(papers: readonly Paper[], sections: Sections, isNameless: boolean): readonly string[] {
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
  return isNameless && papers.length < 2 ? [] : headings
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, 40)
}
