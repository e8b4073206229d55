import { expect, test } from 'vitest'
import { configMistakes } from '../../agent/commands/config-mistakes.ts'
import { kindsToLookAt } from '../../agent/commands/source-kinds.ts'
import { jsonFault } from '../../shared/plain-issues.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('every mistake of every stage is named in one run, by the entry’s name or its place', () => {
  using folder = temporaryFolder()
  const json = {
    till: { port: 'high' },
    sources: [
      { source: 'pos', kind: 'unicenta', settings: { database: 'pos.db' } },
      { kind: 'csv', settings: {} },
      { source: 'pos', kind: 'unicentre', settings: {}, witnessOf: 'gone' },
    ],
    peripherals: [{ peripheral: 'scanner', kind: 'toaster', settings: {} }],
    printing: { printer: 'counter', cut: 'zap' },
    writeBack: [{ target: 'pos', kind: 'unicenta', what: ['return'], settings: {} }],
  }
  const mistakes = configMistakes(json, kindsToLookAt(manualWorld(), folder.path))
  expect(mistakes).toEqual(
    expect.arrayContaining([
      'till.port: must be a number',
      'source 2, source: is missing; it must be a text in quotes',
      'printing.cut: must be one of partial, full, none',
      'source "pos", settings.zone: is missing; it must be a text in quotes',
      expect.stringContaining('"unicentre"'),
      expect.stringContaining('"toaster"'),
      expect.stringMatching(/^writeBack "pos", settings\.database: /),
      'source "pos": two sources have this name; each needs its own',
      'source "pos", witnessOf: there is no source "gone"; it must be one of pos',
      'printing.printer: there is no peripheral "counter"; it must be one of scanner',
    ]),
  )
  expect(mistakes.filter(each => /Invalid|expected|;.*;/.test(each))).toEqual([])
})

test('a right agent.json has no mistakes', () => {
  using folder = temporaryFolder()
  expect(configMistakes({ till: { port: 7000 } }, kindsToLookAt(manualWorld(), folder.path))).toEqual([])
})

test.each<[string, number, number]>([
  ['{"a": 1,\n  "b": x}', 2, 8],
  ['{"a": 1,\n}', 2, 1],
  ['{"a": 1', 1, 8],
  ['hello', 1, 1],
  ['{\n  "till": {\n    "port": 7420,\n    port: 1\n  }\n}', 4, 5],
])('%j stops being JSON at line %i, column %i', (text, line, column) => {
  expect(jsonFault(text)).toEqual({ line, column })
})
