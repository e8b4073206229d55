import { type Currency, Currency as CurrencySchema } from '../../../shared/money.ts'
import {
  type DateFormats,
  dateScanner,
  isAmbiguous,
  timeScanner,
} from '../../codecs/receipt-templates/date-format.ts'
import { monthLanguages } from '../../codecs/receipt-templates/month-names.ts'
import { type NumberFormat, scanAmount } from '../../codecs/receipt-templates/number-format.ts'
import { placesOf } from '../../codecs/receipt-templates/places.ts'
import { languageOnPaper } from '../../codecs/receipt-templates/words.ts'

/** A receipt's lines as text. */
export type Paper = readonly string[]

const signs = [
  '€',
  'NOK',
  'SEK',
  'DKK',
  'PLN',
  'CAD',
  'AUD',
  'NZD',
  'A$',
  'C$',
  'NZ$',
  'CZK',
  'Kč',
  'EUR',
  'Eur',
  '$',
  'USD',
  'US$',
  '£',
  'GBP',
  'CHF',
  'Fr.',
  '¥',
  '￥',
  // byte 5C is the yen sign of Japanese printers
  '\\',
  'kr',
  'kr.',
  'Kr',
  'zł',
  'R$',
  '┬¬',
]
const currencyOf: Readonly<Record<string, string>> = {
  '€': 'EUR',
  EUR: 'EUR',
  Eur: 'EUR',
  '£': 'GBP',
  GBP: 'GBP',
  CHF: 'CHF',
  'Fr.': 'CHF',
  USD: 'USD',
  zł: 'PLN',
  R$: 'BRL',
  US$: 'USD',
  A$: 'AUD',
  C$: 'CAD',
  NZ$: 'NZD',
  AUD: 'AUD',
  CAD: 'CAD',
  NZD: 'NZD',
  SEK: 'SEK',
  NOK: 'NOK',
  DKK: 'DKK',
  PLN: 'PLN',
  CZK: 'CZK',
  Kč: 'CZK',
}
/** Crowns have one sign; the language tells whose they are. */
const crowns: Readonly<Record<string, string>> = { sv: 'SEK', no: 'NOK', da: 'DKK' }

export interface FoundNumbers {
  readonly numbers: {
    decimal: '.' | ','
    thousands: '' | '.' | ',' | ' ' | "'"
    signs: string[]
    credit: string[]
  }
  readonly format: NumberFormat
  /** Null: the signs don't say. */
  readonly currency: Currency | null
  /** A currency's sign is printed, whether it tells the currency or not. */
  readonly isSigned: boolean
  /** Amounts seen with this decimal sign, and with the other. */
  readonly votes: readonly [own: number, other: number]
}

/** How amounts are printed, by a majority of those at the ends of lines. @param decimals of the currency, where it is known */
export function findNumbers(papers: readonly Paper[], decimals = 2): FoundNumbers {
  const ends = papers.flat().map(line => line.slice(0, 400).match(/\d([.,])\d{2}(?![\d.,])[^\d]{0,8}$/)?.[1])
  const points = ends.filter(sign => sign === '.').length
  const commas = ends.filter(sign => sign === ',').length
  const decimal = commas > points ? ',' : '.'
  const grouped = papers
    .flat()
    .map(line => line.slice(0, 400).match(/\d([.,' \u00a0\u202f’])\d{3}([.,])\d{2}(?!\d)/))
  const seen = grouped.find(match => match?.[2] === decimal && match[1] !== decimal)?.[1]
  const other = decimal === '.' ? ',' : '.'
  const thousands =
    seen === undefined
      ? other
      : seen === "'" || seen === '’'
        ? "'"
        : seen === ',' || seen === '.'
          ? seen
          : ' '
  const base = { decimal, thousands, credit: [], decimals } as const
  const used = signs.filter(sign =>
    papers.flat().some(line => isBesideAmount(line, sign, { ...base, signs: [] })),
  )
  const credit = papers.flat().some(line => /\d ?CR$/.test(line.slice(-40).trim())) ? ['CR'] : []
  const currencies = new Set(used.map(sign => currencyOf[sign]).filter(code => code !== undefined))
  if (currencies.size === 0) for (const code of namedCurrencies(papers)) currencies.add(code)
  const [only] = currencies
  return {
    numbers: { decimal, thousands, signs: used, credit },
    format: { ...base, signs: used, credit },
    currency: currencies.size === 1 && only !== undefined ? CurrencySchema.parse(only) : null,
    isSigned: used.length > 0,
    votes: decimal === '.' ? [points, commas] : [commas, points],
  }
}

/** The currency that a line of headings names, `Prezzo(€)`, or that the language of crowns tells. */
function namedCurrencies(papers: readonly Paper[]): readonly string[] {
  const lines = papers.flat()
  const named = new Set(
    lines
      .flatMap(line => [
        ...line.matchAll(/(?<![\p{L}])(EUR|CHF|GBP|SEK|NOK|DKK|PLN|CZK|NZD|AUD|CAD|USD)(?![\p{L}])|([€£])/gu),
      ])
      .map(match => currencyOf[match[0]])
      .filter(code => code !== undefined),
  )
  if (named.size > 0) return [...named]
  const code = crowns[languageOnPaper(lines) ?? '']
  return code === undefined || !lines.some(line => /\bkr\b|\böre|\børe/iu.test(line)) ? [] : [code]
}

function isBesideAmount(line: string, sign: string, format: NumberFormat): boolean {
  for (let at = line.indexOf(sign); at >= 0 && at < 400; at = line.indexOf(sign, at + 1)) {
    const after = at + sign.length
    const next = after + (/^[ -]*/.exec(line.slice(after, after + 24))?.[0].length ?? 0)
    if (scanAmount(line, next, format) !== null) return true
    if (/\d[.,]\d{2} ?$/.test(line.slice(Math.max(0, at - 12), at))) return true
  }
  return false
}

const separators = ['.', '/', '-', ' ']
const dateCandidates: readonly string[] = [
  ...['-', '/', '.'].map(sign => `YYYY${sign}MM${sign}DD`),
  'YYYY年M月D日',
  'Do of MMM YYYY',
  'MMM D, YYYY',
  'MMM D YYYY',
  'MMM Do, YYYY',
  'D MMM YYYY',
  'D. MMM YYYY',
  'D-MMM-YYYY',
  'DDMMMYYYY',
  'D-MMM-YY',
  'D MMM YY',
  ...separators.flatMap(sign => [`D${sign}M${sign}YYYY`, `M${sign}D${sign}YYYY`]),
  ...separators.slice(0, 3).flatMap(sign => [`D${sign}M${sign}YY`, `M${sign}D${sign}YY`]),
]
const timeCandidates = ['H:mm:ss', 'H:mm', 'h:mm:ss A', 'h:mm A', 'h:mm:ssA', 'h:mmA', "H'h'mm", 'H時mm分']

export interface FoundDates {
  readonly dates: { formats: string[]; times: string[]; months: DateFormats['months'] }
  /** Another format that fits just as well, and names other days. */
  readonly rival: string | null
}

/** The formats of dates and times that most receipts fit. */
export function findDates(papers: readonly Paper[]): FoundDates {
  const scored = dateCandidates.flatMap((format, order) =>
    (format.includes('MMM') ? monthLanguages : (['en'] as const)).map(months => {
      const scan = dateScanner({ dates: [format], times: [], months })
      return {
        format,
        months,
        order,
        fits: papers.filter(paper => paper.some(line => holds(line, scan))).length,
      }
    }),
  )
  const best = scored.filter(each => each.fits > 0).sort((a, b) => b.fits - a.fits || a.order - b.order)
  const [first] = best
  const months = first?.months ?? 'en'
  const rival = best.find(
    each => first !== undefined && each.fits === first.fits && isAmbiguous(each.format, first.format),
  )
  const times = timeCandidates.filter(format => {
    const scan = timeScanner({ dates: [], times: [format], months })
    return papers.some(paper => paper.some(line => holds(line, scan)))
  })
  const halves = times.filter(format => format.includes('A'))
  return {
    dates: {
      formats: first === undefined ? [] : [first.format],
      times: halves.length > 0 ? halves : times,
      months,
    },
    rival: rival?.format ?? null,
  }
}

/** Whether a line holds what a scan reads, at the beginning of a word. */
function holds(line: string, scan: (text: string, at: number) => object | null): boolean {
  return placesOf(line).some(at => scan(line, at) !== null)
}
