import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { sendOpenPickups } from '../../hub/pickups/snapshot.ts'
import { commandLog, sendToDevice } from '../../hub/streams/command-log.ts'
import { EpochMs } from '../../shared/ids.ts'
import { newRecords } from '../../shared/stream/accept.ts'
import { resumeSending } from '../../shared/stream/resume.ts'
import { temporaryFolder } from '../manual-world.ts'
import { ada, applyWebhooks, mug, numberOf, ofAda, tellWebhook } from './customers-of-orders.ts'
import { type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const device = 'dev_har0000000000001'
async function tell(hub: ShopAndHub, topic: string, body: object): Promise<void> {
  await tellWebhook(hub, topic, body)
  await applyWebhooks(hub)
}

const orderNews = (hub: ShopAndHub, topic: string, id: string) =>
  tell(hub, topic, { id: numberOf(id), admin_graphql_api_id: id })

const redact = (hub: ShopAndHub, id: string) =>
  tell(hub, 'customers/redact', { customer: { id: 191 }, orders_to_redact: [numberOf(id)] })

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
      lines: mug,
      customer: { name: 'Bob Sykes', phone: '' },
    })
    if (had > 0) {
      await orderNews(hub, 'orders/create', before.id)
      await connect(hub, older)
    }
    const order = hub.shop.createOrder({ location: 'HAR', lines: mug, customer: ada })
    await orderNews(hub, 'orders/create', order.id)
    expect(await connect(hub, till)).toContain('Ada Byron')
    await redact(hub, order.id)
    await connect(hub, till)
    hub.advance(11 * 60_000)
    await redact(hub, order.id)
    expect(await connect(hub, till)).toBe('')

    await hub.restart()
    const sent = await connect(hub, older)
    expect(sent).toContain('pickup.put')
    expect(sent).not.toMatch(ofAda)
    expect(older.parts.pickups.list(0)).toHaveLength(had + 1)
    expect(JSON.stringify(older.parts.pickups.list(0))).not.toMatch(ofAda)
    expect(await connect(hub, older)).toBe('')
    await orderNews(hub, 'orders/updated', order.id)
    expect(await connect(hub, older)).not.toMatch(ofAda)
  },
)

test('every till that was told of a pickup is told of its redaction, also where it was moved away from', async () => {
  await using hub = await shopAndHub()
  const order = hub.shop.createOrder({ location: 'HAR', lines: mug, customer: ada })
  await orderNews(hub, 'orders/create', order.id)
  hub.advance(2_000)
  const { pickup } = await hub.db.selectFrom('pickup').select('pickup').executeTakeFirstOrThrow()
  hub.shop.act('#1001', { do: 'move', fulfilmentOrder: numberOf(pickup), to: 'MKT' })
  hub.advance(2_000)
  await orderNews(hub, 'orders/updated', order.id)
  expect(await hub.db.selectFrom('pickup').select('store').execute()).toEqual([{ store: 'MKT' }])
  await redact(hub, order.id)
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
  await redact(hub, order.id)
  const { n } = await hub.db
    .selectFrom('command')
    .select(e => e.fn.countAll<number>().as('n'))
    .where('body', 'like', '%pickup.put%')
    .executeTakeFirstOrThrow()
  expect(Number(n), 'told once').toBe(commands.length)
})
