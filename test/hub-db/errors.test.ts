import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Db, transaction } from '../../hub/db/db.ts'
import { type Fault, faultOf, isDataFault } from '../../hub/db/errors.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { openSignals } from '../../hub/signals.ts'
import { type ApplyEvents, applyDeferredEvents, eventLog } from '../../hub/streams/event-log.ts'
import { quantityFromUnits } from '../../shared/quantity.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { ReceivedRecord } from '../../shared/stream/log.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'

const coded = (code: string) => Object.assign(new Error(`told by a test: ${code}`), { code })

const cases: readonly (readonly [what: string, error: unknown, fault: Fault])[] = [
  ['a dropped connection', new Error('Connection terminated unexpectedly'), 'transient'],
  ['a connection reset by its peer', coded('ECONNRESET'), 'transient'],
  ['a broken pipe', coded('EPIPE'), 'transient'],
  ['a deadlock', coded('40P01'), 'transient'],
  ['a serialization failure', coded('40001'), 'transient'],
  ['a server that shuts down', coded('57P01'), 'transient'],
  ['too many connections', coded('53300'), 'transient'],
  ['a full disk of PostgreSQL', coded('53100'), 'transient'],
  ['a server that only reads', coded('25006'), 'transient'],
  ['a locked SQLite file', coded('SQLITE_BUSY'), 'transient'],
  ['a failed read or write', coded('SQLITE_IOERR'), 'transient'],
  ['a failed sync', coded('SQLITE_IOERR_FSYNC'), 'transient'],
  ['a full disk of SQLite', coded('SQLITE_FULL'), 'transient'],
  ['an error without a code', new Error('anything'), 'transient'],
  ['an error with a strange code', coded('E_SOMETHING'), 'transient'],
  ['what is not even an error', 'a text', 'transient'],
  ['a second row of one key, SQLite', coded('SQLITE_CONSTRAINT_PRIMARYKEY'), 'constraint'],
  ['a second row of one key, PostgreSQL', coded('23505'), 'constraint'],
  ['a missing value', coded('23502'), 'constraint'],
  ['a number too large for its column', coded('22003'), 'constraint'],
  ['a character that a text cannot hold', coded('22021'), 'constraint'],
  ['a damaged file', coded('SQLITE_CORRUPT'), 'fatal'],
  ['a table that is not there', coded('42P01'), 'fatal'],
  ['a wrong password', coded('28P01'), 'fatal'],
]

test.each(cases)('%s', (_what, error, fault) => {
  expect(faultOf(error)).toBe(fault)
  expect(isDataFault(error)).toBe(fault === 'constraint')
})

test('what our own readers refuse is the data’s fault, though not the database’s', () => {
  const error = caught(() => quantityFromUnits(Number.NaN, 'quantity'))
  expect([faultOf(error), isDataFault(error)]).toEqual(['transient', true])
})

test('a row of the hub’s own that can’t be read is not the record’s fault', () => {
  const error = caught(() => z.int().parse('x'))
  expect([faultOf(error), isDataFault(error)]).toEqual(['transient', false])
})

const DEVICE = 'dev_0000000000000000'

/** A till's batch: a sale, a pickup's move whose effect fails with `error`, and another sale. */
async function commitAround(db: Db, error: unknown): Promise<unknown> {
  const moved = {
    kind: 'pickup.moved',
    at: 1,
    pickup: 'pu_0000000000000000',
    move: 'accept',
    staff: 'kim',
    till: 'Till 1',
    reason: null,
  }
  const apply: ApplyEvents = async (tx, store, placed, at) => {
    if (placed.some(({ event }) => event.kind === 'pickup.moved')) throw error
    return applyEvents(tx, store, placed, at)
  }
  const records: ReceivedRecord[] = []
  let hash = genesis('events', DEVICE, 1)
  for (const event of [sale(1), moved, sale(2)]) {
    const body = JSON.stringify(event)
    hash = link(hash, body)
    records.push({ epoch: 1, seq: records.length + 1, hash, body })
  }
  return eventLog({ db, device: DEVICE, store: 'HAR', now: () => 1, apply, signals: openSignals() }).commit(
    records,
  )
}

const statesOf = async (db: Db) =>
  (await db.selectFrom('event').select('state').orderBy('seq').execute()).map(row => row.state)

test.each(cases.filter(([, , fault]) => fault !== 'constraint'))(
  '%s: no record is set aside, and the batch comes again whole',
  async (_what, error) => {
    await using ledger = await openLedger()
    await expect(commitAround(ledger.db, error)).rejects.toBe(error)
    expect(await statesOf(ledger.db)).toEqual([])
  },
)

test.each(cases.filter(([, , fault]) => fault === 'constraint'))(
  '%s: only the record with that fault is set aside',
  async (_what, error) => {
    await using ledger = await openLedger()
    await commitAround(ledger.db, error)
    expect(await statesOf(ledger.db)).toEqual(['applied', 'quarantined', 'applied'])
  },
)

test('an event that was deferred and cannot be applied is set aside, and the hub starts', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await commitAround(db, coded('22003'))
  await transaction(db, tx =>
    tx.updateTable('event').set({ state: 'deferred', problem: null }).where('seq', '>', 1).execute(),
  )
  const failing =
    (error: unknown): ApplyEvents =>
    async (tx, store, placed, at) => {
      if (placed.some(({ event }) => event.kind === 'pickup.moved')) throw error
      return applyEvents(tx, store, placed, at)
    }
  const lost = coded('ECONNREFUSED')
  await expect(applyDeferredEvents({ db, now: () => 2, apply: failing(lost) })).rejects.toBe(lost)
  expect(await statesOf(db)).toEqual(['applied', 'deferred', 'deferred'])
  expect(await applyDeferredEvents({ db, now: () => 2, apply: failing(coded('23502')) })).toBe(2)
  expect(await statesOf(db)).toEqual(['applied', 'quarantined', 'applied'])
  const open = await db.selectFrom('exception').select('kind').where('closed_at', 'is', null).execute()
  expect(open.map(({ kind }) => kind)).toContain('event-unreadable')
})

function caught(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
