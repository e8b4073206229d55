import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { addDevice, noteClock } from '../../hub/fleet/devices.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { dueSums } from '../../hub/outbox/postings.ts'
import { planWrite } from '../../hub/outbox/writes.ts'
import { applyToLedger } from '../../hub/sales/apply.ts'
import type { ReceiptEvent } from '../../hub/sales/decide.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { audit } from '../../hub/stock/audit.ts'
import { decideRestored } from '../../hub/stock/decide-restored.ts'
import { agree as agreeOn, keepHistory, tryGoLive } from '../../hub/stock/go-live.ts'
import { historyCounts } from '../../hub/stock/history.ts'
import { levelSums } from '../../hub/stock/levels.ts'
import { writeOpenings } from '../../hub/stock/opening-balance.ts'
import { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** When the store was added: noon in Berlin. */
const LIVE = Date.UTC(2026, 10, 25, 11)
const TILL = 'dev_0000000000000000'
const PLACE = { store: 'HAR', location: 'gid://shopify/Location/101', warehouses: ['0'] } as const

const wallOf = (ms: number) => new Date(ms + HOUR).toISOString().slice(0, 19) // Berlin in winter
const timeOf = (ms: number) => ({ wall: wallOf(ms), zone: 'Europe/Berlin' })

/** A receipt that was sold at a moment and seen by the agent at another; by the till's clock. */
const sold = (receipt: number, units: number, soldAt: number, seenAt = soldAt + 2_000, over: object = {}) =>
  SaleCompleted.parse(sale(receipt, units, { at: seenAt, soldAt: timeOf(soldAt), ...over }))
const voided = (receipt: number, at: number) =>
  SaleVoided.parse({ kind: 'sale.voided', at, source: 'pos', receipt: `r-${receipt}`, reason: 'marked-void' })
const moved = (entry: string, units: number, happenedAt: number, at = happenedAt, fingerprint = entry) =>
  StockMoved.parse({
    kind: 'stock.moved',
    at,
    source: 'pos',
    entry,
    fingerprint: fingerprint.padEnd(16, '.'),
    reason: 'received',
    sku: 'SHIRT-M',
    barcode: null,
    quantity: units * 1000,
    warehouse: '0',
    happenedAt: timeOf(happenedAt),
  })

/** A store that was added at `LIVE`, with one till. */
async function openStore() {
  const folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  await transaction(db, async tx => {
    await putStore(tx, { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }, LIVE)
    await mapWarehouse(tx, 'HAR', '0', '101', LIVE)
    await addDevice(tx, { device: TILL, store: 'HAR', till: 'Till 1', publicKey: '' }, LIVE)
  })
  let seq = 0
  return {
    db,
    /** The hub receives events, by its own clock. */
    async take(at: number, ...events: readonly ReceiptEvent[]) {
      const placed = events.map(event => {
        seq += 1
        return { event, origin: { store: 'HAR', device: TILL, epoch: 1, seq, at } }
      })
      await transaction(db, tx => applyToLedger(tx, 'HAR', placed))
    },
    /** What is due, what is in the ledger, and how many movements are history. In units. */
    async stock() {
      const due = (await dueSums(db, PLACE)).reduce((sum, one) => sum + one.quantity, 0) / 1000
      const [level] = await levelSums(db, PLACE, ['SHIRT-M'])
      return { due, level: (level?.quantity ?? 0) / 1000, history: (await historyCounts(db)).get('HAR') ?? 0 }
    },
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

const agree = (db: Db, goLive: number, now: number) =>
  transaction(db, tx => agreeOn(tx, { store: 'HAR', terms: { goLive }, by: 'Kim', why: 'counted' }, now))

async function expectAllAgrees(db: Db) {
  const { findings } = await audit(db)
  expect(findings.filter(({ invariant }) => invariant !== 'promise-within-stock')).toEqual([])
}

test('three years of a till’s receipts count as takings and move nothing in Shopify', async () => {
  await using store = await openStore()
  await store.take(
    LIVE + HOUR,
    sold(1, 500, Date.UTC(2023, 4, 2, 10), LIVE + HOUR),
    moved('stock-1', 40, Date.UTC(2024, 1, 1, 10), LIVE + HOUR),
    sold(2, 3, LIVE - 60_000, LIVE + HOUR),
    sold(3, 2, LIVE + 60_000, LIVE + HOUR),
  )
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 3 })
  const receipts = await store.db.selectFrom('sale').select('tendered').execute()
  expect(receipts.map(row => Number(row.tendered)).toSorted((a, b) => a - b)).toEqual([2_000, 3_000, 500_000])
  const [traced] = await traceReceipt(store.db, { store: 'HAR', receipt: '1', source: null })
  expect(traced?.movements).toMatchObject([{ quantity: -500_000, write: null, isHistory: true }])
  expect((await audit(store.db)).history).toEqual([{ store: 'HAR', movements: 3 }])
  await expectAllAgrees(store.db)
})

test('history that arrives after the ledger was opened leaves it at what Shopify shows', async () => {
  await using store = await openStore()
  const level = { tracked: true, active: true, available: 180, onHand: 180, committed: 0 }
  const read = { ...level, availableAt: null, onHandAt: null, committedAt: null }
  await store.take(LIVE + 1, sold(1, 2, LIVE - DAY, LIVE))
  await transaction(store.db, tx =>
    writeOpenings(tx, PLACE, new Map([['SHIRT-M', read]]), { askedAt: LIVE + 2, now: LIVE + 2 }),
  )
  await store.take(LIVE + 3, sold(2, 5, LIVE - DAY, LIVE), sold(3, 1, LIVE + 1))
  expect(await store.stock()).toEqual({ due: -1, level: 179, history: 2 })
})

test('history of a warehouse that was given up opens no exception', async () => {
  await using store = await openStore()
  const at = (warehouse: string) => ({
    lines: [{ line: 0, sku: 'SHIRT-M', barcode: null, title: 'Shirt', quantity: 1000, net: 840, warehouse }],
  })
  await store.take(
    LIVE + 1,
    sold(1, 1, LIVE - DAY, LIVE, at('OLD')),
    sold(2, 1, LIVE + 1, LIVE + 1, at('NEW')),
  )
  const open = await store.db.selectFrom('exception').select(['kind', 'subject']).execute()
  expect(open).toEqual([{ kind: 'location-unmapped', subject: 'HAR/NEW' }])
})

test.each([
  [
    'is corrected after it: only the difference moves',
    [sold(1, 3, LIVE - DAY), sold(1, 2, LIVE - DAY, LIVE + HOUR)],
    1,
  ],
  ['is corrected before it: nothing moves', [sold(1, 3, LIVE - DAY), sold(1, 2, LIVE - DAY, LIVE - HOUR)], 0],
  ['is voided after it: the goods come back', [sold(1, 3, LIVE - DAY), voided(1, LIVE + HOUR)], 3],
  ['is voided before it: nothing moves', [sold(1, 3, LIVE - DAY), voided(1, LIVE - HOUR)], 0],
  [
    'is refunded after it, on a receipt of its own: the goods come back',
    [sold(1, 3, LIVE - DAY), sold(2, -3, LIVE + HOUR)],
    3,
  ],
  [
    'is voided and sold again after it: nothing is left',
    [sold(1, 3, LIVE - DAY), voided(1, LIVE + HOUR), sold(1, 3, LIVE - DAY, LIVE + 2 * HOUR)],
    0,
  ],
  [
    'of the stock diary is corrected after it: only the difference moves',
    [moved('a', 40, LIVE - DAY), moved('a', 38, LIVE - DAY, LIVE + HOUR, 'b')],
    -2,
  ],
  [
    'is seen again and again: nothing moves',
    [sold(1, 3, LIVE - DAY), sold(1, 3, LIVE - DAY, LIVE + HOUR)],
    0,
  ],
])('what happened before the go-live and %s', async (_, events, due) => {
  await using store = await openStore()
  for (const event of events) await store.take(Math.max(LIVE, event.at) + 5_000, event)
  expect((await store.stock()).due).toBe(due)
  await expectAllAgrees(store.db)
})

test.each([
  ['three years behind, noted at its connection', { offsetMs: -3 * 365 * DAY, measured: true }],
  ['three years behind, and right again when it connects', { offsetMs: -3 * 365 * DAY, measured: false }],
  ['two hours behind', { offsetMs: -2 * HOUR, measured: true }],
  ['a year ahead', { offsetMs: 365 * DAY, measured: true }],
])('a till whose clock is %s: what it sells is posted once', async (_, { offsetMs, measured }) => {
  await using store = await openStore()
  if (measured) await transaction(store.db, tx => noteClock(tx, TILL, offsetMs))
  const at = LIVE + 30 * 60_000
  await store.take(at + 5_000, sold(1, 2, at + offsetMs))
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 0 })
})

test('the clock of a till does not turn its history into sales of today', async () => {
  await using store = await openStore()
  const offsetMs = 365 * DAY
  await transaction(store.db, tx => noteClock(tx, TILL, offsetMs))
  await store.take(LIVE + HOUR, sold(1, 2, LIVE - DAY + offsetMs, LIVE + HOUR + offsetMs))
  expect(await store.stock()).toEqual({ due: 0, level: 0, history: 1 })
})

test('a POS with a clock of its own is believed when the agent’s clock was wrong', async () => {
  await using store = await openStore()
  const seenAt = LIVE + 60 * DAY
  await store.take(LIVE + HOUR, sold(1, 2, LIVE + 60_000, seenAt), sold(2, 1, LIVE - DAY, seenAt))
  expect(await store.stock()).toMatchObject({ due: -2, level: -2, history: 1 })
})

test('a later go-live holds what is due and older; an earlier one posts what was held; what was posted stays', async () => {
  await using store = await openStore()
  await store.take(
    LIVE + 3 * HOUR,
    sold(1, 1, LIVE - HOUR),
    sold(2, 2, LIVE + HOUR),
    sold(3, 4, LIVE + 2 * HOUR),
  )
  expect(await store.stock()).toEqual({ due: -6, level: -6, history: 1 })
  expect(await tryGoLive(store.db, 'HAR', LIVE + 90 * 60_000)).toMatchObject({
    held: 1,
    released: 0,
    items: [{ sku: 'SHIRT-M', warehouse: '0', held: -2000, released: 0 }],
  })
  expect((await store.stock()).history).toBe(1) // trying changes nothing
  await agree(store.db, LIVE + 90 * 60_000, LIVE + 3 * HOUR)
  expect(await store.stock()).toEqual({ due: -4, level: -4, history: 2 })
  await store.take(LIVE + 4 * HOUR, sold(4, 8, LIVE + 80 * 60_000)) // a till that was offline
  expect(await store.stock()).toEqual({ due: -4, level: -4, history: 3 })
  await agree(store.db, LIVE - 2 * HOUR, LIVE + 5 * HOUR)
  expect(await store.stock()).toEqual({ due: -15, level: -15, history: 0 })
  await expectAllAgrees(store.db)
  const versions = await store.db
    .selectFrom('contract')
    .select(['version', 'changed_by'])
    .orderBy('version')
    .execute()
  expect(versions.map(row => [Number(row.version), row.changed_by])).toEqual([
    [1, 'Kim'],
    [2, 'Kim'],
  ])
})

test('a go-live that is planned for later holds everything until then', async () => {
  await using store = await openStore()
  await agree(store.db, LIVE + 2 * DAY, LIVE + 1)
  await store.take(LIVE + DAY, sold(1, 3, LIVE + DAY - HOUR))
  await store.take(LIVE + 2 * DAY + HOUR, sold(2, 2, LIVE + 2 * DAY + 1_000))
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 1 })
})

test('what comes back from a request that was under way is judged by the new go-live', async () => {
  await using store = await openStore()
  await store.take(LIVE + HOUR, sold(1, 3, LIVE + 1))
  await transaction(store.db, async tx => {
    await tx
      .insertInto('contract')
      .values({
        store: 'HAR',
        version: 1,
        terms_json: JSON.stringify({ goLive: LIVE + HOUR }),
        changed_at: LIVE + HOUR,
        changed_by: 'Kim',
        why: 'counted',
      })
      .execute()
    await keepHistory(tx, 'HAR')
  })
  expect(await store.stock()).toEqual({ due: 0, level: 0, history: 1 })
})

test('a request that has not left the hub is planned again without what a later go-live holds', async () => {
  await using store = await openStore()
  await store.take(LIVE + HOUR, sold(1, 3, LIVE + 1), sold(2, 2, LIVE + HOUR - 1))
  await transaction(store.db, async tx => {
    const request = { location: PLACE.location, warehouses: ['0'], changes: [] }
    const of = { kind: 'adjust' as const, store: 'HAR', subject: 's', key: 'k', request, now: LIVE + HOUR }
    const write = await planWrite(tx, of)
    await tx
      .insertInto('posting')
      .columns(['store', 'kind', 'cause', 'line', 'revision', 'write'])
      .expression(e =>
        e
          .selectFrom('due_movement')
          .select(['store', 'kind', 'cause', 'line', 'revision', e.val(write).as('write')]),
      )
      .execute()
    await tx.deleteFrom('due_movement').execute()
    await tx.deleteFrom('due').execute()
  })
  await agree(store.db, LIVE + 30 * 60_000, LIVE + HOUR)
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 1 })
  await expectAllAgrees(store.db)
})

/** A receipt's life: contents in units or a void, each at an hour after or before the go-live. */
const life = fc.array(
  fc.record({ units: fc.option(fc.integer({ min: 1, max: 5 })), hour: fc.integer({ min: -5, max: 5 }) }),
  { maxLength: 4 },
)

test('Shopify is told of exactly what changed since the go-live, whatever came in which batch', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 3 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 2 }),
      async (lives, size, goLives) => {
        await using store = await openStore()
        let due = 0
        const last = goLives.at(-1) ?? 0
        const events = lives.flatMap((steps, receipt) => {
          let before = 0
          const ordered = steps.toSorted((a, b) => a.hour - b.hour)
          return ordered.flatMap(({ units, hour }, step): ReceiptEvent[] => {
            const at = LIVE + hour * HOUR + step * 60_000 + 1
            const after = units ?? 0
            if (after === before) return []
            if (hour >= last) due += before - after
            const isFirst = before === 0 && step === ordered.findIndex(one => one.units !== null)
            before = after
            if (units === null) return [voided(receipt, at)]
            return [
              sold(receipt, units, isFirst ? at : LIVE - 5 * DAY, at, {
                fingerprint: `${step}`.padEnd(16, 'x'),
              }),
            ]
          })
        })
        for (let start = 0; start < events.length; start += size)
          await store.take(LIVE + 12 * HOUR, ...events.slice(start, start + size))
        for (const hour of goLives) await agree(store.db, LIVE + hour * HOUR, LIVE + 13 * HOUR)
        expect((await store.stock()).due + 0).toBe(due + 0)
        await expectAllAgrees(store.db)
      },
    ),
    { numRuns: engine === 'sqlite' ? 60 : 8 },
  )
})

test('what an older version took in, without noting when goods moved, is judged by one moment throughout', async () => {
  await using store = await openStore()
  await agree(store.db, LIVE - 10 * DAY, LIVE)
  await store.take(LIVE + 3 * HOUR, sold(1, 5, LIVE - DAY, LIVE + 3 * HOUR))
  await transaction(store.db, tx => tx.updateTable('movement').set({ moved_at: null }).execute())
  expect(await store.stock()).toEqual({ due: -5, level: -5, history: 0 })
  const posted = { held: 1, released: 0, posted: 0 }
  expect(await tryGoLive(store.db, 'HAR', LIVE)).toMatchObject(posted)
  await agree(store.db, LIVE, LIVE + 4 * HOUR)
  expect(await store.stock()).toEqual({ due: 0, level: 0, history: 1 })
  await agree(store.db, LIVE + 4 * HOUR, LIVE + 5 * HOUR)
  expect(await store.stock()).toEqual({ due: 0, level: 0, history: 1 })
  expect(await tryGoLive(store.db, 'HAR', LIVE)).toMatchObject({ released: 0 })
  await agree(store.db, LIVE - 2 * DAY, LIVE + 6 * HOUR)
  expect(await store.stock()).toEqual({ due: -5, level: -5, history: 0 })
  await expectAllAgrees(store.db)
})

const judge = (db: Db, posted: boolean, now: number) =>
  transaction(db, tx => decideRestored(tx, { store: 'HAR', sku: null, posted, why: 'asked', now }))
const asked = async (db: Db) =>
  (await db.selectFrom('exception').select('code').where('closed_at', 'is', null).execute()).map(
    ({ code }) => code,
  )

test.each([
  ['behind', -2 * HOUR, LIVE - HOUR, false, -2],
  ['ahead', 2 * HOUR, LIVE + HOUR, true, 0],
])(
  'a till was offline around the go-live, and its clock, 2 hours %s before, is right when it connects: a person is asked',
  async (_, offsetMs, soldAt, isOlder, due) => {
    await using store = await openStore()
    await transaction(store.db, tx => noteClock(tx, TILL, offsetMs, LIVE - 5 * HOUR))
    await transaction(store.db, tx => noteClock(tx, TILL, 0, LIVE + 3 * HOUR))
    await store.take(
      LIVE + 3 * HOUR,
      sold(1, 2, soldAt),
      sold(2, 4, LIVE - 4 * HOUR),
      sold(3, 1, LIVE + 2.5 * HOUR),
    )
    expect(await store.stock()).toEqual({ due: -1, level: -3, history: 1 })
    expect(await asked(store.db)).toEqual(['stock-write-unknown.clock'])
    await store.take(LIVE + 4 * HOUR, sold(4, 1, LIVE + 4 * HOUR - 10_000)) // its clock is known again
    expect(await asked(store.db)).toEqual(['stock-write-unknown.clock'])
    await judge(store.db, isOlder, LIVE + 5 * HOUR)
    expect((await store.stock()).due).toBe(due - 2)
    expect(await asked(store.db)).toEqual([])
    await expectAllAgrees(store.db)
  },
)

test('a till of a new store of an old hub was a year behind, and is right when it connects: what it sold is posted', async () => {
  await using store = await openStore()
  const old = { device: 'dev_1111111111111111', store: 'HAR', till: 'Old', publicKey: '' }
  await transaction(store.db, tx => addDevice(tx, old, LIVE - 3 * 365 * DAY))
  const at = LIVE + 30 * 60_000
  await store.take(at + 5_000, sold(1, 2, at - 365 * DAY))
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 0 })
})
