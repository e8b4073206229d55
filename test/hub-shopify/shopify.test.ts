import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Db } from '../../hub/db/db.ts'
import type { Lease } from '../../hub/db/lease.ts'
import { noRecord } from '../../hub/generation/generation.ts'
import { startShopify } from '../../hub/shopify/shopify.ts'
import {
  openExceptions,
  type ShopAndHub,
  secret,
  sell,
  shopAndHub,
  shopLevel,
  token,
} from './shop-and-hub.ts'

const settingsOf = (hub: ShopAndHub) => ({
  domain: hub.shop.url,
  access: { token: () => token },
  webhookSecrets: () => [secret],
  retryBaseMs: 5,
})

/** The only hub on its database. */
function heldLease(db: Db): Lease {
  return {
    isHeld: () => true,
    holder: () => 'hub',
    fenced: db,
    onGained: () => () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

test('without a shop the hub works on', async () => {
  await using hub = await shopAndHub()
  const { db, world, signals, links } = hub
  await using shopify = await startShopify({
    db,
    world,
    lease: heldLease(db),
    signals,
    sends: noRecord,
    links,
    settings: null,
  })
  expect(shopify.state()).toEqual({ state: 'not-configured', shop: null, problem: null })
  await shopify.syncNow()
})

test('everything runs automatically: a sale lowers Shopify’s stock, an order arrives by webhook', async () => {
  await using hub = await shopAndHub()
  await using server = await webServer()
  const { db, world, signals, links } = hub
  const said: string[] = []
  for (const signal of ['now', 'commands'] as const) signals.on(signal, () => said.push(signal))
  const settings = { ...settingsOf(hub), webhookUrl: server.url, pollOrdersMs: 3_600_000 }
  await using shopify = await startShopify({
    db,
    world,
    lease: heldLease(db),
    signals,
    sends: noRecord,
    links,
    settings,
  })
  server.receive = (headers, body) => shopify.receiveWebhook(headers, body)
  await shopify.syncNow()
  expect(shopify.state()).toMatchObject({ state: 'connected', problem: null })
  await sell(hub, 'HAR', 'MUG-BLU', 2)
  signals.say('stock', 'HAR')
  await expect.poll(() => shopLevel(hub, 'MUG-BLU', 'HAR').on_hand).toBe(178)
  await expect.poll(() => hub.shop.webhooks.subscriptions().length).toBeGreaterThan(10)
  hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 1 }],
    customer: { name: 'Ada' },
  })
  await expect.poll(() => db.selectFrom('pickup').select('state').execute()).toEqual([{ state: 'received' }])
  expect(said).toContain('commands')
  expect(said).toContain('now')
})

test('Shopify refusing at the start stops nothing, is named, and closes itself', async () => {
  await using hub = await shopAndHub()
  const { db, world, signals, links } = hub
  let given = 'shpat_wrong'
  const settings = { ...settingsOf(hub), access: { token: () => given } }
  await using shopify = await startShopify({
    db,
    world,
    lease: heldLease(db),
    signals,
    sends: noRecord,
    links,
    settings,
  })
  await expect(shopify.syncNow()).rejects.toMatchObject({ code: 'SHOPIFY_REFUSES' })
  expect(shopify.state().state).toBe('refused')
  await expect.poll(() => openExceptions(hub)).toMatchObject([{ kind: 'shopify-refuses', owner: 'it' }])
  given = token
  await shopify.syncNow()
  expect(shopify.state().state).toBe('connected')
  await expect.poll(() => openExceptions(hub)).toEqual([])
  const kept = JSON.stringify([hub.lines, await db.selectFrom('exception').selectAll().execute()])
  expect(kept).not.toContain('shpat_')
})

async function webServer() {
  const part = {
    url: '',
    receive: async (_headers: Record<string, string>, _body: Uint8Array): Promise<void> => undefined,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', data => parts.push(data))
    request.on('end', () => {
      part.receive(request.headers as Record<string, string>, Buffer.concat(parts)).then(
        () => response.writeHead(200).end(),
        () => response.writeHead(401).end(),
      )
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  part.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`
  return part
}
