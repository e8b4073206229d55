import { expect, test } from 'vitest'
import { z } from 'zod'
import { configured } from '../../agent/sources/configured.ts'
import { defineSource } from '../../agent/sources/source.ts'
import { configuredTarget } from '../../agent/write-back/write-back.ts'
import { readHubConfig } from '../../hub/config.ts'
import { plainIssue, settingsMistakes } from '../../shared/plain-issues.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { manualWorld } from '../manual-world.ts'

/** Words that a validator writes for programmers. */
const RAW = /Invalid|expected|Expected|received|Unrecognized|Too (small|big)|>=|<=|undefined|No matching/

const schemas: readonly [z.ZodType, unknown, string][] = [
  [z.string(), undefined, 'is missing; it must be a text in quotes'],
  [z.string(), 3, 'must be a text in quotes'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.number().min(1), 0, 'must be at least 1'],
  [z.number().positive(), 0, 'must be above 0'],
  [z.number().multipleOf(5), 3, 'must be a multiple of 5'],
  [z.string().min(1), '', 'must have at least 1 character'],
  [z.string().length(3), 'x', 'must have exactly 3 characters'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 entry'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal('a'), 'c', 'must be a'],
  [z.url(), 'x', 'must be an address such as https://example.com'],
  [z.iso.date(), '18.7.', 'must be a date written as 2026-07-18'],
  [z.string().regex(/^[a-z]+$/), '1', 'has characters that are not allowed here; the pattern is /^[a-z]+$/'],
  [z.strictObject({}), { prot: 1 }, 'has no setting "prot"'],
  [z.object({}), [], 'must be a group of settings in { }'],
  [z.union([z.string(), z.number()]), true, 'must be a text in quotes, or must be a number'],
  [
    z.union([z.object({ a: z.string(), c: z.string() }), z.object({ b: z.number() })]),
    { b: 'x' },
    'b: must be a number',
  ],
  [z.record(z.string().max(1), z.number()), { bb: 1 }, 'must have at most 1 character'],
  [z.never(), 1, 'is not allowed here'],
  [z.string().refine(() => false), 'x', 'has a value that is not allowed here'],
  [z.string().refine(() => false, 'has no such zone'), 'x', 'has no such zone'],
]

test.each(schemas)('%#: what a schema objects to is said in plain words', (schema, value, words) => {
  const [issue] = schema.safeParse(value).error?.issues ?? []
  if (issue === undefined) throw new Error('the schema takes it')
  expect(plainIssue(issue)).toBe(words)
  expect(words).not.toMatch(RAW)
})

test('a kind that no form has is answered with those that there are', () => {
  const forms = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('a') }),
    z.object({ kind: z.literal('b') }),
  ])
  const { error } = forms.safeParse({ kind: 'c' })
  expect(error === undefined ? [] : settingsMistakes(error, 'it')).toEqual(['kind: must be one of a, b'])
})

test('hub.json: each wrong field is named with what is expected, and the place where it stops being JSON', () => {
  const { files } = manualWorld()
  const read = (text: string) => () => readHubConfig({ ...files, readText: () => text }, 'hub.json')
  const wrong = { port: 'high', publicUrl: 'shop', prot: 1, history: { packAfterDays: 0 }, shopify: {} }
  expect(read(JSON.stringify(wrong))).toThrow(
    expect.objectContaining({
      code: 'HUB_CONFIG_INVALID',
      message: expect.stringContaining(
        'port: must be a number; publicUrl: must be an address such as https://example.com; history.packAfterDays: must be at least 1; shopify.shop: is missing; it must be a text in quotes;',
      ),
    }),
  )
  expect(read(JSON.stringify(wrong))).not.toThrow(RAW)
  expect(read('[]')).toThrow('hub.json: must be a group of settings in { }')
  expect(read('{\n  "port": }')).toThrow('line 2, column 11')
})

test('settings of a write-back target and of a source are refused in plain words', () => {
  const target = () =>
    configuredTarget({ target: 'pos' as never, kind: 'unicenta', settings: { database: 3, zone: 'Mars' } })
  expect(target).toThrow(expect.objectContaining({ code: 'WRITE_BACK_SETTINGS_INVALID' }))
  expect(target).not.toThrow(RAW)
  const settings = z.strictObject({ file: z.string() })
  const kind = defineSource({ kind: 'x', settings, open: () => Promise.reject(new Error('not opened')) })
  const source = () => configured({ source: 'pos' as never, kind: 'x', settings: { fil: 'a' } }, [kind])
  expect(source).toThrow('file: is missing; it must be a text in quotes; settings: has no setting "fil"')
})

test('what a program posted is called by its fields', () => {
  const { error } = z.strictObject({ a: z.object({}) }).safeParse({ a: 3, b: 1 })
  if (error === undefined) throw new Error('the schema takes it')
  expect(firstIssue(error)).toBe('a: must be a group of fields in { }')
})
