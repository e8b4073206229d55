import { gtinOrNull } from '../../../shared/gtin.ts'
import { quotedTerm } from '../api/quoted-term.ts'

/** An order's name as shops number them: `#1001`, `EU-1001`. */
const ORDER_NAME = /^#?[\p{L}\p{N}._-]*\d[\p{L}\p{N}._-]*$/u
const MOST_WORDS = 6

/** What the text may be, the likeliest first: the first that finds orders counts. */
export type OrderSearch =
  | { readonly by: 'item'; readonly barcode: string }
  | { readonly by: 'query'; readonly query: string }

/** How orders are looked for by what staff typed or scanned. */
export function orderSearches(typed: string): readonly OrderSearch[] {
  const text = typed.trim()
  const searches: OrderSearch[] = []
  if (gtinOrNull(text) !== null) searches.push({ by: 'item', barcode: text })
  if (ORDER_NAME.test(text)) {
    const name = text.replace(/^#/, '')
    searches.push({ by: 'query', query: `name:${quotedTerm(name)} OR name:${quotedTerm(`#${name}`)}` })
  }
  const words = wordsOf(text)
  if (words.length > 0) searches.push({ by: 'query', query: words.map(word => `${word}*`).join(' AND ') })
  if (text !== '' && !/\s/.test(text)) searches.push({ by: 'query', query: `sku:${quotedTerm(text)}` })
  return searches
}

/** The orders that hold one of these items. */
export function itemQuery(skus: readonly string[]): string {
  return skus.map(sku => `sku:${quotedTerm(sku)}`).join(' OR ')
}

/** Letters and digits only: what else staff type could be a part of the search's language. Lower case: it has words in capitals. */
function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word.length > 1)
    .slice(0, MOST_WORDS)
}
