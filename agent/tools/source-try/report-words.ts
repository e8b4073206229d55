import { plainWords } from '../../sources/sales-files/plain-words.ts'

/** What rows begin with that belong to a report and not to a receipt, in the languages of `heading-words.ts`. */
const WORDS = new Set(
  `total totals subtotal sum grand page generated printed exported report end summe gesamt gesamtsumme zwischensumme seite erstellt gedruckt exportiert bericht ende totaux sous page genere imprime
  totale totali pagina generato stampato totaal subtotaal gegenereerd afgedrukt totalt delsumma sida skapad utskriven side udskrevet generert yhteensa sivu tulostettu razem suma tagessumme gesamtumsatz umsatzsumme endsumme strona wygenerowano suma totales generado impreso totais gerado`
    .split(/\s+/)
    .filter(word => word !== ''),
)

/**
 * For `notSales`: what such a row begins with, its figures left open; null: it belongs to a receipt, as far as its words and its
 * empty columns tell. A row of a receipt fills most columns.
 */
export function reportRowPattern(cells: readonly string[], usuallyFilled: number): string | null {
  const filled = cells.filter(cell => cell !== '')
  const [first] = filled
  const [word = ''] = plainWords(first ?? '').split(' ')
  if (first === undefined || !WORDS.has(word) || filled.length * 2 > usuallyFilled) return null
  const [start = first, ...more] = first.split(/\d/)
  return more.length === 0 ? first : `${start}*`
}
