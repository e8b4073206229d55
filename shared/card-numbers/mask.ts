import { findCards, firstFour } from './candidates.ts'
import { mayHoldDigits } from './characters.ts'
import { findInColumns } from './columns.ts'
import { cardLengths, mayBeIssuer } from './issuers.ts'
import { isLuhnValid } from './luhn.ts'
import { eachRun, type Run } from './runs.ts'
import { findTracks } from './track.ts'

const SHOWN = 4
/** After these, a command's letter and a digit may follow that is its parameter, or the number's next. */
const COMMANDS = ['\x1b', '\x1c', '\x1d'] as const

/**
 * Finds the digits of payment card numbers, all but each number's last four (PCI DSS 3.5.1), and what else a magnetic
 * track holds. Linear in the text's length, whatever is in it.
 * @returns for each UTF-16 unit whether it is to be hidden; null: none is
 */
export function findHidden(text: string): Uint8Array | null {
  if (text.length < cardLengths.shortest || !mayHoldDigits(text)) return null
  let marks: Uint8Array | null = null
  const hide = (at: number): void => {
    marks ??= new Uint8Array(text.length)
    marks[at] = 1
  }
  const look = (run: Run): void =>
    findCards(text, run, (from, to) => {
      for (let i = from; i < to - SHOWN; i += 1) hide(run.at[i] ?? 0)
    })
  eachRun(text, cardLengths.shortest, false, look)
  if (COMMANDS.some(command => text.includes(command))) eachRun(text, cardLengths.shortest, true, look)
  findInColumns(text, at => {
    for (const place of at.slice(0, -SHOWN)) hide(place)
  })
  findTracks(text, isCard, (from, to) => {
    for (let i = from; i < to; i += 1) if (/[\p{L}\p{Nd}]/u.test(text.charAt(i))) hide(i)
  })
  return marks
}

function isCard(number: string): boolean {
  const digits = Array.from(number, Number)
  return mayBeIssuer(firstFour(digits, 0)) && isLuhnValid(digits)
}

/** The part of a text from `from` to `to` with what is hidden of it as asterisks, one for each character. */
export function applyHidden(text: string, hidden: Uint8Array | null, from: number, to: number): string {
  if (hidden === null) return text.slice(from, to)
  const parts: string[] = []
  let kept = from
  for (let i = hidden.indexOf(1, from); i !== -1 && i < to; ) {
    parts.push(text.slice(kept, i), '*')
    kept = i + ((text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1)
    i = hidden[kept] === 1 ? kept : hidden.indexOf(1, kept)
  }
  parts.push(text.slice(kept, to))
  return parts.join('')
}

/** The text with the card numbers in it masked to their last four digits; everything else as it was. */
export function maskCardNumbers(text: string): string {
  const hidden = findHidden(text)
  return hidden === null ? text : applyHidden(text, hidden, 0, text.length)
}

/** Printed lines, also with numbers that run over from line to line. Every line keeps its number of characters. */
export function maskLines(lines: readonly string[]): string[] {
  const text = lines.join('\n')
  const hidden = findHidden(text)
  if (hidden === null) return [...lines]
  let at = 0
  return lines.map(line => {
    const from = at
    at += line.length + 1
    return applyHidden(text, hidden, from, from + line.length)
  })
}
