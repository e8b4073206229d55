import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rowMoves } from '../../agent/sources/known-rows.ts'

test('docs/sources-sql.md prints the states of a row as the code has them', () => {
  const text = readFileSync(new URL('../../docs/sources-sql.md', import.meta.url), 'utf8')
  const findings = Object.keys(rowMoves.unknown)
  const lines = [
    ['known as', ...findings],
    findings.map(() => '---').concat('---'),
    ...Object.entries(rowMoves).map(([state, moves]) => [state, ...Object.values(moves)]),
  ]
  expect(text).toContain(lines.map(cells => `| ${cells.join(' | ')} |`).join('\n'))
})
