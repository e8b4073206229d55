import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { page, section } from './markdown.ts'

const text = page('docs/security.md').text
const PROOF = /`(test\/[^`]+)` ((?:“[^”]+”(?:, )?)+)/g

/** A numbered row of one of the page's tables, by its cells. */
const rowsOf = (heading: string) =>
  [...(section(text, heading) ?? '').matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, number, cells = '']) => ({
    number: Number(number),
    cells: cells.split(' | ').map(cell => cell.trim()),
  }))

/** Every folder and file of the program, by name and without its ending. */
const names = globSync('{hub,agent,shared}/**/*').map(path => basename(path).replace(/\..*$/, ''))

/** What a row that waits for a feature gets wrong: it names the part that the feature will have, and that must not be there. */
function notToCome(text: string): string[] {
  const [, part = ''] = /^Comes with [^(]*\(part “([a-z-]+)”\)/.exec(text) ?? []
  if (part === '') return ['does not name the part that it comes with']
  return names.some(name => name === part || name === part.replace(/s$/, '')) ? [`${part} is there`] : []
}

test('a row comes with what is not there yet', () => {
  expect(notToCome('Comes with returns')).toHaveLength(1)
  expect(notToCome('Comes with returns (part “returns”)')).toEqual(['returns is there'])
  expect(notToCome('Comes with a contract (part “contracts”)')).toEqual(['contracts is there'])
  expect(notToCome('Comes with tea (part “tea”); until then, coffee')).toEqual([])
})

/** What a row claims and lacks. A feature that is to come says so. */
function lacking({ number, cells }: ReturnType<typeof rowsOf>[number]): string[] {
  const waiting = cells.filter(cell => cell.startsWith('Comes with '))
  const isToCome = waiting.length > 0
  const early = waiting.flatMap(notToCome).map(problem => `${number}: ${problem}`)
  if (early.length > 0) return early
  const proofs = [...(cells.at(-1) ?? '').matchAll(PROOF)]
  if (proofs.length === 0) return isToCome ? [] : [`${number} names no test`]
  return proofs.flatMap(([, file = '', titles = '']) => {
    if (!existsSync(file)) return [`${number} names ${file}`]
    const source = readFileSync(file, 'utf8')
    return [...titles.matchAll(/“([^”]+)”/g)]
      .filter(([, title = '']) => !source.includes(title))
      .map(([, title]) => `${number}: ${file} has no test “${title}”`)
  })
}

test.each([
  ['## Threats', 47],
  ['## Invariants', 22],
])('%s: each row names its code and a test that is there, or what it comes with', (heading, last) => {
  const rows = rowsOf(heading)
  expect(rows.map(row => row.number)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(rows.flatMap(lacking)).toEqual([])
})
