import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { compare, type Exceptions } from './exceptions.ts'
import { codeOf, type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/** Names that say nothing about what a file holds. */
const banned = [
  'utils',
  'helpers',
  'common',
  'manager',
  'misc',
  'handlers',
  'stuff',
  'shared-types',
  'functions',
  'lib',
]

const EXPORTED =
  /^export (?:declare )?(?:default )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm

/** Names that more than one file exports today. Rename one when you work on it; nothing may be added. */
const twiceToday: Exceptions = {}

/** Names exported by more than one file, as `judge: a.ts, b.ts`. A page is apart: its server and it never meet. */
function exportedTwice(files: readonly SourceFile[]): string[] {
  const found = new Map<string, Set<string>>()
  for (const { path, text } of files)
    for (const [, name = ''] of codeOf(text).matchAll(EXPORTED))
      found.set(name, (found.get(name) ?? new Set()).add(path))
  return [...found].filter(([, paths]) => paths.size > 1).map(([name]) => name)
}

/** File names with a banned word in them, in the singular or the plural. */
function unclear(paths: readonly string[]): string[] {
  return paths.filter(path =>
    basename(path)
      .replace(/\..*/, '')
      .split('-')
      .some(word => banned.some(ban => word === ban || `${word}s` === ban)),
  )
}

test('a name is exported by one file', () => {
  const files = sourceFiles(['agent/**/*.{ts,tsx}', 'hub/**/*.{ts,tsx}', 'shared/**/*.{ts,tsx}'])
  expect(compare(exportedTwice(files), twiceToday)).toEqual([])
})

test('file names say what is inside', () => {
  expect(unclear(globSync('{agent,hub,shared,test,bench}/**/*.{ts,tsx,mjs}'))).toEqual([])
})

test.each([
  ['export function judge() {}', 'export const judge = () => 1'],
  ['export interface Judge {}', 'export type Judge = string'],
  ['export async function* judge() {}', 'export class judge {}'],
])('the rule sees one name twice: %s and %s', (one, other) => {
  expect(exportedTwice([sourceFile('agent/a.ts', one), sourceFile('hub/b.ts', other)])).toHaveLength(1)
})

test('a name of one file, and one that only a comment has, are fine', () => {
  const files = [
    sourceFile('agent/a.ts', 'export function judge() {}\nfunction weigh() {}'),
    sourceFile('hub/b.ts', '/*\nexport function judge() {}\n*/\nfunction weigh() {}'),
  ]
  expect(exportedTwice(files)).toEqual([])
})

test.each(['hub/db/utils.ts', 'agent/session-manager.ts', 'hub/web/route-helper.ts', 'shared/common.tsx'])(
  'the rule refuses the file name %s',
  path => expect(unclear([path])).toEqual([path]),
)

test.each(['hub/db/schema.ts', 'agent/till-tools.ts', 'test/uncommon.ts'])('the rule accepts %s', path =>
  expect(unclear([path])).toEqual([]),
)
