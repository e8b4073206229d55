import { plainWords } from '../../sources/sales-files/plain-words.ts'
import words from './words/headings.json' with { type: 'json' }

/** A column of the settings, or one that only tells how to read the others. */
export type ExportField = keyof typeof words

/**
 * What exports call their columns, by field (words/headings.json): English first, then German, French, Italian, Spanish,
 * Portuguese, Dutch, Nordic and Polish; lower case, without accents and signs. The earlier a word, the likelier it is meant.
 */
const ranks: ReadonlyMap<ExportField, ReadonlyMap<string, number>> = new Map(
  (Object.entries(words) as [ExportField, readonly string[]][]).map(([field, list]) => [
    field,
    new Map(list.map((word, rank) => [word, rank])),
  ]),
)

/** `Total (EUR)`, `Pris SEK` */
const CURRENCY = / (?:eur|usd|gbp|chf|sek|nok|dkk|pln|czk|aud|nzd|cad|huf|ron|brl|mxn|zar|jpy|inr|euro)$/

/** Places where a heading is in a field's list of words, the best first; a field that it can't be is left out. */
export function fieldsMeant(heading: string): ReadonlyMap<ExportField, number> {
  const plain = plainWords(heading.replace('%', ' percent ').replace('#', ' number '))
    .replace(CURRENCY, '')
    .trim()
  const found = new Map<ExportField, number>()
  for (const [field, words] of ranks) {
    const rank = words.get(plain)
    if (rank !== undefined) found.set(field, rank)
  }
  // `MwSt 19%`, `Tax 2`: one column for each rate
  const bare = plain
    .replace(/\b(?:\d+|percent)\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
  const rank = found.size === 0 && bare !== plain ? ranks.get('tax')?.get(bare) : undefined
  if (rank !== undefined) found.set('tax', rank)
  return found
}
