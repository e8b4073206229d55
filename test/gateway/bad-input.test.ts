import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { type Db, type Tx, transaction, withFence } from '../../hub/db/db.ts'
import { openHubKey } from '../../hub/fleet/hub-key.ts'
import { openGateway } from '../../hub/gateway/gateway.ts'
import { audit } from '../../hub/stock/audit.ts'
import { type CommandDraft, sendToDevice } from '../../hub/streams/command-log.ts'
import { readRecord } from '../../hub/streams/read-record.ts'
import { SaleCompleted } from '../../shared/events.ts'
import { PickupId } from '../../shared/ids.ts'
import {
  closeCodes,
  decodeFrame,
  encodeBatch,
  type Frame,
  type Hello,
  limits,
  signedHello,
} from '../../shared/protocol.ts'
import { signingKey } from '../../shared/signing.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Batch } from '../../shared/stream/log.ts'
import { put } from '../journal/test-journal.ts'
import { manualWorld, temporaryFolder, turns, until, wirePair } from '../manual-world.ts'
import { enrolTestTill, onHand, sale, sendSnapshot, startTestHub, type TestHub } from './till-and-hub.ts'

/** A hand on the wire: says whatever a test wants, and remembers what the hub answered. */
function connect(hub: Pick<TestHub, 'gateway'>) {
  const line = wirePair()
  const frames: Frame[] = []
  let closed: { code: number; reason: string } | null = null
  line.a.listen({
    open() {},
    message: text => void frames.push(decodeFrame(text)),
    closed(code, reason) {
      closed = { code, reason }
    },
  })
  hub.gateway.accept(line.b, '10.0.0.9')
  return {
    wire: line.a,
    frames,
    closed: () => closed,
    async frame<T extends Frame['t']>(kind: T): Promise<Extract<Frame, { t: T }>> {
      await until(`a ${kind} frame`, () => frames.some(frame => frame.t === kind))
      return frames.find(frame => frame.t === kind) as Extract<Frame, { t: T }>
    },
    async end(): Promise<{ code: number; reason: string }> {
      await until('the end of the connection', () => closed !== null)
      return closed ?? { code: 0, reason: '' }
    },
  }
}

const nothing = (stream: 'events' | 'commands', device: string, epoch: number) => ({
  epoch,
  seq: 0,
  hash: genesis(stream, device, epoch),
})

async function setUp(more: Parameters<typeof startTestHub>[3] = {}) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path, 'hub.db', more)
  const device = await enrolTestTill(world, hub.db)
  const { sign } = signingKey(device.privateKey)

  function hello(nonce: string, over: Partial<Hello> = {}): string {
    const start = nothing('events', device.device, 1)
    const said = {
      protocol: 1,
      device: device.device,
      version: 'test',
      instance: 'run_1',
      nonce: 'n',
      clock: world.clock.now(),
      events: { last: start, acked: start },
      commands: nothing('commands', device.device, 0),
      ...over,
    } as Omit<Hello, 't' | 'signature'>
    return JSON.stringify({
      t: 'hello',
      ...said,
      signature: sign(signedHello('hub_test', nonce, said)),
      ...over,
    })
  }
  /** Connects as the enrolled device, up to the welcome. */
  async function enter(over: Partial<Hello> = {}, by: Pick<TestHub, 'gateway'> = hub) {
    const line = connect(by)
    line.wire.send(hello((await line.frame('challenge')).nonce, over))
    await line.frame('welcome')
    return line
  }
  return {
    folder,
    world,
    hub,
    device,
    hello,
    enter,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

function batch(
  device: string,
  bodies: readonly string[],
  first = 1,
  prev = genesis('events', device, 1),
): Batch {
  const head = bodies.reduce(link, prev)
  return { epoch: 1, first, prev, head, bodies }
}

test.each([
  ['text that is not JSON', 'hello there'],
  ['an unknown frame', '{"t":"dance"}'],
  ['a field of the wrong type', '{"t":"ping","clock":"noon"}'],
  ['a batch without records', '{"t":"batch","stream":"events","epoch":1,"first":1,"prev":"a","head":"b"}'],
  ['a second line where none belongs', '{"t":"ping","clock":1}\n{"t":"ping","clock":1}'],
])('%s ends the connection with FRAME_MALFORMED and nothing else', async (_what, message) => {
  await using set = await setUp()
  const line = await set.enter()
  line.wire.send(message)
  expect(await line.end()).toEqual({ code: closeCodes.malformed, reason: 'FRAME_MALFORMED' })
  expect((await line.frame('refuse')).sentence).not.toBe('')
  await set.enter() // the device itself is welcome again
})

test('an oversized frame ends the connection with FRAME_TOO_LARGE', async () => {
  await using set = await setUp()
  const line = await set.enter()
  line.wire.send(`{"t":"batch"}\n${'x'.repeat(limits.frameBytes)}`)
  expect((await line.end()).reason).toBe('FRAME_TOO_LARGE')
})

test('a signature by another key is refused for any device', async () => {
  await using set = await setUp()
  const line = connect(set.hub)
  const { nonce } = await line.frame('challenge')
  const signature = Buffer.alloc(64, 7).toString('base64url')
  line.wire.send(set.hello(nonce, { signature }))
  expect(await line.end()).toEqual({ code: closeCodes.unauthorised, reason: 'SIGNATURE_WRONG' })
})

test('a hello that changed after it was signed is refused', async () => {
  await using set = await setUp()
  const line = connect(set.hub)
  const { nonce } = await line.frame('challenge')
  const said: unknown = JSON.parse(set.hello(nonce))
  line.wire.send(JSON.stringify({ ...(said as object), instance: 'run_2' }))
  expect((await line.end()).reason).toBe('SIGNATURE_WRONG')
})

test('an answer to an earlier connection’s challenge is refused', async () => {
  await using set = await setUp()
  const overheard = set.hello((await connect(set.hub).frame('challenge')).nonce)
  const line = connect(set.hub)
  await line.frame('challenge')
  line.wire.send(overheard)
  expect((await line.end()).reason).toBe('SIGNATURE_WRONG')
})

test('a challenge goes stale', async () => {
  await using set = await setUp()
  const line = connect(set.hub)
  await line.frame('challenge')
  await set.world.advance(limits.handshakeMs + 1)
  expect(await line.end()).toEqual({ code: closeCodes.slow, reason: 'CHALLENGE_STALE' })
})

test('an unknown device is refused by name', async () => {
  await using set = await setUp()
  const line = connect(set.hub)
  const { nonce } = await line.frame('challenge')
  line.wire.send(set.hello(nonce, { device: 'dev_zzzzzzzzzzzzzzzzzzzz' as Hello['device'] }))
  expect((await line.end()).reason).toBe('DEVICE_UNKNOWN')
})

test('the twenty-first silent connection of one address is turned away', async () => {
  await using set = await setUp()
  const silent = Array.from({ length: 20 }, () => connect(set.hub))
  await Promise.all(silent.map(line => line.frame('challenge')))
  expect(await connect(set.hub).end()).toEqual({ code: closeCodes.tooMany, reason: 'TOO_MANY_CONNECTIONS' })
})

test('a batch replayed, also over a new connection, changes nothing', async () => {
  await using set = await setUp()
  const { device } = set.device
  const once = encodeBatch('events', batch(device, [JSON.stringify(sale(1)), JSON.stringify(sale(2))]))
  const line = await set.enter()
  line.wire.send(once)
  line.wire.send(once)
  await until('two acks', () => line.frames.filter(frame => frame.t === 'ack').length === 2)
  const again = await set.enter()
  again.wire.send(once)
  expect(await again.frame('ack')).toMatchObject({ epoch: 1, seq: 2 })
  expect(await onHand(set.hub.db)).toBe(-2)
})

test('a batch whose hash does not fit is sent again, not taken', async () => {
  await using set = await setUp()
  const line = await set.enter()
  const broken = { ...batch(set.device.device, [JSON.stringify(sale(1))]), head: 'A'.repeat(43) }
  line.wire.send(encodeBatch('events', broken))
  expect(await line.end()).toEqual({ code: closeCodes.gap, reason: 'BATCH_CORRUPT' })
  expect(await onHand(set.hub.db)).toBe(0)
})

test('a gap is refused and nothing of it kept', async () => {
  await using set = await setUp()
  const line = await set.enter()
  line.wire.send(encodeBatch('events', batch(set.device.device, [JSON.stringify(sale(5))], 5)))
  expect((await line.end()).reason).toBe('STREAM_GAP')
})

test('another history under the same positions quarantines the device and keeps what came first', async () => {
  await using set = await setUp()
  const { device } = set.device
  const line = await set.enter()
  line.wire.send(encodeBatch('events', batch(device, [JSON.stringify(sale(1))])))
  await line.frame('ack')
  line.wire.send(encodeBatch('events', batch(device, [JSON.stringify(sale(9))])))
  expect(await line.end()).toEqual({ code: closeCodes.quarantined, reason: 'DEVICE_QUARANTINED' })
  const late = connect(set.hub)
  late.wire.send(set.hello((await late.frame('challenge')).nonce))
  expect((await late.end()).reason).toBe('DEVICE_QUARANTINED')
  expect(await onHand(set.hub.db)).toBe(-1)
  const told = await set.hub.db.selectFrom('exception').select(['kind', 'owner']).execute()
  expect(told).toEqual([{ kind: 'stream-forked', owner: 'it' }])
})

test('unknown kinds wait, unreadable records are set aside whole, and the stream goes on behind both', async () => {
  await using set = await setUp()
  const { device } = set.device
  const bodies = [
    JSON.stringify(sale(1)),
    '{"kind":"weather.changed","at":1,"rain":true}',
    '{"kind":"sale.completed","at":"yesterday","card":"kept"}',
    'not json at all',
    JSON.stringify(sale(2)),
  ]
  const line = await set.enter()
  line.wire.send(encodeBatch('events', batch(device, bodies)))
  expect(await line.frame('ack')).toMatchObject({ seq: 5 })
  const kept = await set.hub.db.selectFrom('event').select(['state', 'body']).orderBy('seq').execute()
  expect(kept.map(({ state }) => state)).toEqual([
    'applied',
    'deferred',
    'quarantined',
    'quarantined',
    'applied',
  ])
  expect(kept.map(({ body }) => body)).toEqual(bodies)
  expect(await onHand(set.hub.db)).toBe(-2)
  const told = await set.hub.db.selectFrom('exception').select(['kind', 'count']).execute()
  expect(told.map(({ kind }) => kind)).toEqual(['event-unreadable', 'event-unreadable', 'event-unreadable'])
  expect((await audit(set.hub.db)).findings).toEqual([])
})

test('a record with U+0000 is kept byte for byte and holds up nothing behind it', async () => {
  await using set = await setUp()
  const { device } = set.device
  const bodies = [
    JSON.stringify(sale(1)),
    '{"kind":"sale.completed","note":"raw \u0000 zero"}',
    '\u0001"looks like a stored one"',
    JSON.stringify({ kind: 'weather\u0000changed', at: 1 }),
    JSON.stringify(sale(2)),
  ]
  const line = await set.enter()
  line.wire.send(encodeBatch('events', batch(device, bodies)))
  expect(await line.frame('ack')).toMatchObject({ seq: 5 })
  const { db } = set.hub
  const rows = await db
    .selectFrom('event')
    .select(['store', 'device', 'epoch', 'seq'])
    .orderBy('seq')
    .execute()
  const kept = await Promise.all(rows.map(({ store, ...place }) => readRecord(db, store, place)))
  expect(kept).toMatchObject(bodies.map(body => ({ body })))
  expect(kept.map(record => (record !== null && 'state' in record ? record.state : null))).toEqual([
    'applied',
    'quarantined',
    'quarantined',
    'deferred',
    'applied',
  ])
  expect(await onHand(db)).toBe(-2)
  expect((await audit(db)).findings).toEqual([])
})

test('a record that breaks its own effect is set aside; those around it count', async () => {
  await using set = await setUp()
  const { device } = set.device
  const db = set.hub.db
  // two lines of one number: their movements share one key, so the effect can't be written
  const { lines } = SaleCompleted.parse(sale(2))
  const broken = sale(2, 1, { lines: [...lines, ...lines] })
  const line = await set.enter()
  line.wire.send(
    encodeBatch(
      'events',
      batch(
        device,
        [sale(1), broken, sale(3)].map(event => JSON.stringify(event)),
      ),
    ),
  )
  await until('all three acked', () => line.frames.some(frame => frame.t === 'ack' && frame.seq === 3))
  const kept = await db.selectFrom('event').select('state').orderBy('seq').execute()
  expect(kept.map(({ state }) => state)).toEqual(['applied', 'quarantined', 'applied'])
  expect(await onHand(db)).toBe(-2)
})

/** Takes away a table that only some sales need, or gives it back: neither engine calls that a fault of the data. */
const rename = (db: Db, from: string, to: string) =>
  transaction(db, tx => tx.rows(sql`ALTER TABLE ${sql.table(from)} RENAME TO ${sql.table(to)}`))

const blocked = async (db: Db) => (await listExceptions(db)).filter(({ kind }) => kind === 'ingest-blocked')

/** Two sales without payments, and two that need the table of payments. */
const someUnpaid = [
  sale(1, 1, { tenders: [], unexplained: 1000 }),
  sale(2, 1, { tenders: [], unexplained: 1000 }),
  sale(3),
  sale(4),
].map(event => JSON.stringify(event))

/** A hub that has stored the first record and can't store the third. */
async function setUpBlocked() {
  const set = await setUp()
  const { db } = set.hub
  const send = async (count: number, by?: Pick<TestHub, 'gateway'>) => {
    const line = await set.enter({}, by)
    line.wire.send(encodeBatch('events', batch(set.device.device, someUnpaid.slice(0, count))))
    return line
  }
  await (await send(1)).frame('ack')
  await rename(db, 'sale_tender', 'gone')
  return {
    ...set,
    db,
    send,
    async failing(tries: number) {
      for (let i = 0; i < tries; i += 1)
        expect(await (await send(4)).end()).toMatchObject({ code: closeCodes.failed })
    },
    repair: () => rename(db, 'gone', 'sale_tender'),
  }
}

test('a record that the hub fails to store again and again is named by its place, and those before it are stored', async () => {
  await using set = await setUpBlocked()
  const { db, send, failing } = set
  await failing(2)
  expect(await onHand(db)).toBe(-2)
  await failing(3)
  expect(await blocked(db)).toEqual([])
  await failing(2)
  await until('the exception', async () => (await blocked(db)).length === 1)
  const [found] = await blocked(db)
  expect(found).toMatchObject({ subject: set.device.device, store: 'HAR', severity: 'urgent', owner: 'it' })
  expect(found?.sentence).toMatch(
    /^Till "Till 1" of store HAR .* record 1\/3 \((SQLITE_ERROR|42P01): .*sale_tender/,
  )

  await set.repair()
  expect(await (await send(4)).frame('ack')).toMatchObject({ seq: 4 })
  await until('the end of the exception', async () => (await blocked(db)).length === 0)
  expect(await onHand(db)).toBe(-4)
})

test('an exception for what one process could not store closes when another process stores it', async () => {
  await using set = await setUpBlocked()
  const { db, send, failing } = set
  await failing(7)
  await until('the exception', async () => (await blocked(db)).length === 1)
  await set.repair()
  await using gateway = openGateway({
    world: set.world,
    db,
    hub: 'hub_test',
    key: openHubKey({ db, world: set.world }),
    signals: set.hub.signals,
    sendSnapshot,
  })
  await (await send(4, { gateway })).frame('ack')
  await until('the end of the exception', async () => (await blocked(db)).length === 0)
})

test('a till that the hub fails to take in is told of, counts as silent, and is forgotten once it is taken in', async () => {
  await using set = await setUp()
  const { db } = set.hub
  await rename(db, 'stream_out', 'gone')
  for (let i = 0; i < 5; i += 1) {
    const line = connect(set.hub)
    line.wire.send(set.hello((await line.frame('challenge')).nonce))
    expect((await line.end()).code).toBe(closeCodes.failed)
  }
  await until('the exception', async () => (await blocked(db)).length === 1)
  expect((await blocked(db))[0]?.code).toBe('ingest-blocked.handshake')
  const seen = () => db.selectFrom('device').select('last_seen_at').executeTakeFirstOrThrow()
  expect(await seen()).toEqual({ last_seen_at: null })
  await rename(db, 'gone', 'stream_out')
  await set.enter()
  await until('the end of the exception', async () => (await blocked(db)).length === 0)
  expect(await seen()).not.toEqual({ last_seen_at: null })
})

test('a hub whose disk is full says so in memory, and no longer once writes have succeeded for a minute', async () => {
  await using set = await setUp()
  let isFull = true
  const db = withFence(set.hub.db, async () => {
    if (isFull) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
  })
  const { world } = set
  await using gateway = openGateway({
    world,
    db,
    hub: 'hub_test',
    key: openHubKey({ db, world }),
    signals: set.hub.signals,
    sendSnapshot,
  })
  const send = async () => {
    const line = await set.enter({}, { gateway })
    line.wire.send(encodeBatch('events', batch(set.device.device, [JSON.stringify(sale(1))])))
    return line
  }
  expect((await (await send()).end()).code).toBe(closeCodes.failed)
  expect(gateway.storage()).toEqual({ code: 'SQLITE_FULL', since: world.clock.now() })
  isFull = false
  await (await send()).frame('ack')
  expect(gateway.storage()).toMatchObject({ code: 'SQLITE_FULL' })
  await world.advance(70_000)
  expect(gateway.storage()).toBeNull()
})

test('a million-character garbage flood on one connection leaves the others alone', async () => {
  await using set = await setUp()
  const flood = connect(set.hub)
  for (let i = 0; i < 50; i += 1) flood.wire.send('\u0000'.repeat(20_000))
  await flood.end()
  await turns()
  const line = await set.enter()
  line.wire.send(encodeBatch('events', batch(set.device.device, [JSON.stringify(sale(1))])))
  await line.frame('ack')
  expect(await onHand(set.hub.db)).toBe(-1)
})

test('a device found forked while the database takes no writes is out at once, and its row says so later', async () => {
  await using set = await setUp()
  let isFull = false
  const db = withFence(set.hub.db, async () => {
    if (isFull) throw new Error('database or disk is full')
  })
  const { world } = set
  const key = openHubKey({ db, world })
  await using gateway = openGateway({
    world,
    db,
    hub: 'hub_test',
    key,
    signals: set.hub.signals,
    sendSnapshot,
  })
  const first = await set.enter({}, { gateway })
  first.wire.send(encodeBatch('events', batch(set.device.device, [JSON.stringify(sale(1))])))
  await first.frame('ack')
  first.wire.close(1000, '')
  await set.world.advance(2_000)
  isFull = true
  const mark = { epoch: 1, seq: 1, hash: 'another' }
  for (const events of [{ last: mark, acked: mark }, undefined]) {
    const line = connect({ gateway })
    const said = events === undefined ? {} : { events }
    line.wire.send(set.hello((await line.frame('challenge')).nonce, said))
    expect(await line.end()).toEqual({ code: closeCodes.quarantined, reason: 'DEVICE_QUARANTINED' })
  }
  const state = async () => (await db.selectFrom('device').select('state').executeTakeFirstOrThrow()).state
  expect(await state()).toBe('active')
  await set.world.advance(11_000)
  isFull = false
  await set.world.advance(11_000)
  await until('the quarantine is written', async () => (await state()) === 'quarantined')
})

test('a device that invents what it holds of its commands fills no table, and is soon refused for a while', async () => {
  await using set = await setUp()
  const { world, hub, device } = set
  const draft: CommandDraft = put()
  const sendPickups = async (tx: Tx) => {
    for (let n = 0; n < 3; n += 1)
      await sendToDevice(tx, device.device, { ...draft, pickup: PickupId.parse(`pickup_${n}`) })
  }
  const key = openHubKey({ db: hub.db, world })
  const { db, signals } = hub
  await using gateway = openGateway({ world, db, hub: 'hub_test', key, signals, sendSnapshot: sendPickups })
  const ends: string[] = []
  const rows: number[] = []
  for (let n = 1; n <= 8; n += 1) {
    const line = connect({ gateway })
    const commands = { epoch: 100 * n, seq: 900, hash: 'invented' }
    line.wire.send(set.hello((await line.frame('challenge')).nonce, { commands }))
    const isAnswer = ({ t }: Frame) => t === 'welcome' || t === 'refuse'
    await until('an answer', () => line.frames.some(isAnswer))
    ends.push(line.frames.find(isAnswer)?.t ?? '')
    line.wire.close(1000, '')
    await world.advance(2_000)
    rows.push((await db.selectFrom('command').select('seq').execute()).length)
  }
  expect(ends).toEqual([...Array(5).fill('welcome'), ...Array(3).fill('refuse')])
  expect(rows.slice(1).every(count => count === rows[1])).toBe(true)
  await world.advance(5 * 60_000)
  const line = connect({ gateway })
  const commands = { epoch: 5_000, seq: 900, hash: 'invented' }
  line.wire.send(set.hello((await line.frame('challenge')).nonce, { commands }))
  await line.frame('welcome')
})

test('a flood of what a till says of itself is taken up a few times a minute, one after the other, and its last word counts', async () => {
  const settings: (string | null)[] = []
  const versions: string[] = []
  let atOnce = 0
  let most = 0
  const slowly = async (note: () => void) => {
    atOnce += 1
    most = Math.max(most, atOnce)
    await turns(3)
    note()
    atOnce -= 1
  }
  await using set = await setUp({
    settings: (_device, { sentence }) => slowly(() => settings.push(sentence)),
    running: async (_device, { version }) => void versions.push(version),
  })
  const line = await set.enter()
  const say = (n: number) => {
    const told = { told: '', runs: '', state: 'refused', code: null, sentence: `Reason ${n}` }
    const running = { version: `1.0.${n}`, platform: null, health: 'trial', offered: '', update: null }
    const status = { t: 'status', unsent: 0, oldestUnsentAt: null, clock: n, sources: [] }
    line.wire.send(JSON.stringify({ ...status, settings: told, running }))
  }
  for (let n = 1; n <= 10_000; n += 1) say(n)
  line.wire.send(JSON.stringify({ t: 'ping', clock: 1 }))
  await line.frame('pong')
  expect(settings.length).toBeLessThanOrEqual(60)
  await until('the last word is noted', async () => {
    await set.world.advance(60_000)
    if (line.closed() !== null) return true
    line.wire.send(JSON.stringify({ t: 'ping', clock: 1 }))
    return settings.at(-1) === 'Reason 10000'
  })
  expect({ last: settings.at(-1), version: versions.at(-1), most }).toEqual({
    last: 'Reason 10000',
    version: '1.0.10000',
    most: 1,
  })
  expect(settings.length).toBeLessThanOrEqual(180)
})

test('a till that asks for all free stock without end is answered a few times a minute', async () => {
  let read = 0
  await using set = await setUp({
    stock: async () => {
      read += 1
      return null
    },
  })
  const line = await set.enter()
  const answers = () => line.frames.filter(({ t }) => t === 'stock').length
  const ask = () => line.wire.send(JSON.stringify({ t: 'stock-ask', since: null }))
  for (let n = 1; n <= 60; n += 1) {
    ask()
    await until('an answer', () => answers() === n)
  }
  for (let n = 0; n < 500; n += 1) ask()
  line.wire.send(JSON.stringify({ t: 'ping', clock: 1 }))
  await line.frame('pong')
  await turns(20)
  expect(read).toBe(60)
  await set.world.advance(20_000)
  line.wire.send(JSON.stringify({ t: 'ping', clock: 1 }))
  await set.world.advance(20_000)
  line.wire.send(JSON.stringify({ t: 'ping', clock: 1 }))
  await set.world.advance(20_000)
  await until('the one that waited', () => answers() === 61)
  expect(read).toBe(61)
})
