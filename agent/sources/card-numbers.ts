/**
 * Payment card numbers never leave a source (PCI DSS 3.5.1): a Luhn-valid run of 13 to 19 digits, its groups joined
 * by single or double separators, keeps its last four digits. Fields that hold codes by nature (barcode, SKU, ids) are
 * not passed through here: one EAN in ten happens to be Luhn-valid.
 */
const RUN = /\d(?:[ \u00a0.\-–_]{0,2}\d){12,}/g

/** The text with the card numbers in it masked to their last four digits. */
export function maskCardNumbers(text: string): string {
  return text.length < 13 ? text : text.replace(RUN, maskRun)
}

/** Any JSON value with the card numbers in its texts and numbers masked, except under the keys in `codes`. */
export function maskCardNumbersIn(value: unknown, codes: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return maskCardNumbers(value)
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = String(value)
    const masked = maskCardNumbers(text)
    return masked === text ? value : masked
  }
  if (Array.isArray(value)) return value.map(part => maskCardNumbersIn(part, codes))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, codes.has(key) ? part : maskCardNumbersIn(part, codes)]),
  )
}

interface Group {
  readonly start: number
  readonly digits: string
}

/**
 * A run may hold more than the number ("4111 1111 1111 1111 12 27"), so each stretch of whole groups is tried,
 * longest first. A single group is also tried at its head: a number with its expiry date glued on.
 */
function maskRun(run: string): string {
  const groups: Group[] = [...run.matchAll(/\d+/g)].map(match => ({ start: match.index, digits: match[0] }))
  const characters = [...run]
  for (let from = 0; from < groups.length; ) {
    const found = cardAt(groups, from)
    if (found === null) from += 1
    else {
      maskDigits(characters, found.start, found.count)
      from = found.next
    }
  }
  return characters.join('')
}

function cardAt(
  groups: readonly Group[],
  from: number,
): { start: number; count: number; next: number } | null {
  const first = groups[from]
  if (first === undefined) return null
  let digits = ''
  let longest: number | null = null
  let next = from
  for (let to = from; to < groups.length; to += 1) {
    digits += groups[to]?.digits ?? ''
    if (digits.length > 19) break
    if (digits.length >= 13 && isLuhnValid(digits)) {
      longest = digits.length
      next = to + 1
    }
  }
  if (longest !== null) return { start: first.start, count: longest, next }
  for (const count of [19, 16, 15, 14, 13])
    if (first.digits.length > count && isLuhnValid(first.digits.slice(0, count)))
      return { start: first.start, count, next: from + 1 }
  return null
}

/** Replaces all but the last four of `count` digits from `start`; separators stay. */
function maskDigits(characters: string[], start: number, count: number): void {
  let seen = 0
  for (let at = start; seen < count; at += 1) {
    if (!/\d/.test(characters[at] ?? '0')) continue
    if (seen < count - 4) characters[at] = '*'
    seen += 1
  }
}

/** The check digit of ISO/IEC 7812. */
function isLuhnValid(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
