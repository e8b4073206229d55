import { squeezed } from './blanks.ts'
import type { CompiledTemplate } from './compile.ts'
import { codeShape, endsInNumber, isCountedLine, looksCounted } from './counted.ts'
import { type ItemLine, itemLines, SOLD_VOUCHER } from './item-lines.ts'
import type { PaperLine } from './paper.ts'
import type { Matched } from './pattern.ts'
import { placedMarks } from './placed-marks.ts'
import type { Refusals } from './refusals.ts'

/** An item as it is printed, its signs made one: a return has negative quantity and amount. */
export interface ReceiptItem {
  readonly name: string
  readonly sku: string | null
  readonly barcode: string | null
  /** Thousandths. */
  readonly quantity: number
  /** Minor units, before `off`. */
  readonly amount: number
  /** What discount lines took off, and what was off inside `amount` already. */
  readonly off: number
  readonly offInside: number
  /** A gift card that is sold. */
  readonly isVoucher: boolean
  readonly mark: string | null
  /** Parts per million; null: its line does not print it. */
  readonly rate: number | null
}

/** What is off all items of a tax mark; null: off the whole receipt. */
export interface SharedOff {
  readonly mark: string | null
  readonly off: number
}

export interface ItemSection {
  readonly items: readonly ReceiptItem[]
  /** Discounts among the items that are for several of them. */
  readonly shared: readonly SharedOff[]
  readonly head: readonly PaperLine[]
  readonly rest: readonly PaperLine[]
}

interface Gathered {
  readonly name: string[]
  readonly fields: Map<keyof Matched, string>
  /** Digits of its lines that no field took, with the line of each. */
  readonly passed: { readonly text: string; readonly line: PaperLine }[]
  readonly line: PaperLine
  off: number
  /** A gift card that was sold: money that no goods go out for. */
  readonly isVoucher: boolean
  isTakenBack: boolean
  /** It takes back another one: its signs are the other way. */
  readonly isTurned: boolean
}

type Beside = Extract<ItemLine, { is: 'item' | 'detail' | 'before' }>

/** Finds the items and reads each of their lines; what can't be read is refused, never skipped. */
export function readItems(
  lines: readonly PaperLine[],
  compiled: CompiledTemplate,
  refuse: Refusals,
): ItemSection {
  const first = firstLine(lines, compiled, refuse)
  const meaningOf = itemLines(compiled)
  const gathered: Gathered[] = []
  const shared: SharedOff[] = []
  const markers: { line: PaperLine; at: number }[] = []
  const marks = placedMarks(refuse)
  let announced: { said: Beside; line: PaperLine }[] = []
  let start = first ?? lines.length
  let aboveFirst: PaperLine | undefined
  let end = lines.length
  for (const [at, line] of lines.entries()) {
    if (at < (first ?? 0)) continue
    const last = gathered.at(-1)
    const isStarted = first !== null || last !== undefined
    const hasItem = last !== undefined
    const isAnnounced = announced.length > 0
    const meaning = meaningOf(line.text, { isStarted, hasItem, isAnnounced, isBelowMark: marks.isOpen() })
    const nameless = meaning.is === 'item' && meaning.found.name === undefined
    const { name, marker } = marks.resolve(hasItem, nameless)
    if (marker !== null) markers.push({ line: marker, at: gathered.length })
    if (meaning.is === 'end' && (isStarted || announced.length > 0)) {
      end = at
      break
    }
    if (meaning.is === 'mark') {
      marks.add(line, meaning.what, { hasItem, isAnnounced: first !== null && isAnnounced })
      announced = []
    } else if (meaning.is === 'item') {
      const next: Gathered = newItem(line, meaning.pattern === SOLD_VOUCHER)
      for (const each of announced) merge(next, each.said, each.line, refuse)
      if (name !== null) next.name.push(squeezed(name.text))
      merge(next, meaning, line, refuse)
      const from = at - announced.length - (name === null ? 0 : 1)
      if (!isStarted) start = from
      if (!hasItem) aboveFirst = lines[from - 1]
      announced = []
      gathered.push(next)
    } else if (meaning.is === 'before') {
      // above the first item only the nearest line of each kind can belong to it
      const again = isStarted ? -1 : announced.findLastIndex(each => each.said.pattern === meaning.pattern)
      announced = [...announced.slice(again + 1), { said: meaning, line }]
    } else if (!isStarted) announced = []
    else if (meaning.is === 'unknown')
      throw refuse.line('the template knows no such line among the items', line)
    else if (meaning.is === 'detail' && last !== undefined) merge(last, meaning, line, refuse)
    else if (meaning.is === 'marker') markers.push({ line, at: gathered.length })
    else if (meaning.is === 'taken-back')
      gathered.push(takenBackItem(gathered, meaning.amount, line, compiled, refuse))
    else if (meaning.is === 'discount') {
      if (announced.length > 0) throw refuse.line('it is between the lines of an item', line)
      takeOff(meaning, last, shared, line, compiled, refuse)
    }
  }
  const [open] = announced
  if (open !== undefined && gathered.length > 0)
    throw refuse.line('it announces an item that does not follow', open.line)
  if (gathered.length === 0) throw refuse.whole('it holds no item that the template knows')
  const above = lines[start - 1]
  if (first === null && above !== undefined && isCountedLine(above.text))
    throw refuse.line(
      'it looks like a quantity of the item below it, and the template does not read it',
      above,
    )
  const head = lines.slice(0, start)
  const [item] = gathered
  if (item !== undefined)
    marks.checkAbove({
      above: aboveFirst,
      isNamed: item.name.length > 0,
      isBelowZero: compiled.values.amount(item.fields.get('amount') ?? '0') < 0,
    })
  const items = gathered.map(each => itemOf(each, compiled, refuse))
  for (const { line, at } of markers)
    if (![items[at - 1], items[at]].some(each => each !== undefined && each.amount <= 0))
      throw refuse.line('it says that goods came back, and the item beside it has no minus', line)
  return {
    items: withCodes(items),
    shared,
    head: [...head, ...marks.above().filter(line => !head.includes(line))],
    rest: lines.slice(end),
  }
}

/** The place after the lines that `after` names one after another; null: the template names none. */
function firstLine(lines: readonly PaperLine[], compiled: CompiledTemplate, refuse: Refusals): number | null {
  const sequence = compiled.template.items.after.map(each => compiled.matchers([each]))
  if (sequence.length === 0) return null
  for (let at = 0; at + sequence.length <= lines.length; at += 1)
    if (sequence.every((is, offset) => is(lines[at + offset]?.text ?? '') !== null))
      return at + sequence.length
  throw refuse.whole('the lines that come before its items (items.after) are not there')
}

function newItem(line: PaperLine, isVoucher: boolean): Gathered {
  return {
    name: [],
    fields: new Map(),
    passed: [],
    off: 0,
    line,
    isVoucher,
    isTakenBack: false,
    isTurned: false,
  }
}

/** The item above that a line without a name takes back, with its signs turned. */
function takenBackItem(
  gathered: readonly Gathered[],
  amount: number,
  line: PaperLine,
  { values }: CompiledTemplate,
  refuse: Refusals,
): Gathered {
  const amountOf = ({ fields, off }: Gathered) => values.amount(fields.get('amount') ?? '0') - off
  const taken = gathered.findLast(each => !each.isTakenBack && amountOf(each) === Math.abs(amount))
  if (taken === undefined) throw refuse.line('it takes back an amount that no item above it has', line)
  taken.isTakenBack = true
  return { ...taken, name: [...taken.name], fields: new Map(taken.fields), line, isTurned: true }
}

function takeOff(
  { found, rule }: Extract<ItemLine, { is: 'discount' }>,
  last: Gathered | undefined,
  shared: SharedOff[],
  line: PaperLine,
  { values }: CompiledTemplate,
  refuse: Refusals,
): void {
  const printed = values.amount(found.amount ?? '')
  const off = rule.printed === 'negative' ? 0 - printed : printed
  const mark = found.mark ?? null
  const isOfItem = mark === null || last?.fields.get('mark') === mark
  if (rule.of === 'receipt' || !isOfItem) shared.push({ mark, off })
  else if (last === undefined) throw refuse.line('a discount has no item above it', line)
  else last.off += off
}

function merge(item: Gathered, { found, passed }: Beside, line: PaperLine, refuse: Refusals): void {
  for (const [field, text] of Object.entries(found) as [keyof Matched, string][]) {
    if (field === 'name') item.name.push(text)
    else if (item.fields.has(field) && item.fields.get(field) !== text)
      throw refuse.line(`it gives one item a second ${field}`, line)
    else item.fields.set(field, text)
  }
  if (passed !== '') item.passed.push({ text: passed, line })
}

function itemOf(gathered: Gathered, compiled: CompiledTemplate, refuse: Refusals): ReceiptItem {
  const { name, fields, off, line } = gathered
  const { values } = compiled
  const read = <T>(field: keyof Matched, as: (text: string) => T): T | null => {
    const text = fields.get(field)
    return text === undefined ? null : as(text)
  }
  const amount = read('amount', values.amount) ?? 0
  const price = read('price', values.amount)
  // a line without a quantity is one unit
  const printed = read('quantity', values.quantity) ?? 1_000
  if (printed === 0) throw refuse.at('an item has a quantity of nothing', line.number)
  if (printed < 0 && amount > 0)
    throw refuse.at('an item has a negative quantity but a positive amount', line.number)
  const quantity = amount < 0 ? 0 - Math.abs(printed) : printed
  const offInside = Math.abs(read('discount', values.amount) ?? 0) * Math.sign(amount)
  if (price !== null) {
    const full = Math.sign(amount) * Math.round((Math.abs(price) * Math.abs(quantity)) / 1_000)
    // scales round in their own way
    const room = quantity % 1_000 === 0 ? 0 : 1
    if (amount !== 0 || offInside === 0)
      refuse.sum('the amount of an item', full - offInside, amount, { line: line.number, room })
  }
  if (name.length === 0) throw refuse.line('an item has no name', line)
  if ((price === null || amount === 0) && !gathered.isVoucher) demandAllRead(gathered, compiled, refuse)
  demandCodeForm(gathered, compiled, refuse)
  const sign = gathered.isTurned ? -1 : 1
  return {
    name: squeezed(name.join(' ')).slice(0, 500),
    sku: read('sku', unmasked),
    barcode: read('barcode', unmasked),
    quantity: sign * quantity,
    amount: sign * amount,
    off: off === 0 ? 0 : sign * off,
    offInside: offInside === 0 ? 0 : sign * offInside,
    isVoucher: gathered.isVoucher,
    mark: fields.get('mark') ?? null,
    rate: read('rate', values.rate),
  }
}

/**
 * Every digit of an item's lines must have been read, unless a price proves its quantity: a number that is passed over may
 * be a quantity or a weight.
 * @throws RECEIPT_UNPARSED
 */
function demandAllRead(
  { name, passed, line, fields }: Gathered,
  compiled: CompiledTemplate,
  refuse: Refusals,
): void {
  const [unread] = passed
  if (unread !== undefined)
    throw refuse.line(
      `"${squeezed(unread.text).slice(0, 40)}" may be a quantity or a weight, and the template does not read it`,
      unread.line,
    )
  const mark = fields.get('mark')
  if (mark !== undefined && /^[x×*]?\d+[x×*]?$/i.test(mark) && !isTaxMark(mark, compiled))
    throw refuse.line(
      `"${mark}" behind an amount may be a quantity, and no row of taxes has such a mark (taxes.marks says what it means)`,
      line,
    )
  const { names, numberedNames } = compiled.template.items
  const isName = compiled.matchers(names)
  const isCounted = (text: string) => looksCounted(text) || (!numberedNames && endsInNumber(text))
  if (name.some(each => isCounted(each) && isName(squeezed(each)) === null))
    throw refuse.line(
      `a number in "${squeezed(name.join(' ')).slice(0, 40)}" looks like a quantity or a weight that the template does not read (if it is part of the name, add the name to items.names)`,
      line,
    )
}

/** Whether a mark is one of taxes: `x2` is a quantity, and so may be `2` where the paper explains no marks. */
function isTaxMark(mark: string, { template: { taxes } }: CompiledTemplate): boolean {
  if (Object.hasOwn(taxes.marks, mark)) return true
  return !/[x×*]/i.test(mark) && taxes.rows.some(row => row.includes('{mark}'))
}

function demandCodeForm({ fields, line }: Gathered, { template }: CompiledTemplate, refuse: Refusals): void {
  const code = fields.get('sku')
  const forms = template.items.codeForms
  if (code !== undefined && forms.length > 0 && !forms.includes(codeShape(code)))
    throw refuse.line(`"${code}" does not have the form of an item code (items.codeForms)`, line)
}

/** A line that takes an item back often prints its name alone: it has the code of the item of that name. */
function withCodes(items: readonly ReceiptItem[]): readonly ReceiptItem[] {
  return items.map(item => {
    if (item.quantity > 0 || item.sku !== null || item.barcode !== null) return item
    const same = items.filter(
      each => each.quantity > 0 && each.name.toLowerCase() === item.name.toLowerCase(),
    )
    const [one] = same
    const isOne =
      one !== undefined && same.every(each => each.sku === one.sku && each.barcode === one.barcode)
    return isOne ? { ...item, sku: one.sku, barcode: one.barcode } : item
  })
}

/** A code that was masked because it may be a card number can't be used as a code. */
function unmasked(code: string): string | null {
  return code.includes('***') ? null : code
}
