import { hash } from 'node:crypto'
import { isCardCode, maskCode } from '../../shared/card-numbers/codes.ts'

/** Enough to tell two numbers with the same last digits apart, and too little to find one of them again. */
const TAG_LENGTH = 6
const MASKED = new RegExp(`\\*{8,}[ .·_\\-*]*\\d{4}~[0-9a-f]{${TAG_LENGTH}}`)

/**
 * A name, or JSON of a source, as its memory keeps it: a card number that a POS uses as a key, or that a file is named
 * after, is masked, with a tag of its own. The same name gives the same text, and so does what it gave.
 */
export function keptName(text: string): string {
  if (!isCardCode(text)) return text
  if (!/^[[{]/.test(text)) return tagged(text)
  return JSON.stringify(keptValue(JSON.parse(text)))
}

/** Whether a kept name has lost its digits, so that the POS can't be asked for it. */
export function isMaskedName(name: string): boolean {
  return MASKED.test(name)
}

function keptValue(value: unknown): unknown {
  if (typeof value === 'string') return tagged(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(keptValue)
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [tagged(name), keptValue(part)]))
}

function tagged(text: string): string {
  return maskCode(text, number => `~${hash('sha256', number).slice(0, TAG_LENGTH)}`)
}
