import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  closeException,
  listExceptions,
  openException,
  reconcileExceptions,
} from '../../hub/checks/exceptions.ts'
import { exceptionKinds } from '../../hub/checks/kinds.ts'
import type { SubjectProblem } from '../../hub/checks/problem.ts'
import { de } from '../../hub/checks/words/de.ts'
import { en } from '../../hub/checks/words/en.ts'
import { languageOf, type WordLanguage, wordLanguages, wordStored } from '../../hub/checks/words/word.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const fieldsIn = (text: string) =>
  [...new Set([...text.matchAll(/\{([\w-]+)[}|]/g)].map(([, name = '']) => name))].sort()

test('every kind of exception has words, and both languages name the same fields', () => {
  const codes = Object.keys(en)
  for (const kind of exceptionKinds.keys())
    expect(codes.filter(code => code === kind || code.startsWith(`${kind}.`))).not.toEqual([])
  for (const [code, text] of Object.entries(en))
    expect([code, fieldsIn(de[code as keyof typeof en])]).toEqual([code, fieldsIn(text)])
})

test('every text of an exception belongs to a kind that has an owner', () => {
  const kinds = Object.keys(en)
    .filter(code => !code.startsWith('phrase.'))
    .map(code => code.replace(/\..*$/, ''))
  expect([...new Set(kinds)].filter(kind => !exceptionKinds.has(kind))).toEqual([])
})

test('an exception is worded in the language of its reader, amounts and phrases inside it too', () => {
  const fields = { receipt: '7', date: '2026-11-25', difference: { money: -150, currency: 'EUR' } }
  expect(wordStored('receipt-does-not-balance', fields, 'en')).toContain(
    'differ from lines and taxes by -€1.50',
  )
  expect(wordStored('receipt-does-not-balance', fields, 'de')).toMatch(/um -1,50\s€ voneinander/)
  const why = { phrase: 'phrase.no-reason' } as const
  const short = { store: 'HAR', order: '#1', staff: 'Maya', reason: why }
  expect(wordStored('pickup-short', short, 'en')).toContain('Maya reported missing items for pickup #1')
  expect(wordStored('pickup-short', short, 'de')).toContain('ohne Angabe von Gründen')
  expect(wordStored('from-a-newer-hub', { sku: 'X' }, 'en')).toBe('from-a-newer-hub X')
})

test.each(wordLanguages)('no text of an exception says "1 tills", in %s', language => {
  const several = language === 'en' ? /\b1 [a-z]+s\b/ : /\b1 [A-ZÄÖÜ][a-zäöüß]+(en|n)\b/
  const counted =
    /^(?:minutes|hours|days|seconds|count|units|records|missing|gaps|orders|devices|tills|events)$/
  const worded = Object.entries(language === 'en' ? en : de).flatMap(([code, text]) => {
    const names = fieldsIn(text)
    const fields = names.map(name => [name, counted.test(name) ? 1 : 'X'] as const)
    return names.some(name => counted.test(name))
      ? [wordStored(code, Object.fromEntries(fields), language)]
      : []
  })
  expect(worded.length).toBeGreaterThan(10)
  expect(worded.filter(text => several.test(text))).toEqual([])
})

test('a number has the word that fits it', () => {
  const silent = (minutes: number, language: WordLanguage) =>
    wordStored('clock-wrong.ahead', { till: '1', store: 'HAR', minutes }, language)
  expect(silent(1, 'en')).toContain(' 1 minute ahead')
  expect(silent(3, 'en')).toContain(' 3 minutes ahead')
  expect(silent(1, 'de')).toContain(' 1 Minute vor')
  expect(silent(3, 'de')).toContain(' 3 Minuten vor')
})

test.each([
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr, en;q=0.5, de;q=0.7', 'de'],
  ['fr', 'en'],
  ['de;q=0', 'en'],
  [undefined, 'en'],
])('of the languages %s the hub answers in %s', (header, language) => {
  expect(languageOf(header)).toBe(language)
})

const unknown = (sku: string, stores = 'HAR'): SubjectProblem => ({
  code: 'sku-unknown',
  subject: sku,
  store: stores,
  device: null,
  fields: { sku, stores },
  evidence: {},
})

async function open(db: Db): Promise<[string, number][]> {
  const rows = await listExceptions(db)
  return rows.map(({ subject, count }): [string, number] => [subject, Number(count)]).sort()
}

test('a scan opens what it finds, leaves what is unchanged and closes what is gone, within its scope', async () => {
  using folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  const scan = (scope: 'all' | { store: string }, found: SubjectProblem[], at: number) =>
    transaction(db, tx => reconcileExceptions(tx, { kind: 'sku-unknown', scope, found, at, seen: 'still' }))
  expect(await scan('all', [unknown('A'), unknown('B', 'MKT')], 1)).toEqual({ opened: 2, closed: 0 })
  expect(await scan('all', [unknown('A'), unknown('B', 'MKT')], 2)).toEqual({ opened: 0, closed: 0 })
  expect(await open(db)).toEqual([
    ['A', 1],
    ['B', 1],
  ]) // looked at again is not happened again
  expect(await scan({ store: 'HAR' }, [], 3)).toEqual({ opened: 0, closed: 1 })
  expect(await open(db)).toEqual([['B', 1]])
  expect(await scan('all', [unknown('C')], 4)).toEqual({ opened: 1, closed: 1 })
  expect(await open(db)).toEqual([['C', 1]])
  await db.destroy()
})

test('an event counts each time, and a quiet time keeps an exception open', async () => {
  using folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  const happen = (at: number) => transaction(db, tx => openException(tx, unknown('A'), at))
  const close = (at: number, quietForMs = 0) =>
    transaction(db, tx => closeException(tx, 'sku-unknown', 'A', at, { quietForMs }))
  expect(await happen(1)).toBe(true)
  expect(await happen(5)).toBe(false)
  expect(await open(db)).toEqual([['A', 2]])
  expect(await close(9, 10)).toBe(false)
  expect(await close(15, 10)).toBe(true)
  expect(await close(16)).toBe(false)
  expect(await happen(20)).toBe(true)
  await db.destroy()
})

test('an old urgent exception goes before many newer ones of less urgency', async () => {
  using folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  const refused: SubjectProblem = {
    code: 'shopify-refuses',
    subject: 'shop',
    store: null,
    fields: { problem: 'No.' },
    evidence: {},
  }
  await transaction(db, async tx => {
    await openException(tx, refused, 1)
    for (let at = 2; at < 12; at += 1) await openException(tx, unknown(`S${at}`), at)
  })
  expect((await listExceptions(db, 'en', 3)).map(({ subject }) => subject)).toEqual(['shop', 'S11', 'S10'])
  expect(await listExceptions(db)).toHaveLength(11)
  await db.destroy()
})
