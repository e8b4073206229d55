import { plainWords } from '../../sources/sales-files/plain-words.ts'

/** What rows begin with that belong to a report and not to a receipt, in the languages of `heading-words.ts`. */
const WORDS = new Set(
  `total totals subtotal sum grand page generated printed exported report end summe gesamt gesamtsumme zwischensumme seite erstellt gedruckt exportiert bericht ende totaux sous page genere imprime
  totale totali pagina generato stampato totaal subtotaal gegenereerd afgedrukt totalt delsumma sida skapad utskriven side udskrevet generert yhteensa sivu tulostettu razem suma strona wygenerowano suma totales generado impreso totais gerado`
    .split(/\s+/)
    .filter(word => word !== ''),
)

const DATE_AT_START = /^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/

/** For `notSales`: what such a row begins with, figures left open; null: it is a row of a receipt, as far as its words tell. */
export function reportRowPattern(cells: readonly string[]): string | null {
  const first = cells.find(cell => cell !== '')
  const [word = ''] = plainWords(first ?? '').split(' ')
  if (first === undefined || !WORDS.has(word) || cells.some(cell => DATE_AT_START.test(cell))) return null
  const [start = first, ...more] = first.split(/[\d:(]/)
  return more.length === 0 ? first : `${start.trimEnd()}*`
}
