import { plainWords } from '../../sources/sales-files/plain-words.ts'
import words from './words/headings.json' with { type: 'json' }

/** A column of the settings, or one that only tells how to read the others. */
export type ExportField = keyof typeof words

/**
 * What exports call their columns, by field (words/headings.json): English first, then German, French, Italian, Spanish,
 * Portuguese, Dutch, Nordic and Polish, then Japanese, Turkish, Romanian, Greek, Croatian and Estonian; lower case, without accents and signs. The earlier a word, the likelier it is meant.
 */
const ranks: ReadonlyMap<ExportField, ReadonlyMap<string, number>> = new Map(
  (Object.entries(words) as [ExportField, readonly string[]][]).map(([field, list]) => [
    field,
    new Map(list.map((word, rank) => [word, rank])),
  ]),
)

/** `NETAMOUNT`, `ItemLookupCode`: words without the blanks between them. Short ones may be parts of others. */
const SHORTEST_SQUEEZED = 6
const squeezed: ReadonlyMap<ExportField, ReadonlyMap<string, number>> = new Map(
  [...ranks].map(([field, list]) => [
    field,
    new Map(
      [...list]
        .toReversed()
        .map(([words, rank]) => [words.replaceAll(' ', ''), rank] as const)
        .filter(([words]) => words.length >= SHORTEST_SQUEEZED),
    ),
  ]),
)

/** `Total (EUR)`, `Pris SEK` */
const CURRENCY =
  / (?:eur|usd|gbp|chf|sek|nok|dkk|pln|czk|aud|nzd|cad|huf|ron|brl|mxn|zar|jpy|inr|euro|try|tl|lei|円|yen)$/

const TAXES =
  '(?:taxe?s?|vat|gst|hst|mwst|ust|mehrwertsteuer|umsatzsteuer|steuern?|tva|iva|imposte?|impuestos?|impostos?|btw|moms|mva|alv|vero|podatku?|podatkiem|ptu|dph)'
const OF_TAX = {
  in: new RegExp(
    ` (?:(?:incl?|including|inclusive|includes|inclusief|inkl|inklusive|inkludert|inclus|incluses?|incluido|incluidos|incluida|incluso|inclusa|compreso|compresa|comprises?|compris|with|mit|con|com|avec|met|med|sis|sisaltaa|z|w tym)(?: (?:of|de|la|l|di))? ${TAXES}|${TAXES} (?:incl?|included|inbegrepen|inclus|incluses?|incluido|incluidos|inclusa|incluso|inkl|comprises?|compris|compresa|enthalten|inkluderet)|ttc|tvac|ivato)$`,
  ),
  out: new RegExp(
    ` (?:(?:excl?|excluding|exclusive|exclusief|exkl|exklusive|eks|ekskl|ex|exc|before|without|ohne|zzgl|hors|sans|senza|sin|sem|escluso|zonder|uden|uten|utan|exkl|bez|veroton)(?: (?:of|de|la|l|di))? ${TAXES}|${TAXES} (?:excl?|excluded|exclus|esclusa|escluso|exkl)|ht|htva)$`,
  ),
}

/** The same in words that stand anywhere in a heading, in plain letters: Japanese, Turkish, Romanian, Greek, Croatian, Estonian. */
const WITH_TAX =
  / ?(?:税込み?|内税込|kdv dahil|dahil kdv|cu tva|με φπα|s pdv om|sa pdv om|km ga|kaibemaksuga) ?/
const WITHOUT_TAX =
  / ?(?:税抜き?|税別|kdv haric|haric kdv|fara tva|χωρις φπα|προ φπα|bez pdv a?|km ta|kaibemaksuta) ?/

/** Whether a heading says that its amounts include tax: `Line total (inc VAT)`, `Betrag ohne MwSt`; null: it says neither. */
export function taxInHeading(heading: string): boolean | null {
  const plain = plainHeading(heading)
  if (WITH_TAX.test(plain)) return true
  if (WITHOUT_TAX.test(plain)) return false
  return OF_TAX.in.test(plain) ? true : OF_TAX.out.test(plain) ? false : null
}

function plainHeading(heading: string): string {
  return plainWords(heading.replace('%', ' percent ').replace('#', ' number ')).replace(CURRENCY, '').trim()
}

/**
 * Places where a heading is in a field's list of words, the best first; a field that it can't be is left out. `Order Lines/Quantity`
 * and `line_items.qty` are read whole, then by their last parts.
 */
export function fieldsMeant(heading: string): ReadonlyMap<ExportField, number> {
  const whole = meantBy(heading)
  const [list = '', ...parts] = heading.split(/[/.>]/).map(part => part.trim())
  if (whole.size > 0 || !OF_LIST.test(plainWords(list))) return whole
  for (const [from] of parts.entries()) {
    const found = meantBy(parts.slice(from).join(' '))
    if (found.size > 0) return found
  }
  return whole
}

const OF_CLOCK = /(?:^utc |(?: |(?<=[a-z]{4}))(?:utc|gmt)$)/

/** What exports that flatten lists put before a column: `Order Lines/Quantity`. */
const OF_LIST =
  /^(?:(?:order|sale|sales|pos|line|invoice|receipt) )?(?:lines?|items?|payments?|products?|details?|tenders?|sale|order)$/

function meantBy(heading: string): ReadonlyMap<ExportField, number> {
  const plain = plainHeading(heading)
  const found = new Map<ExportField, number>()
  const named = (text: string, known = ranks) => {
    for (const [field, words] of known) {
      const rank = words.get(text)
      if (rank !== undefined) found.set(field, rank)
    }
  }
  named(plain)
  // `Line total (inc VAT)`
  if (found.size === 0)
    named(plain.replace(OF_TAX.in, '').replace(OF_TAX.out, '').replace(CURRENCY, '').trim())
  if (found.size === 0) named(plain.replace(WITH_TAX, ' ').replace(WITHOUT_TAX, ' ').trim())
  if (found.size === 0 && /^\w+$/.test(plain)) named(plain, squeezed)
  // `created_at_utc`, `Date (GMT)`: which clock it is of is asked apart
  const bareOfClock = plain.replace(OF_CLOCK, '').trim()
  if (found.size === 0 && bareOfClock !== plain) {
    named(bareOfClock)
    if (found.size === 0) named(bareOfClock.replaceAll(' ', ''), squeezed)
  }
  // `total_money`, whose amount is in a field of its own
  if (found.size === 0 && / money$/.test(plain)) named(plain.replace(/ money$/, ''))
  // `MwSt 19%`, `Tax 2`: one column for each rate
  const bare = plain
    .replace(/\b(?:\d+|percent)\b/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
  const rank = found.size === 0 && bare !== plain ? ranks.get('tax')?.get(bare) : undefined
  if (rank !== undefined) found.set('tax', rank)
  return found
}
