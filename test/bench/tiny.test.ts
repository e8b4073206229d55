import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { benches } from '../../bench/benches.ts'
import { temporaryFolder } from '../manual-world.ts'

const run = (...options: readonly string[]) =>
  promisify(execFile)(process.execPath, ['bench/run.ts', ...options])

test('the help lists benches and flags', async () => {
  const { stdout } = await run('--help')
  for (const word of ['--only', '--tiny', '--json', ...Object.keys(benches)]) expect(stdout).toContain(word)
})

test.each(Object.keys(benches))('bench %s runs, checks its own result and writes its figures', async name => {
  using folder = temporaryFolder()
  const json = join(folder.path, 'figures.json')
  const { stdout } = await run('--tiny', '--only', name, '--json', json)
  const { rows } = JSON.parse(readFileSync(json, 'utf8')) as {
    rows: { bench: string; ours: { median: number } }[]
  }
  expect(rows.map(row => row.bench)).toContain(name)
  // a hub at rest may take no measurable processor time
  for (const { bench, ours } of rows)
    expect({ bench, isFigure: Number.isFinite(ours.median) && ours.median >= 0 }).toEqual({
      bench,
      isFigure: true,
    })
  expect(rows.some(({ ours }) => ours.median > 0)).toBe(true)
  expect(stdout).toContain(name)
})
