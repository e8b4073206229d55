import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hubProgram, hubUsageErrors } from '../../hub/commands/index.ts'
import { HubConfig } from '../../hub/config.ts'
import { capabilityList } from '../../hub/shopify/api/capabilities.ts'
import { shopDomain } from '../../hub/shopify/shop-settings.ts'
import { runCommandLine } from '../../shared/command-line.ts'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { page } from '../docs/markdown.ts'
import { temporaryFolder } from '../manual-world.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { allScopes } from '../sandbox/shopify/graphql/access.ts'
import { startSandboxShopify } from '../sandbox/shopify/server.ts'

const CLIENT = 'sandbox-client-id'

/** A hub's folder, its command line within this process, and a shop of 2026: its tokens end. */
async function shopAndFolder(options: Partial<Parameters<typeof startSandboxShopify>[0]> = {}) {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const shop = stack.use(
    await startSandboxShopify({
      seed: catalogueSeed(),
      accessToken: 'shpat_unused',
      clientSecret: 'hush-hush',
      staticToken: false,
      ...options,
    }),
  )
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
    const code = await runCommandLine(program, [...args, '--data', folder.path], terminal, hubUsageErrors)
    return { code, out }
  }
  const file = (name: string, text: string) => {
    writeFileSync(join(folder.path, name), text)
    return join(folder.path, name)
  }
  const connect = (secret: string) =>
    hub('shop', 'connect', shop.url, '--client-id', CLIENT, '--secret-file', file('given', secret))
  const config = () => HubConfig.parse(JSON.parse(readFileSync(join(folder.path, 'hub.json'), 'utf8')))
  return {
    path: folder.path,
    shop,
    hub,
    file,
    connect,
    config,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const mode = (path: string) => statSync(path).mode & 0o777

test('connect proves the secret, keeps it for its owner alone, and leaves the rest of hub.json', async () => {
  await using at = await shopAndFolder()
  at.file('hub.json', '{"port": 7555}')
  const { code, out } = await at.connect('hush-hush\n')
  expect(code).toBe(0)
  expect(out).not.toContain('hush')
  const { port, shopify } = at.config()
  expect(port).toBe(7555)
  expect(shopify).toMatchObject({ shop: at.shop.url, clientId: CLIENT })
  const secretFile = shopify?.clientSecretFile ?? ''
  expect(readFileSync(secretFile, 'utf8')).toBe('hush-hush\n')
  expect([mode(secretFile), mode(join(at.path, 'hub.json'))]).toEqual([0o600, 0o600])
})

test('a wrong secret changes nothing and is not repeated', async () => {
  await using at = await shopAndFolder()
  at.file('hub.json', '{"port": 7555}')
  const { code, out } = await at.hub(
    ...['shop', 'connect', at.shop.url, '--client-id', CLIENT, '--json'],
    ...['--secret-file', at.file('given', 'wrong-secret')],
  )
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'SHOPIFY_REFUSES', sentence: expect.stringContaining('client id and secret') },
  })
  expect(out).not.toContain('wrong-secret')
  expect(at.config().shopify).toBe(undefined)
})

test('a new secret of the same app leaves the old one beside it, for webhooks that are signed with it', async () => {
  await using at = await shopAndFolder()
  at.file('old', 'former\n')
  const shopify = { shop: at.shop.url, clientId: CLIENT, clientSecretFile: join(at.path, 'old') }
  at.file('hub.json', JSON.stringify({ shopify }))
  await at.connect('hush-hush')
  const former = at.config().shopify?.formerClientSecretFile ?? ''
  expect(readFileSync(former, 'utf8')).toBe('former\n')
  expect(mode(former)).toBe(0o600)
  await at.connect('hush-hush')
  expect(at.config().shopify?.formerClientSecretFile).toBe(former)
})

test.each([
  ['Harbour', 'harbour.myshopify.com'],
  ['https://admin.shopify.com/store/harbour-2/', 'harbour-2.myshopify.com'],
  ['https://harbour.myshopify.com/', 'harbour.myshopify.com'],
])('the shop %s is %s', (given, domain) => {
  expect(shopDomain(given)).toBe(domain)
})

test('a shop elsewhere is wrong usage, and the secret is not even read', async () => {
  await using at = await shopAndFolder()
  const elsewhere = ['shop', 'connect', 'harbour.evil.example', '--client-id', 'x', '--secret-file', '/none']
  expect((await at.hub(...elsewhere)).code).toBe(2)
})

test.each([
  ['both', { clientId: 'x', accessTokenFile: 'y' }],
  ['neither', {}],
])('hub.json with %s of client id and token file is refused', (_, access) => {
  const read = HubConfig.safeParse({ shopify: { shop: 'a', clientSecretFile: 'b', ...access } })
  expect(read.error?.issues).toMatchObject([{ message: expect.stringMatching(/either "clientId" or/) }])
})

test('locations are listed by name, with the stores that they are mapped to', async () => {
  await using at = await shopAndFolder()
  await at.connect('hush-hush')
  expect(JSON.parse((await at.hub('shop', 'locations', '--json')).out)).toMatchObject([
    { number: '70100000001', name: 'Harbour Street', mappedTo: [] },
    { name: 'Market Square', offersPickup: true },
  ])
  const harbour = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await at.hub('store', 'add', 'HAR', ...harbour)
  await at.hub('store', 'map', 'HAR', 'WH-1', '70100000001')
  const { out } = await at.hub('shop', 'locations')
  expect(out.split('\n')[0]).toBe('70100000001  Harbour Street  active  pickup  HAR "WH-1"')
  const unknown = await at.hub('store', 'map', 'HAR', 'WH-2', '99', '--json')
  expect(JSON.parse(unknown.out)).toMatchObject({ error: { code: 'LOCATION_UNKNOWN' } })
})

/** Answers as a hub does that takes webhooks. */
async function pretendHub(body: object) {
  const server = createServer((_, response) => response.writeHead(401).end(JSON.stringify(body)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())) }
}

test('check looks at everything and says what to do', async () => {
  await using at = await shopAndFolder({ scopes: allScopes.filter(scope => scope !== 'read_customers') })
  await using server = await pretendHub({ code: 'WEBHOOK_FORGED' })
  at.file('hub.json', JSON.stringify({ publicUrl: server.url }))
  await at.connect('hush-hush')
  const { code, out } = await at.hub('shop', 'check', '--json')
  expect(code).toBe(0)
  const { findings } = JSON.parse(out) as { findings: { about: string; mark: string; says: string }[] }
  expect(findings.map(({ about, mark }) => `${mark} ${about}`)).toEqual([
    'ok access',
    'look scopes',
    'ok version',
    'look locations',
    'look locations',
    'ok webhooks',
    'look webhooks',
    'ok clock',
    'ok budget',
  ])
  expect(out).toContain('read_customers')
  const text = (await at.hub('shop', 'check')).out
  expect(text).toMatch(/^ok: access: /)
  expect(text).toMatch(/LOOK: scopes: read_customers is missing\. .*\n {4}Add it/)
})

test('check names a wrong scope, a wrong location and an address that is not the hub’s; exit code 1', async () => {
  await using at = await shopAndFolder({ scopes: allScopes.filter(scope => scope !== 'write_inventory') })
  await using server = await pretendHub({ hello: 'I am a proxy' })
  at.file('hub.json', JSON.stringify({ publicUrl: server.url }))
  const harbour = ['--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  await at.hub('store', 'add', 'HAR', ...harbour)
  await at.hub('store', 'map', 'HAR', 'WH-1', '99') // no shop yet, so it is not compared
  await at.connect('hush-hush')
  const { code, out } = await at.hub('shop', 'check')
  expect(code).toBe(1)
  expect(out).toMatch(/WRONG: scopes: write_inventory is missing/)
  expect(out).toMatch(/WRONG: locations: Warehouse "WH-1" of HAR .*which Shopify does not have/)
  expect(out).toMatch(/LOOK: webhooks: .*not this hub’s answer/)
})

test('check of a shop that refuses the app says why and goes no further', async () => {
  await using at = await shopAndFolder()
  await at.connect('hush-hush')
  at.shop.app.uninstall()
  const { code, out } = await at.hub('shop', 'check')
  expect(code).toBe(1)
  expect(out).toMatch(/^WRONG: access: .*Install the app in this shop/)
})

test('without a shop the commands say how to connect one', async () => {
  await using at = await shopAndFolder()
  for (const words of ['check', 'locations'])
    expect(JSON.parse((await at.hub('shop', words, '--json')).out)).toMatchObject({
      error: { code: 'SHOP_NOT_SET', sentence: expect.stringContaining('shop connect') },
    })
})

test('the app’s configuration has every scope, the privacy webhooks, and no other address than the hub’s', async () => {
  await using at = await shopAndFolder()
  at.file('hub.json', '{"publicUrl": "https://hub.example.com/"}')
  const { out } = await at.hub('shop', 'app', '--client-id', 'abc')
  expect(out).toContain('client_id = "abc"')
  for (const scope of capabilityList().flatMap(([, { scopes }]) => scopes)) expect(out).toContain(scope)
  expect(out).toContain('"customers/data_request", "customers/redact", "shop/redact"')
  expect(out).toContain('uri = "https://hub.example.com/webhooks/shopify"')
  expect(out).not.toContain('write_orders')
  expect((await at.hub('shop', 'app', '--refunds')).out).toContain(',write_orders')
})

test('docs/connect-shopify.md lists the scopes that the work needs, and no other', () => {
  const listed = page('docs/connect-shopify.md').text.match(/^\| `(?:read|write)_[a-z_]+`/gm) ?? []
  const needed = capabilityList().flatMap(([, { scopes }]) => scopes)
  expect(listed.map(row => row.replaceAll(/[| `]/g, ''))).toEqual(needed)
})
