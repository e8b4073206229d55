import { isBlank, isDigit, isLetter } from './blanks.ts'
import { type DateFormats, dateScanner, timeScanner } from './date-format.ts'
import { type NumberFormat, scanAmount, scanQuantity, scanRate } from './number-format.ts'

/** What a field of a pattern takes: a kind of text, read from one place of a line to another. */
export type FieldKind =
  | 'amount'
  | 'quantity'
  | 'rate'
  | 'count'
  | 'unit'
  | 'mark'
  | 'code'
  | 'barcode'
  | 'text'
  | 'word'
  | 'date'
  | 'time'
  | 'rule'
  | 'gap'
  | 'spaces'

/** The fields that a pattern may name, and the kind of each. `text`, `word`, `count`, `rule` are read and forgotten. */
export const fieldKinds = {
  amount: 'amount',
  price: 'amount',
  discount: 'amount',
  base: 'amount',
  tax: 'amount',
  gross: 'amount',
  money: 'amount',
  quantity: 'quantity',
  rate: 'rate',
  count: 'count',
  unit: 'unit',
  mark: 'mark',
  sku: 'code',
  receipt: 'code',
  order: 'code',
  number: 'code',
  barcode: 'barcode',
  name: 'text',
  taxName: 'text',
  tenderName: 'text',
  till: 'text',
  staff: 'text',
  text: 'text',
  word: 'word',
  date: 'date',
  businessDate: 'date',
  time: 'time',
  rule: 'rule',
  gap: 'gap',
  spaces: 'spaces',
} as const satisfies Record<string, FieldKind>

export type Field = keyof typeof fieldKinds

export function isField(name: string): name is Field {
  return Object.hasOwn(fieldKinds, name)
}

/** The end of what a field takes from `at` on, -1 when it takes nothing there. Looks at each character once. */
export type FieldScan = (text: string, at: number) => number

export interface Formats {
  readonly numbers: NumberFormat
  readonly dates: DateFormats
}

/** A scan for every kind but `text`, which goes on as long as it must. */
export function scannersFor({
  numbers,
  dates,
}: Formats): Readonly<Record<Exclude<FieldKind, 'text'>, FieldScan>> {
  const date = dateScanner(dates)
  const time = timeScanner(dates)
  return {
    amount: (text, at) => scanAmount(text, at, numbers)?.end ?? -1,
    quantity: (text, at) => scanQuantity(text, at, numbers)?.end ?? -1,
    rate: (text, at) => scanRate(text, at, numbers)?.end ?? -1,
    date: (text, at) => date(text, at)?.end ?? -1,
    time: (text, at) => time(text, at)?.end ?? -1,
    count: (text, at) => (isDigit(text[at - 1]) ? -1 : runOf(text, at, isDigit, 1, 9)),
    unit: scanUnit,
    mark: (text, at) => {
      const end = runOf(text, at, isMark, 1, 2)
      return end === -1 || isLetter(text[end]) || isDigit(text[end]) ? -1 : end
    },
    code: scanCode,
    barcode: (text, at) => (isMasked(text[at - 1]) ? -1 : runOf(text, at, isMasked, 8, 14)),
    word: (text, at) => runOf(text, at, character => character !== undefined && !isBlank(character), 1, 200),
    rule: scanRule,
    gap: (text, at) => runOf(text, at, isBlank, 2, MOST_LINE),
    spaces: (text, at) => Math.max(at, runOf(text, at, isBlank, 0, MOST_LINE)),
  }
}

/** Tills print shorter lines. A longer one matches no pattern. */
export const MOST_LINE = 400

/** A run of `least` to `most` characters of a kind that none of the kind follows. */
function runOf(
  text: string,
  at: number,
  is: (c: string | undefined) => boolean,
  least: number,
  most: number,
): number {
  let end = at
  while (end < text.length && end - at <= most && is(text[end])) end += 1
  return end - at < least || end - at > most ? -1 : end
}

/** `kg`, `g`, `Stk.`, `lb` */
function scanUnit(text: string, at: number): number {
  const end = runOf(text, at, isLetter, 1, 5)
  return end !== -1 && text[end] === '.' ? end + 1 : end
}

/** An item code or number: letters, digits and the signs between them; begins with a letter, a digit or a `#`. */
function scanCode(text: string, at: number): number {
  const first = text[at]
  if (!isLetter(first) && !isDigit(first) && first !== '#' && first !== '*') return -1
  const before = text[at - 1]
  if (isLetter(before) || isDigit(before)) return -1
  let end = runOf(text, at, isCode, 1, 64)
  while (end > at && (text[end - 1] === '.' || text[end - 1] === '-')) end -= 1
  return end
}

function isCode(character: string | undefined): boolean {
  return (
    isLetter(character) || isDigit(character) || (character !== undefined && '-._/#*'.includes(character))
  )
}

/** Digits, and the asterisks that stand for those of a number masked as a card's. */
function isMasked(character: string | undefined): boolean {
  return isDigit(character) || character === '*'
}

function isMark(character: string | undefined): boolean {
  return isLetter(character) || isDigit(character) || character === '*' || character === '#'
}

const RULES = '-=_*.~+#─━═'

/** A drawn line: the same sign three times or more. */
function scanRule(text: string, at: number): number {
  const sign = text[at]
  if (sign === undefined || !RULES.includes(sign)) return -1
  return runOf(text, at, character => character === sign, 3, MOST_LINE)
}
