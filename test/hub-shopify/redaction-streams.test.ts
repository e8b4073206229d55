import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { sendOpenPickups } from '../../hub/pickups/snapshot.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { storeWebhook } from '../../hub/shopify/webhooks/receive.ts'
import { runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { commandLog, sendToDevice } from '../../hub/streams/command-log.ts'
import { EpochMs } from '../../shared/ids.ts'
import { newRecords } from '../../shared/stream/accept.ts'
import { resumeSending } from '../../shared/stream/resume.ts'
import { temporaryFolder } from '../manual-world.ts'
import { noLevels, type ShopAndHub, secret, shopAndHub } from './shop-and-hub.ts'

const device = 'dev_har0000000000001'
const ada = { name: 'Ada Byron', phone: '+49 40 1815' }
const lines = [{ sku: 'MUG-BLU', quantity: 1 }]
const number = (gid: string) => Number(gid.replace(/^.*\//, ''))

async function tell(hub: ShopAndHub, topic: string, event: string, body: object): Promise<void> {
  const text = JSON.stringify(body)
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-event-id': event,
    'x-shopify-shop-domain': 'tillbridge-sandbox.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64'),
  }
  const { db, settings, client, signals, world } = hub
  const part = { db, settings, address: client.address, signals, levels: noLevels, now: world.clock.now }
  await storeWebhook(part, headers, new TextEncoder().encode(text))
  const others = { onLocations: async () => undefined, onItems: () => undefined, onApp: () => undefined }
  await runWebhooks({ db, client, signals, world, turns: intakeTurns(), now: world.clock.now, ...others })
}

const orderNews = (hub: ShopAndHub, topic: string, event: string, id: string) =>
  tell(hub, topic, event, { id: number(id), admin_graphql_api_id: id })

const redact = (hub: ShopAndHub, event: string, id: string) =>
  tell(hub, 'customers/redact', event, { customer: { id: 191 }, orders_to_redact: [number(id)] })

const commandsOf = ({ db, world }: ShopAndHub) =>
  commandLog(db, device, world.clock.now, async tx => {
    await sendOpenPickups(tx, device, world.clock.now())
    const at = EpochMs.parse(world.clock.now())
    await sendToDevice(tx, device, { kind: 'pickups.complete', at })
  })

type Till = ReturnType<typeof openAgentJournal>

/** One connection: the till takes what the hub has for it and acks. @returns what was sent */
async function connect(hub: ShopAndHub, { commands }: Till): Promise<string> {
  const log = commandsOf(hub)
  const held = commands.held()
  const resume = await resumeSending(log, held)
  if (resume.kind === 'forked') throw new Error(resume.why)
  if (resume.kind === 'renew') await log.renew(resume.reason, held.epoch)
  let after = resume.kind === 'send' ? resume.after : { epoch: (await log.last()).epoch, seq: 0 }
  let sent = ''
  for (;;) {
    const batch = await log.read(after, { records: 2, characters: 1e6 })
    if (batch === null) return sent
    const now = commands.held()
    const records = await newRecords({ stream: 'commands', device }, commands, now, batch)
    after = commands.commit(records)
    await log.acknowledge(after)
    sent += batch.bodies.join()
  }
}

function openTill(hub: ShopAndHub, path: string): Till {
  const failed = (error: Error) => {
    throw error
  }
  const files = { ...hub.world.files, reserve: () => true }
  return openAgentJournal({ path, device, world: { ...hub.world, files }, failed })
}

test.each([
  ['empty', 0],
  ['that has some of it', 1],
])(
  'a till put back to a disk %s gets its pickups, and never the customer who was redacted',
  async (_, had) => {
    await using hub = await shopAndHub()
    using folder = temporaryFolder()
    using till = openTill(hub, join(folder.path, 'till.db'))
    using older = openTill(hub, join(folder.path, 'older.db'))
    const before = hub.shop.createOrder({
      location: 'HAR',
      lines,
      customer: { name: 'Bob Sykes', phone: '' },
    })
    if (had > 0) {
      await orderNews(hub, 'orders/create', 'e1', before.id)
      await connect(hub, older)
    }
    const order = hub.shop.createOrder({ location: 'HAR', lines, customer: ada })
    await orderNews(hub, 'orders/create', 'e2', order.id)
    expect(await connect(hub, till)).toContain('Ada Byron')
    await redact(hub, 'e3', order.id)
    await connect(hub, till)
    hub.advance(11 * 60_000)
    await redact(hub, 'e4', order.id)
    expect(await connect(hub, till)).toBe('')

    await hub.restart()
    const sent = await connect(hub, older)
    expect(sent).toContain('pickup.put')
    expect(sent).not.toMatch(/Ada Byron|1815/)
    expect(older.parts.pickups.list(0)).toHaveLength(had + 1)
    expect(JSON.stringify(older.parts.pickups.list(0))).not.toMatch(/Ada Byron|1815/)
    expect(await connect(hub, older)).toBe('')
    await orderNews(hub, 'orders/updated', 'e5', order.id)
    expect(await connect(hub, older)).not.toMatch(/Ada Byron|1815/)
  },
)

test('every till that was told of a pickup is told of its redaction, also where it was moved away from', async () => {
  await using hub = await shopAndHub()
  const order = hub.shop.createOrder({ location: 'HAR', lines, customer: ada })
  await orderNews(hub, 'orders/create', 'e1', order.id)
  hub.advance(2_000)
  const { pickup } = await hub.db.selectFrom('pickup').select('pickup').executeTakeFirstOrThrow()
  hub.shop.act('#1001', { do: 'move', fulfilmentOrder: number(pickup), to: 'MKT' })
  hub.advance(2_000)
  await orderNews(hub, 'orders/updated', 'e2', order.id)
  expect(await hub.db.selectFrom('pickup').select('store').execute()).toEqual([{ store: 'MKT' }])
  await redact(hub, 'e3', order.id)
  const commands = await hub.db
    .selectFrom('command')
    .select(['device', 'body'])
    .where('body', 'like', '%pickup.put%')
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  const newest = new Map(commands.map(({ device, body }) => [device, JSON.parse(body)]))
  expect(newest.size).toBe(3)
  for (const [of, put] of newest) expect(put, of).toMatchObject({ customer: { name: '', phoneEnd: null } })
  expect(newest.get(device)).toMatchObject({ state: 'cancelled', notice: { code: 'moved-away' } })

  hub.advance(11 * 60_000)
  await redact(hub, 'e4', order.id)
  const { n } = await hub.db
    .selectFrom('command')
    .select(e => e.fn.countAll<number>().as('n'))
    .where('body', 'like', '%pickup.put%')
    .executeTakeFirstOrThrow()
  expect(Number(n), 'told once').toBe(commands.length)
})
