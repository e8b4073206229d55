import { afterAll, beforeAll, expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { noRecord } from '../../hub/generation/generation.ts'
import type { ShopifyClient } from '../../hub/shopify/api/client.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { runStockWrites } from '../../hub/shopify/write-worker.ts'
import { openSignals } from '../../hub/signals.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { deferredRecords } from '../../hub/streams/event-records.ts'
import { knownKinds } from '../../hub/streams/read-event.ts'
import { readFigures, readNow } from '../../hub/web/now-view.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { type LongHistory, longHistory } from './million-lines.ts'

/** Tables that grow with every sale or every request. What runs at each sale, page, timer or start must not walk them. */
const GROWS = [
  'event',
  'sale',
  'sale_line',
  'sale_tax',
  'sale_tender',
  'movement',
  'posting',
  'shopify_write',
  'webhook',
  'stock_entry',
  'cash',
]
/** More than any store's open work, far less than its history. */
const FEW_ROWS = 5_000

let history: LongHistory
beforeAll(async () => {
  history = await longHistory()
})
afterAll(() => history?.[Symbol.asyncDispose]())

/** Sentences about statements that walk a growing table, or give more rows than there is open work. */
function costly(): string[] {
  return history.asked().flatMap(({ sql, mostRows, plan }) => {
    const alias = new Map(
      [...sql.matchAll(/"?(\w+)"? as "?(\w+)"?/gi)].map(([, table = '', name = '']) => [name, table]),
    )
    const walks = plan.filter(line => {
      const [, name = '', rest = ''] = /^SCAN (\w+)(.*)$/.exec(line) ?? []
      const isPartial = /USING (?:COVERING )?INDEX (write_open|event_unapplied|webhook_due)/.test(rest)
      return GROWS.includes(alias.get(name) ?? name) && !isPartial
    })
    if (mostRows > FEW_ROWS) return [`${mostRows} rows: ${sql}`]
    return walks.map(line => `${line}: ${sql}`)
  })
}

const parts = () => ({
  db: history.db,
  live: () => new Map(),
  storage: () => null,
  shopify: () => ({ state: 'connected' as const, shop: null, problem: null }),
  now: () => history.world.clock.now(),
})

test('the first page walks no history', async () => {
  const view = await readNow(parts())
  expect(view.locations).toHaveLength(20)
  expect(view.locations[0]?.lastSale).not.toBeNull()
  expect(costly()).toEqual([])
})

test('monitoring walks no history', async () => {
  await readFigures(parts())
  expect(costly()).toEqual([])
})

test('a run of the Shopify writes with nothing to do walks no history and asks Shopify nothing', async () => {
  const client = new Proxy({} as ShopifyClient, {
    get: () => () => {
      throw new Error('Shopify was asked')
    },
  })
  const { db, world } = history
  await runStockWrites({ db, client, world, signals: openSignals(), turns: intakeTurns(), sends: noRecord })
  expect(costly()).toEqual([])
})

test('a start walks no history', async () => {
  expect(await deferredRecords(history.db, { kinds: knownKinds, after: null, limit: 50 })).toEqual([])
  expect(costly()).toEqual([])
})

test('one more sale walks no history', async () => {
  const { db, world } = history
  const device = 'dev_0000000000000001'
  const log = eventLog({
    db,
    device,
    store: 'S001',
    now: world.clock.now,
    apply: applyEvents,
    signals: openSignals(),
  })
  const body = JSON.stringify(sale(1))
  const hash = link(genesis('events', device, 1), body)
  await log.commit([{ epoch: 1, seq: 1, hash, body }])
  expect((await log.held()).seq).toBe(1)
  expect(costly()).toEqual([])
})

test('the rule sees a walk', async () => {
  await history.db.selectFrom('movement').select('item').where('quantity', '=', 5).execute()
  await transaction(history.db, tx =>
    tx.selectFrom('sale as s').select('s.net').where('s.net', '=', 1).execute(),
  )
  expect(costly()).toHaveLength(2)
})
