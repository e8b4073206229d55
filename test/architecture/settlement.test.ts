import { expect, test } from 'vitest'
import { type SourceFile, sourceFile, sourceFiles } from './source-files.ts'

/**
 * *Settlement* is a store's closed business day (docs/glossary.md). Names that are not ours stay: `Promise.allSettled`,
 * React Query's `onSettled`, and the column `settled_at` of databases that exist.
 */
const OTHER_USE = /(?<!all|on)settl(?!ement)\w*/gi
const NOT_OURS = new Set(['settled_at'])

function otherUses(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    [...`${path}\n${text}`.matchAll(OTHER_USE)]
      .filter(([word]) => !NOT_OURS.has(word))
      .map(([word]) => `${path}: ${word}`),
  )
}

test('the word settlement, in any form, is used for closed business days only', () => {
  expect(
    otherUses(
      sourceFiles(['agent/**/*.{ts,tsx}', 'hub/**/*.{ts,tsx}', 'shared/**/*.{ts,tsx}', 'bench/**/*.ts']),
    ),
  ).toEqual([])
})

test.each([
  ['hub/settle-write.ts', ''],
  ['hub/a.ts', 'const settleMs = 1'],
  ['hub/a.ts', '/** Settles the job. */'],
  ['hub/a.ts', 'isSettled(job)'],
])('the rule sees %s with %s', (path, text) => {
  expect(otherUses([sourceFile(path, text)])).toHaveLength(1)
})

test.each([
  'await Promise.allSettled(all)',
  '{ onSettled: again }',
  "where('settled_at', 'is', null)",
  'settlementOf(day)',
])('the rule lets %s pass', text => expect(otherUses([sourceFile('hub/a.ts', text)])).toEqual([]))
