import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hubProgram, hubUsageErrors } from '../../hub/commands/index.ts'
import { runCommandLine } from '../../shared/command-line.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { temporaryFolder } from '../manual-world.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { startSandboxShopify } from '../sandbox/shopify/server.ts'

const HAR = ['store', 'add', 'HAR', '--name', 'Harbour']
const BERLIN = ['--zone', 'Europe/Berlin']

/** A hub's folder and its command line within this process. */
function openFolder() {
  const folder = temporaryFolder()
  const hub = async (...args: string[]) => {
    let out = ''
    const terminal = {
      out: (text: string) => {
        out += text
      },
      err() {},
    }
    const world = nodeWorld({ log: jsonLog('silent', {}) })
    const program = hubProgram({ terminal, world, version: '0.0.0', pages: folder.path })
    const given = [...args, '--data', folder.path, '--json']
    const code = await runCommandLine(program, given, terminal, hubUsageErrors)
    return { code, json: JSON.parse(out) as unknown }
  }
  return { path: folder.path, hub, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

/** Makes the folder's hub one of this shop. */
function configure(folder: string, shop: string): void {
  writeFileSync(join(folder, 'token'), 'shpat_test\n')
  const files = { accessTokenFile: join(folder, 'token'), clientSecretFile: join(folder, 'token') }
  writeFileSync(join(folder, 'hub.json'), JSON.stringify({ shopify: { shop, ...files } }))
}

test('without a shop, what can be checked is checked, and the rest is said to be unchecked', async () => {
  using folder = openFolder()
  const refused = async (...args: string[]) => {
    const { code, json } = await folder.hub(...args)
    expect(code).toBe(2)
    return json
  }
  expect(await refused(...HAR, ...BERLIN, '--currency', 'XXQ')).toMatchObject({
    error: { code: 'STORE_INVALID', sentence: expect.stringContaining('XXQ') },
  })
  expect(await refused(...HAR, '--zone', 'Europe/Nowhere', '--currency', 'EUR')).toMatchObject({
    error: { code: 'STORE_INVALID', sentence: expect.stringContaining('time zone') },
  })
  expect(await folder.hub(...HAR, ...BERLIN, '--currency', 'EUR')).toMatchObject({
    code: 0,
    json: { checked: false },
  })
  for (const location of ['abc', '0', 'gid://shopify/Product/7', 'gid://shopify/Location/x'])
    expect(await refused('store', 'map', 'HAR', 'WH-2', location)).toMatchObject({
      error: { code: 'LOCATION_MALFORMED' },
    })
  for (const location of ['101', 'gid://shopify/Location/101'])
    expect(await folder.hub('store', 'map', 'HAR', 'WH-2', location)).toMatchObject({
      code: 0,
      json: { checked: false, name: null },
    })
})

test('store list prints a shape of its own, not rows', async () => {
  using folder = openFolder()
  await folder.hub(...HAR, ...BERLIN, '--currency', 'EUR')
  await folder.hub('store', 'map', 'HAR', 'WH-2', '101')
  expect((await folder.hub('store', 'list')).json).toEqual([
    {
      store: 'HAR',
      name: 'Harbour',
      zone: 'Europe/Berlin',
      currency: 'EUR',
      region: null,
      warehouses: [{ warehouse: 'WH-2', location: 'gid://shopify/Location/101', isMain: true }],
    },
  ])
})

test.each([['hub.db'], ['other.db']])('a command that only reads makes no database %s', async file => {
  using folder = openFolder()
  const where = file === 'hub.db' ? [] : ['--database', join(folder.path, file)]
  expect(await folder.hub('audit', ...where)).toMatchObject({
    code: 1,
    json: {
      error: { code: 'DATABASE_MISSING', sentence: expect.stringContaining('tillbridge-hub migrate') },
    },
  })
  expect(existsSync(join(folder.path, file))).toBe(false)
})

test('hub.json with several mistakes is refused with all of them', async () => {
  using folder = openFolder()
  writeFileSync(join(folder.path, 'hub.json'), '{"port": "high", "hots": "x", "shopify": {"shop": ""}}')
  const { json } = await folder.hub('store', 'list')
  const named = {
    code: 'HUB_CONFIG_INVALID',
    sentence: expect.stringMatching(/port.*shopify.shop.*shopify.clientSecretFile.*hots/),
  }
  expect(json).toMatchObject({ error: named })
})

test('with a shop, currency and location must be the shop’s', async () => {
  using folder = openFolder()
  await using shop = await startSandboxShopify({
    seed: catalogueSeed(),
    accessToken: 'shpat_test',
    clientSecret: 'secret',
  })
  configure(folder.path, shop.url)
  expect((await folder.hub(...HAR, ...BERLIN, '--currency', 'USD')).json).toMatchObject({
    error: { code: 'CURRENCY_DIFFERS', sentence: expect.stringContaining('EUR') },
  })
  expect((await folder.hub(...HAR, ...BERLIN, '--currency', 'EUR')).json).toMatchObject({ checked: true })
  expect((await folder.hub('store', 'map', 'HAR', 'WH-1', '101')).json).toMatchObject({
    error: { code: 'LOCATION_UNKNOWN', sentence: expect.stringContaining('Harbour Street (70100000001)') },
  })
  expect((await folder.hub('store', 'map', 'HAR', 'WH-1', '70100000001')).json).toMatchObject({
    name: 'Harbour Street',
    checked: true,
  })
})

test('a shop that does not answer stops no one: the command works and says what it did not check', async () => {
  using folder = openFolder()
  configure(folder.path, 'http://127.0.0.1:9')
  expect(await folder.hub(...HAR, ...BERLIN, '--currency', 'EUR')).toMatchObject({
    code: 0,
    json: { checked: false },
  })
})
