import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { desktopWords } from '../../agent/electron/desktop.messages.ts'
import { type Language, languageCodes } from '../../shared/languages.ts'

type Words = string | readonly Words[] | { readonly [key: string]: Words } | ((...given: unknown[]) => string)

const Words: z.ZodType<Words> = z.lazy(() =>
  z.union([
    z.string(),
    z.custom<(...given: unknown[]) => string>(value => typeof value === 'function'),
    z.array(Words),
    z.record(z.string(), Words),
  ]),
)
const Messages = z.record(z.string(), z.record(z.string(), Words))

const files = globSync('{agent,hub,shared}/**/*.messages.ts').sort()

/** The languages in which the words of a file must be there: head office reads English and German, customers read all. */
const spokenBy = (file: string): readonly Language[] =>
  file.startsWith('hub/') && !file.startsWith('hub/web/customer-page/') ? ['en', 'de'] : languageCodes

/** What a file exports; of the desktop shell, the words that it gives in each language. */
async function exportsOf(file: string): Promise<Record<string, unknown>> {
  if (file.endsWith('desktop.messages.ts'))
    return { desktopMessages: Object.fromEntries(languageCodes.map(one => [one, desktopWords(one, '')])) }
  const exported: object = await import(resolve(file))
  return Object.fromEntries(Object.entries(exported).filter(([name]) => name.endsWith('Messages')))
}

/** Every text of a feature by its key, with the facts that it shows: `handOver.title` → [`0`, `1`]. */
function textsOf(words: Words, key = ''): [key: string, facts: string, texts: readonly string[]][] {
  if (typeof words === 'string') return [[key, '', [words]]]
  if (typeof words === 'function') return [functionText(words, key)]
  return Object.entries(words).flatMap(([name, one]) => textsOf(one, key === '' ? name : `${key}.${name}`))
}

/** Numbers that no text has of its own stand for the facts. */
const facts = [7_031, 7_047, 7_059, 7_061]

function functionText(words: (...given: unknown[]) => string, key: string) {
  const given = facts.slice(0, words.length)
  const text = words(...given)
  const shown = given.flatMap((fact, index) => (text.includes(String(fact)) ? [index] : []))
  const few = [0, 1, 2].map(n => words(...given.map(() => n)))
  return [key, `${words.length}: ${shown}`, [text, ...few]] satisfies [string, string, readonly string[]]
}

const all = await Promise.all(
  files.map(async file => ({ file, exported: Object.entries(Messages.parse(await exportsOf(file))) })),
)
const features = all.flatMap(({ file, exported }) =>
  exported.map(([name, inLanguages]) => ({ name, inLanguages, spoken: spokenBy(file) })),
)

test('words are found in every file of messages', () => {
  expect(files.length).toBeGreaterThan(15)
  expect(all.filter(({ exported }) => exported.length === 0)).toEqual([])
})

test.each(features)(
  '$name are there in each language, with the same keys and facts',
  ({ inLanguages, spoken }) => {
    expect(Object.keys(inLanguages).sort()).toEqual([...spoken].sort())
    const keysOf = (language: Language) =>
      textsOf(inLanguages[language] ?? '').map(([key, shown]) => `${key} ${shown}`)
    for (const language of spoken) {
      expect(keysOf(language), language).toEqual(keysOf('en'))
      const empty = textsOf(inLanguages[language] ?? '').filter(([, , texts]) => texts.includes(''))
      expect(empty, language).toEqual([])
    }
  },
)

test('French has no-break spaces where it writes one, so that no line begins with a colon', () => {
  const loose = textsIn('fr').filter(text => / [:;?!»]|« /u.test(text) || /[^\s(/.«][;?!»]/u.test(text))
  expect(loose).toEqual([])
})

test('Spanish opens its questions and exclamations', () => {
  const count = (text: string, mark: string) => text.split(mark).length
  const loose = textsIn('es').filter(
    text => text !== '?' && (count(text, '?') !== count(text, '¿') || count(text, '!') !== count(text, '¡')),
  )
  expect(loose).toEqual([])
})

test('a sentence is translated, not copied from English', () => {
  for (const { name, inLanguages, spoken } of features) {
    const english = new Set(texts(inLanguages['en']).filter(text => text.split(' ').length > 3))
    for (const language of spoken.filter(one => one !== 'en'))
      expect(
        texts(inLanguages[language]).filter(text => english.has(text)),
        `${name} ${language}`,
      ).toEqual([])
  }
})

function texts(words: Words | undefined): readonly string[] {
  return words === undefined ? [] : textsOf(words).flatMap(([, , said]) => said)
}

function textsIn(language: Language): readonly string[] {
  return features.flatMap(({ inLanguages }) => texts(inLanguages[language]))
}
