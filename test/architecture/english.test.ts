import { expect, test } from 'vitest'
import { findingsOf, refusedEnglish } from './english.ts'
import { englishToday } from './english-today.ts'

test('comments, messages and docs are plain English: no area has more refused phrases than its ceiling', () => {
  const byArea = Map.groupBy(
    findingsOf(),
    ({ path }) => (path.includes('/') ? path.split('/')[0] : undefined) ?? '.',
  )
  const over = [...byArea]
    .filter(([area, found]) => found.length > (englishToday[area] ?? 0))
    .map(([area, found]) => {
      const list = found.map(
        ({ path, line, found, instead }) => `  ${path}:${line} "${found}": write ${instead}`,
      )
      return [`${area}: ${found.length}, ceiling ${englishToday[area] ?? 0}`, ...list].join('\n')
    })
  const done = Object.keys(englishToday).filter(area => !byArea.has(area))
  expect([...over, ...done.map(area => `${area} has none left: remove its ceiling`)].join('\n')).toBe('')
})

test.each([
  ['// An archive is no folder.', 'is no folder'],
  ["const text = 'Integer keys that are none are left out'", 'are none'],
  ['/** Stock follows by itself. */', 'by itself'],
  ['const text = `The till must be enrolled anew.`', 'anew'],
  ["const text = 'The code was mended; ask IT'", 'mended'],
  ['// where it stands in the way', 'stands'],
  ['const text = "Asked for by nobody"', 'nobody'],
  ['/**\n * What the sale comes\n * to in the end.\n */', 'comes to'],
  ['// what holds for each till', 'what holds'],
  ['const text = `4 things need somebody`', 'somebody'],
  ['// it has none of its own', 'none of its own'],
  ["title: 'Choose an article'", 'article'],
  ['<Text>Whoever closes it</Text>', 'Whoever'],
])('refused: %s', (text, phrase) => {
  const found = refusedEnglish({ path: 'hub/x.tsx', text }).map(({ found }) => found.replace(/\s+/g, ' '))
  expect(found).toContain(phrase)
})

test('refused in Markdown, with its line', () => {
  expect(refusedEnglish({ path: 'docs/x.md', text: '# Title\n\nStock follows by\nitself.' })).toMatchObject([
    { line: 3 },
  ])
})

test.each([
  '// There is no receipt yet, and there are none to come.',
  '// It is no longer open.',
  '// CSV stands for comma-separated values.',
  "const word = 'article'",
  'const article = nobody ?? somebody',
  '/** The column `article`. */',
  "const text = 'An EAN is a European Article Number.'",
  'const SQL = `SELECT article FROM line WHERE id = 1`',
  '// When it comes to money, integers.',
])('fine: %s', text => {
  expect(refusedEnglish({ path: 'hub/x.ts', text })).toEqual([])
})

test('fine in Markdown: code', () => {
  expect(refusedEnglish({ path: 'docs/x.md', text: '`nobody`\n\n```\nanew\n```\n' })).toEqual([])
})
