import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'

test('the help lists benches and flags', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.ts', '--help'])
  for (const word of ['--only', '--tiny', '--json', 'journal-append', 'print-path', 'sql-source'])
    expect(stdout).toContain(word)
})

test('every bench runs, checks its own result and writes its figures', async () => {
  using folder = temporaryFolder()
  const json = join(folder.path, 'figures.json')
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/run.ts', '--tiny', '--json', json])
  const { rows } = JSON.parse(readFileSync(json, 'utf8')) as {
    rows: { bench: string; ours: { median: number } }[]
  }
  expect([...new Set(rows.map(row => row.bench))]).toEqual([
    'journal-append',
    'drain-stream',
    'drain-ledger',
    'sale-latency',
    'memory',
    'escpos-decode',
    'print-path',
    'poslog',
    'sql-source',
  ])
  for (const { bench, ours } of rows)
    expect({ bench, isFigure: ours.median > 0 }).toEqual({ bench, isFigure: true })
  expect(stdout).toContain('sale lines/s')
}, 120_000)
