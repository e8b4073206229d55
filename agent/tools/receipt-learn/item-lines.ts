import { isBlank, isDigit, isLetter, skipBlanks } from '../../codecs/receipt-templates/blanks.ts'
import { type NumberFormat, scanAmount, scanQuantity } from '../../codecs/receipt-templates/number-format.ts'
import { isDiscountName, itemWords, plainLabel } from '../../codecs/receipt-templates/words.ts'
import { linePattern, type Stretch } from './line-pattern.ts'

/** A number on a line and what it can be. */
export interface PlacedNumber {
  readonly start: number
  readonly end: number
  /** Minor units; null: it is not printed like an amount. */
  readonly amount: number | null
  /** Thousandths; null: it is not printed like a quantity. */
  readonly quantity: number | null
  readonly isRate: boolean
}

/** A line of the items, with the amount that it ends with, if it does. */
export interface SeenLine {
  readonly text: string
  readonly receipt: number
  readonly at: number
  readonly numbers: readonly PlacedNumber[]
  /** The last amount, when nothing but tax marks follows it. */
  readonly main: (PlacedNumber & { readonly amount: number }) | null
  /** What follows the main amount: `A *`. */
  readonly tail: string
}

const TAIL = /^(?:[\p{L}\p{N}*#]{1,2})?(?: ?[*#])?$/u

/** All numbers of a line, each with what it may be. */
export function seenLine(text: string, receipt: number, at: number, format: NumberFormat): SeenLine {
  const numbers = numbersIn(text, format)
  const last = numbers.findLast(each => each.amount !== null && !each.isRate)
  const tail = last === undefined ? '' : text.slice(last.end).trim()
  const isMain = last !== undefined && last.amount !== null && TAIL.test(tail)
  return {
    text,
    receipt,
    at,
    numbers,
    main: isMain && last.amount !== null ? { ...last, amount: last.amount } : null,
    tail: isMain ? tail : '',
  }
}

function numbersIn(text: string, format: NumberFormat): PlacedNumber[] {
  const found: PlacedNumber[] = []
  for (let at = 0; at < Math.min(text.length, 400); ) {
    const next = mayBegin(text, at) ? numberAt(text, at, format) : null
    if (next === null) at += 1
    else {
      found.push(next)
      at = next.end
    }
  }
  return found
}

function numberAt(text: string, at: number, format: NumberFormat): PlacedNumber | null {
  const amount = scanAmount(text, at, format)
  const quantity = scanQuantity(text, at, format)
  const rateEnd = /^\d{1,2}(?:[.,]\d{1,3})? ?%/.exec(text.slice(at, at + 12))?.[0].length
  if (rateEnd !== undefined)
    return { start: at, end: at + rateEnd, amount: null, quantity: null, isRate: true }
  const end = Math.max(amount?.end ?? -1, quantity?.end ?? -1)
  if (end < 0) return null
  // `500G`, `3D`: a number that a letter goes on from is part of a word; `2x` is not, nor a weight, nor the mark of `4,95A`
  const isMarked = amount?.end === end && /^\p{L}{1,2}\s*$/u.test(text.slice(end, end + 80))
  const isWord =
    !isMarked &&
    isLetter(text[end]) &&
    !/^(?:x\b|x\s|kg\b|g\b|st\b|stk\b|[個点コ本枚台冊着足袋箱ヶつ]\s?[x×*@])/i.test(text.slice(end, end + 5))
  if (isWord) return null
  return { start: at, end, amount: amount?.value ?? null, quantity: quantity?.value ?? null, isRate: false }
}

/** Whether a number may begin here: `x2` and `n.3` have a letter before it, `CT-02` and `A4` are words. */
function mayBegin(text: string, at: number): boolean {
  if (isBlank(text[at])) return false
  const before = text[at - 1]
  if (before === undefined || isBlank(before)) return true
  const earlier = text[at - 2]
  const isAlone = earlier === undefined || !(isLetter(earlier) || isDigit(earlier))
  if ('xX×*@'.includes(before)) return isAlone || isBlank(earlier)
  if (before === '.') return isLetter(earlier) && isDigit(text[at])
  return '([:=à単'.includes(before) || (/[€$£¥￥\\]/.test(before) && isDigit(text[at]))
}

/** A price that times a quantity makes an amount, by the signs and rounding of tills. */
export function makes(quantity: number, price: number, amount: number): boolean {
  const full = Math.round((Math.abs(quantity) * Math.abs(price)) / 1_000)
  return Math.abs(full - Math.abs(amount)) <= (quantity % 1_000 === 0 ? 0 : 1)
}

export interface Roles {
  readonly quantity: PlacedNumber | null
  readonly price: PlacedNumber | null
}

/** The quantity and the price on a line that make an amount together; null: no two numbers do. */
export function provenRoles({ numbers, main }: SeenLine, amount: number, isOwn: boolean): Roles | null {
  const others = numbers.filter(each => !each.isRate && !(isOwn && each.start === main?.start))
  for (const quantity of others)
    for (const price of others) {
      if (quantity === price || quantity.quantity === null || price.amount === null) continue
      if (quantity.quantity !== 0 && amount !== 0 && makes(quantity.quantity, price.amount, amount))
        return { quantity, price }
    }
  return null
}

const UNIT = /^ ?\p{L}{1,5}\.?(?= *[x×*@à(]| *$)/u

/** The fields of the numbers of a line, and those of the words that go with them. */
export function roleStretches(text: string, { quantity, price }: Roles): Stretch[] {
  const stretches: Stretch[] = []
  if (quantity !== null) {
    stretches.push({ start: quantity.start, end: quantity.end, as: '{quantity}' })
    const unit = UNIT.exec(text.slice(quantity.end, quantity.end + 8))
    const word = unit?.[0].trim() ?? ''
    if (word !== '' && !/^[xX×]$/.test(word)) {
      const start = skipBlanks(text, quantity.end)
      stretches.push({ start, end: start + word.length, as: '{unit}' })
    }
  }
  if (price !== null) {
    stretches.push({ start: price.start, end: price.end, as: '{price}' })
    const per = /^\/\p{L}{1,6}/u.exec(text.slice(price.end, price.end + 8))
    if (per !== null) stretches.push({ start: price.end, end: price.end + per[0].length, as: '[/{word}]' })
  }
  return stretches
}

/** A token that looks like an item code: it has a digit, and is not an amount. */
export function codeField(token: string): '{barcode}' | '{sku}' | null {
  if (/^[\d*]{8,14}$/.test(token)) return '{barcode}'
  return /^(?=.*\d)[\p{L}\d#][\p{L}\d._/#-]{2,31}$/u.test(token) && !/^\d+[.,]\d{1,3}$/.test(token)
    ? '{sku}'
    : null
}

/** The code on a line that holds nothing else, or a label before it, or a price behind it: `PC-06 @ 2.49`. */
export function codeOn(text: string): { stretch: Stretch; isLabelled: boolean; code: string } | null {
  const words = [...text.matchAll(/[^\s:()[\]]+/gu)]
  for (const [index, word] of words.entries()) {
    const as = codeField(word[0])
    if (as === null) continue
    const label = plainLabel(text.slice(0, word.index)).replace(/ (?:nr|no|number|nummer)$/, '')
    const isLabelled = label !== '' && itemWords.code.has(label)
    if (index > 0 && !isLabelled) return null
    return {
      stretch: { start: word.index, end: word.index + word[0].length, as },
      isLabelled,
      code: word[0],
    }
  }
  return null
}

/** Whether a line is a price taken off rather than an item. */
export function isOff({ text, main }: SeenLine): boolean {
  return main !== null && main.amount < 0 && isDiscountName(text.slice(0, main.start))
}

/** A line's pattern with its fields; the tax mark behind the amount is one too. */
export function patternWithTail(line: SeenLine, stretches: readonly Stretch[]): string {
  const { text, main, tail } = line
  if (main === null) return linePattern(text, stretches)
  const all = [...stretches, { start: main.start, end: main.end, as: '{amount}' }]
  const mark = /^[\p{L}\p{N}*#]{1,2}/u.exec(tail)?.[0]
  if (mark !== undefined) {
    const start = skipBlanks(text, main.end)
    all.push({ start, end: start + mark.length, as: '{mark}' })
  }
  return linePattern(text, all)
}
