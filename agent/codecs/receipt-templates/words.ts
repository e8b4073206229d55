import { z } from 'zod'
import cs from './words/cs.json' with { type: 'json' }
import da from './words/da.json' with { type: 'json' }
import de from './words/de.json' with { type: 'json' }
import el from './words/el.json' with { type: 'json' }
import en from './words/en.json' with { type: 'json' }
import es from './words/es.json' with { type: 'json' }
import et from './words/et.json' with { type: 'json' }
import fi from './words/fi.json' with { type: 'json' }
import fr from './words/fr.json' with { type: 'json' }
import hr from './words/hr.json' with { type: 'json' }
import hu from './words/hu.json' with { type: 'json' }
import it from './words/it.json' with { type: 'json' }
import ja from './words/ja.json' with { type: 'json' }
import nl from './words/nl.json' with { type: 'json' }
import no from './words/no.json' with { type: 'json' }
import pl from './words/pl.json' with { type: 'json' }
import pt from './words/pt.json' with { type: 'json' }
import ro from './words/ro.json' with { type: 'json' }
import sv from './words/sv.json' with { type: 'json' }
import tr from './words/tr.json' with { type: 'json' }

/**
 * The words that tills print, one file a language in words/. To add a language, write its file and name it here; to add
 * a word, add it to its list. Capitals, accents on paper and punctuation don't matter, except that letters must be the same.
 */

const phrases = z.array(z.string().min(1))

/** Labels beside amounts, in the order in which a line is tried: `Total VAT` is a tax, `Sub-total` a subtotal. */
const amountLabels = [
  'subtotal',
  'change',
  'payout',
  'rounding',
  'tip',
  'surcharge',
  'discount',
  'tax',
  'cash',
  'card',
  'cheque',
  'voucher',
  'account',
  'bank',
  'total',
  'paid',
] as const
export type AmountLabel = (typeof amountLabels)[number]

/** Kinds of prints that are not sales. */
export const printKinds = [
  'training',
  'void',
  'copy',
  'quote',
  'gift',
  'proforma',
  'order',
  'test',
  'reportX',
  'reportZ',
  'report',
  'noSale',
  'timesheet',
  'cashMoved',
  'drawer',
  'voucher',
  'slip',
] as const
export type PrintKind = (typeof printKinds)[number]

const itemKeys = [
  'quantity',
  'code',
  'voided',
  'deposit',
  'each',
  'offer',
  'returned',
  'paidBy',
  'including',
] as const

const Words = z.strictObject({
  language: z.string(),
  amounts: z.strictObject(
    Object.fromEntries(amountLabels.map(label => [label, phrases])) as Record<AmountLabel, typeof phrases>,
  ),
  header: z.strictObject({ receipt: phrases, till: phrases, staff: phrases, number: phrases }),
  items: z.strictObject(
    Object.fromEntries(itemKeys.map(key => [key, phrases])) as Record<
      (typeof itemKeys)[number],
      typeof phrases
    >,
  ),
  prints: z.strictObject(
    Object.fromEntries(
      // `refund`: headings of a return; `around`: words that may be beside any of these
      [...printKinds, 'refund' as const, 'around' as const].map(kind => [kind, phrases]),
    ) as Record<PrintKind | 'refund' | 'around', typeof phrases>,
  ),
  weekdays: phrases,
})

const all = [en, de, fr, nl, it, es, pt, pl, sv, no, da, fi, cs, hu, ja, tr, ro, el, hr, et].map(file =>
  Words.parse(file),
)

/** The printed words of each language, as in its file. */
export const printWords = all.map(each => each.prints)

/** Letters whose marks are not accents, as tills without them write them. */
const BASE_LETTERS: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ı: 'i' }

/**
 * Letters and digits of a label alone, lower case, one spelling for all that tills print: `Bon-Nr.:` is `bon nr`, and
 * `Übung`, `UEBUNG` and `UBUNG` are `ubung`. For comparing, never to show.
 */
export function plainLabel(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}+/gu, '')
    .replace(/[ßøłđı]/g, letter => BASE_LETTERS[letter] ?? letter)
    .replace(/æ/g, 'a')
    .replace(/œ/g, 'o')
    .replace(/([aou])e/g, '$1')
    .replace(/’/g, "'")
    .replace(/[^\p{L}\p{N}%°º#]+/gu, ' ')
    .trim()
}

export const phraseSet = (lists: readonly (readonly string[])[]): ReadonlySet<string> =>
  new Set(lists.flat().map(plainLabel))

const amounts = amountLabels.map(label => [label, phraseSet(all.map(each => each.amounts[label]))] as const)
const amountsOf = (label: AmountLabel) => amounts.find(([each]) => each === label)?.[1] ?? new Set<string>()

export const headerWords = {
  receipt: phraseSet(all.map(each => each.header.receipt)),
  till: phraseSet(all.map(each => each.header.till)),
  staff: phraseSet(all.map(each => each.header.staff)),
  /** Words between a label and its number. */
  number: phraseSet(all.map(each => each.header.number)),
}
export const weekdays = phraseSet(all.map(each => each.weekdays))

const itemSets = Object.fromEntries(
  itemKeys.map(key => [key, phraseSet(all.map(each => each.items[key]))]),
) as Record<(typeof itemKeys)[number], ReadonlySet<string>>
export const itemWords = itemSets

/** The language whose words most of the lines hold; null: none has any. */
export function languageOnPaper(lines: readonly string[]): string | null {
  const words = lines.flatMap(line => plainLabel(line).split(' '))
  const scored = all.map(({ language, amounts: { total, cash, card, tax, change, subtotal }, header }) => {
    const known = phraseSet([
      total,
      cash,
      card,
      tax,
      change,
      subtotal,
      header.receipt,
      header.staff,
      header.till,
    ])
    return { language, hits: words.filter(word => known.has(word)).length }
  })
  const [best] = scored.toSorted((a, b) => b.hits - a.hits)
  return best === undefined || best.hits === 0 ? null : best.language
}

const CURRENCIES = new Set(
  'eur euro usd gbp chf sek nok dkk pln czk huf ron bgn isk aud nzd cad brl jpy zar kr zł zl kč ft lei fr rs rm'
    .split(' ')
    .map(plainLabel)
    .concat('€'),
)

const taxWords = [...amountsOf('tax')].filter(phrase => !phrase.includes(' '))
/** From so many letters on a word for tax begins compounds: `Momssats`, `MwSt-Betrag`. */
const COMPOUND = 4
/** A line with more digits is the number under which a shop is registered. */
const MOST_DIGITS = 5

/** Whether a line of words says something of tax: `BTW%  Excl.  Incl.`; the number under which a shop is registered says nothing. */
export function hasTaxWord(text: string): boolean {
  if (text.replace(/[\d.,]*[.,]\d{2}(?!\d)/g, ' ').replace(/\D/g, '').length > MOST_DIGITS) return false
  return plainLabel(text)
    .split(' ')
    .map(word => word.replaceAll('%', ''))
    .some(word => taxWords.some(tax => word === tax || (tax.length >= COMPOUND && word.startsWith(tax))))
}

/** The words of a label beside an amount: rates, currencies, counts and masked numbers say nothing of what it is. */
function wordsOf(text: string): string[] {
  return plainLabel(text.replace(/\d+(?:[.,]\d+)? ?%/g, ' '))
    .split(' ')
    .filter(
      word =>
        word !== '' && word !== '%' && !CURRENCIES.has(word) && !/^[x#]*\d[\dx#]*$|^#+$|^x{3,}$/.test(word),
    )
}

const tenders = ['cash', 'card', 'cheque', 'voucher', 'account', 'bank'] as const
type TenderLabel = (typeof tenders)[number]
export function isTenderLabel(label: AmountLabel): label is TenderLabel {
  return (tenders as readonly AmountLabel[]).includes(label)
}

const cardWords = new Set([...amountsOf('card')].flatMap(phrase => phrase.split(' ')))
const exact = (phrase: string): AmountLabel | null =>
  amounts.find(([, known]) => known.has(phrase))?.[0] ?? null

function tenderOf(words: readonly string[]): TenderLabel | null {
  const phrase = words.join(' ')
  const known = tenders.find(each => amountsOf(each).has(phrase))
  if (known !== undefined) return known
  const isCard =
    words.length > 0 && words.length <= 5 && words.every(word => cardWords.has(word) || word === 'ending')
  return isCard ? 'card' : null
}

/** The rest of the words after the longest phrase that they begin with; null: they begin with none. */
function after(words: readonly string[], known: ReadonlySet<string>): readonly string[] | null {
  for (const length of [4, 3, 2, 1])
    if (length <= words.length && known.has(words.slice(0, length).join(' '))) return words.slice(length)
  return null
}

const DISCOUNT_ENDINGS =
  /(rabatt|rabat|remise|sconto|korting|descuento|discount|nachlass|alennus|desconto|coupon|promo)$/
const TOTAL = /^(total|summe|gesamt\p{L}*|totale|totaal|totalt|suma|razem|yhteensa)$/u

/**
 * What a label beside an amount means; null when these words don't know it: it may be an item's name.
 * @param value the amount, when its sign may decide
 */
export function amountLabel(text: string, value = 0): AmountLabel | null {
  const words = wordsOf(text)
  if (words.length === 0) return null
  const known = exact(words.join(' '))
  if (known !== null) return known
  for (const label of ['change', 'payout', 'rounding', 'tip', 'surcharge'] as const) {
    const rest = after(words, amountsOf(label))
    if (rest !== null && tenderOf(rest) !== null) return label
  }
  const byWhat = tenderOf(after(words, itemSets.paidBy) ?? words)
  if (byWhat !== null) return byWhat
  if (words.length <= 5 && after(after(words, itemSets.including) ?? words, amountsOf('tax')) !== null)
    return 'tax'
  if (value < 0 && isDiscountName(text)) return 'discount'
  return TOTAL.test(words[0] ?? '') && words.length <= 4 ? 'total' : null
}

/** Whether a name says that it is a price taken off: `App-Preis-Rabatt`, `2 for 5.00`. */
export function isDiscountName(text: string): boolean {
  const words = wordsOf(text)
  return (
    words.some(word => amountsOf('discount').has(word) || (word.length > 6 && DISCOUNT_ENDINGS.test(word))) ||
    isOffer(text)
  )
}

/** Whether a label names the total: `KORTING TOTAAL 10%`. */
export function namesTotal(text: string): boolean {
  return wordsOf(text).some(word => TOTAL.test(word) || amountsOf('total').has(word))
}

/** Whether a label is a deposit alone, given or taken back: `STATIEGELD RETOUR`. */
export function isDepositName(text: string): boolean {
  const words = wordsOf(text)
  const isAll = (known: ReadonlySet<string>, rest: readonly string[]) =>
    rest.length === 0 || known.has(rest.join(' '))
  return words.some((_, at) => {
    const [before, after] = [words.slice(0, at), words.slice(at)]
    const { deposit, returned } = itemSets
    if (deposit.has(after.join(' '))) return isAll(returned, before)
    return deposit.has(before.join(' ')) && isAll(returned, after)
  })
}

/** `2 for 5.00`, `3 für 2` */
function isOffer(text: string): boolean {
  const found = /^\s*\d{1,2} ?x? ?(\p{L}+) ?\d/u.exec(text)
  return found?.[1] !== undefined && itemSets.offer.has(plainLabel(found[1]))
}
