import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkHub } from '../../agent/doctor/till-checks.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

test('a proxy that reaches nothing behind it is named, with what it answers', async () => {
  using folder = temporaryFolder()
  const device = {
    device: 'dev_000000000000000000000001',
    hub: { id: 'hub_1', url: 'https://hub.example.com:8443' },
    store: 'HAR',
    storeName: 'Harbour',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey: 'key',
  }
  writeFileSync(join(folder.path, 'device.json'), JSON.stringify(device))
  const world = manualWorld()
  const proxy = {
    shown: () => 'http://proxy.example.com:3128',
    credentials: () => null,
    unusable: () => null,
    use: () => {},
  }
  const failed = new Error('fetch failed', {
    cause: new Error('Request was cancelled.', {
      cause: new Error('Proxy response (503) !== 200 when HTTP Tunneling'),
    }),
  })
  const fetch = () => Promise.reject(failed)
  const [finding] = await checkHub({ ...world, sockets: { ...world.sockets, fetch, proxy } }, folder.path)
  expect(finding).toMatchObject({
    verdict: 'wrong',
    sentence:
      'This till’s proxy http://proxy.example.com:3128 answers 503: it does not reach hub.example.com:8443.',
    advice: expect.stringContaining('whether the hub runs'),
  })
})
