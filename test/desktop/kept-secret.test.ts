import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptSecret } from '../../agent/electron/kept-secret.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { keyring } from './keyring.ts'

const { files } = manualWorld()
const kept = (folder: string, safeStorage = keyring(), platform = 'linux') =>
  keptSecret({ safeStorage, platform, files, path: join(folder, 'secret') })

test('a secret is kept sealed, read again and forgotten', () => {
  using folder = temporaryFolder()
  const secret = kept(folder.path)
  expect([secret.keep('the code'), secret.read()]).toEqual([true, 'the code'])
  expect(files.readText(join(folder.path, 'secret'))).not.toContain('the code')
  secret.forget()
  expect(secret.read()).toBeNull()
})

test.each([
  ['gnome_libsecret', 'linux', 'encrypted'],
  ['kwallet6', 'linux', 'encrypted'],
  ['basic_text', 'linux', 'basic-text'],
  ['unknown', 'linux', 'basic-text'],
  ['none', 'linux', 'none'],
  ['none', 'win32', 'none'],
  ['dpapi', 'win32', 'encrypted'],
  ['keychain', 'darwin', 'encrypted'],
])('the store %s on %s counts as %s', (backend, platform, protection) => {
  using folder = temporaryFolder()
  const secret = kept(folder.path, keyring(backend), platform)
  expect(secret.protection()).toBe(protection)
  expect(secret.keep('the code')).toBe(protection === 'encrypted')
  expect(files.readText(join(folder.path, 'secret')) === null).toBe(protection !== 'encrypted')
})

test('a secret that another keyring sealed is given up', () => {
  using folder = temporaryFolder()
  kept(folder.path).keep('the code')
  expect(kept(folder.path, keyring('gnome_libsecret', 'b')).read()).toBeNull()
  expect(files.readText(join(folder.path, 'secret'))).toBeNull()
})
