import { expect, test } from 'vitest'
import { type SourceFile, sourceFiles } from '../architecture/source-files.ts'
import { firstCells, page } from './markdown.ts'

const MADE = /(?:defineError|new TillbridgeError|super)\(\s*'([A-Z][A-Z_]+)'/g
const LITERAL = /\bcode: '([A-Z][A-Z_]+)'/g

/** Codes of errors that this code makes. */
function codesMade(files: readonly Pick<SourceFile, 'text'>[]): string[] {
  const codes = files.flatMap(({ text }) => [...text.matchAll(MADE), ...text.matchAll(LITERAL)])
  return [...new Set(codes.map(([, code = '']) => code))].sort()
}

/** Codes that a page has a line for. */
function codesTold(text: string): string[] {
  return firstCells(text)
    .filter(cell => /^[A-Z][A-Z_]+$/.test(cell))
    .sort()
}

test('docs/errors.md has one line for each error code of the code, and no other', () => {
  const made = codesMade(sourceFiles(['{agent,hub,shared}/**/*.{ts,tsx}']))
  expect(made.length).toBeGreaterThan(60)
  expect(codesTold(page('docs/errors.md').text)).toEqual(made)
})

test('each line says who acts and what to do', () => {
  const rows = page('docs/errors.md').text.match(/^\| `.*$/gm) ?? []
  expect(rows.filter(row => !/^(\| [^|]+ ){4}\|$/.test(row))).toEqual([])
})

test('a code is found however it is made', () => {
  const text = `defineError(\n  'MADE_ONE', () => '') ; new TillbridgeError('MADE_TWO', '') ; super('MADE_THREE', '')
    ; ({ code: 'MADE_FOUR' }) ; other('NOT_MADE')`
  expect(codesMade([{ text }])).toEqual(['MADE_FOUR', 'MADE_ONE', 'MADE_THREE', 'MADE_TWO'])
  expect(codesTold('| code | x |\n| --- | --- |\n| `TOLD` | x |\n')).toEqual(['TOLD'])
})
