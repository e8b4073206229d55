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

test('a run prints its figures and writes them to a file', async () => {
  using folder = temporaryFolder()
  const json = join(folder.path, 'figures.json')
  const { stdout } = await run('--tiny', '--only', 'escpos-decode', '--json', json)
  const { rows } = JSON.parse(readFileSync(json, 'utf8')) as { rows: { bench: string }[] }
  expect(new Set(rows.map(row => row.bench))).toEqual(new Set(['escpos-decode']))
  expect(stdout).toContain('escpos-decode')
})

test.each(Object.entries(benches))(
  'bench %s runs, checks its own result and has figures',
  async (name, bench) => {
    const rows = await bench({ tiny: true })
    expect(rows.map(row => row.bench)).toContain(name)
    // a hub at rest may take no measurable processor time
    for (const { ours } of rows)
      expect({ name, isFigure: Number.isFinite(ours.median) && ours.median >= 0 }).toEqual({
        name,
        isFigure: true,
      })
    expect(rows.some(({ ours }) => ours.median > 0)).toBe(true)
  },
)
