import { isCardCode, maskCode, maskShownCode } from './codes.ts'
import { maskBrokenJson, maskJsonTokens } from './json-text.ts'
import { maskCardNumbers } from './mask.ts'

/** Shopify's own ids, and marks that its pages are asked for by: they are not text, and must stay as they are. */
const SHOPIFY_ID = /^gid:\/\/shopify\/[A-Za-z]+\/\d{1,20}$/
const FORMAL_FIELDS: ReadonlySet<string> = new Set(['cursor', 'startCursor', 'endCursor'])
/** Fields of codes: they are full of digits by nature, so only a whole number counts. */
const CODE_FIELDS: ReadonlySet<string> = new Set(['sku', 'barcode'])
const ADDRESS = /^https?:\/\//

/**
 * Any JSON-like value with the card numbers masked in each of its texts and in the names of its fields: the one gate of
 * what comes from outside without being an event, such as Shopify's answers, and of what goes into exceptions, commands and
 * logs. Numbers stay numbers. A value that has nothing to hide is passed on uncopied.
 */
export function maskTexts<T>(value: T): T {
  // a text becomes a text, and all else keeps its form
  return maskPart(value, '', { text: maskText, number: value => value }) as T
}

/**
 * As `maskTexts`, and whole numbers that are a card's become masked texts.
 * @param ofText what a text becomes; left out: it is masked now
 */
export function maskJson(value: unknown, ofText: MaskParts['text'] = maskText): unknown {
  const number = (number: number) => {
    const text = String(number)
    return isCardCode(text) ? maskCode(text) : number
  }
  return maskPart(value, '', { text: ofText, number })
}

/** What the texts and numbers within a value become. */
interface MaskParts {
  readonly text: (text: string, field: string) => string
  readonly number: (number: number) => unknown
}

/** JSON text as it may be stored, every token of it; a text that is not JSON is masked as it is. */
export function maskJsonText(text: string): string {
  try {
    JSON.parse(text)
  } catch {
    return maskBrokenJson(text)
  }
  return maskJsonTokens(text, { key: name => maskCode(name), text: maskText })
}

function maskPart(value: unknown, field: string, parts: MaskParts): unknown {
  if (typeof value === 'string') return parts.text(value, field)
  if (typeof value === 'number') return parts.number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return maskList(value, field, parts)
  const entries = Object.entries(value)
  let isSame = true
  const masked = entries.map(([name, part]) => {
    const shown = maskCode(name)
    const clean = maskPart(part, name, parts)
    if (shown !== name || clean !== part) isSame = false
    return [shown, clean] as const
  })
  return isSame ? value : Object.fromEntries(masked)
}

function maskList(list: readonly unknown[], field: string, parts: MaskParts): unknown {
  const masked = list.map(part => maskPart(part, field, parts))
  return masked.every((part, index) => part === list[index]) ? list : masked
}

function maskText(text: string, field: string): string {
  if (SHOPIFY_ID.test(text) || FORMAL_FIELDS.has(field)) return text
  return CODE_FIELDS.has(field) || ADDRESS.test(text) ? maskShownCode(text) : maskCardNumbers(text)
}
