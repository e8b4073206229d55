import { z } from 'zod'
import { recordValueUnreadable } from '../../../shared/record-problems.ts'
import { plainWords } from './plain-words.ts'
import { recordMarked } from './problems.ts'

/**
 * What a field says of a record by being filled in, such as "Cancelled at": it was taken back, does not count, or goods came back.
 * `refuse`: the file does not say enough of what it tells, as in "Refunded units".
 */
export const markMeanings = ['void', 'nothing', 'refund', 'refuse'] as const
export type MarkMeaning = (typeof markMeanings)[number]

/** How a field marks a record: by anything in it that is no "no", or each of its words in its own way; another word is refused. */
export const markSettings = {
  is: z.enum(markMeanings).optional(),
  means: z.record(z.string(), z.enum([...markMeanings, 'counts', 'thousandths'])).optional(),
}
export const isWholeMark = ({ is, means }: FieldMark) => (is === undefined) !== (means === undefined)

/** What a word says: that its record counts as it is, or with a quantity of so many thousandths, as grams are of a kilogram. */
export type WordMeaning = MarkMeaning | 'counts' | 'thousandths'

export interface FieldMark {
  readonly is?: MarkMeaning | undefined
  readonly means?: Readonly<Record<string, WordMeaning>> | undefined
}

/** A mark with what its field holds: text, number or true and false of CSV and JSON, a list or an object of JSON. */
interface FilledMark extends FieldMark {
  readonly field: string
  readonly value: unknown
}

/** What the marks of a record say together; null: it counts as it is. @throws RECORD_MARKED, RECORD_VALUE_UNREADABLE */
export function meaningOfMarks(marks: readonly FilledMark[]): Exclude<MarkMeaning, 'refuse'> | null {
  const all = marks.map(each => ({ ...each, meaning: meaningOf(each) }))
  const refused = all.find(({ meaning }) => meaning === 'refuse')
  if (refused !== undefined) throw recordMarked({ field: refused.field, value: shown(refused.value) })
  return (
    (['void', 'nothing', 'refund'] as const).find(each => all.some(({ meaning }) => meaning === each)) ?? null
  )
}

function meaningOf({ field, value, is, means }: FilledMark): MarkMeaning | null {
  if (means === undefined) return is !== undefined && isMarked(value, field) ? is : null
  const word = shown(value)
  if (word === '') return null
  const said = saidOf(word, means)
  if (said === null)
    throw recordValueUnreadable({ field, value: word, expected: `one of ${Object.keys(means).join(', ')}` })
  return said === 'counts' || said === 'thousandths' ? null : said
}

/** Null: the word is not known. */
function saidOf(word: string, means: Readonly<Record<string, WordMeaning>>): WordMeaning | null {
  return Object.entries(means).find(([each]) => plainOrSign(each) === plainOrSign(word))?.[1] ?? null
}

/** Whether the marks say that a quantity is in thousandths of a unit of stock. */
export function isInThousandths(marks: readonly FilledMark[]): boolean {
  return marks.some(
    ({ value, means }) => means !== undefined && saidOf(shown(value), means) === 'thousandths',
  )
}

/** Units of thousandths of a unit each, in thousandths. @throws RECORD_VALUE_UNREADABLE naming the field */
export function fromThousandths(units: number, field: string): number {
  if (units % 1_000 === 0) return units / 1_000
  throw recordValueUnreadable({
    field,
    value: String(units / 1_000),
    expected: 'a whole number of thousandths',
  })
}

/** `+` and `-` have no letters to compare. */
const plainOrSign = (word: string) => plainWords(word) || word.trim().replace(/[−–]/g, '-')

/** Whether anything is in a field: a yes, a date, a name, a list; not a no or a zero. @throws RECORD_VALUE_UNREADABLE */
function isMarked(value: unknown, field: string): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  const text = shown(value)
  if (!isFilledIn(text)) return false
  if (!PARTLY.test(plainWords(text))) return true
  throw recordValueUnreadable({
    field,
    value: text,
    expected: 'yes or no: a part of a receipt is not told apart',
  })
}

/** Whether a text says anything but no: `0.00`, `-`, `0000-00-00` and `none` say no. */
export function isFilledIn(text: string): boolean {
  return /[\p{L}1-9]/u.test(text) && !isNo(text)
}

/** Whether a word says no, in the languages of tills. */
export const isNo = (word: string): boolean => NO.has(plainWords(word))

const NO: ReadonlySet<string> = new Set(
  'false,no,n,0,nein,non,nao,nee,nej,nei,falsch,f,nie,off,faux,falso,ne,ei,not,none,null,nil,na,n a,keine,kein,aucun,nessuno,ninguno,geen,hayir,yok,nu,οχι,いいえ,無,なし,否,無し'.split(
    ',',
  ),
)
const PARTLY = /partial|partly|teilweise|teil |partiel|parzial|parcial|gedeeltelijk|delvis|czesciow/

function shown(value: unknown): string {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (isPlain) return String(value).trim().slice(0, 100)
  return value === null || value === undefined ? '' : JSON.stringify(value).slice(0, 100)
}
