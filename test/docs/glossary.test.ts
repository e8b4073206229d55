import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { page } from './markdown.ts'

interface Word {
  readonly word: string
  readonly type: string
  readonly file: string
}

function wordsOf(text: string): Word[] {
  return text
    .split('\n')
    .filter(line => /^\| (?!word |-)/.test(line))
    .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))
    .map(([, word = '', , type = '', file = '']) => ({ word, type, file }))
}

/** Words whose type is not declared where the page says. */
function undeclared(words: readonly Word[]): string[] {
  return words
    .filter(({ type }) => type !== '—')
    .filter(({ type, file }) => {
      const source = existsSync(file) ? readFileSync(file, 'utf8') : ''
      return !new RegExp(`^export (interface|type|const|class) ${type}\\b`, 'm').test(source)
    })
    .map(({ word, type, file }) => `${word}: ${file} does not declare ${type}`)
}

const words = wordsOf(page('docs/glossary.md').text)

test('the type of each word is declared in the file that the glossary names', () => {
  expect(words.length).toBeGreaterThan(35)
  expect(undeclared(words)).toEqual([])
})

test('each word is explained once', () => {
  const all = words.map(({ word }) => word)
  expect(all.filter((word, index) => all.indexOf(word) !== index)).toEqual([])
})

test('a wrong type, a wrong file and an empty page are noticed', () => {
  const row = (type: string, file: string) =>
    `| word | x |\n| --- | --- |\n| a | b | \`${type}\` | \`${file}\` |`
  expect(undeclared(wordsOf(row('Skus', 'shared/ids.ts')))).toHaveLength(1)
  expect(undeclared(wordsOf(row('Sku', 'shared/none.ts')))).toHaveLength(1)
  expect(undeclared(wordsOf(row('Sku', 'shared/ids.ts')))).toEqual([])
})
