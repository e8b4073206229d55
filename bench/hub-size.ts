import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { type Db, openHubDb, transaction } from '../hub/db/db.ts'
import { applyEvents } from '../hub/effects/index.ts'
import { mapWarehouse, putStore } from '../hub/fleet/stores.ts'
import { dueSums, takeDue } from '../hub/outbox/postings.ts'
import { packWrites } from '../hub/outbox/write-blocks.ts'
import { completePlan, confirmWrite, markSent, planWrite } from '../hub/outbox/writes.ts'
import { freeze, postingUri, traceOf } from '../hub/shopify/stock/request.ts'
import { openSignals } from '../hub/signals.ts'
import { audit } from '../hub/stock/audit.ts'
import { type ApplyEvents, eventLog } from '../hub/streams/event-log.ts'
import { packEvents } from '../hub/streams/pack.ts'
import { genesis, link } from '../shared/stream/chain.ts'
import { linesAt, STORE, saleAt, WAREHOUSE } from './data/events.ts'
import { quietWorld } from './data/quiet-world.ts'
import { expectSame } from './data/rows.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const RECEIPTS_A_COMMIT = 100
const LONG_AGO = Date.parse('2026-08-01T08:00:00Z')
const DEVICE = 'dev_b000000000000000'
const PLACE = {
  store: STORE.code,
  location: 'gid://shopify/Location/70100000001',
  warehouses: [WAREHOUSE],
} as const

/**
 * What a sale line costs in the hub's database: sales through the real ingest, each receipt's stock written to Shopify in
 * a request of its own and confirmed, as in a shop with a receipt every minute. Before and after packing.
 */
export async function hubSize({ tiny }: Scale): Promise<Row[]> {
  const receipts = tiny ? 1_200 : 30_000
  const lines = Array.from({ length: receipts }, (_, index) => linesAt(index)).reduce((sum, n) => sum + n, 0)
  return inTempFolder(async folder => {
    const file = join(folder, 'hub.db')
    const db = await openHubDb(quietWorld().files, file)
    try {
      await sell(db, receipts)
      const before = tablesOf(file)
      const everything = { before: Number.MAX_SAFE_INTEGER }
      await packEvents(db, everything, async () => true)
      await packWrites(db, everything, async () => true)
      const after = tablesOf(file)
      const { events, findings } = await audit(db)
      expectSame('events after packing', events, receipts)
      expectSame('findings of the audit', findings.length, 0)
      return [
        row(lines, 'as rows', totalOf(before), { none: '' }),
        row(lines, 'events and writes packed', totalOf(after), { below: 500 }),
        ...[...after]
          .toSorted((a, b) => b[1] - a[1])
          .filter(([, bytes]) => bytes / lines >= 5)
          .map(([name, bytes]) => row(lines, `… of it ${name}`, bytes, { none: '' })),
      ]
    } finally {
      await db.destroy()
    }
  })
}

function row(lines: number, what: string, bytes: number, aim: Row['aim']): Row {
  const value = spread([bytes / lines])
  return rowOf({ bench: 'hub-size', what, unit: 'bytes a sale line', ours: value, floors: [], aim })
}

const totalOf = (tables: ReadonlyMap<string, number>) => [...tables.values()].reduce((sum, n) => sum + n, 0)

/** Bytes in use by each table and index. */
function tablesOf(file: string): ReadonlyMap<string, number> {
  const db = new SQLite(file, { readonly: true })
  try {
    const rows = db.prepare<[], [string, number]>('SELECT name, SUM(pgsize) FROM dbstat GROUP BY name')
    return new Map(rows.raw().all())
  } finally {
    db.close()
  }
}

async function sell(db: Db, receipts: number): Promise<void> {
  await transaction(db, async tx => {
    await putStore(tx, STORE, 0)
    await mapWarehouse(tx, STORE.code, WAREHOUSE, '70100000001', 0)
    await tx
      .insertInto('device')
      .values({
        device: DEVICE,
        store: STORE.code,
        till: 'Till 1',
        public_key: '',
        state: 'active',
        enrolled_at: 0,
        sources_json: '[]',
      })
      .execute()
  })
  const log = eventLog({
    db,
    device: DEVICE,
    store: STORE.code,
    now: () => LONG_AGO,
    apply: applyAndPost,
    signals: openSignals(),
  })
  let hash = genesis('events', DEVICE, 1)
  for (let from = 0; from < receipts; from += RECEIPTS_A_COMMIT) {
    const count = Math.min(RECEIPTS_A_COMMIT, receipts - from)
    const records = Array.from({ length: count }, (_, index) => {
      const body = JSON.stringify(saleAt(from + index))
      hash = link(hash, body)
      return { epoch: 1, seq: from + index + 1, hash, body }
    })
    await log.commit(records)
  }
}

/** Receipt by receipt, though many share a commit so that the bench does not wait for the disk. */
const applyAndPost: ApplyEvents = async (tx, store, placed, at) => {
  for (const one of placed) {
    await applyEvents(tx, store, [one], at)
    await postAndConfirm(tx, one.origin.seq, at)
  }
  return new Set()
}

/** The write of what waits, planned, sent and confirmed as the hub's own does. */
async function postAndConfirm(
  tx: Parameters<typeof planWrite>[0],
  index: number,
  now: number,
): Promise<void> {
  const due = await dueSums(tx, PLACE)
  const key = `${String(index).padStart(8, '0')}-5b5a-4c8e-9d0f-3f1c2a7b6e5d`
  const id = await planWrite(tx, { kind: 'adjust', store: STORE.code, subject: '', key, request: {}, now })
  const changes = due.map(({ sku, quantity }, number) => ({
    sku,
    item: `gid://shopify/InventoryItem/${44_000_000_000_000 + number}`,
    delta: quantity / 1_000,
    available: 100,
    onHand: 100,
    committed: 0,
    onHandAt: now,
  }))
  const request = freeze(postingUri(id, key), PLACE, key, changes, null)
  await takeDue(
    tx,
    PLACE,
    due.map(({ sku }) => sku),
    id,
  )
  await completePlan(tx, id, { subject: postingUri(id, key), request })
  await markSent(tx, id, now)
  const proof = {
    by: 'answer',
    group: `gid://shopify/InventoryAdjustmentGroup/${9_000_000_000 + index}`,
    available: Object.fromEntries(changes.map(change => [change.item, change.available + change.delta])),
  }
  await confirmWrite(tx, id, { proof, trace: traceOf(request), now })
}
