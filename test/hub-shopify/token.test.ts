import { expect, test } from 'vitest'
import { openTokenKeeper } from '../../hub/shopify/api/token.ts'
import { readLocations } from '../../hub/shopify/catalogue/locations.ts'
import type { ShopAccess } from '../../hub/shopify/shop-settings.ts'
import { manualWorld, quietLog, turns } from '../manual-world.ts'
import { type ShopAndHub, secret, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const DAY_MS = 86_400_000
const sku = 'LIN-SHIRT-M'
const adjust = 'inventoryAdjustQuantities'

/** A shop that takes granted tokens alone, as one of 2026 does. */
function grantingShop(secrets: () => readonly string[] = () => [secret]) {
  return shopAndHub({
    settings: { access: { clientId: 'sandbox-client-id', secrets } },
    sandbox: { staticToken: false },
  })
}

const grants = (hub: ShopAndHub) =>
  hub.shop.state().log.filter(entry => entry.what === 'token granted').length

test('a hub with a client id and secret keeps its access for days and asks for few tokens', async () => {
  await using hub = await grantingShop()
  await hub.sync()
  expect(grants(hub)).toBe(1)
  for (let day = 0; day < 3; day += 1) {
    await sell(hub, 'HAR', sku, 1)
    await hub.writeAll()
    hub.advance(DAY_MS)
  }
  expect(shopLevel(hub, sku, 'HAR').available).toBe(115)
  expect(grants(hub)).toBe(3)
  const writes = await writesOf(hub)
  expect(JSON.stringify([hub.lines, writes])).not.toMatch(/shpat_|hush/)
})

test('calls at one time wait for one token', async () => {
  await using hub = await grantingShop()
  await Promise.all([readLocations(hub.client), readLocations(hub.client), readLocations(hub.client)])
  expect(grants(hub)).toBe(1)
})

test('a 401 in the middle of a write renews the token once and sends the same request', async () => {
  await using hub = await grantingShop()
  await hub.sync()
  await sell(hub, 'HAR', sku, 2)
  hub.shop.faults.set({ kind: 'token-expired', operation: adjust })
  await hub.write()
  expect(grants(hub)).toBe(2)
  expect(await writesOf(hub)).toMatchObject([{ state: 'confirmed', attempts: 1 }])
  expect(shopLevel(hub, sku, 'HAR').available).toBe(116)
})

test('a 401, no new token, and the hub killed: the write keeps its key and is made once', async () => {
  await using hub = await grantingShop()
  await hub.sync()
  await sell(hub, 'HAR', sku, 2)
  hub.shop.faults.set({ kind: 'token-expired', operation: adjust })
  hub.shop.faults.set({ kind: 'token-refused', times: 'always' })
  await hub.write()
  const [before] = await writesOf(hub)
  expect(before?.settled_at).toBe(null)
  await hub.restart()
  hub.shop.faults.clear()
  await hub.writeAll()
  expect(await writesOf(hub)).toMatchObject([
    { state: 'confirmed', idempotency_key: before?.idempotency_key },
  ])
  expect(shopLevel(hub, sku, 'HAR').available).toBe(116)
})

test('a token that Shopify never takes is not asked for at each call', async () => {
  await using hub = await grantingShop()
  hub.shop.faults.set({ kind: 'token-expired', times: 'always' })
  for (let call = 0; call < 4; call += 1)
    await expect(readLocations(hub.client)).rejects.toMatchObject({ code: 'SHOPIFY_REFUSES' })
  expect(grants(hub)).toBe(1)
  hub.shop.faults.clear()
  hub.advance(60_000)
  expect(await readLocations(hub.client)).toHaveLength(2)
  expect(grants(hub)).toBe(2)
})

test('a wrong secret is refused in words that help, and the right one is used at once', async () => {
  let secrets = ['wrong']
  await using hub = await grantingShop(() => secrets)
  await expect(readLocations(hub.client)).rejects.toThrow(/client id and secret.*Dev Dashboard/)
  expect(hub.client.reachability().state).toBe('refused')
  secrets = ['new and not known yet', secret]
  expect(await readLocations(hub.client)).toHaveLength(2)
  expect(hub.client.reachability().state).toBe('connected')
})

test('an app that is not installed says so; installed again, it goes on', async () => {
  await using hub = await grantingShop()
  await hub.sync()
  hub.shop.app.uninstall()
  await expect(readLocations(hub.client)).rejects.toThrow(/Install the app in this shop/)
  hub.shop.app.install()
  hub.advance(31_000)
  expect(await readLocations(hub.client)).toHaveLength(2)
})

test('a secret that can’t be read is a refusal with the file’s name', async () => {
  await using hub = await grantingShop(() => {
    throw new Error('The Shopify client secret is missing: secret.txt is empty or does not exist.')
  })
  await expect(readLocations(hub.client)).rejects.toThrow(/secret\.txt/)
})

/** A keeper before an endpoint that a test answers for. */
function keeper(access: ShopAccess, answer: () => Response | Promise<Response>) {
  const world = manualWorld()
  const asked: { url: string; init: RequestInit | undefined }[] = []
  const sockets = {
    ...world.sockets,
    fetch: async (url: string, init?: RequestInit) => {
      asked.push({ url, init })
      return answer()
    },
  }
  const tokens = openTokenKeeper({
    settings: { access, requestTimeoutMs: 1_000 },
    address: { storeDomain: 'harbour.myshopify.com', loopback: false },
    world: { ...world, sockets, log: quietLog },
    stopped: new AbortController().signal,
  })
  return { world, tokens, asked }
}

const credentials = { clientId: 'id', secrets: () => ['hush'] }
const granted =
  (token: string, seconds = 86_399) =>
  () =>
    Response.json({ access_token: token, expires_in: seconds })

test('the secret goes in a form, to the shop alone, and a redirect is not followed', async () => {
  const { tokens, asked } = keeper(credentials, granted('t1'))
  expect(await tokens.current()).toEqual({ kind: 'token', token: 't1' })
  expect(asked).toMatchObject([
    {
      url: 'https://harbour.myshopify.com/admin/oauth/access_token',
      init: { method: 'POST', redirect: 'manual' },
    },
  ])
  expect(asked[0]?.init?.body).toBe('grant_type=client_credentials&client_id=id&client_secret=hush')
})

test('a token is renewed at 80 % of its life, and calls go on with the old one until its end', async () => {
  let answer: () => Response | Promise<Response> = granted('t1', 1_000)
  const { world, tokens, asked } = keeper(credentials, () => answer())
  await tokens.current()
  await world.advance(799_000)
  await tokens.current()
  expect(asked).toHaveLength(1)
  answer = () => new Response('busy', { status: 503 })
  await world.advance(2_000)
  expect(await tokens.current()).toEqual({ kind: 'token', token: 't1' })
  await turns()
  expect(asked).toHaveLength(2)
  await world.advance(200_000)
  expect(await tokens.current()).toMatchObject({ kind: 'not-sent', problem: expect.stringContaining('503') })
  answer = granted('t2')
  await world.advance(60_000)
  expect(await tokens.current()).toEqual({ kind: 'token', token: 't2' })
})

test.each([-9, 9])('a wall clock that jumps %i years neither ends a token nor keeps it', async years => {
  let number = 0
  const { world, tokens, asked } = keeper(credentials, () => {
    number += 1
    return granted(`t${number}`, 1_000)()
  })
  await tokens.current()
  world.setWallClock(world.clock.now() + years * 365 * DAY_MS)
  await world.advance(100_000)
  expect(await tokens.current()).toMatchObject({ token: 't1' })
  await world.advance(950_000)
  expect(await tokens.current()).toMatchObject({ token: 't2' })
  expect(asked).toHaveLength(2)
})

test.each<[string, () => Response | Promise<Response>]>([
  ['a 500', () => new Response('', { status: 500 })],
  ['a 429', () => new Response('', { status: 429 })],
  ['a page of HTML', () => new Response('<html>', { status: 200 })],
  ['a token without letters', () => Response.json({ access_token: '', expires_in: 5 })],
  ['a token of two lines', () => Response.json({ access_token: 'a\nb', expires_in: 5 })],
  ['an error of a new kind', () => Response.json({ error: 'new_kind' }, { status: 400 })],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
  ['a broken connection', () => Promise.reject(new TypeError('fetch failed'))],
])('%s passes: nothing is refused, and it is asked again', async (_, answer) => {
  const { world, tokens, asked } = keeper(credentials, answer)
  expect(await tokens.current()).toMatchObject({ kind: 'not-sent' })
  expect(await tokens.current()).toMatchObject({ kind: 'not-sent' })
  await world.advance(60_000)
  await tokens.current()
  expect(asked.length).toBeGreaterThan(1)
})

test.each<[string, () => Response]>([
  ['JSON', () => Response.json({ error: 'shop_not_permitted' }, { status: 400 })],
  [
    'a page',
    () => new Response('<p>Oauth error shop_not_permitted: Client credentials cannot…</p>', { status: 400 }),
  ],
])('a refusal is read from %s', async (_, answer) => {
  const { tokens, asked } = keeper(credentials, answer)
  const refusal = { kind: 'refused', problem: expect.stringContaining('same organization') }
  expect(await tokens.current()).toMatchObject(refusal)
  expect(await tokens.current()).toMatchObject(refusal)
  expect(asked).toHaveLength(1)
})

test('a token file that was changed between the call and the 401 is read again', async () => {
  let text = 'old'
  const { tokens } = keeper({ token: () => text }, granted('never'))
  expect(await tokens.current()).toMatchObject({ token: 'old' })
  expect(tokens.refused('old')).toBe(false)
  text = 'new'
  expect(tokens.refused('old')).toBe(true)
})

test('a token file with more than a token in it is refused in words that do not repeat it', async () => {
  await using hub = await shopAndHub({ settings: { access: { token: () => 'shpat_one\nshpat_two' } } })
  const failed: unknown = await readLocations(hub.client).catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: 'SHOPIFY_REFUSES', message: expect.stringContaining('file holds') })
  expect(JSON.stringify([failed, hub.lines, hub.client.reachability()])).not.toContain('shpat_')
})
