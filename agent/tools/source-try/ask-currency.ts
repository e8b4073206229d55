import { Currency, minorDigits } from '../../../shared/money.ts'
import { currenciesWritten } from '../../sources/sales-files/currency-words.ts'
import { isCurrencyCode } from './currency-found.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { FileAnswers } from './questions.ts'

/** Where no one has said it yet: one that the signs beside the amounts may be. Amounts are read alike in most currencies. */
function someCurrency(written: readonly string[]): Currency {
  const texts = written.map(text => text.normalize('NFKC'))
  const words = texts.flatMap(text => /\p{L}*\p{Sc}|\p{L}+/u.exec(text)?.[0].toLowerCase() ?? [])
  const named = words.map(word => currenciesWritten(word)).find(codes => codes.length > 0) ?? []
  // the sign of yuan and yen: yen have no decimals
  const hasDecimals = texts.some(text => /[.,]\d{1,2}\D*$/.test(text))
  const [first = 'EUR'] = hasDecimals
    ? named
    : named.toSorted((one, other) => digitsOf(one) - digitsOf(other))
  return Currency.parse(first)
}

const digitsOf = (code: string) => minorDigits(Currency.parse(code))

/** Asks in which currency the amounts are; `texts`: some of them as they are written. @throws SOURCE_ANSWER_UNKNOWN */
export function askCurrency(
  answers: FileAnswers,
  asking: OpenQuestions,
  texts: readonly string[] = [],
): Currency {
  const said = answers.get('currency')?.toUpperCase()
  const value = said !== undefined && isCurrencyCode(said) ? said : 'EUR'
  const asks = 'In which currency are the amounts? Nothing in the file says it.'
  const options = [{ value, means: 'its ISO code: EUR, GBP, USD, CHF, SEK …' }]
  const answer = asking.ask({ id: 'currency', asks, options })
  return answer === null ? someCurrency(texts) : Currency.parse(answer)
}
