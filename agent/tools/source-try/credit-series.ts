import type { PreviewRow } from '../../sources/preview.ts'
import { typeMeant } from './meanings.ts'
import type { OpenQuestions } from './open-questions.ts'

/** What receipts with such numbers are, for the setting `refunds`; the numbers themselves are then the type. */
export type SeriesMeant = Readonly<Record<string, 'sale' | 'refund'>>

/**
 * Numbers that read as those of credit notes, beside others, on receipts that have no minus: a person says what they are. Null: there are
 * none. `open`: it is not said yet. @param numbers of all receipts @throws SOURCE_ANSWER_UNKNOWN
 */
export function creditsAsked(
  numbers: readonly string[],
  rows: readonly PreviewRow[],
  asking: OpenQuestions,
): SeriesMeant | 'open' | null {
  const credits = new Map<string, string>()
  for (const number of numbers) {
    const found = creditIn(number)
    if (found !== null && !credits.has(found.pattern)) credits.set(found.pattern, number)
  }
  const patterns = [...credits.keys()]
  const hasOthers = numbers.some(number => creditIn(number) === null)
  if (!hasOthers || patterns.length === 0 || hasMinus(rows)) return null
  const said = patterns.map(pattern =>
    asking.ask({
      id: `series:${pattern}`,
      asks: `Receipts such as ${credits.get(pattern)} have numbers of their own, and no minus. What are they?`,
      options: [
        { value: 'refund', means: 'credit notes: their goods came back, and their money was paid back' },
        { value: 'sale', means: 'sales as the others are' },
      ],
    }),
  )
  if (said.includes(null)) return 'open'
  const back = patterns.filter((_, place) => said[place] === 'refund')
  if (back.length === 0) return null
  return { ...Object.fromEntries(back.map(pattern => [pattern, 'refund' as const])), '*': 'sale' }
}

/** The part of a number that says so, as a pattern: `GS*`, `*-R`; null: none does. */
function creditIn(number: string): { readonly pattern: string } | null {
  const before = /^\p{L}+(?!\p{L})/u.exec(number)?.[0]
  if (before !== undefined && isCredit(before)) return { pattern: `${before}*` }
  const behind = /[^\p{L}](\p{L}+)$/u.exec(number)?.[1]
  if (behind !== undefined && isCredit(behind)) return { pattern: `*${behind}` }
  return null
}

const isCredit = (word: string) => CREDITS.has(word.toUpperCase()) || typeMeant(word) === 'refund'

/**
 * Short for a credit note or a return: Gutschrift, note de credit, nota di credito, nota de credito, credit note, credit memo, return,
 * refund, kreditnota, devolucao, korekta, zwrot.
 */
const CREDITS: ReadonlySet<string> = new Set([
  ...['GS', 'GUT', 'RT', 'NC', 'NCR', 'AV', 'AVO', 'CN', 'CRN', 'CR', 'CM', 'CRM'],
  ...['RF', 'RFD', 'RET', 'RTN', 'REF', 'SR', 'KN', 'KRN', 'KRE', 'DEV', 'KOR', 'ZW'],
])

function hasMinus(rows: readonly PreviewRow[]): boolean {
  return rows.some(({ event }) => {
    if (event?.kind !== 'sale.completed' || creditIn(event.receiptNumber) === null) return false
    return event.lines.some(({ quantity, net }) => quantity < 0 || net < 0)
  })
}
