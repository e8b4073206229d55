import type { Matchers } from '../../codecs/receipt-templates/compile.ts'
import { dateScanner, timeScanner } from '../../codecs/receipt-templates/date-format.ts'
import { placesOf } from '../../codecs/receipt-templates/places.ts'
import { headerWords, plainLabel, weekdays } from '../../codecs/receipt-templates/words.ts'
import type { FoundDates, Paper } from './formats.ts'
import { linePattern, type Stretch } from './line-pattern.ts'

export type HeaderField = 'date' | 'time' | 'receipt' | 'till' | 'staff'

/** Each is tried on every line. */
const MOST_CANDIDATES = 60

export interface HeaderLine {
  readonly pattern: string
  readonly fields: readonly HeaderField[]
  readonly example: string
  /** How many receipts hold it. */
  readonly receipts: number
}

/** Lines that tell which sale it is, as patterns: each one brings a field that a receipt had not yet. */
export function findHeader(
  papers: readonly Paper[],
  { dates }: FoundDates,
  matchers: (patterns: readonly string[]) => Matchers,
): readonly HeaderLine[] {
  const formats = { dates: dates.formats, times: dates.times, months: dates.months }
  const scanners = { date: dateScanner(formats), time: timeScanner(formats) }
  const candidates = new Map<string, { fields: HeaderField[]; example: string }>()
  for (const line of papers.flat()) {
    const stretches = stretchesOf(line, scanners)
    const fields = stretches.map(stretch => stretch.as.slice(1, -1)).filter(isHeaderField)
    if (fields.length === 0 || new Set(fields).size < fields.length) continue
    const pattern = linePattern(line, stretches)
    if (!candidates.has(pattern) && candidates.size < MOST_CANDIDATES)
      candidates.set(pattern, { fields, example: line.trim() })
  }
  const counted = [...candidates]
    .map(([pattern, { fields, example }]) => {
      const matches = matchers([pattern])
      const at = papers.flatMap((paper, index) => (paper.some(line => matches(line) !== null) ? [index] : []))
      return { pattern, fields, example, at }
    })
    .sort((a, b) => b.at.length - a.at.length || b.fields.length - a.fields.length)
  const covered = new Set<string>()
  return counted
    .filter(({ fields, at }) => {
      const brings = fields
        .flatMap(field => at.map(index => `${field} ${index}`))
        .filter(each => !covered.has(each))
      for (const each of brings) covered.add(each)
      return brings.length > 0
    })
    .slice(0, 30)
    .map(({ at, ...line }) => ({ ...line, receipts: at.length }))
}

function isHeaderField(name: string): name is HeaderField {
  return ['date', 'time', 'receipt', 'till', 'staff'].includes(name)
}

interface Scanners {
  date(text: string, at: number): { end: number } | null
  time(text: string, at: number): { end: number } | null
}

function stretchesOf(line: string, { date, time }: Scanners): Stretch[] {
  const found: Stretch[] = []
  const isFree = (start: number, end: number) => found.every(each => each.end <= start || each.start >= end)
  for (const [scan, as] of [[date, '{date}'] as const, [time, '{time}'] as const])
    for (const at of placesOf(line)) {
      const scanned = isFree(at, at + 1) ? scan(line, at) : null
      if (scanned === null || !isFree(at, scanned.end)) continue
      found.push({ start: at, end: scanned.end, as })
      // `18日(土)`: the day of the week is another one on the next receipt
      const behind = /^[(（]\p{L}{1,4}[)）]/u.exec(line.slice(scanned.end))?.[0]
      if (behind !== undefined)
        found.push({ start: scanned.end, end: scanned.end + behind.length, as: '{word}' })
      break
    }
  const words = wordsOf(line)
  const labelled = (labels: ReadonlySet<string>, as: string, isValue: (word: string) => boolean) => {
    const value = valueAfter(line, words, labels, isValue)
    if (value !== null && isFree(value.start, value.end)) found.push({ ...value, as })
  }
  labelled(headerWords.receipt, '{receipt}', word => /\d/.test(word) && !/^\d+[.,]\d{2}$/.test(word))
  labelled(headerWords.till, '{till}', word => /^[\p{L}\d-]{1,20}$/u.test(word) && /\d/.test(word))
  labelled(headerWords.staff, '{staff}', word => /\p{L}|\d/u.test(word))
  // a number without a label is a receipt number only beside the time: `Item #1` is an item
  const isDated = found.some(each => each.as === '{date}' || each.as === '{time}')
  const bare = words.find(word => /^#\d+$/.test(word.text) && isFree(word.start, word.end))
  if (bare !== undefined && isDated && !found.some(each => each.as === '{receipt}'))
    found.push({ start: bare.start + 1, end: bare.end, as: '{receipt}' })
  // what else has digits, and the day of the week, is another one on the next receipt
  if (found.length > 0)
    for (const word of words)
      if ((weekdays.has(plainLabel(word.text)) || /\d/.test(word.text)) && isFree(word.start, word.end))
        found.push({ start: word.start, end: word.end, as: '{word}' })
  return found
}

interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Words, a label's colon going with it. */
function wordsOf(line: string): Word[] {
  return [...line.slice(0, 400).matchAll(/[^\s:]+:?|:/gu)].map(match => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }))
}

/** The value after a label and the fillers between them: the 17 of `Receipt No.: #17`. */
function valueAfter(
  line: string,
  words: readonly Word[],
  labels: ReadonlySet<string>,
  isValue: (word: string) => boolean,
) {
  for (let at = 0; at < words.length; at += 1)
    for (const length of [3, 2, 1]) {
      const label = plainLabel(
        words
          .slice(at, at + length)
          .map(word => word.text)
          .join(' '),
      )
      const isLabel = labels.has(label) || labels.has(withoutNumberWord(label))
      if (!isLabel || at + length > words.length) continue
      let next = at + length
      while (next < words.length && isFiller(words[next]?.text ?? '')) next += 1
      const value = words[next]
      if (value === undefined) return null
      const start = value.text.startsWith('#') ? value.start + 1 : value.start
      const text = line.slice(start, value.end).replace(/[,;.:]+$/, '')
      if (!isValue(text)) return null
      // a name goes on to the end of the line
      const isLast = labels === headerWords.staff
      return { start, end: isLast ? line.trimEnd().length : start + text.length }
    }
  return null
}

/** `bon nr` is `bon`, `trans#` is `trans`. */
function withoutNumberWord(label: string): string {
  const words = label.replace(/#$/, ' #').split(' ')
  const last = words.at(-1) ?? ''
  return headerWords.number.has(last) || last === '#' ? words.slice(0, -1).join(' ').trim() : label
}

function isFiller(word: string): boolean {
  const plain = plainLabel(word)
  return plain === '' || (headerWords.number.has(plain) && plain !== '')
}
