import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { JsonField } from './json-fields.ts'
import { statusMeant } from './meanings.ts'
import type { OpenQuestions } from './open-questions.ts'
import { statusOptions, tenderOptions } from './questions.ts'

export function wordsOf<Meaning extends string>(
  { pointer, values }: JsonField,
  id: string,
  known: (word: string) => Meaning | null,
  options: readonly { readonly value: Meaning; readonly means: string }[],
  asking: OpenQuestions,
): Record<string, Meaning> {
  const means: Record<string, Meaning> = {}
  for (const word of new Set(values.map(String))) {
    const asks = `What is a receipt with "${word}" in "${pointer}"?`
    const meaning = known(word) ?? asking.ask({ id: `${id}:${word}`, asks, options }) ?? options[0]?.value
    if (meaning !== undefined) means[word] = meaning
  }
  return means
}

export function statusesOf(
  status: JsonField,
  asking: OpenQuestions,
): Record<string, 'counts' | 'void' | 'nothing'> {
  const options = statusOptions.filter(({ value }) => value !== 'account')
  const words = wordsOf(status, 'status', statusMeant, options, asking)
  return Object.fromEntries(
    Object.entries(words).map(([word, means]) => [word, means === 'account' ? 'counts' : means]),
  )
}

/** @param list where the payments are; empty: the sale names its own */
export function kindsOf({ pointer, values }: JsonField, list: string, asking: OpenQuestions) {
  const kinds: Record<string, (typeof tenderOptions)[number]['value']> = {}
  for (const name of new Set(values.map(String))) {
    if (tenderMeant(name, {}) !== null) continue
    kinds[name] =
      asking.ask({
        id: `tender:${name}`,
        asks: `What way of payment is "${name}" ("${list}${pointer}")?`,
        options: tenderOptions,
      }) ?? 'other'
  }
  return kinds
}
