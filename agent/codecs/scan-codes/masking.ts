import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import type { FoundElement } from './found-element.ts'

/** Digits that an AI has at most. */
const LONGEST_AI = 4

/**
 * An element's value without card numbers. Numbers with a check digit of GS1's that is right (GTIN, SSCC …) are codes by
 * nature; so are the serial numbers of telephones, Luhn-valid all of them, but for American Express' beginnings. AI and
 * value are also looked at together: a card's number behind FNC1 reads as both.
 */
export function maskedValue({ ai, value }: Pick<FoundElement, 'ai' | 'value'>): string {
  if (ai.parts[0]?.checks.includes('csum') === true && ai.parts.length === 1) return value
  if ((ai.ai === '8040' || ai.ai === '8041') && !/^3[47]/.test(value)) return value
  const alone = maskCardNumbers(value)
  if (alone !== value) return alone
  return maskCardNumbers(`${ai.ai}${value}`).slice(ai.ai.length)
}

/** A text that holds elements, masked: each value, and the text between the values. */
export function maskedAround(text: string, found: readonly FoundElement[]): string {
  let masked = ''
  let at = 0
  for (const element of found) {
    const value = maskedValue(element)
    masked += maskedDigits(text.slice(at, element.from))
    masked += value === element.value ? text.slice(element.from, element.to) : value
    at = element.to
  }
  return masked + maskedDigits(text.slice(at))
}

/** What could not be read as elements, masked, whether or not an AI's digits are glued to a card's number in front. */
export function maskedDigits(text: string): string {
  const masked = maskCardNumbers(text)
  const run = masked === text ? text.search(/\d{14}/) : -1
  if (run === -1) return masked
  for (let from = run + 1; from <= run + LONGEST_AI; from += 1) {
    const behind = maskCardNumbers(text.slice(from))
    if (behind !== text.slice(from)) return text.slice(0, from) + behind
  }
  return text
}
