import { squeezed } from './blanks.ts'

/**
 * Numbers within a name that look like a quantity, a weight or a unit price which the template did not read. Such a name
 * refuses its receipt: a quantity that is lost changes stock without a word, since sums add up all the same.
 */

const PIECES = [
  'stk|stck|stück|st|pcs|pce|pc|pieces|ea|pz|pezzi|uds|ud|unid|szt|kpl|ks|qty|qté|cant|menge|antal|antall|aantal|stuks|units|unit|anz|ilość',
  'tk|tükk|gab|vnt|buc|bucăți|kom|kos|ad|adet|un|und|db|sztuk|kus|kusy|stykker|styck|vienetai|mnozstvo|množství|količina|mennyiség',
  'τεμ|τμχ|шт|бр|ком|個|个|件|点|枚|개|개입|buah|cái',
].join('|')
/** Not within a word: `Salad 3` has no Turkish unit in it. */
const ALONE = '(?<!\\p{L})'
const WEIGHTS = 'kg|kgs|g|gr|lb|lbs|oz'

const FORMS: readonly RegExp[] = [
  // `2 x Mug`, `2x Mug`, `n.3 * Mug`, `2 @ Mug`
  /^\P{L}{0,3}(?:n\.? ?|nr\.? ?)?\d+(?:[.,]\d{1,3})? ?[x×*@] ?(?![\dx×])/iu,
  // `Mug x 2`, `Mug x2`, `Mug (x 2)`, `Mug * 2`
  /[ ([][x×*@] ?\d+(?:[.,]\d{1,3})?[)\]]?$/iu,
  // `Mug (2)`, `Mug 2x`
  /[ ([]\d{1,3} ?[x×][)\]]?$/iu,
  /[([]\d{1,3}[)\]]$/u,
  // a sum within it: `2 x 4.00`, `@ 4.00`
  /\d ?[x×*] ?\S{0,3}?\d+[.,]\d{2}(?!\d)/iu,
  /@ ?\S{0,3}?\d/u,
  new RegExp(`^\\d{1,3} ?(?:${PIECES})(?![\\p{L}\\d])\\.?`, 'iu'),
  new RegExp(`(?:^|[ (])\\d{1,3} ?(?:${PIECES})\\.?\\)?$`, 'iu'),
  new RegExp(`${ALONE}(?:${PIECES})\\.?:? ?\\d{1,3}$`, 'iu'),
  new RegExp(`(?:^|[ (])\\d+[.,]\\d{2,3} ?(?:${WEIGHTS})\\b`, 'iu'),
  // a number before the name: `2 Mug`, `(2) Mug`, `2. Mug`, `#2 Mug`, `Qty 2 Mug`
  /^\d{1,3} +\p{L}/u,
  /^\(?\d{1,3}[).:] ?\p{L}/u,
  /^# ?\d{1,3} /u,
  new RegExp(`^(?:${PIECES})\\.?:? ?\\d{1,3}\\b`, 'iu'),
  // `Mug: 2`, and a price or a weight behind the name: `Mug 4.00`, `Cheese 1.076`, `Mug 2/4.00`
  /[:,] ?\d{1,3}$/u,
  /(?:^|[ /])\d+[.,]\d{2,3}$/u,
]
/** A number in a column of its own. */
const COLUMNS: readonly RegExp[] = [/^\d+(?:[.,]\d+)?\s{2,}/u, /\s{2,}[x×*@]?\d+(?:[.,]\d+)?$/u]

/** Whether a name, as printed, holds a number that looks like a quantity, a weight or a price. */
export function looksCounted(name: string): boolean {
  if (!/\d/.test(name)) return false
  const plain = squeezed(name)
  return FORMS.some(form => form.test(plain)) || COLUMNS.some(form => form.test(name.trim()))
}

/** Whether a name ends in a small number without a sign: a quantity, or a part of the name as in `Type 42`. */
export function endsInNumber(name: string): boolean {
  return /\p{L}.* \d{1,3}$/u.test(squeezed(name))
}

/** Whether a whole line is a quantity, alone or with its price, such as `n.3 * 12,50`: it belongs to an item. */
export function isCountedLine(line: string): boolean {
  if (/^(?:n\.? ?)?\d{1,3}(?:[.,]\d{1,3})? ?[x×*@]?$/iu.test(squeezed(line))) return true
  return /^\P{L}*(?:n\.? ?|nr\.? ?)?\d+(?:[.,]\d{1,3})? ?\p{L}{0,5}\.? ?[x×*@] ?\P{L}{0,3}\p{L}{0,3}\.? ?\d[\d.,]*\P{L}{0,3}(?:\p{L}{0,3}(?:\/\p{L}{1,5})?)$/iu.test(
    squeezed(line),
  )
}

/** An item code's form: runs of capitals, small letters and digits as one sign each. `CT-02` is `A-0`. */
export function codeShape(code: string): string {
  return code
    .replace(/\p{Lu}+/gu, 'A')
    .replace(/\p{Ll}+/gu, 'a')
    .replace(/\d+/g, '0')
}
