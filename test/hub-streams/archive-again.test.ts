import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openArchiveFile } from '../../hub/db/archive-file.ts'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { projections } from '../../hub/effects/projections.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { openSignals } from '../../hub/signals.ts'
import { audit } from '../../hub/stock/audit.ts'
import { archivedBlocks, archiveEvents } from '../../hub/streams/archive.ts'
import type { BlockSource } from '../../hub/streams/block-source.ts'
import { eventLog } from '../../hub/streams/event-log.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { newRecords } from '../../shared/stream/accept.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { nodeWords, runToEnd } from '../shared/child.ts'
import { enrolTill, eventOf, feed, type Happening, TILLS } from './lives.ts'

const { files } = manualWorld()
const forever = async () => true
const quiet = () => undefined
const sold = (number: number): Happening => ({ what: 'sale', number, units: 1 })
const sales = (count: number) => Array.from({ length: count }, (_, index) => sold(index))
const openArchive = (folder: string, hub = '') =>
  openArchiveFile(files, join(folder, 'a.db'), { hub, create: true })

test('what a till sends again from an archived epoch is held, and what never came is still a fork', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  const device = TILLS[0]
  await enrolTill(db, device)
  const log = eventLog({ db, device, store: 'HAR', now: () => 5, apply: applyEvents, signals: openSignals() })
  const chain = (epoch: number, count: number) => {
    let hash = genesis('events', device, epoch)
    return Array.from({ length: count }, (_, index) => {
      const body = JSON.stringify(eventOf(sold(index), epoch * 100 + index))
      hash = link(hash, body)
      return { epoch, seq: index + 1, hash, body }
    })
  }
  const longer = chain(1, 12)
  const [first, second] = [longer.slice(0, 10), chain(2, 2)]
  await log.commit(first)
  const held = await log.commit(second)
  await packEvents(db, { before: 6, blockSize: 5 }, forever)
  using file = openArchive(folder.path)
  expect(await archiveEvents(db, file, 6, quiet)).toMatchObject({ events: 10 })

  const again = (from: number, to: number) => {
    const records = longer.slice(from - 1, to)
    return newRecords({ stream: 'events', device }, log, held, {
      epoch: 1,
      first: from,
      prev: longer[from - 2]?.hash ?? genesis('events', device, 1),
      head: records.at(-1)?.hash ?? '',
      bodies: records.map(({ body }) => body),
    })
  }
  expect(await again(3, 6)).toEqual([]) // the middle of the archived run
  expect(await again(1, 10)).toEqual([])
  await expect(again(9, 12)).rejects.toMatchObject({ code: 'STREAM_FORKED' })
})

/** Counts the blocks that a source gives. */
function counting(source: BlockSource) {
  const seen = { blocks: 0 }
  const next: BlockSource['next'] = async (...place) => {
    const block = await source.next(...place)
    if (block !== null) seen.blocks += 1
    return block
  }
  return { seen, source: { ...source, next } }
}

test('the last step of a rebuild, which holds up the store, opens no block a second time', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], [...sales(40), { what: 'cash', number: 1, units: 1 }, ...sales(7)])
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  using file = openArchive(folder.path)
  await archiveEvents(db, file, 6, quiet)
  const cash = projections.find(one => one.kinds.includes('cash.moved'))
  if (cash === undefined) throw new Error('no projection of a rare kind')
  const { seen, source } = counting(archivedBlocks(db, file))
  const archives = new Map([['a.db', source]])
  expect(
    await rebuildProjection({ db, projection: cash, fromStart: true, report: quiet, archives }),
  ).toMatchObject({ events: 1 })
  expect(seen.blocks).toBe(12)
  expect(await db.selectFrom('cash').select('amount').execute()).toEqual([{ amount: 100 }])
})

test('an archive that was changed on disk is refused by a rebuild and named by a trace', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  await feed(db, () => 5)(TILLS[0], sales(8))
  await packEvents(db, { before: 6, blockSize: 4 }, forever)
  using file = openArchive(folder.path)
  await archiveEvents(db, file, 6, quiet)
  const raw = files.database(join(folder.path, 'a.db'), { readOnly: false })
  raw.prepare('UPDATE archived_block SET received_to = 7 WHERE first_seq = 1').run()
  raw.close()
  const archives = new Map([['a.db', archivedBlocks(db, file)]])
  const [projection] = projections
  if (projection === undefined) throw new Error('no projection')
  await expect(
    rebuildProjection({ db, projection, fromStart: true, report: quiet, archives }),
  ).rejects.toMatchObject({ code: 'ARCHIVE_DAMAGED', facts: { block: `${TILLS[0]}/1/1-4` } })
  const [traced] = await traceReceipt(db, { store: 'HAR', receipt: '2', source: null, archives })
  expect(traced).toMatchObject({ receiptNumber: '2', events: [], archived: [] })
  expect(traced?.unreadable.map(({ place }) => place)).toEqual([`${TILLS[0]}/1/3`])
})

const RECEIPTS = 120

async function traces(db: Db, archives: ReadonlyMap<string, BlockSource> = new Map()) {
  const found = []
  for (let number = 0; number < RECEIPTS; number += 1)
    found.push(await traceReceipt(db, { store: 'HAR', receipt: String(number), source: null, archives }))
  return found
}

test('hub archive, killed in the middle and run again, loses nothing and doubles nothing', async () => {
  using folder = temporaryFolder()
  const open = () => openHubDb(files, join(folder.path, 'hub.db'))
  let db = await open()
  await transaction(db, async tx => {
    await putStore(tx, { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }, 0)
    await mapWarehouse(tx, 'HAR', '0', '101', 0)
  })
  await feed(db, () => Date.parse('2020-01-02'))(TILLS[0], sales(RECEIPTS))
  await packEvents(db, { before: Date.parse('2020-02-01'), blockSize: 1 }, forever) // enough blocks for several transactions
  const before = await traces(db)
  await db.destroy()

  const words = nodeWords(
    new URL('../../hub/cli.mjs', import.meta.url),
    ...[
      'archive',
      '--data',
      folder.path,
      '--before',
      '2020-02-01',
      '--to',
      join(folder.path, 'a.db'),
      '--json',
    ],
  )
  const [program = '', ...args] = words
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.once('data', () => child.kill('SIGKILL')) // after the first transaction
  await once(child, 'close')
  const again = await runToEnd(words)
  expect(again.err).not.toContain('Error')
  expect(again.code).toBe(0)

  db = await open()
  try {
    expect(await db.selectFrom('event_block').select('first_seq').execute()).toEqual([])
    expect(await audit(db)).toMatchObject({ events: RECEIPTS, findings: [] })
    using file = openArchive(folder.path)
    expect(await traces(db, new Map([['a.db', archivedBlocks(db, file)]]))).toEqual(before)
  } finally {
    await db.destroy()
  }
})
