import { expect, test } from 'vitest'
import { BUDGET_CHARACTERS } from '../../hub/checks/beyond-budget.ts'
import { countOpenExceptions, listExceptions } from '../../hub/checks/exceptions.ts'
import { refusedRowsBeyondLimit } from '../../hub/checks/refused-rows-beyond-limit.ts'
import { tillHeldBack } from '../../hub/checks/till-held-back.ts'
import { insertRows, transaction } from '../../hub/db/db.ts'
import { usedNow } from '../../hub/streams/device-budget.ts'
import { applyDeferredEvents } from '../../hub/streams/event-log.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from './till-records.ts'

const HOUR_MS = 3_600_000
const MIB = 1024 * 1024

/** A record of a kind that only a newer agent knows. */
const unknown = (characters: number) => ({ kind: 'sale.of-a-later-version', note: 'x'.repeat(characters) })
const refusal = (row: number, characters = 0) => ({
  kind: 'source.row-refused',
  at: 1,
  source: 'pos',
  row: `row-${row}`,
  code: 'X',
  sentence: 'No.',
  payload: 'x'.repeat(characters),
})

type Hub = Awaited<ReturnType<typeof openTillRecords>>

/** As if the till had sent so much of it already. */
async function fill(hub: Hub, device: string, what: 'aside' | 'refused', used: number) {
  const row = { device, what, used, at: hub.world.clock.now(), beyond: 0, beyond_at: null }
  await transaction(hub.db, tx => tx.insertInto('device_budget').values(row).execute())
}

const held = (hub: Hub, device: string) =>
  hub.db.selectFrom('stream_in').select('seq').where('device', '=', device).executeTakeFirst()

test('unreadable records beyond a till’s budget wait at the till with what is behind them, and none is lost', async () => {
  await using hub = await openTillRecords()
  const { world, db } = hub
  const [till, other] = [await hub.enrol(), await hub.enrol('Till 2')]
  await fill(hub, till, 'aside', BUDGET_CHARACTERS - 20_000)
  const bodies = [sale(1), unknown(9_000), sale(2), unknown(9_000), unknown(9_000), sale(3)]
  await expect(hub.receive(till, bodies)).rejects.toMatchObject({ code: 'SET_ASIDE_FULL' })
  expect(await held(hub, till)).toEqual({ seq: 4 })
  expect(await onHand(db)).toBe(-2)
  await expect(hub.receive(till, bodies.slice(4))).rejects.toMatchObject({ code: 'SET_ASIDE_FULL' })
  await hub.receive(other, [sale(9), unknown(9_000)]) // another till has its own budget
  expect(await onHand(db)).toBe(-3)
  expect(await tillHeldBack.find(db, world.clock.now())).toMatchObject([{ subject: till }])
  await world.advance(HOUR_MS) // more than 2 MiB have become free
  await hub.receive(till, bodies.slice(4))
  expect(await held(hub, till)).toEqual({ seq: 6 })
  expect(await onHand(db)).toBe(-4)
  expect(await tillHeldBack.find(db, world.clock.now() + 1)).toEqual([])
  const kept = await db.selectFrom('event').select('body').where('state', '=', 'deferred').execute()
  expect(kept.map(({ body }) => body.length > 9_000)).toEqual([true, true, true, true])
})

test('a till alone with one huge record gets it through', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(till, [unknown(900_000), sale(1)])
  expect(await onHand(hub.db)).toBe(-1)
})

test('a till that upgrades months before the hub is never held back', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  // 5,000 receipts of 10,000 characters a day are more than any till sells
  const daily = 5_000 * 10_000
  await fill(hub, till, 'aside', daily)
  const row = await hub.db.selectFrom('device_budget').selectAll().executeTakeFirstOrThrow()
  expect(usedNow(row, row.at + 24 * HOUR_MS)).toBe(0)
})

test('a budget filled while the clock was ahead empties from now on', () => {
  expect(usedNow({ used: 5, at: 9e15 }, 1_000)).toBe(5)
  expect(usedNow({ used: BUDGET_CHARACTERS, at: 0 }, 12 * HOUR_MS)).toBe(BUDGET_CHARACTERS / 2)
})

test('rows refused beyond a till’s budget are counted without their content, and sales go on', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await fill(hub, till, 'refused', BUDGET_CHARACTERS - 20_000)
  await hub.receive(till, [refusal(1, 15_000), refusal(2, 15_000), sale(1), refusal(3, 15_000)])
  expect(await onHand(hub.db)).toBe(-1)
  const evidence = await hub.db.selectFrom('exception').select('evidence_json').orderBy('id').execute()
  expect(evidence.map(({ evidence_json }) => evidence_json.length > 15_000)).toEqual([true, false, false])
  const rows = await hub.db.selectFrom('event').select('body').orderBy('seq').execute()
  expect(rows.map(({ body }) => body.length > 15_000)).toEqual([true, false, false, false])
  expect(await refusedRowsBeyondLimit.find(hub.db, hub.world.clock.now())).toMatchObject([
    { subject: till, fields: { more: 2, limit: BUDGET_CHARACTERS / MIB } },
  ])
  await hub.receive(till, [refusal(4, 15_000)])
  expect(await refusedRowsBeyondLimit.find(hub.db, hub.world.clock.now())).toMatchObject([
    { fields: { more: 3 } },
  ])
  expect(await refusedRowsBeyondLimit.find(hub.db, hub.world.clock.now() + 25 * HOUR_MS)).toEqual([])
})

test('one till’s flood leaves room for its store’s other tills, and hides no other kind on the page', async () => {
  await using hub = await openTillRecords()
  const [rogue, honest] = [await hub.enrol(), await hub.enrol('Till 2')]
  await transaction(hub.db, tx => insertRows(tx, 'exception', flood(rogue, hub.world.clock.now())))
  await hub.receive(rogue, [
    { ...unposted, receipt: 'one more' },
    { ...unposted, receipt: 'and another' },
  ])
  await hub.receive(honest, [{ ...unposted, receipt: 'honest' }, { ...refusal(1) }])
  const all = await listExceptions(hub.db)
  expect(all.some(({ subject }) => subject.endsWith('/honest'))).toBe(true)
  expect((await countOpenExceptions(hub.db)).bySeverity.get('urgent')).toBe(501)
  hub.world.setWallClock(hub.world.clock.now() - HOUR_MS)
  // the store was live then as well
  await transaction(hub.db, tx => tx.updateTable('store').set({ created_at: 0 }).execute())
  await hub.receive(honest, [sale(1, 1, { lines: [unmapped], unexplained: 0 })])
  const page = await listExceptions(hub.db, 'en', 100)
  expect(page.map(({ kind }) => kind)).toContain('location-unmapped') // urgent too, and older than the flood
})

/** What 500 printed receipts without a sale open. */
function flood(device: string, at: number) {
  return Array.from({ length: 500 }, (_, row) => ({
    kind: 'unposted-sale',
    code: 'unposted-sale.no-number',
    subject: `HAR/paper/r-${row}`,
    store: 'HAR',
    device,
    severity: 'urgent' as const,
    owner: 'finance' as const,
    fields_json: '{}',
    evidence_json: '{}',
    count: 1,
    first_seen: at,
    last_seen: at,
    closed_at: null,
  }))
}

const unmapped = {
  line: 0,
  sku: 'SHIRT-M',
  barcode: null,
  title: '',
  quantity: 1_000,
  net: 840,
  warehouse: '9',
}
const unposted = {
  kind: 'sale.unposted',
  at: 1,
  source: 'paper',
  expected: 'pos',
  receipt: 'p',
  receiptNumber: '7',
  till: '1',
  soldAt: { wall: '2026-11-25T14:03:00', zone: 'Europe/Berlin' },
  currency: 'EUR',
  total: 1,
}

test('no number of records of unknown kinds slows the start: none of them is read', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(
    till,
    Array.from({ length: 300 }, () => unknown(10)),
  )
  let read = 0
  const db = hub.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      read += result.rows.length
      return result
    },
  })
  const apply = async () => new Set<never>()
  expect(await applyDeferredEvents({ db, now: hub.world.clock.now, apply })).toBe(0)
  expect(read).toBe(0)
})
