import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
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

test.each<[string, string, object, object]>([
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
  ['a printer that is gone', 'peripheral-missing', printer({ connected: false }), printer({})],
  [
    'a printer without paper',
    'printer-needs-care',
    printer({ conditions: ['paper-out'] }),
    printer({ conditions: ['paper-low'] }),
  ],
])('%s is one exception, %s, until it is corrected', async (_what, kind, wrong, mended) => {
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
  expect(await say(mended)).toEqual([])
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
