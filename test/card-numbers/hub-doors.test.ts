import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { closeByHand, openException } from '../../hub/checks/exceptions.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { addDevice, noteConnected, noteDisconnected, quarantineDevice } from '../../hub/fleet/devices.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { applyReminded } from '../../hub/pickups/reminders.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { storeWebhook } from '../../hub/shopify/webhooks/receive.ts'
import { runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { sendToDevice } from '../../hub/streams/command-log.ts'
import { readEvent } from '../../hub/streams/read-event.ts'
import { EpochMs, StoreCode } from '../../shared/ids.ts'
import type { Status } from '../../shared/protocol.ts'
import { noLevels, type ShopAndHub, secret, sell, shopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { withLuhn } from './numbers.ts'

/** Each door with a card number of its own, so that one that is found says by which it came. */
let made = 0
function cardFor(): string {
  made += 1
  return withLuhn(`4539${String(10_000_000_000 + made * 97_177).padStart(11, '0')}`)
}

function groupsOf(card: string): string {
  return card.match(/.{4}/g)?.join(' ') ?? card
}

interface Door {
  readonly name: string
  enter(hub: ShopAndHub, card: string): Promise<unknown> | unknown
}

const line = { sku: 'MUG-BLU', quantity: 1 }
const device = 'dev_har0000000000001'

const doors: readonly Door[] = [
  {
    name: 'order: customer',
    enter: ({ shop }, card) =>
      shop.createOrder({ location: 'HAR', lines: [line], customer: { name: `Ada ${card}` } }),
  },
  {
    name: 'order: note',
    enter: ({ shop }, card) =>
      shop.createOrder({
        location: 'HAR',
        lines: [line],
        customer: { name: 'Ada' },
        note: `charge ${groupsOf(card)} please`,
      }),
  },
  { name: 'webhook: text', enter: (hub, card) => webhook(hub, { note: `card ${groupsOf(card)}` }) },
  { name: 'webhook: number', enter: (hub, card) => webhook(hub, { note: Number(card) }) },
  { name: 'webhook: name of a field', enter: (hub, card) => webhook(hub, { [card]: 1 }) },
  { name: 'webhook: not JSON', enter: (hub, card) => webhook(hub, `<note>${card}</note>`) },
  { name: 'webhook: event id', enter: (hub, card) => webhook(hub, {}, { 'x-shopify-event-id': card }) },
  {
    name: 'webhook: topic',
    async enter(hub, card) {
      const refused = await webhook(hub, {}, { 'x-shopify-topic': `x/${card}` }).catch(String)
      expect(refused).toContain('topic x/')
      expect(refused).not.toContain(card)
    },
  },
  { name: 'webhook: time', enter: (hub, card) => webhook(hub, {}, { 'x-shopify-triggered-at': card }) },
  { name: 'webhook: SKU', enter: (hub, card) => webhook(hub, { variants: [{ sku: card }] }) },
  {
    name: 'enrolment: till',
    enter: ({ db }, card) =>
      transaction(db, tx =>
        addDevice(tx, { device: `dev_x${made}`, store: 'HAR', till: `Till ${card}`, publicKey: '' }, 0),
      ),
  },
  {
    name: 'enrolment code: till',
    enter: ({ db, world }, card) => transaction(db, tx => createEnrolCode(tx, world, 'HAR', `Till ${card}`)),
  },
  {
    name: 'hello: version',
    enter: ({ db }, card) =>
      transaction(db, tx => noteConnected(tx, device, { at: 1, version: card, offsetMs: 0 })),
  },
  {
    name: 'hello: run id, when the device is quarantined',
    enter: ({ db }, card) =>
      quarantineDevice(db, { device, store: 'HAR', till: 'Till 1' }, `two copies: ${card} and run_b`, 1),
  },
  {
    name: 'status: problem of a source',
    enter: ({ db }, card) =>
      transaction(db, tx => noteDisconnected(tx, device, 1, { status: statusOf(card), offsetMs: 0 })),
  },
  {
    name: 'exception: subject, fields and evidence',
    enter: ({ db }, card) =>
      transaction(db, tx =>
        openException(
          tx,
          {
            code: 'webhook-unreadable',
            subject: `x/${card}`,
            store: null,
            fields: { topic: card, problem: groupsOf(card) },
            evidence: { body: `{"note":"${card}"}`, [card]: 1 },
          },
          1,
        ),
      ),
  },
  {
    name: 'exception closed by hand',
    async enter({ db }, card) {
      const fields = { topic: 'y', problem: 'z' }
      const problem = { subject: 'by-hand', store: null, fields, evidence: {} }
      await transaction(db, tx => openException(tx, { code: 'webhook-unreadable', ...problem }, 1))
      const { id } = await db
        .selectFrom('exception')
        .select('id')
        .where('subject', '=', 'by-hand')
        .executeTakeFirstOrThrow()
      await transaction(db, tx => closeByHand(tx, id, `told the holder of ${card}`, 2))
    },
  },
  {
    name: 'reminder: staff',
    enter: ({ db }, card) => {
      const about = {
        kind: 'pickup.reminded',
        at: 1,
        pickup: 'gid://shopify/FulfillmentOrder/77',
        readyAt: 1,
      }
      const read = readEvent(
        JSON.stringify({ ...about, number: 1, how: 'phone', staff: `Maya ${card}`, till: groupsOf(card) }),
      )
      if (read.state !== 'applied' || read.event.kind !== 'pickup.reminded') throw new Error(read.state)
      const { event } = read
      const at = { store: 'HAR', device, epoch: 1, seq: 1, now: 1 }
      return transaction(db, tx => applyReminded(tx, at, event))
    },
  },
  {
    name: 'command',
    enter: ({ db }, card) =>
      transaction(db, tx =>
        sendToDevice(tx, device, {
          kind: 'store.described',
          at: EpochMs.parse(1),
          store: StoreCode.parse('HAR'),
          name: `Harbour ${groupsOf(card)}`,
          till: card,
          zone: 'Europe/Berlin',
        }),
      ),
  },
]

function statusOf(card: string): Status {
  return {
    t: 'status',
    clock: EpochMs.parse(1),
    unsent: 0,
    oldestUnsentAt: null,
    unreadCommands: 0,
    sources: [{ source: 'pos', state: 'unavailable', readUntil: null, problem: `file ${card}.csv` }],
    writeBacks: [],
  }
}

let events = 0
async function webhook(hub: ShopAndHub, body: object | string, more: Record<string, string> = {}) {
  const { db, settings, client, signals, world } = hub
  events += 1
  const raw = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
  const headers = {
    'x-shopify-topic': 'products/update',
    'x-shopify-event-id': `e${events}`,
    'x-shopify-shop-domain': 'tillbridge-sandbox.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(raw).digest('base64'),
    ...more,
  }
  const now = () => world.clock.now()
  await storeWebhook({ db, settings, address: client.address, signals, levels: noLevels, now }, headers, raw)
  const others = { onLocations: async () => undefined, onItems: () => undefined, onApp: () => undefined }
  await runWebhooks({ db, client, signals, world, turns: intakeTurns(), now, ...others })
}

const tables = [
  ...['setting', 'lease', 'store', 'warehouse', 'device', 'enrol_code', 'code', 'event', 'command', 'item'],
  ...[
    'shopify_write',
    'webhook',
    'pickup',
    'pickup_move',
    'pickup_reminder',
    'exception',
    'account',
    'recovery',
    'lost_posting',
  ],
] as const

/** Every text of every table that a text from outside may reach. */
async function everyText(db: Db): Promise<string> {
  const rows = await Promise.all(
    tables.map(table =>
      db
        .selectFrom(table as 'setting')
        .selectAll()
        .execute(),
    ),
  )
  return JSON.stringify(rows)
}

test('no door of the hub lets a card number into a table', async () => {
  const seed = catalogueSeed()
  const [first, ...rest] = seed.products
  if (first === undefined) throw new Error('the catalogue is empty')
  const [variant, ...variants] = first.variants
  if (variant === undefined) throw new Error('the catalogue is empty')
  const cards = new Map<string, string>()
  const card = (name: string) => {
    const number = cardFor()
    cards.set(name, number)
    return number
  }
  const titled = {
    ...variant,
    title: `size ${card('catalogue: variant')}`,
    barcode: card('catalogue: barcode'),
  }
  const product = { ...first, title: `Mug ${groupsOf(card('catalogue: title'))}` }
  await using hub = await shopAndHub({
    seed: { ...seed, products: [{ ...product, variants: [titled, ...variants] }, ...rest] },
    settings: { readAttempts: 1 },
  })
  await sell(hub, 'HAR', variant.sku ?? '', 1)
  await hub.sync()
  for (const door of doors) await door.enter(hub, card(door.name))
  await hub.poll()
  await hub.write()
  const kept = await everyText(hub.db)
  const bare = kept.replaceAll(' ', '')
  expect([...cards].filter(([, number]) => bare.includes(number)).map(([name]) => name)).toEqual([])
  const customers = await hub.db.selectFrom('pickup').select('body_json').orderBy('order_name').execute()
  expect(customers).toHaveLength(2) // the orders came, and their ids are whole
  expect(kept).toContain(`Maya ************${cards.get('reminder: staff')?.slice(-4)}`)
  expect(kept).toContain(`charge **** **** **** ${cards.get('order: note')?.slice(-4)} please`)
})

test('what Shopify refuses is told without the card number that it quotes', async () => {
  await using hub = await shopAndHub({ settings: { readAttempts: 1 } })
  const card = cardFor()
  const operation = {
    name: 'Refused',
    document: `query Refused { field${card}: nothing }`,
    answer: z.unknown(),
    points: { fixed: 1, perRow: 0 },
  }
  const refusal = await hub.client.read(operation, {}, 'read').catch(String)
  expect(refusal).toMatch(/SHOPIFY_REQUEST_INVALID|nothing/)
  expect(refusal).not.toContain(card)
})
