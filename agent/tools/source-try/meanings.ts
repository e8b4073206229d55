import type { rowTypes } from '../../sources/sales-files/csv/settings.ts'
import type { MarkMeaning } from '../../sources/sales-files/marks.ts'
import { plainWords } from '../../sources/sales-files/plain-words.ts'
import words from './words/meanings.json' with { type: 'json' }

export type TypeMeaning = keyof typeof words.types
export type StatusMeaning = keyof typeof words.statuses
export type ItemMeaning = keyof typeof words.items
/** What a row can be: the reader's own row types. */
export type RowMeaning = (typeof rowTypes)[number]

function lookUp<Meaning extends string>(lists: Readonly<Record<Meaning, readonly string[]>>) {
  const all = new Map(
    (Object.entries(lists) as [Meaning, readonly string[]][]).flatMap(([meaning, list]) =>
      list.map(word => [word, meaning] as const),
    ),
  )
  return (text: string): Meaning | null => all.get(plainWords(text)) ?? null
}

/** What a receipt's type says, in the languages of words/meanings.json; null: its word is not known. */
export const typeMeant = lookUp(words.types)
/** Whether what was sold is goods, or moves no stock; null: its word is not known. */
export const itemMeant = lookUp(words.items)
/** What a receipt's status says; null: its word is not known. */
export const statusMeant = lookUp(words.statuses)

/** What a row is where lines and payments have rows of their own, by whole words of its type; null: none of them is known. */
export function rowMeant(text: string): RowMeaning | null {
  const spaced = ` ${plainWords(text)} `
  // the words of a payment come first, then those of a line: `Sale Line` is a line
  const found = (['payment', 'line', 'receipt'] as const).find(meaning =>
    words.rows[meaning].some(word => spaced.includes(` ${word} `)),
  )
  return found ?? null
}

/** What a heading says of a record by being filled in. */
export interface FlagMeant {
  readonly is: Exclude<MarkMeaning, 'refuse'>
  /** What it holds beside yes and no: `who` or why, as in `Voided by`; `when`; `which` other record, as in `Refund of`. */
  readonly holds: keyof typeof words.flagBehind | null
}

/** What a column says of a record that it marks, by its heading: `Storno`, `Cancelled at`, `Is return`; null: it marks none. */
export function flagMeant(heading: string): FlagMeant | null {
  const plain = plainWords(heading.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2'))
  const [first = '', ...rest] = plain.split(' ')
  for (const text of words.flagBefore.includes(first) ? [plain, rest.join(' ')] : [plain])
    for (const is of ['void', 'refund', 'nothing'] as const) {
      const [word = '', ...behind] = text.split(' ')
      const flags: readonly string[] = words.flags[is]
      if (flags.includes(text)) return { is, holds: null }
      const holds = (['who', 'when', 'which'] as const).find(each =>
        words.flagBehind[each].includes(behind.join(' ')),
      )
      if (flags.includes(word) && holds !== undefined) return { is, holds }
    }
  return null
}

/** Stems of words that say, in some form, that something came back or was taken back: `Refunded units`. */
const BACK =
  /\b(?:orig(?:inal)?(?: \w+)? (?:receipt|sale|transaction|trans|ticket|bill|invoice|order|no|number|id)|ursprungs?\w*|originalb\w+|bezugsb\w+|(?:ticket|recu|scontrino|kvitto|bon) d?\s?orig\w+|void|cancell?|storn|annul|anul|delet|gelosch|refund|return(?!able| policy)|retour(?!geld)|retur|ruckgab|rucknahm|erstatt|rembours|rimbors|devol|devuelt|reembols|terugbetaal|aterkop|refusj|palaut|hyvit|zwrot|zwroc)/

/** Whether a heading says that something came back or was taken back, in words that do not say how. */
export const isOfBack = (heading: string): boolean =>
  BACK.test(plainWords(heading.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')))

export const isYes = (word: string): boolean => words.yes.includes(plainWords(word))
