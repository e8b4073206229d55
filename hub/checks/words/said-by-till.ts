import { visibleText } from '../../../shared/visible-text.ts'
import type { FieldValue } from './message.ts'

const LONGEST = 400

/**
 * What a till wrote itself, as head office is shown it: one line between quotation marks, of bounded length, so that it
 * is not taken for what the hub says or asks for.
 */
export function saidByTill(text: string): string {
  const line = visibleText(text).replace(/[“”"]/g, '’').replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}

/** Why something is so, as a till says it: as a field of an exception. */
export function saidWhy(said: string | null): FieldValue {
  return said === null || said === ''
    ? { phrase: 'phrase.no-cause' }
    : { phrase: 'phrase.till-reports', fields: { said: saidByTill(said) } }
}

/** As `saidWhy`, for a sentence in English. */
export function saidSentence(said: string | null): string {
  return said === null || said === '' ? 'It gave no reason.' : `The till reports: “${saidByTill(said)}”`
}
