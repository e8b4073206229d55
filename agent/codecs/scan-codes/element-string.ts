import type { TillbridgeError } from '../../../shared/errors.ts'
import { gtinInvalid } from '../../../shared/gtin.ts'
import { type Ai, type AiPart, aiAt } from './ai-table.ts'
import type { FoundElement } from './found-element.ts'
import type { Note } from './scan.ts'
import {
  quoted,
  scanAiUnknown,
  scanElementInvalid,
  scanElementRepeated,
  separatorDoubled,
} from './scan-errors.ts'
import { valueChecks, WRONG_CHECK_DIGIT } from './value-checks.ts'

/** FNC1 between elements, as scanners send it. */
export const SEPARATOR = '\x1d'

export interface ElementsRead {
  /** Those that are right. */
  readonly found: readonly FoundElement[]
  /** The first thing that is wrong. */
  readonly problem: TillbridgeError | null
  readonly warnings: readonly Note[]
}

/** No symbol holds more: each element takes at least three characters of a few thousand. */
const MOST_ELEMENTS = 200

/**
 * Reads a GS1 element string (GS1 General Specifications, section 7.8), without the FNC1 of its first position. A value of
 * the right length that GS1 does not allow is left out and reading goes on; where the next element can't be found
 * it ends.
 */
export function readElements(text: string): ElementsRead {
  const found: FoundElement[] = []
  const warnings: Note[] = []
  let problem: TillbridgeError | null = null
  let at = 0
  let last: string | null = null
  while (at < text.length) {
    const ai = found.length < MOST_ELEMENTS ? aiAt(text, at) : null
    if (ai === null) {
      problem ??= scanAiUnknown({ at: quoted(text.slice(at), 16), after: last })
      break
    }
    const from = at + ai.ai.length
    const end = text.indexOf(SEPARATOR, from)
    const limit = end === -1 ? text.length : end
    const to = ai.separated ? limit : Math.min(limit, from + ai.most)
    const value = text.slice(from, to)
    const wrong = wrongInValue(ai, value)
    if (wrong === null) found.push({ ai, value, from, to })
    else problem ??= invalid(ai, value, wrong)
    last = ai.ai
    at = to
    if (text[at] === SEPARATOR) at += 1
    if (text[at] === SEPARATOR && at < text.length - 1 && warnings.length === 0)
      warnings.push(separatorDoubled)
    while (text[at] === SEPARATOR) at += 1
  }
  return { found, problem: problem ?? repeated(found), warnings }
}

/** Says what is wrong with a value by its AI's form, or null. */
export function wrongInValue(ai: Ai, value: string): string | null {
  if (value === '') return 'empty'
  let at = 0
  for (const part of ai.parts) {
    if (at === value.length && part.optional) continue
    const piece = value.slice(at, at + part.most)
    const wrong = wrongInPart(part, piece)
    if (wrong !== null) return wrong
    at += piece.length
  }
  return at < value.length ? 'too long' : null
}

const sets: Readonly<Record<AiPart['set'], RegExp>> = {
  N: /^\d*$/,
  X: /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/,
  Y: /^[#\-/0-9A-Z]*$/,
  Z: /^[-0-9A-Z_a-z]*={0,2}$/,
}

function wrongInPart(part: AiPart, piece: string): string | null {
  if (!sets[part.set].test(piece))
    return part.set === 'N' ? 'digits only are allowed there' : 'a character that is not allowed there'
  if (piece.length < part.least) return 'too short'
  for (const name of part.checks) {
    const wrong = valueChecks[name](piece)
    if (wrong !== null) return wrong
  }
  return null
}

const tradeItems: readonly string[] = ['01', '02', '03']

/** The error for a value. An item number has its own. */
export function invalid(ai: Ai, value: string, why: string): TillbridgeError {
  if (tradeItems.includes(ai.ai) && why === WRONG_CHECK_DIGIT)
    return gtinInvalid({ code: quoted(value), why: WRONG_CHECK_DIGIT })
  return scanElementInvalid({ ai: ai.ai, label: ai.label, value: quoted(value), why })
}

/** GS1 General Specifications, 4.15: an AI may come again with the same value only. */
export function repeated(found: readonly FoundElement[]): TillbridgeError | null {
  const values = new Map<string, string>()
  for (const { ai, value } of found) {
    const first = values.get(ai.ai)
    if (first !== undefined && first !== value) return scanElementRepeated({ ai: ai.ai, label: ai.label })
    values.set(ai.ai, value)
  }
  return null
}
