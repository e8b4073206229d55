import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { projections } from '../../hub/effects/projections.ts'
import { audit } from '../../hub/stock/audit.ts'
import { applyDeferredEvents } from '../../hub/streams/event-log.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import type { Projection } from '../../hub/streams/projection.ts'
import { dropRebuild, rebuildProjection } from '../../hub/streams/rebuild.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { dump, eventOf, feed, type Happening, TILLS } from './lives.ts'

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom('sale', 'sale', 'void', 'entry', 'cash'),
  number: fc.nat(4),
  units: fc.integer({ min: 1, max: 3 }),
})
const batch = fc.record({
  till: fc.constantFrom(...TILLS),
  clock: fc.integer({ min: 1, max: 50 }), // the hub's clock jumps: it must not decide the order
  happenings: fc.array(happening, { minLength: 1, maxLength: 6 }),
})

const dumpAll = (db: Db) => dump(db, { tables: projections.flatMap(one => one.tables) })

/** As after a fault of the program: rows are missing, and one is wrong. */
const spoil = (db: Db, { tables }: Projection) =>
  transaction(db, async tx => {
    for (const table of tables) await tx.rows(sql`DELETE FROM ${sql.table(table)} WHERE store > 0`)
  })

const once = (db: Db, projection: Projection, batchSize: number) =>
  rebuildProjection({ db, projection, fromStart: false, report() {}, batchSize })

test('whatever two tills sent in whichever batches, a rebuilt projection equals the live one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      async (batches, batchSize) => {
        await using ledger = await openLedger()
        let now = 0
        const commit = feed(ledger.db, () => now)
        for (const { till, clock, happenings } of batches) {
          now = clock
          await commit(till, happenings)
        }
        const live = await dumpAll(ledger.db)
        for (const projection of projections) {
          await spoil(ledger.db, projection)
          await once(ledger.db, projection, batchSize)
        }
        expect(await dumpAll(ledger.db)).toEqual(live)
        const { findings } = await audit(ledger.db)
        expect(findings.filter(finding => finding.invariant !== 'promise-within-stock')).toEqual([])
      },
    ),
    { numRuns: engine === 'sqlite' ? 40 : 8 },
  )
}, 120_000) // forty databases, on a machine that may be busy

const sold = (number: number, units = 1): Happening => ({ what: 'sale', number, units })

test.each(projections.map(one => [one.name, one] as const))(
  '%s: what a running hub applies meanwhile is neither lost nor doubled',
  async (_name, projection) => {
    const happenings = [1, 2, 3].flatMap((number): Happening[] => [
      sold(number),
      { what: 'void', number, units: 1 },
      { what: 'entry', number, units: 2 },
      { what: 'cash', number, units: 2 },
    ])
    const meanwhile = happenings.map(one => ({ ...one, units: one.units + 1 }))
    await using rebuilt = await openLedger()
    await using untouched = await openLedger()
    const commit = feed(rebuilt.db, () => 1)
    await commit(TILLS[0], happenings)
    let left = 3
    const report = async () => {
      left -= 1
      if (left >= 0) await commit(TILLS[left % 2 === 0 ? 0 : 1], meanwhile.slice(left * 4, left * 4 + 4))
    }
    await rebuildProjection({ db: rebuilt.db, projection, fromStart: false, report, batchSize: 2 })
    expect(left).toBeLessThanOrEqual(0)

    const same = feed(untouched.db, () => 1)
    await same(TILLS[0], happenings)
    for (const turn of [2, 1, 0])
      await same(TILLS[turn % 2 === 0 ? 0 : 1], meanwhile.slice(turn * 4, turn * 4 + 4))
    expect(await dumpAll(rebuilt.db)).toEqual(await dumpAll(untouched.db))
  },
)

/** As a kill between two transactions; one within a transaction leaves what was before it. */
async function stopAfter(db: Db, projection: Projection, transactions: number): Promise<void> {
  let left = transactions
  const report = () => {
    left -= 1
    if (left === 0) throw new Error('killed')
  }
  await expect(rebuildProjection({ db, projection, fromStart: false, report, batchSize: 2 })).rejects.toThrow(
    'killed',
  )
}

test('a rebuild that was killed goes on where it was, and until it is done the former rows are in use', async () => {
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  await using ledger = await openLedger()
  await feed(ledger.db, () => 1)(
    TILLS[0],
    [1, 2, 3, 4, 5].map(number => sold(number)),
  )
  const live = await dumpAll(ledger.db)
  await stopAfter(ledger.db, sales, 2)
  const inUse = ledger.db.selectFrom('sale').select('sale').where('store', '>', 0)
  expect(await inUse.execute()).toHaveLength(5)
  let events: number[] = []
  const report = (progress: { events: number }) => void events.push(progress.events)
  await rebuildProjection({ db: ledger.db, projection: sales, fromStart: false, report, batchSize: 2 })
  expect(events).toEqual([5])
  expect(await dumpAll(ledger.db)).toEqual(live)

  await stopAfter(ledger.db, sales, 2)
  events = []
  await rebuildProjection({ db: ledger.db, projection: sales, fromStart: true, report, batchSize: 2 })
  expect(events).toEqual([2, 4, 5])
  expect(await dumpAll(ledger.db)).toEqual(live)
})

test('two rebuilds of one projection at a time: one goes on, the other is refused', async () => {
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  await using ledger = await openLedger()
  await feed(ledger.db, () => 1)(
    TILLS[0],
    [1, 2, 3, 4, 5].map(number => sold(number)),
  )
  const live = await dumpAll(ledger.db)
  let other: Promise<unknown> | null = null
  const report = async () => {
    other ??= once(ledger.db, sales, 2)
    await other
  }
  await expect(
    rebuildProjection({ db: ledger.db, projection: sales, fromStart: false, report, batchSize: 2 }),
  ).rejects.toMatchObject({ code: 'REBUILD_ELSEWHERE' })
  expect(await dumpAll(ledger.db)).toEqual(live)
})

test('a stopped rebuild is dropped without a trace; one that is running is told', async () => {
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 1)(
    TILLS[0],
    [1, 2, 3, 4, 5].map(number => sold(number)),
  )
  const live = await dumpAll(db)
  expect(await dropRebuild(db, sales)).toBe(false)
  await stopAfter(db, sales, 2)
  expect(await dumpAll(db)).not.toEqual(live)
  expect(await dropRebuild(db, sales)).toBe(true)
  expect(await dumpAll(db)).toEqual(live)
  const report = async () => void (await dropRebuild(db, sales))
  await expect(
    rebuildProjection({ db, projection: sales, fromStart: false, report, batchSize: 2 }),
  ).rejects.toMatchObject({ code: 'REBUILD_ELSEWHERE' })
  expect(await dumpAll(db)).toEqual(live)
  await once(db, sales, 2)
  expect(await dumpAll(db)).toEqual(live)
})

test('events of a kind that the hub learned later are replayed where they took effect, not where they came', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const commit = feed(db, () => 1)
  await commit(TILLS[0], [sold(1, 1), sold(2, 1)], async () => new Set())
  await transaction(db, tx => tx.updateTable('event').set({ state: 'deferred' }).execute())
  await commit(TILLS[1], [sold(2, 3), sold(1, 3)])
  expect(await applyDeferredEvents({ db, now: () => 9, apply: applyEvents })).toBe(2)
  const live = await dumpAll(db)
  expect(live['sale']?.filter(row => row.includes('"revision":1'))).toHaveLength(2)
  const late = db.selectFrom('event').select(['seq', 'problem', 'applied_late']).where('applied_late', '=', 1)
  expect(await late.orderBy('seq').execute()).toEqual([
    { seq: 1, problem: null, applied_late: 1 },
    { seq: 2, problem: null, applied_late: 1 },
  ])
  expect(await packEvents(db, { before: 5, blockSize: 2 }, async () => true)).toBe(2)
  expect(await late.execute()).toHaveLength(2)
  for (const projection of projections) await once(db, projection, 1)
  expect(await dumpAll(db)).toEqual(live)
})

/** Puts another body in a record's place, and makes the chain fit: an event that an earlier version could read. */
async function rewrite(db: Db, seq: number, body: string): Promise<void> {
  const rows = await db.selectFrom('event').select(['seq', 'body']).orderBy('seq').execute()
  let hash = genesis('events', TILLS[0], 1)
  for (const row of rows) {
    const changed = row.seq === seq ? body : row.body
    hash = link(hash, changed)
    const set = { body: changed, hash }
    await transaction(db, tx => tx.updateTable('event').set(set).where('seq', '=', row.seq).execute())
  }
  await transaction(db, tx => tx.updateTable('stream_in').set({ hash }).execute())
}

test('a stored event that can’t be read any more is refused by its place, or left out by name', async () => {
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 1)(TILLS[0], [sold(1), sold(2), sold(3)])
  const body = '{"kind":"sale.completed","at":"then"}'
  await rewrite(db, 2, body)
  const event = `HAR/${TILLS[0]}/1/2`
  await expect(once(db, sales, 10)).rejects.toMatchObject({
    code: 'STORED_EVENT_UNREADABLE',
    facts: { event },
  })
  expect(await db.selectFrom('sale').select('sale').where('store', '>', 0).execute()).toHaveLength(3)

  const skipped: string[] = []
  const skipUnreadable = (which: string) => void skipped.push(which)
  const rebuilt = await rebuildProjection({
    db,
    projection: sales,
    fromStart: true,
    report() {},
    skipUnreadable,
  })
  expect(rebuilt.events).toBe(2)
  expect(skipped).toEqual([event])
  const left = await db.selectFrom('sale').select('receipt_number').where('store', '>', 0).execute()
  expect(left.map(row => row.receipt_number).toSorted()).toEqual(['1', '2', '3']) // 2 keeps the row it had
})

test('a cash amount that was corrected does not come back when the correction cannot be read', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 1)(TILLS[0], [
    { what: 'cash', number: 1, units: 5 },
    { what: 'cash', number: 1, units: 1 },
  ])
  await rewrite(db, 2, '{"kind":"cash.moved","at":"then"}')
  const projection = projections.find(({ name }) => name === 'cash')
  if (projection === undefined) throw new Error('no cash')
  await rebuildProjection({ db, projection, fromStart: true, report() {}, skipUnreadable() {} })
  const cash = await db.selectFrom('cash').select('amount').where('store', '>', 0).execute()
  expect(cash).toEqual([{ amount: 100 }])
})

/** A sale as an earlier version took it: a code scanned as its quantity, absurd amounts, a clock of the year 9999. */
function beyondBounds(): object {
  const sale = eventOf(sold(2), 2)
  if (sale.kind !== 'sale.completed') throw new Error('not a sale')
  const [line] = sale.lines
  return {
    ...sale,
    businessDate: '9999-12-31',
    soldAt: { ...sale.soldAt, wall: '9999-12-31T23:59:59' },
    lines: [{ ...line, quantity: 4_006_381_333_931_000, net: 4_000_000_000_000 }],
    taxes: [{ name: 'VAT', rate: 2_000_000_000, base: 4_000_000_000_000, amount: 1 }],
  }
}

test('an event that an earlier version took, beyond today’s bounds, is replayed as it took effect', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 1)(TILLS[0], [sold(1), sold(2), sold(3)])
  await rewrite(db, 2, JSON.stringify(beyondBounds()))
  for (const projection of projections) await once(db, projection, 10)
  const left = await db.selectFrom('sale').select('receipt_number').where('store', '>', 0).execute()
  expect(left.map(row => row.receipt_number).toSorted()).toEqual(['1', '2', '3'])
  const lines = await db.selectFrom('sale_line').select('quantity').where('store', '>', 0).execute()
  expect(lines.map(row => row.quantity)).toContain(4_006_381_333_931_000)
})
