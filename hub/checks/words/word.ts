import { formatMoney } from '../../../shared/money.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import type { StoredFields } from './message.ts'

export const wordLanguages = ['en', 'de'] as const
export type WordLanguage = (typeof wordLanguages)[number]

const texts: Readonly<Record<WordLanguage, Readonly<Record<string, string>>>> = { en, de }

/** Words a message read from the database. A key that this version does not know is shown with its fields. */
export function wordStored(code: string, fields: StoredFields, language: WordLanguage): string {
  const text = texts[language][code]
  if (text === undefined)
    return [code, ...Object.values(fields).map(value => wordField(value, language))].join(' ')
  return text.replace(FIELD, (_, name: string, one?: string, more?: string) => {
    const value = fields[name]
    if (value === undefined) return '…'
    const worded = wordField(value, language)
    if (one === undefined) return worded
    return `${worded} ${isOne(value, language) ? one : more}`
  })
}

/** `{days}`, or `{days|day|days}` with what follows one and what follows any other number. */
const FIELD = /\{([\w-]+)(?:\|([^|{}]+)\|([^|{}]+))?\}/g

function isOne(value: StoredFields[string], language: WordLanguage): boolean {
  return typeof value !== 'object' && new Intl.PluralRules(language).select(Number(value)) === 'one'
}

function wordField(value: StoredFields[string], language: WordLanguage): string {
  if (typeof value !== 'object') return String(value)
  if ('money' in value) return formatMoney(value.money, value.currency, language)
  return wordStored(value.phrase, value.fields ?? {}, language)
}

/** The language that an Accept-Language header prefers among ours; English when it names none of them. */
export function languageOf(header: string | undefined): WordLanguage {
  const wanted = (header ?? '')
    .split(',')
    .map(part => {
      const [tag = '', weight] = part.trim().split(/\s*;\s*q=/)
      return { language: tag.slice(0, 2).toLowerCase(), weight: Number(weight ?? 1) }
    })
    .sort((a, b) => b.weight - a.weight)
  const found = wanted.find(
    ({ language, weight }) => weight > 0 && wordLanguages.some(one => one === language),
  )
  return wordLanguages.find(one => one === found?.language) ?? 'en'
}
