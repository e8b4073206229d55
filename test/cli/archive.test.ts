import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { programs } from './programs.ts'

const hub = (data: string, ...args: string[]) => programs().run('hub', [...args, '--data', data])

test('with nothing to archive, archive says so and makes neither a file nor a folder', async () => {
  using folder = temporaryFolder()
  const data = join(folder.path, 'hub')
  await hub(data, 'migrate')
  const archive = (to: string) => hub(data, 'archive', '--before', '2025-01-01', '--to', to)
  for (const to of [folder.path, join(folder.path, 'old.db')]) {
    const { code, out } = await archive(to)
    expect({ code, out }).toEqual({
      code: 0,
      out: 'There is nothing to archive before 2025-01-01. No file was made.\n',
    })
  }
  expect(readdirSync(folder.path)).toEqual(['hub'])
})

test('a folder that does not exist is named, and not made', async () => {
  using folder = temporaryFolder()
  const data = join(folder.path, 'hub')
  await hub(data, 'migrate')
  const missing = join(folder.path, 'no-such')
  for (const to of [missing, join(missing, 'old.db')]) {
    const { code, err } = await hub(data, 'archive', '--before', '2025-01-01', '--to', to)
    expect(code).toBe(1)
    expect(err).toBe(
      `There is no folder ${missing}. Make it, or check the path after --to. [ARCHIVE_FOLDER_MISSING]\n`,
    )
  }
  expect(existsSync(missing)).toBe(false)
})

test('trace names a store that does not exist', async () => {
  using folder = temporaryFolder()
  await hub(folder.path, 'migrate')
  const { code, err } = await hub(folder.path, 'trace', 'XXX', '1')
  expect(code).toBe(1)
  expect(err).toContain('[STORE_UNKNOWN]')
})
