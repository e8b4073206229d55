import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions, openException } from '../../hub/checks/exceptions.ts'
import type { SubjectProblem } from '../../hub/checks/problem.ts'
import { transaction } from '../../hub/db/db.ts'
import { tillSubjects } from '../../hub/db/migrations/070-till-subjects.ts'
import { salePosted } from '../../hub/effects/sale-posted.ts'
import { saleUnposted } from '../../hub/effects/sale-unposted.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import { AgentEvent } from '../../shared/events.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from './till-and-hub.ts'

const at = 1_800_000_000_000
const receipt = (code: string) => ({
  kind: 'source.row-refused',
  at,
  source: 'paper',
  row: 'receipt/1',
  code,
  sentence: 'The total is missing.',
  payload: 'SHOP',
  what: 'receipt',
})
const printer = (over: object) => ({
  kind: 'peripheral.changed',
  at,
  peripheral: 'counter-printer',
  what: 'printer',
  connected: true,
  conditions: [],
  sentence: 'The printer is ready.',
  ...over,
})
const written = (problem: object | null) => ({
  kind: 'pos.written',
  at,
  source: 'unicenta',
  what: 'order',
  externalId: '#1043',
  problem,
})
const unposted = {
  kind: 'sale.unposted',
  at,
  source: 'paper',
  expected: 'unicenta',
  receipt: 'p-7',
  receiptNumber: '7',
  till: '1',
  soldAt: { wall: '2026-11-25T14:03:00', zone: 'Europe/Berlin' },
  currency: 'EUR',
  total: 4001,
}

const ofTheirOwn: [string, string, object, object][] = [
  [
    'a receipt that can’t be read',
    'receipt-unparsed',
    receipt('RECEIPT_UNPARSED'),
    {
      kind: 'source.row-accepted',
      at,
      source: 'paper',
      row: 'receipt/1',
    },
  ],
  [
    'a printed sale that the POS lost',
    'unposted-sale',
    unposted,
    {
      kind: 'sale.posted',
      at,
      source: 'paper',
      receipt: 'p-7',
    },
  ],
  [
    'an order that the POS refused',
    'pos-write-refused',
    written({ code: 'X', sentence: 'No such item.' }),
    written(null),
  ],
]

test.each<[string, string, object, object]>([
  ...ofTheirOwn,
  ['a printer that is gone', 'peripheral-missing', printer({ connected: false }), printer({})],
  [
    'a printer without paper',
    'printer-needs-care',
    printer({ conditions: ['paper-out'] }),
    printer({ conditions: ['paper-low'] }),
  ],
])('%s is one exception, %s, until it is corrected', async (_what, kind, wrong, corrected) => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  const say = async (...events: object[]) => {
    await till.journal.record(events.map(event => AgentEvent.parse(event)))
    await until('acked', () => till.journal.unsent().events === 0)
    return (await listExceptions(hub.db)).map(each => ({ kind: each.kind, count: Number(each.count) }))
  }
  expect(await say(wrong, wrong)).toEqual([{ kind, count: 2 }])
  expect(await say(corrected)).toEqual([])
})

test.each(ofTheirOwn)(
  '%s, %s: only its own till corrects it, also from another PC',
  async (_what, kind, wrong, corrected) => {
    using folder = temporaryFolder()
    const world = manualWorld()
    await using hub = await startTestHub(world, folder.path)
    const started = async (till: string, file: string) => {
      const device = await enrolTestTill(world, hub.db, till, 'any')
      return { device, ...startTestTill(world, device, join(folder.path, file), network(hub.gateway)) }
    }
    const one = await started('Till 1', 'one.db')
    using first = one
    using second = await started('Till 2', 'two.db')
    const say = async ({ journal }: typeof one, ...events: object[]) => {
      await journal.record(events.map(event => AgentEvent.parse(event)))
      await until('acked', () => journal.unsent().events === 0)
      return (await listExceptions(hub.db)).map(({ device, count }) => ({ device, count: Number(count) }))
    }
    const both = [second, first].map(({ device }) => ({ device: device.device, count: 1 }))
    await say(first, wrong)
    expect(await say(second, wrong)).toEqual(both)
    expect(await say(second, corrected)).toEqual(both.slice(1))
    using replaced = await started('Till 1', 'replaced.db')
    expect(await say(replaced, wrong)).toEqual([{ device: first.device.device, count: 2 }])
    expect(await say(replaced, corrected)).toEqual([])
    expect(kind).not.toBe('')
  },
)

test.each(ofTheirOwn)(
  '%s, %s: a till that was renamed or took the POS over corrects it once its former till has ended',
  async (_what, kind, wrong, corrected) => {
    using folder = temporaryFolder()
    const world = manualWorld()
    await using hub = await startTestHub(world, folder.path)
    const started = async (till: string, file: string) => {
      const device = await enrolTestTill(world, hub.db, till, 'any')
      return { device, ...startTestTill(world, device, join(folder.path, file), network(hub.gateway)) }
    }
    const one = await started('Till 1', 'one.db')
    using former = one
    using peer = await started('Till 2', 'two.db')
    const say = async ({ journal }: typeof one, ...events: object[]) => {
      await journal.record(events.map(event => AgentEvent.parse(event)))
      await until('acked', () => journal.unsent().events === 0)
      return (await listExceptions(hub.db)).map(open => open.device)
    }
    await say(former, wrong)
    expect(await say(peer, wrong)).toHaveLength(2)
    using renamed = await started('Kasse 1', 'renamed.db')
    expect(await say(renamed, corrected)).toHaveLength(2) // both tills still tell for themselves
    await transaction(hub.db, tx => revokeDevice(tx, former.device.device, world.clock.now()))
    expect(await say(renamed, corrected)).toEqual([peer.device.device])
    expect(await say(peer, corrected)).toEqual([])
    expect(kind).not.toBe('')
  },
)

test('what a hub of an older version opens beside this one is counted and closed by its own till alone', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const of = async (till: string) => (await enrolTestTill(world, hub.db, till)).device
  const [first, second] = [await of('Till 1'), await of('Till 2')]
  const say = (device: string, event: object) =>
    transaction(hub.db, async tx => {
      const effect = AgentEvent.parse(event).kind === 'sale.posted' ? salePosted : saleUnposted
      const placed = {
        event: AgentEvent.parse(event),
        origin: { store: 'HAR', device, epoch: 1, seq: 1, at },
      }
      await effect.apply(tx, [placed] as never, { store: 'HAR', at, afterCommit() {} })
    })
  const open = async () =>
    (await listExceptions(hub.db)).map(({ subject, count }) => ({ subject, count: Number(count) }))
  const fields = { soldAt: '', till: '', store: 'HAR', expected: '' }
  const row = { code: 'unposted-sale.no-number', store: 'HAR', fields, evidence: {} } as const
  const former = { ...row, subject: 'HAR/paper/p-7', device: first } as SubjectProblem
  await transaction(hub.db, tx => openException(tx, former, at))
  await say(first, unposted)
  expect(await open()).toEqual([{ subject: 'HAR/paper/p-7', count: 2 }])
  const posted = { kind: 'sale.posted', at, source: 'paper', receipt: 'p-7' }
  await say(second, posted)
  expect(await open()).toHaveLength(1)
  await say(first, posted)
  expect(await open()).toEqual([])
})

test('an exception that an older version opened for a store closes by its own till', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const of = async (till: string) => (await enrolTestTill(world, hub.db, till)).device
  const [first, second] = [await of('Till 1'), await of('Till 2')]
  const row = { code: 'unposted-sale.no-number', store: 'HAR', fields: {}, evidence: {} } as const
  const say = (kind: 'sale.posted', device: string, receipt: string) =>
    transaction(hub.db, async tx => {
      const event = AgentEvent.parse({ kind, at, source: 'paper', receipt })
      const origin = { store: 'HAR', device, epoch: 1, seq: 1, at }
      await salePosted.apply(tx, [{ event, origin }] as never, { store: 'HAR', at, afterCommit() {} })
    })
  const open = async () => (await listExceptions(hub.db)).map(({ subject }) => subject)
  await transaction(hub.db, async tx => {
    const about = { ...row, fields: { soldAt: '', till: '', store: 'HAR', expected: '' } }
    await openException(tx, { ...about, subject: 'HAR/paper/p-7', device: first } as SubjectProblem, at)
    await openException(tx, { ...about, subject: 'HAR/paper/p-8' } as SubjectProblem, at)
  })
  await transaction(hub.db, tx => tx.rows(tillSubjects.statement))
  await transaction(hub.db, tx => tx.rows(tillSubjects.statement)) // whatever is done already stays
  expect((await open()).toSorted()).toEqual(['HAR/paper/p-8', `${first}/paper/p-7`].toSorted())
  await say('sale.posted', second, 'p-7')
  await say('sale.posted', second, 'p-8') // of which till it was is not known
  expect(await open()).toEqual([`${first}/paper/p-7`])
  await say('sale.posted', first, 'p-7')
  expect(await open()).toEqual([])
})

test('scans, counts and prices are kept without an effect', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
  const base = {
    at,
    source: 'unicenta',
    fingerprint: 'f'.repeat(43),
    sku: 'MUG',
    barcode: null,
    entry: 'MUG',
  }
  const countedAt = { wall: '2026-11-25T14:03:00', zone: 'Europe/Berlin' }
  const facts = [
    { ...base, kind: 'stock.counted', quantity: 3000, warehouse: '0', countedAt },
    { ...base, kind: 'price.changed', price: 990, currency: 'EUR', taxIncluded: true },
    {
      kind: 'scan.observed',
      at,
      peripheral: 'counter-scanner',
      via: 'serial',
      aim: ']E0',
      symbology: 'EAN-13',
      text: '4006381333931',
      gtin: '04006381333931',
      elements: [],
      item: null,
      order: null,
      problem: null,
    },
  ]
  await till.journal.record(facts.map(event => AgentEvent.parse(event)))
  await until('acked', () => till.journal.unsent().events === 0)
  expect(await listExceptions(hub.db)).toEqual([])
  expect(await hub.db.selectFrom('event').select(['kind', 'state']).orderBy('seq').execute()).toEqual(
    facts.map(({ kind }) => ({ kind, state: 'applied' })),
  )
  expect(await hub.db.selectFrom('movement').selectAll().execute()).toEqual([])
})
