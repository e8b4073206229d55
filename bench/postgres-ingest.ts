import { chmod } from 'node:fs/promises'
import { type Db, openHubDatabase, transaction } from '../hub/db/db.ts'
import { applyEvents } from '../hub/effects/index.ts'
import { mapWarehouse, putStore } from '../hub/fleet/stores.ts'
import { openSignals } from '../hub/signals.ts'
import { audit } from '../hub/stock/audit.ts'
import { eventLog } from '../hub/streams/event-log.ts'
import { limits } from '../shared/protocol.ts'
import { genesis, link } from '../shared/stream/chain.ts'
import type { ReceivedRecord } from '../shared/stream/log.ts'
import { linesAt, STORE, saleAt, WAREHOUSE } from './data/events.ts'
import { quietWorld } from './data/quiet-world.ts'
import { expectSame } from './data/rows.ts'
import { copyLedgerRows, insertLedgerRows } from './floors/raw-postgres.ts'
import { compare, type Row } from './measure/compare.ts'
import { type Server, startPostgres } from './measure/postgres.ts'
import { timed } from './measure/stopwatch.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const DEVICE = 'dev_00000000000000000001'
const [TEMPLATE, FINISHED] = ['ledger_template', 'ledger_finished']
const world = quietWorld()

/**
 * A hub on PostgreSQL takes batches of sales: schema, ledger, levels and what is due, a commit a batch. The floors put
 * the rows that it ends up with into the same tables, by INSERT inside the server and by COPY.
 */
export async function postgresIngest({ tiny }: Scale): Promise<Row[]> {
  const count = tiny ? 1_200 : 30_000
  const batches = batchesOf(count)
  const lines = Array.from({ length: count }, (_, index) => linesAt(index)).reduce((sum, n) => sum + n, 0)
  const sizes = batches.map(batch => batch.length)
  return inTempFolder(async folder => {
    await using server = await startPostgres(folder)
    await makeTemplate(server)
    await ingest(server, batches, lines, FINISHED)
    const row = await compare({
      bench: 'postgres-ingest',
      what: `${count.toLocaleString('en-GB')} receipts of 2.5 lines into PostgreSQL`,
      unit: 'sale lines/s',
      amount: lines,
      rounds: tiny ? 1 : 3,
      ours: async () => {
        const ms = await ingest(server, batches, lines, 'ledger_ours')
        await server.drop('ledger_ours')
        return ms
      },
      floors: {
        'INSERT … SELECT of the same rows': () => insertLedgerRows(server, FINISHED, sizes),
        'COPY of the same rows': async turn => {
          await chmod(turn, 0o777) // the server writes the files, and may run as another user
          return copyLedgerRows(server, FINISHED, turn)
        },
      },
      aim: { none: 'shown' },
    })
    return [row]
  })
}

function batchesOf(count: number): ReceivedRecord[][] {
  let hash = genesis('events', DEVICE, 1)
  const records = Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify(saleAt(index))
    hash = link(hash, body)
    return { epoch: 1, seq: index + 1, hash, body }
  })
  const size = Math.floor(limits.batchCharacters / (records[0]?.body.length ?? 1))
  return Array.from({ length: Math.ceil(count / size) }, (_, n) => records.slice(n * size, (n + 1) * size))
}

async function open<T>(server: Server, database: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openHubDatabase(world, { url: server.urlOf(database), password: () => server.password })
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

async function makeTemplate(server: Server): Promise<void> {
  await server.create(TEMPLATE)
  await open(server, TEMPLATE, db =>
    transaction(db, async tx => {
      await putStore(tx, STORE, 1)
      await mapWarehouse(tx, STORE.code, WAREHOUSE, '101', 1)
    }),
  )
}

/** @returns milliseconds from the first batch to the last commit */
async function ingest(
  server: Server,
  batches: readonly (readonly ReceivedRecord[])[],
  lines: number,
  database: string,
): Promise<number> {
  await server.copy(TEMPLATE, database)
  return open(server, database, async db => {
    const log = eventLog({
      db,
      device: DEVICE,
      store: STORE.code,
      now: world.clock.now,
      apply: applyEvents,
      signals: openSignals(),
    })
    const ms = await timed(async () => {
      for (const batch of batches) await log.commit(batch)
    })
    const { moved } = await db
      .selectFrom('movement')
      .select(e => e.fn.sum<number>('quantity').as('moved'))
      .executeTakeFirstOrThrow()
    expectSame('units that left the shelf', -Number(moved) / 1_000, lines)
    // its device is not enrolled, so its stream belongs to no one
    const wrong = (await audit(db)).findings.filter(({ invariant }) => invariant !== 'chain')
    expectSame('findings of the audit', JSON.stringify(wrong), '[]')
    return ms
  })
}
