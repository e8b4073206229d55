import type { Currency } from '../../../shared/money.ts'
import { currenciesWritten, isCurrencyOf } from '../../sources/sales-files/currency-words.ts'
import { isCurrencyCode } from './currency-found.ts'
import { type JsonField, type JsonShape, pointersOf } from './json-fields.ts'
import type { OpenQuestions } from './open-questions.ts'
import { MOST_STORES, storesAsked } from './stores-found.ts'

/** The currencies that a file's own fields name, as ISO codes. */
export function currenciesIn(shape: JsonShape): readonly string[] {
  const codes = pointersOf(shape, 'currency')
    .flatMap(({ values }) => values.map(String))
    .flatMap(written => {
      if (isCurrencyCode(written.toUpperCase())) return [written.toUpperCase()]
      const [only, ...more] = currenciesWritten(written.toLowerCase())
      return only === undefined || more.length > 0 ? [] : [only]
    })
  return [...new Set(codes)]
}

/** The field that names the currency of each sale, as the reader understands it. */
export function currencyField(shape: JsonShape, currency: Currency): JsonField | undefined {
  return pointersOf(shape, 'currency').find(({ values }) =>
    values.every(written => isCurrencyOf(String(written), currency)),
  )
}

/** Whose sales a file has: `settings` are those of the source, `fields` those of its `fields`. */
export interface JsonStores {
  readonly settings: { readonly stores?: Readonly<Record<string, 'here' | 'elsewhere'>> }
  readonly fields: { readonly store?: string; readonly warehouse?: string }
}

/**
 * Asks which of several stores a file is read for; all of them: each has the stock of its own location.
 * @param sales how many sales the file has
 * @throws SOURCE_ANSWER_UNKNOWN
 */
export function storesIn(shape: JsonShape, sales: number, asking: OpenQuestions): JsonStores {
  const field = pointersOf(shape, 'warehouse')[0]
  const names = [...new Set(field?.values.map(String))]
  const [only, ...more] = names
  if (field === undefined || only === undefined || names.length > MOST_STORES) return NO_STORES
  if (more.length === 0) {
    const isOfAll = field.values.length === sales
    return isOfAll
      ? { settings: { stores: { [only]: 'here' } }, fields: { store: field.pointer } }
      : NO_STORES
  }
  const stores = storesAsked(field.pointer, names, asking)
  return stores === null
    ? { settings: {}, fields: { warehouse: field.pointer } }
    : { settings: { stores }, fields: { store: field.pointer } }
}

const NO_STORES: JsonStores = { settings: {}, fields: {} }
