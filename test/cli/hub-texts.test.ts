import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../manual-world.ts'
import { programs } from './programs.ts'

test('user add says whether it made an account or changed the password of one', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'password')
  writeFileSync(file, 'a long enough password 17\n')
  const add = async () =>
    (await programs().run('hub', ['user', 'add', 'kim', '--password-file', file, '--data', folder.path])).out
  expect(await add()).toBe('kim can now sign in.\n')
  expect(await add()).toBe('kim had an account: its password was changed, and its sessions were ended.\n')
})

test('store list shows each store’s zone, currency and main warehouse', async () => {
  using folder = temporaryFolder()
  const hub = (...args: string[]) => programs().run('hub', ['store', ...args, '--data', folder.path])
  await hub('add', 'HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR')
  await hub('map', 'HAR', 'shop', '101')
  await hub('map', 'HAR', 'cellar', '102')
  const { out } = await hub('list')
  expect(out).toMatch(/^HAR {2}Harbour {2}Europe\/Berlin {2}EUR {2}/)
  expect(out).toContain('shop → gid://shopify/Location/101 (main)')
  expect(out).toMatch(/cellar → gid:\/\/shopify\/Location\/102(,|\n)/)
})
