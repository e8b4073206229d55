import { squeezed } from './blanks.ts'
import type { CompiledTemplate } from './compile.ts'
import { itemLines } from './item-lines.ts'
import type { PaperLine } from './paper.ts'
import type { Matched } from './pattern.ts'
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
  readonly mark: string | null
}

export interface ItemSection {
  readonly items: readonly ReceiptItem[]
  /** Discounts among the items that are for the whole receipt. */
  readonly wholeOff: number
  readonly head: readonly PaperLine[]
  readonly rest: readonly PaperLine[]
}

interface Gathered {
  readonly name: string[]
  readonly fields: Map<keyof Matched, string>
  off: number
  line: number
}

/** Finds the items and reads each of their lines; what can't be read is refused, never skipped. */
export function readItems(
  lines: readonly PaperLine[],
  compiled: CompiledTemplate,
  refuse: Refusals,
): ItemSection {
  const first = firstLine(lines, compiled, refuse)
  const meaningOf = itemLines(compiled)
  const gathered: Gathered[] = []
  let announced: { found: Matched; line: PaperLine }[] = []
  let start = first ?? lines.length
  let end = lines.length
  let wholeOff = 0
  for (const [at, line] of lines.entries()) {
    if (at < (first ?? 0)) continue
    const last = gathered.at(-1)
    const isStarted = first !== null || last !== undefined
    const meaning = meaningOf(line.text, {
      isStarted,
      hasItem: last !== undefined,
      isAnnounced: announced.length > 0,
    })
    if (meaning.is === 'end' && (isStarted || announced.length > 0)) {
      end = at
      break
    }
    if (meaning.is === 'item') {
      const next: Gathered = { name: [], fields: new Map(), off: 0, line: line.number }
      for (const each of announced) merge(next, each.found, each.line, refuse)
      merge(next, meaning.found, line, refuse)
      if (!isStarted) start = at - announced.length
      announced = []
      gathered.push(next)
    } else if (meaning.is === 'before') announced.push({ found: meaning.found, line })
    else if (!isStarted) announced = []
    else if (meaning.is === 'unknown')
      throw refuse.line('the template knows no such line among the items', line)
    else if (meaning.is === 'detail' && last !== undefined) merge(last, meaning.found, line, refuse)
    else if (meaning.is === 'discount') {
      if (announced.length > 0) throw refuse.line('it is between the lines of an item', line)
      const printed = compiled.values.amount(meaning.found.amount ?? '')
      const off = meaning.rule.printed === 'negative' ? 0 - printed : printed
      if (meaning.rule.of === 'receipt') wholeOff += off
      else if (last === undefined) throw refuse.line('a discount has no item above it', line)
      else last.off += off
    }
  }
  const [open] = announced
  if (open !== undefined && gathered.length > 0)
    throw refuse.line('it announces an item that does not follow', open.line)
  if (gathered.length === 0) throw refuse.whole('it holds no item that the template knows')
  return {
    items: gathered.map(each => itemOf(each, compiled, refuse)),
    wholeOff,
    head: lines.slice(0, start),
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

function merge(item: Gathered, found: Matched, line: PaperLine, refuse: Refusals): void {
  for (const [field, text] of Object.entries(found) as [keyof Matched, string][]) {
    if (field === 'name') item.name.push(text)
    else if (item.fields.has(field) && item.fields.get(field) !== text)
      throw refuse.line(`it gives one item a second ${field}`, line)
    else item.fields.set(field, text)
  }
}

function itemOf(
  { name, fields, off, line }: Gathered,
  compiled: CompiledTemplate,
  refuse: Refusals,
): ReceiptItem {
  const { values } = compiled
  const read = <T>(field: keyof Matched, as: (text: string) => T): T | null => {
    const text = fields.get(field)
    return text === undefined ? null : as(text)
  }
  const amount = read('amount', values.amount) ?? 0
  const price = read('price', values.amount)
  // a line without a quantity is one unit
  const printed = read('quantity', values.quantity) ?? 1_000
  if (printed === 0) throw refuse.at('an item has a quantity of nothing', line)
  if (printed < 0 && amount > 0)
    throw refuse.at('an item has a negative quantity but a positive amount', line)
  const quantity = amount < 0 ? 0 - Math.abs(printed) : printed
  const offInside = Math.abs(read('discount', values.amount) ?? 0) * Math.sign(amount)
  if (price !== null) {
    const full = Math.sign(amount) * Math.round((Math.abs(price) * Math.abs(quantity)) / 1_000)
    // scales round in their own way
    const room = quantity % 1_000 === 0 ? 0 : 1
    if (amount !== 0 || offInside === 0)
      refuse.sum('the amount of an item', full - offInside, amount, { line, room })
  }
  return {
    name: squeezed(name.join(' ')).slice(0, 500),
    sku: read('sku', unmasked),
    barcode: read('barcode', unmasked),
    quantity,
    amount,
    off,
    offInside,
    mark: fields.get('mark') ?? null,
  }
}

/** A code that was masked because it may be a card number can't be used as a code. */
function unmasked(code: string): string | null {
  return code.includes('***') ? null : code
}
