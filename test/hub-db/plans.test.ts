import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { type KyselyPlugin, SqliteQueryCompiler } from 'kysely'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { checks } from '../../hub/checks/index.ts'
import { codeFor } from '../../hub/db/codes.ts'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { unconfirmedWrites } from '../../hub/outbox/unconfirmed.ts'
import { openWrites } from '../../hub/outbox/writes.ts'
import { openPickupCounts } from '../../hub/pickups/counts.ts'
import { pickupNamed } from '../../hub/pickups/named-order.ts'
import { moveAt } from '../../hub/pickups/set-aside.ts'
import { movedOtherwise } from '../../hub/stock/moved-otherwise.ts'
import { applyDeferredEvents } from '../../hub/streams/event-log.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { migratedHub } from '../migrated-hub.ts'

const now = () => 1_700_000_000_000

/** Tables that stay as small as the shops, the devices and what waits; `d` is `due`. */
const small =
  /^SCAN (d|device|release|store_hours|recovery|remainder|warehouse|w|p|l USING INDEX (level_promised|sqlite_autoindex_lost_history_1))\b/

/** How SQLite would carry out each query of some work: its plan's steps, without those that only sort or group. */
async function planOf(work: (db: Db) => Promise<unknown>): Promise<string[]> {
  using folder = temporaryFolder()
  const { files } = manualWorld()
  const path = join(folder.path, 'hub.db')
  writeFileSync(path, await migratedHub())
  const db = await openHubDb(files, path)
  const file = files.database(path, { readOnly: true })
  const steps: string[] = []
  try {
    await work(db.withPlugin(explaining(file, step => steps.push(step))))
  } finally {
    file.close()
    await db.destroy()
  }
  return steps
}

function explaining(file: Database, found: (step: string) => void): KyselyPlugin {
  const compiler = new SqliteQueryCompiler()
  return {
    transformQuery({ node, queryId }) {
      const { sql, parameters } = compiler.compileQuery(node, queryId)
      const plan = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
      for (const { detail } of plan) if (/^(SCAN|SEARCH) /.test(detail)) found(detail)
      return node
    },
    transformResult: async ({ result }) => result,
  }
}

test.each<[string, (db: Db) => Promise<unknown>, string]>([
  ['open pickups', db => openPickupCounts(db, now()), 'pickup_open'],
  ['open writes', db => openWrites(db, { kinds: ['adjust'] }), 'write_open'],
  ['open exceptions', db => listExceptions(db), 'exception_open'],
  [
    'events that wait for an upgrade',
    db => applyDeferredEvents({ db, apply: applyEvents, now }),
    'event_unapplied',
  ],
])('%s are read by the index that holds only those', async (_what, work, index) => {
  const steps = await planOf(work)
  expect(steps).toHaveLength(1)
  expect(steps[0]).toContain(`INDEX ${index}`)
})

test.each<[string, (db: Db) => Promise<unknown>, string]>([
  ['pickups by the name of their order', db => pickupNamed(db, 'HAR', '#1001', 1), 'pickup_order_name'],
  [
    'a move by its record',
    db => moveAt(db, { store: 'HAR', device: 'dev_1', epoch: 1, seq: 1, now: 1 }),
    'pickup_move_sent',
  ],
  [
    'what moved an item otherwise than by the POS',
    async db => {
      await transaction(db, tx => codeFor(tx, 'HAR'))
      await movedOtherwise(db, { store: 'HAR', sku: 'MUG', since: 0 }, now())
    },
    'movement_otherwise',
  ],
])('%s are found by an index', async (_what, work, index) => {
  const steps = await planOf(work)
  expect(steps.filter(step => step.includes(index))).toHaveLength(1)
  expect(steps.filter(step => step.startsWith('SCAN'))).toEqual([])
})

test('unconfirmed changes are counted from what is due and what is open', async () => {
  const steps = await planOf(unconfirmedWrites)
  expect(steps.filter(step => step.includes('shopify_write'))).toEqual([
    expect.stringContaining('INDEX write_open'),
    expect.stringContaining('INDEX write_open'),
  ])
  expect(
    steps.filter(step => step.startsWith('SCAN') && !step.includes('write_open') && !small.test(step)),
  ).toEqual([])
})

test.each(checks.map(check => [check.kind, check] as const))(
  'the check %s scans no history',
  async (_, check) => {
    const steps = await planOf(db => check.find(db, now()))
    expect(steps).not.toEqual([])
    // these hold open matters alone
    const scans = steps.filter(
      step =>
        step.startsWith('SCAN') &&
        !/INDEX (?:write_open|shopify_level_differs|settings_outcome_failed|settings_version_stopped|settings_version_paused|settings_report_broken|sqlite_autoindex_hold_back_1|sqlite_autoindex_hold_refusal_1)/.test(
          step,
        ),
    )
    expect(scans.filter(step => !small.test(step))).toEqual([])
  },
)
