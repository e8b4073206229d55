import { Currency } from '../../../shared/money.ts'
import { isCurrencyCode } from './currency-found.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { FileAnswers } from './questions.ts'

/** Where no one has said it: amounts are read alike in most currencies. */
const SOME_CURRENCY = Currency.parse('EUR')

/** Asks in which currency the amounts are. @throws SOURCE_ANSWER_UNKNOWN */
export function askCurrency(answers: FileAnswers, asking: OpenQuestions): Currency {
  const said = answers.get('currency')?.toUpperCase()
  const value = said !== undefined && isCurrencyCode(said) ? said : 'EUR'
  const asks = 'In which currency are the amounts? Nothing in the file says it.'
  const options = [{ value, means: 'its ISO code: EUR, GBP, USD, CHF, SEK …' }]
  const answer = asking.ask({ id: 'currency', asks, options })
  return answer === null ? SOME_CURRENCY : Currency.parse(answer)
}
