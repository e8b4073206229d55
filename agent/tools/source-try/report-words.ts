import { plainWords } from '../../sources/sales-files/plain-words.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'

/** What rows begin with that belong to a report and not to a receipt, in the languages of `heading-words.ts`. */
const WORDS = new Set(
  `total totals subtotal sum grand page generated printed exported report end summe gesamt gesamtsumme zwischensumme seite erstellt gedruckt exportiert bericht ende totaux sous page genere imprime
  totale totali pagina generato stampato totaal subtotaal gegenereerd afgedrukt totalt delsumma sida skapad utskriven side udskrevet generert yhteensa sivu tulostettu razem suma tagessumme gesamtumsatz umsatzsumme endsumme strona wygenerowano suma totales generado impreso totais gerado`
    .split(/\s+/)
    .filter(word => word !== ''),
)

/** What parts of a sum begin with. */
const PART =
  /^(?:davon|darunter|of which|thereof|including|incl|dont|di cui|de los cuales|de las cuales|dos quais|waarvan|varav|hvorav|heraf|hvoraf|josta|w tym|z czego|z toho|ebbol)(?: |$)/

/** What tells a row of a report from one of a receipt: where number and dates are, and how many columns are usually filled. */
interface ReportLayout {
  readonly numbers: ReadonlySet<number>
  readonly dates: ReadonlySet<number>
  readonly usuallyFilled: number
}

/**
 * For `notSales`: what such a row begins with, its figures left open; null: it belongs to a receipt, as far as its words and its
 * empty columns tell. A row of a receipt fills most columns; one of a report has its word where the number or the date would be,
 * and no date.
 */
export function reportRowPattern(
  cells: readonly string[],
  { numbers, dates, usuallyFilled }: ReportLayout,
): string | null {
  const filled = cells.filter(cell => cell !== '')
  const [first] = filled
  if (first === undefined) return null
  const plain = plainWords(first)
  const [word = ''] = plain.split(' ')
  const at = cells.indexOf(first)
  const isUndated = [...dates].every(place => place === at || (cells[place] ?? '') === '')
  const isInKey = (numbers.has(at) || dates.has(at)) && isUndated
  // a part of the sum above, such as `davon Bar`, is where the number would be
  const isPart = isInKey && !/\d/.test(first) && (PART.test(plain) || tenderMeant(first, {}) !== null)
  if (!WORDS.has(word) && !isPart) return null
  if (!isInKey && filled.length * 2 > usuallyFilled) return null
  const [start = first, ...more] = first.split(/\d/)
  return more.length === 0 ? first : `${start}*`
}
