import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openStore } from '../sandbox/shopify/state/store.ts'
import {
  ADJUST,
  accessToken,
  adjustment,
  at,
  clientSecret,
  handClock,
  harbour,
  levels,
  openReceiver,
  openShop,
  subscribe,
} from './harness.ts'

function tempFolder(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'sandbox-shopify-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

test('a restart goes on: stock, orders, keys, the clock and pending webhooks', async () => {
  using folder = tempFolder()
  await using receiver = await openReceiver()
  const clock = handClock()
  const options = { file: join(folder.path, 'shop.db'), now: clock.now }
  let input: object
  {
    await using shop = await openShop(options)
    await subscribe(shop, receiver, 'ORDERS_CREATE')
    input = adjustment(await shop.item('MUG-BLU'), -1)
    await shop.data(ADJUST, { input, key: 'k' })
    shop.sandbox.advanceClock(60_000)
    shop.sandbox.faults.set({ kind: 'webhook-late', ms: 5000 })
    shop.sandbox.createOrder({
      location: 'HAR',
      lines: [{ sku: 'MUG-BLU', quantity: 2 }],
      customer: { name: 'Ada' },
    })
  }
  await using shop = await openShop(options)
  const again = await shop.data(ADJUST, { input, key: 'k' })
  expect(at(again, 'inventoryAdjustQuantities', 'userErrors')).toEqual([])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, committed: 2, on_hand: 9 })
  expect(shop.sandbox.state().now).toBe('2026-11-03T09:01:00.000Z')
  expect(receiver.hooks).toEqual([])
  shop.sandbox.advanceClock(5000)
  await shop.sandbox.webhooks.settled()
  expect(receiver.topics()).toEqual(['orders/create'])
})

test.each(['in memory', 'in a file'])('a transaction that fails changes nothing %s', where => {
  using folder = tempFolder()
  const file = where === 'in a file' ? join(folder.path, 'shop.db') : undefined
  const store = openStore(file)
  store.put('meta', { id: 'meta', nextId: 7, nextOrderNumber: 1, clockOffsetMs: 0 })
  store.put('token', { id: 'kept', expiresAt: 1 })
  const failing = (): unknown =>
    store.transaction(() => {
      store.nextId()
      store.put('log', { id: 7, at: 0, what: 'half done', detail: {} })
      store.put('token', { id: 'kept', expiresAt: 2 })
      store.remove('token', 'kept')
      throw new Error('stop')
    })
  expect(failing).toThrow('stop')
  expect(store.get('log', 7)).toBeUndefined()
  expect(store.get('token', 'kept')).toEqual({ id: 'kept', expiresAt: 1 })
  expect(store.nextId()).toBe(7)
  store.close()
  const again = openStore(file)
  expect(again.get('token', 'kept')).toEqual(file === undefined ? undefined : { id: 'kept', expiresAt: 1 })
  expect(again.count('log')).toBe(0)
  again.close()
})

interface Running {
  readonly child: ChildProcess
  readonly url: string
}

async function run(folder: string): Promise<Running> {
  const main = new URL('../sandbox/shopify/main.ts', import.meta.url).pathname
  const files = { token: join(folder, 'token'), secret: join(folder, 'secret') }
  writeFileSync(files.token, `${accessToken}\n`)
  writeFileSync(files.secret, clientSecret)
  const child = spawn(
    process.execPath,
    [
      main,
      '--json',
      '--file',
      join(folder, 'shop.db'),
      '--access-token-file',
      files.token,
      '--client-secret-file',
      files.secret,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, url: (JSON.parse(line) as { url: string }).url }
}

function place(url: string): Promise<Response> {
  return fetch(`${url}/sandbox/orders`, {
    method: 'POST',
    headers: { 'X-Shopify-Access-Token': accessToken },
    body: JSON.stringify({
      location: 'HAR',
      lines: [{ sku: 'MUG-BLU', quantity: 2 }],
      customer: { name: 'Ada' },
    }),
  })
}

test('kill -9 loses nothing that was answered, and SIGTERM ends cleanly', async () => {
  using folder = tempFolder()
  const first = await run(folder.path)
  const placed = (await (await place(first.url)).json()) as { name: string }
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  const second = await run(folder.path)
  const response = await fetch(`${second.url}/sandbox/orders/${placed.name.slice(1)}`, {
    headers: { 'X-Shopify-Access-Token': accessToken },
  })
  expect(await response.json()).toMatchObject({ name: placed.name, lines: [{ sku: 'MUG-BLU', quantity: 2 }] })
  second.child.kill('SIGTERM')
  expect(await once(second.child, 'exit')).toEqual([0, null])
})
