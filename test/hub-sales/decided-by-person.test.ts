import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { addDevice, noteClock } from '../../hub/fleet/devices.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { dueSums } from '../../hub/outbox/postings.ts'
import { applyToLedger } from '../../hub/sales/apply.ts'
import type { ReceiptEvent } from '../../hub/sales/decide.ts'
import { decideRestored } from '../../hub/stock/decide-restored.ts'
import { agree as agreeOn, keepHistory } from '../../hub/stock/go-live.ts'
import { historyCounts } from '../../hub/stock/history.ts'
import { levelSums } from '../../hub/stock/levels.ts'
import { SaleCompleted } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const HOUR = 3_600_000
/** When the store was added: noon in Berlin. */
const LIVE = Date.UTC(2026, 10, 25, 11)
const TILL = 'dev_0000000000000000'
const PLACE = { store: 'HAR', location: 'gid://shopify/Location/101', warehouses: ['0'] } as const

const wallOf = (ms: number) => new Date(ms + HOUR).toISOString().slice(0, 19) // Berlin in winter
const timeOf = (ms: number) => ({ wall: wallOf(ms), zone: 'Europe/Berlin' })

/** A receipt that was sold at a moment and seen by the agent at another; by the till's clock. */
const sold = (receipt: number, units: number, soldAt: number, seenAt = soldAt + 2_000, over: object = {}) =>
  SaleCompleted.parse(sale(receipt, units, { at: seenAt, soldAt: timeOf(soldAt), ...over }))
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

const judge = (db: Db, posted: boolean, now: number) =>
  transaction(db, tx => decideRestored(tx, { store: 'HAR', sku: null, posted, why: 'asked', now }))

test('what a person finds to be newer than the go-live is posted, whatever the till’s clock said: also under a contract', async () => {
  await using store = await openStore()
  await agree(store.db, LIVE, LIVE + 1) // the moment that counted already, agreed on by name
  await transaction(store.db, tx => noteClock(tx, TILL, -2 * HOUR, LIVE - 5 * HOUR))
  await transaction(store.db, tx => noteClock(tx, TILL, 0, LIVE + 3 * HOUR))
  await store.take(LIVE + 3 * HOUR, sold(1, 2, LIVE - HOUR)) // by a clock that was two hours behind: an hour after the go-live
  expect(await store.stock()).toEqual({ due: 0, level: -2, history: 0 })
  await judge(store.db, false, LIVE + 5 * HOUR) // Shopify does not have it
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 0 })
  await transaction(store.db, tx => keepHistory(tx, 'HAR')) // as each plan of a request begins
  expect(await store.stock()).toEqual({ due: -2, level: -2, history: 0 })
})
