import { visibleText } from '../../../shared/visible-text.ts'

const LONGEST = 400

/**
 * What a till wrote itself, as head office is shown it: one line between quotation marks, of bounded length, so that it
 * is not taken for what the hub says or asks for.
 */
export function saidByTill(text: string): string {
  const line = visibleText(text).replace(/[“”"]/g, '’').replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`
}
