import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { runHere } from './command.ts'

test.each([
  ['0', 'CODE_DAYS_REFUSED'],
  ['31', 'CODE_DAYS_REFUSED'],
  ['30', null],
  ['1', null],
])('codes for %s days: %s', async (days, refusal) => {
  using folder = temporaryFolder()
  const data = ['--data', folder.path]
  await runHere('hub', [
    ...['store', 'add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR'],
    ...data,
  ])
  const list = join(folder.path, 'tills.csv')
  const out = join(folder.path, 'codes.csv')
  writeFileSync(list, 'store,till\nHAR,Till 1\n')
  const made = await runHere('hub', ['device', 'codes', list, '--out', out, '--days', days, ...data])
  expect(made.code).toBe(refusal === null ? 0 : 2)
  expect(made.err).toContain(refusal ?? '')
  expect(existsSync(out)).toBe(refusal === null)
})
