import type { DecodedReceipt } from '../printer-commands/decoded.ts'
import { isBlank } from './blanks.ts'

/** The part of a decoded receipt that a template reads. */
export interface Printed {
  readonly lines: readonly { readonly text: string }[]
  readonly images: readonly Pick<DecodedReceipt['images'][number], 'kind'>[]
  /** Printed barcodes and two-dimensional codes; left out when there are none. */
  readonly codes?: readonly PrintedCodeText[]
}

/** What a printed code says. */
export type PrintedCodeText = Pick<DecodedReceipt['codes'][number], 'symbology' | 'data'>

/** A line with its number on the receipt, the first being 1. */
export interface PaperLine {
  readonly number: number
  readonly text: string
}

/** A longer print is not a receipt. It is not read, so that it can't hold up the agent. */
export const MOST_LINES = 3_000
export const MOST_CHARACTERS = 64_000

const isControl = (code: number) => code < 0x20 || (code >= 0x7f && code < 0xa0)
/** Marks that turn the direction of writing (Unicode, UAX 9), zero-width ones and line separators: not on paper. */
const isInvisible = (code: number) =>
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x206f) ||
  code === 0xfeff

/** A text with what no printer puts on paper as a blank each, so that places in it stay. */
export function visible(text: string): string {
  let result = ''
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (!isControl(code) && !isInvisible(code)) continue
    result += `${text.slice(from, at)} `
    from = at + 1
  }
  return from === 0 ? text : result + text.slice(from)
}

/** The lines that say something; null: more than any receipt has. */
export function paperLines(printed: Printed): readonly PaperLine[] | null {
  if (printed.lines.length > MOST_LINES) return null
  const lines: PaperLine[] = []
  let characters = 0
  for (const [index, line] of printed.lines.entries()) {
    characters += line.text.length
    if (characters > MOST_CHARACTERS) return null
    const text = visible(line.text)
    if (!isEmpty(text)) lines.push({ number: index + 1, text })
  }
  return lines
}

function isEmpty(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (!isBlank(text[at])) return false
  return true
}

const ORNAMENTS = '*-=_#~+<>|!.:'

/** A line without the signs that frame it: `*** COPY ***` is COPY. */
export function withoutOrnaments(text: string): string {
  const isOrnament = (character: string | undefined) =>
    isBlank(character) || (character !== undefined && ORNAMENTS.includes(character))
  let start = 0
  let end = text.length
  while (start < end && isOrnament(text[start])) start += 1
  while (end > start && isOrnament(text[end - 1])) end -= 1
  return text.slice(start, end)
}
