import { existsSync, readFileSync } from 'node:fs'
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

/** What a row claims and lacks. A feature that is to come says so and claims nothing. */
function lacking({ number, cells }: ReturnType<typeof rowsOf>[number]): string[] {
  const isToCome = cells.some(cell => cell.startsWith('Comes with '))
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
  ['## Threats', 45],
  ['## Invariants', 22],
])('%s: each row names its code and a test that is there, or what it comes with', (heading, last) => {
  const rows = rowsOf(heading)
  expect(rows.map(row => row.number)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(rows.flatMap(lacking)).toEqual([])
})
