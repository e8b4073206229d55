import type { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'

type Codes = readonly { readonly symbology: string; readonly data: string }[]

/** A printed code that holds the receipt number, as the template takes it. */
export interface CodeField {
  readonly code: ReceiptTemplate['codes'][number]
  readonly example: string
}

/** Signs that a receipt number may be made of; what `{receipt}` takes. */
const NUMBER = /^[\p{L}\d#*][\p{L}\d._/#*-]{0,63}$/u
const FEWEST_RECEIPTS = 2

/**
 * The printed code that is a number of its own on every receipt: each receipt has exactly one of that symbology, no two are
 * equal, and what differs between them looks like a number. Null when there is none.
 * @param receipts the codes of each receipt
 */
export function findReceiptCode(receipts: readonly Codes[]): CodeField | null {
  if (receipts.length < FEWEST_RECEIPTS) return null
  for (const symbology of new Set(receipts.flat().map(code => code.symbology))) {
    const found = receipts.map(codes => codes.filter(code => code.symbology === symbology))
    const data = found.flat().map(code => code.data)
    if (found.some(codes => codes.length !== 1) || new Set(data).size < data.length) continue
    const pattern = patternOf(data)
    if (pattern !== null) return { code: { pattern, symbologies: [symbology] }, example: data[0] ?? '' }
  }
  return null
}

function patternOf(data: readonly string[]): string | null {
  const before = commonStart(data).replace(/[\p{L}\d]*$/u, '')
  const rest = data.map(text => text.slice(before.length))
  const after = reversed(commonStart(rest.map(reversed)).replace(/[\p{L}\d]*$/u, ''))
  const numbers = rest.map(text => text.slice(0, text.length - after.length))
  if (!numbers.every(number => NUMBER.test(number) && /\d/.test(number))) return null
  return `${escaped(before)}{receipt}${escaped(after)}`
}

const reversed = (text: string) => [...text].toReversed().join('')

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = 0
  while (length < first.length && others.every(other => other[length] === first[length])) length += 1
  return first.slice(0, length)
}

/** Brackets of a pattern as signs of their own. */
const escaped = (text: string) => text.replace(/[{}[\]]/g, sign => sign + sign)
