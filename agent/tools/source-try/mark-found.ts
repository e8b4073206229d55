import {
  type FieldMark,
  isFilledIn,
  isNo,
  type MarkMeaning,
  markMeanings,
  type WordMeaning,
} from '../../sources/sales-files/marks.ts'
import { plainWords } from '../../sources/sales-files/plain-words.ts'
import { flagMeant, isOfBack, isYes, statusMeant, typeMeant } from './meanings.ts'
import type { OpenQuestions } from './open-questions.ts'
import { type Option, yesNo } from './questions.ts'
import { isOfUnits, unitMeant } from './units-of-measure.ts'

/** A column or field that nothing else uses, with what it holds in each record. */
export interface Unused {
  /** Its heading, or its pointer. */
  readonly name: string
  /** Its heading, or the last names of its pointer. */
  readonly words: string
  readonly cells: readonly string[]
  /** Whether the record is that of a refund in any case, by a minus before units or amount, or by its type. */
  readonly isBack: (row: number) => boolean
}

const options: readonly Option<MarkMeaning | 'none'>[] = [
  { value: 'refund', means: 'where it is filled in, all of the record came back' },
  { value: 'void', means: 'where it is filled in, the record was taken back' },
  { value: 'nothing', means: 'where it is filled in, the record never counted' },
  {
    value: 'refuse',
    means: 'a part came back, or it is not sure: such records are refused, and a person looks',
  },
  { value: 'none', means: 'it says nothing of the kind' },
]

/**
 * How an unused column marks records, by its name and by what it holds; null: it does not. What only a person knows is asked. A column
 * that is empty so far marks too: a receipt that is cancelled tomorrow has its date in it.
 * @throws SOURCE_ANSWER_UNKNOWN
 */
export function markFound(column: Unused, asking: OpenQuestions, asked: AskedMarks): FieldMark | null {
  const { name, words: heading, cells } = column
  if (OF_OTHER_WORK.test(heading)) return null
  if (isOfUnits(heading)) return unitsMarked(column, asking)
  const flag = flagMeant(heading)
  if (flag === null)
    return isOfBack(heading) ? partsMarked(column, asking, asked) : wordsMarked(column, asking)
  const words = new Set(cells.filter(cell => cell !== ''))
  const meantBeside = (word: string) =>
    isYes(word) ? flag.is : isNoBeside(word, cells) ? ('counts' as const) : null
  if (cells.some(cell => isNoBeside(cell, cells))) return wordsAsked(name, words, meantBeside, asking)
  const rows = [...cells.keys()].filter(row => isFilledIn(cells[row] ?? ''))
  if (flag.is === 'refund') {
    if (rows.length > 0 && !rows.every(column.isBack)) return askedOf(column, asking, asked)
    return { is: rows.length > 0 || hasNo(cells) ? 'refund' : 'refuse' }
  }
  if (rows.some(row => isFigure(cells[row] ?? ''))) return partsMarked(column, asking, asked)
  const others = new Set(rows.map(row => cells[row] ?? '').filter(cell => !isYes(cell) && !/\d/.test(cell)))
  if (flag.holds !== null || [...others].every(word => flagMeant(word)?.is === flag.is))
    return { is: flag.is }
  return wordsAsked(name, words, word => (isYes(word) ? flag.is : null), asking)
}

/** Turkish writes `E` and `H` for evet and hayır; alone an H may be the other side of an account. */
function isNoBeside(word: string, cells: readonly string[]): boolean {
  return plainWords(word) === 'h' && cells.some(cell => ['e', 'evet'].includes(plainWords(cell)))
}

/** A box of twelve is not one unit, and neither is a gram: of units that are not whole ones a person says whether the shop online counts them. */
function unitsMarked({ name, cells }: Unused, asking: OpenQuestions): FieldMark | null {
  const units = [...new Set(cells.filter(cell => cell !== ''))]
  const unknown = units.filter(unit => unitMeant(unit) === null)
  // a column of so many words holds something else beside units
  const isOther = (unit: string) => unitMeant(unit) === 'small' || unknown.length <= MOST_UNITS
  const others = units.filter(unit => unitMeant(unit) !== 'whole' && isOther(unit))
  if (others.length === 0) return null
  const means: Record<string, WordMeaning> = Object.fromEntries(units.map(unit => [unit, 'counts']))
  for (const unit of others) {
    const asks = `Is a quantity with "${unit}" in "${name}" in the units that the online shop counts?`
    const options = unitMeant(unit) === 'small' ? unitOptions : packOptions
    means[unit] = asking.ask({ id: `unit:${unit}`, asks, options }) ?? 'refuse'
  }
  return { means }
}

const MOST_UNITS = 8
const unitOptions: readonly Option<'counts' | 'thousandths' | 'refuse'>[] = [
  { value: 'counts', means: 'yes' },
  { value: 'thousandths', means: 'no: 1,000 of them are one unit, as grams where it counts kilograms' },
  {
    value: 'refuse',
    means:
      'no: it is a box of several, or a part of one as grams are; such records are refused, and a person looks',
  },
]

const packOptions = unitOptions.filter(({ value }) => value !== 'thousandths')

/** What these say is not whether the record counts: `Fulfillment status` is pending while its goods are sent. */
const OF_OTHER_WORK = /fulfil|deliver|shipping|shipment|print|kitchen|sync|export/i

/** A column such as `Refunded units`: while it is empty, what will be in it is refused. */
function partsMarked(column: Unused, asking: OpenQuestions, asked: AskedMarks): FieldMark | null {
  const { cells, isBack } = column
  const rows = [...cells.keys()].filter(row => isFilledIn(cells[row] ?? ''))
  if (rows.length === 0) return { is: 'refuse' }
  return rows.every(isBack) ? { is: 'refund' } : askedOf(column, asking, asked)
}

/** What was said of columns by the records that they are filled in: those of the same records are asked about once. */
export type AskedMarks = Map<string, MarkMeaning | 'none' | null>

function askedOf({ name, cells }: Unused, asking: OpenQuestions, before: AskedMarks): FieldMark | null {
  const rows = [...cells.keys()].filter(row => isFilledIn(cells[row] ?? '')).join()
  if (!before.has(rows)) {
    const shown = [...new Set(cells.filter(isFilledIn))].slice(0, 3).join(', ')
    const asks = `What does "${name}" (${shown}) say of a record that has it?`
    before.set(rows, asking.ask({ id: `mark:${name}`, asks, options }))
  }
  const said = before.get(rows) ?? null
  return said === null || said === 'none' ? null : { is: said }
}

const hasNo = (cells: readonly string[]) => cells.some(cell => cell !== '' && isNo(cell))
/** An amount or a count, no yes. */
const isFigure = (cell: string) =>
  /^[^\p{L}\d]*\d+(?:[.,]\d+)*[^\p{L}\d]*$/u.test(cell) && !isYes(cell) && !isLong(cell)
/** A number of a record or a moment in seconds. */
const isLong = (cell: string) => /\d{6}/.test(cell)

/** A handful of words; a column of more holds something else. */
const MOST_WORDS = 8

/** A column of signs alone is that of its row. */
const SIGNS: ReadonlySet<string> = new Set(['+', '-', '−', '–'])
/** Words for the way that money or goods went; which is which differs by who wrote the file. */
const DIRECTIONS: ReadonlySet<string> = new Set(
  'c,d,cr,dr,h,s,debit,credit,soll,haben,in,out,ein,aus,1,-1,debet,kredit,debe,haber,dare,avere'.split(','),
)

/** A second status, under whatever heading: all its words are known, and one of them says that the record does not count. */
function wordsMarked({ name, cells, isBack }: Unused, asking: OpenQuestions): FieldMark | null {
  const words = new Set(cells.filter(cell => cell !== ''))
  if (words.size === 0 || words.size > MOST_WORDS) return null
  const shown = [...words].slice(0, 5).join(', ')
  const asks = `Does "${name}" (${shown}) say that a record does not count, or came back?`
  const isSaid = () => asking.ask({ id: `column:${name}`, asks, options: yesNo }) === 'yes'
  // a minus alone is how some write that a field is empty
  if (words.has('+') && words.size > 1 && [...words].every(word => SIGNS.has(word)))
    return { means: { '+': 'counts', '-': 'refund' } }
  if (words.size === 2 && [...words].every(word => DIRECTIONS.has(word.toLowerCase())))
    return isSaid() ? wordsAsked(name, words, () => null, asking) : null
  // a sale may be called refunded once its goods came back on another receipt
  const areBack = (word: string) => cells.every((cell, row) => cell !== word || isBack(row))
  const meant = (word: string) => (wordMeant(word) === 'refund' && !areBack(word) ? null : wordMeant(word))
  // open, pending and draft may be said of anything
  const known = [...words].map(word => (meant(word) === 'nothing' ? null : meant(word)))
  if (![...words].some(word => (wordMeant(word) ?? 'counts') !== 'counts')) return null
  if (known.every(meaning => meaning !== null)) return wordsAsked(name, words, meant, asking)
  return isSaid() ? wordsAsked(name, words, meant, asking) : null
}

const wordOptions: readonly Option<MarkMeaning | 'counts'>[] = [
  { value: 'counts', means: 'the record counts' },
  { value: 'refund', means: 'all of the record came back' },
  { value: 'void', means: 'the record was taken back' },
  { value: 'nothing', means: 'the record never counted' },
  {
    value: 'refuse',
    means: 'a part came back, or it is not sure: such records are refused, and a person looks',
  },
]

function wordsAsked(
  name: string,
  words: ReadonlySet<string>,
  known: (word: string) => MarkMeaning | 'counts' | null,
  asking: OpenQuestions,
): FieldMark {
  const means: Record<string, WordMeaning> = {}
  for (const word of words) {
    const asks = `What is a record with "${word}" in "${name}"?`
    const said = isNo(word) ? 'counts' : known(word)
    means[word] = said ?? asking.ask({ id: `status:${word}`, asks, options: wordOptions }) ?? 'nothing'
  }
  return { means }
}

/** Null: the word is not known. */
function wordMeant(word: string): MarkMeaning | 'counts' | null {
  const type = typeMeant(word)
  if (type === 'refund') return 'refund'
  const status = statusMeant(word)
  if (status === 'void' || status === 'nothing') return status
  return status === null && type === null ? null : 'counts'
}

/** A mark in words, for the person who checks it; empty: all records count. */
export function markText(name: string, { is, means = {} }: FieldMark): string {
  if (is !== undefined) return `Where "${name}" is filled in, ${SAYS[is]}.`
  const words: string[] = markMeanings.flatMap(meaning => {
    const of = Object.entries(means).flatMap(([word, each]) => (each === meaning ? [`"${word}"`] : []))
    return of.length === 0 ? [] : [`where "${name}" is ${of.join(' or ')}, ${SAYS[meaning]}`]
  })
  const parts = Object.keys(means).filter(word => means[word] === 'thousandths')
  if (parts.length > 0)
    words.push(
      `where "${name}" is ${parts.map(each => `"${each}"`).join(' or ')}, 1,000 of the quantity are one unit`,
    )
  if (words.length === 0) return ''
  const text = words.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const SAYS: Readonly<Record<MarkMeaning, string>> = {
  void: 'the record was taken back',
  nothing: 'the record does not count',
  refund: 'it is of goods that came back',
  refuse: 'the record is refused',
}
