import { expect, test } from 'vitest'
import type { Cancel, Timers } from '../../shared/world.ts'
import { openSandboxShopify, type SandboxShop, type ShopWorld } from '../sandbox/shopify/open.ts'
import { accessToken, clientSecret, handClock, smallShop } from './harness.ts'

/** Timers that fire when their time is reached, in order of time, then of making. */
function handTimers(clock: ReturnType<typeof handClock>) {
  let waiting: { readonly at: number; readonly run: () => void }[] = []
  const add = (at: number, run: () => void): Cancel => {
    const one = { at, run }
    waiting.push(one)
    return () => {
      waiting = waiting.filter(other => other !== one)
    }
  }
  const timers: Timers = {
    after: (ms, run) => add(clock.now() + ms, run),
    soon: run => add(clock.now(), run),
  }
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
  }
  return {
    timers,
    /** Moves time on, firing what falls due on the way. Returns how often a timer fired. */
    async advance(ms: number): Promise<number> {
      const until = clock.now() + ms
      let fired = 0
      for (;;) {
        await settle()
        const [next] = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        waiting = waiting.filter(other => other !== next)
        clock.advance(Math.max(0, next.at - clock.now()))
        next.run()
        fired += 1
      }
      clock.advance(until - clock.now())
      return fired
    },
  }
}

/** The same bytes in every run. */
function seededBytes(seed = 1) {
  let state = seed
  return {
    bytes: (count: number) =>
      Uint8Array.from({ length: count }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        return state >>> 24
      }),
  }
}

interface Run {
  readonly shop: SandboxShop
  readonly sent: { readonly at: number; readonly topic: string; readonly id: string }[]
  answer: number
  advance(ms: number): Promise<number>
}

/** A shop in virtual time whose webhooks go to a list. */
function virtualShop(): Run {
  const clock = handClock()
  const { timers, advance } = handTimers(clock)
  const run: Omit<Run, 'shop'> = { sent: [], answer: 200, advance }
  const world: ShopWorld = {
    clock,
    timers,
    random: seededBytes(),
    async fetch(_url, init) {
      const headers = new Headers(init?.headers)
      run.sent.push({
        at: clock.now(),
        topic: headers.get('x-shopify-topic') ?? '',
        id: headers.get('x-shopify-webhook-id') ?? '',
      })
      return new Response('', { status: run.answer })
    },
  }
  const shop = openSandboxShopify({ seed: smallShop, accessToken, clientSecret }, world)
  return Object.assign(run, { shop })
}

async function ask(shop: SandboxShop, query: string, variables: object = {}): Promise<unknown> {
  const response = await shop.fetch('https://any.example/admin/api/2026-10/graphql.json', {
    method: 'POST',
    headers: { 'X-Shopify-Access-Token': accessToken },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

const SUBSCRIBE_ORDERS = `mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE,
  webhookSubscription: { uri: "https://127.0.0.1/hooks" }) { userErrors { message } } }`
const oneMug = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }

test('a shop runs without a socket: its fetch is asked, the fetch it was given carries webhooks', async () => {
  const run = virtualShop()
  await using shop = run.shop
  expect(await ask(shop, '{ shop { name } }')).toMatchObject({ data: { shop: { name: 'Small shop' } } })
  await ask(shop, SUBSCRIBE_ORDERS)
  shop.createOrder(oneMug)
  await run.advance(0)
  expect(run.sent.map(({ topic }) => topic)).toEqual(['orders/create'])
})

test('a lost answer is a rejected fetch, in process as on a socket', async () => {
  const run = virtualShop()
  await using shop = run.shop
  shop.faults.set({ kind: 'lost-answer' })
  await expect(ask(shop, '{ shop { name } }')).rejects.toThrow('fetch failed')
  shop.faults.set({ kind: 'slow', ms: 60_000 })
  const aborted = shop.fetch('https://any.example/admin/api/2026-10/graphql.json', {
    method: 'POST',
    headers: { 'X-Shopify-Access-Token': accessToken },
    body: '{"query":"{ shop { name } }"}',
    signal: AbortSignal.abort(new Error('gave up')),
  })
  await expect(aborted).rejects.toThrow('gave up')
})

test('webhooks are retried over four hours of the shop’s time, without a timer in between', async () => {
  const run = virtualShop()
  await using shop = run.shop
  await ask(shop, SUBSCRIBE_ORDERS)
  run.answer = 503
  shop.createOrder(oneMug)
  const fired = await run.advance(4 * 3_600_000)
  const [first] = run.sent
  expect(run.sent.map(({ at }) => (at - (first?.at ?? 0)) / 1000)).toEqual([
    0, 10, 40, 160, 520, 1420, 3220, 7200, 14_400,
  ])
  expect(shop.webhooks.subscriptions()).toEqual([])
  expect(fired).toBeLessThan(100)
})

test('the same seed gives the same ids', async () => {
  const runs = await Promise.all(
    [1, 2].map(async () => {
      const run = virtualShop()
      await using shop = run.shop
      await ask(shop, SUBSCRIBE_ORDERS)
      shop.createOrder(oneMug)
      await run.advance(1000)
      return run.sent
    }),
  )
  expect(runs[0]).toEqual(runs[1])
  expect(runs[0]).toHaveLength(1)
})

test('switches are turned while the shop runs, by code and over HTTP', async () => {
  const run = virtualShop()
  await using shop = run.shop
  shop.switches.turn({ routingDelayMs: 5000 })
  expect(shop.createOrder(oneMug).fulfillmentOrders).toEqual([])
  const request = { path: '/sandbox/switches', headers: { 'x-shopify-access-token': accessToken } }
  const turned = await shop.handle({ ...request, method: 'POST', body: '{"routingDelayMs":0}' })
  expect(turned.status).toBe(200)
  expect(shop.createOrder(oneMug).fulfillmentOrders).toHaveLength(1)
  const wrong = await shop.handle({ ...request, method: 'POST', body: '{"routingDelay":0}' })
  expect(wrong.status).toBe(400)
  const now = await shop.handle({ ...request, method: 'GET', body: '' })
  expect(JSON.parse(now.body)).toMatchObject({ routingDelayMs: 0, webhookTimeoutMs: 5000 })
})
