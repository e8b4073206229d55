import type { rowTypes } from '../../sources/sales-files/csv/settings.ts'
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

/** What a column says of a receipt that it marks, by its heading: `Storno`, `Training`. */
export function flagMeant(heading: string): 'void' | 'nothing' {
  return words.flags.void.includes(plainWords(heading)) ? 'void' : 'nothing'
}

/** Whether a column is called after what makes a receipt not count. */
export function isFlag(heading: string): boolean {
  const plain = plainWords(heading)
  return words.flags.void.includes(plain) || words.flags.nothing.includes(plain)
}

export const isYes = (word: string): boolean => words.yes.includes(plainWords(word))
export const isNo = (word: string): boolean => words.no.includes(plainWords(word))
