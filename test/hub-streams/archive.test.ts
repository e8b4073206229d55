import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ArchiveFile, openArchiveFile } from '../../hub/db/archive-file.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { audit } from '../../hub/stock/audit.ts'
import { archivedBlocks, archiveEvents } from '../../hub/streams/archive.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { heldWithoutHash } from '../../shared/stream/log.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { dump, feed, type Happening, TILLS } from './lives.ts'
import { mixedStreams, readAll, type Sent } from './mixed-streams.ts'

const { files } = manualWorld()
const HUB = 'hub_of_this_test'
const open = (folder: string, name: string, hub = HUB) =>
  openArchiveFile(files, join(folder, name), { hub, create: true })
const forever = async () => true
const quiet = () => undefined

const sold = (number: number): Happening => ({ what: 'sale', number, units: 1 })
const TEN = Array.from({ length: 10 }, (_, index) => sold(index))

/** A kill after the file was written, and before the hub forgot what it holds. */
function dyingFile(file: ArchiveFile): ArchiveFile {
  return {
    ...file,
    add(blocks) {
      file.add(blocks)
      throw new Error('killed')
    },
  }
}

const sent: fc.Arbitrary<Sent> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constantFrom('sale', 'sale', 'void', 'entry', 'cash'),
      number: fc.nat(4),
      units: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Sent>('unknown', 'known later', 'unreadable') },
)
const step = fc.record({
  batch: fc.record({
    till: fc.constantFrom(...TILLS),
    renews: fc.integer({ min: 0, max: 5 }).map(n => n === 0),
    records: fc.array(sent, { minLength: 1, maxLength: 6 }),
  }),
  clock: fc.integer({ min: 1, max: 50 }),
  archive: fc.option(
    fc.record({
      before: fc.integer({ min: 1, max: 60 }),
      blockSize: fc.integer({ min: 1, max: 4 }),
      file: fc.constantFrom('a.db', 'b.db'),
      isKilled: fc.boolean(),
    }),
  ),
})

async function archiveOnce(
  db: Db,
  folder: string,
  given: { readonly before: number; readonly file: string; readonly isKilled: boolean },
): Promise<void> {
  using file = open(folder, given.file)
  if (!given.isKilled) await archiveEvents(db, file, given.before, quiet)
  else
    await archiveEvents(db, dyingFile(file), given.before, quiet).catch((error: unknown) => {
      expect(error).toMatchObject({ message: 'killed' })
    })
}

test('whatever is archived and killed whenever, readers with the archives give what they gave before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async steps => {
      await using moved = await openLedger()
      await using untouched = await openLedger()
      using folder = temporaryFolder()
      let now = 0
      const one = mixedStreams(moved.db, () => now)
      const other = mixedStreams(untouched.db, () => now)
      for (const { batch, clock, archive } of steps) {
        now = clock
        for (const streams of [one, other]) {
          await streams.commit(batch)
          await streams.learn()
        }
        if (archive === null) continue
        await packEvents(moved.db, archive, forever)
        await archiveOnce(moved.db, folder.path, archive)
      }
      using a = open(folder.path, 'a.db')
      using b = open(folder.path, 'b.db')
      const archives = new Map([a, b].map(file => [file.name, archivedBlocks(moved.db, file)]))
      const { hashes, ...read } = await readAll(moved.db, one.places, 3, archives)
      const { hashes: kept, ...expected } = await readAll(untouched.db, other.places, 3)
      expect(read).toEqual(expected)
      // within an archived run a hash is not known, and never wrong
      expect(hashes.map((hash, index) => (hash === heldWithoutHash ? kept[index] : hash))).toEqual(kept)
      for (const projection of projections)
        await rebuildProjection({
          db: moved.db,
          projection,
          fromStart: false,
          report: quiet,
          batchSize: 4,
          archives,
        })
      const tables = projections.flatMap(projection => projection.tables)
      expect(await dump(moved.db, { tables })).toEqual(await dump(untouched.db, { tables }))
    }),
    { numRuns: engine === 'sqlite' ? 15 : 5 },
  )
})

/** Ten receipts, of which the first eight are packed. */
async function packedLedger() {
  const ledger = await openLedger()
  await feed(ledger.db, () => 5)(TILLS[0], TEN)
  await packEvents(ledger.db, { before: 6, blockSize: 4 }, forever)
  return ledger
}

test('what the waiting steps of a till are read from stays in the hub until their turn', async () => {
  await using ledger = await packedLedger()
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  const [device] = TILLS
  await transaction(ledger.db, tx =>
    tx
      .insertInto('moves_set_aside')
      .values({ device, epoch: 1, store: 'HAR', next_seq: 6, last_seq: 7 })
      .execute(),
  )
  expect(await archiveEvents(ledger.db, file, 6, quiet)).toEqual({ events: 4, blocks: 1, left: 0 })
  await transaction(ledger.db, tx => tx.deleteFrom('moves_set_aside').execute())
  expect(await archiveEvents(ledger.db, file, 6, quiet)).toEqual({ events: 4, blocks: 1, left: 0 })
})

test('the chain and the audit go on from the archived head, and one row notes a run', async () => {
  await using ledger = await packedLedger()
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  expect(await archiveEvents(ledger.db, file, 6, quiet)).toEqual({ events: 8, blocks: 2, left: 0 })
  expect(await archiveEvents(ledger.db, file, 6, quiet)).toEqual({ events: 0, blocks: 0, left: 0 })
  const runs = await ledger.db.selectFrom('event_archive').select(['first_seq', 'last_seq', 'file']).execute()
  expect(runs).toEqual([{ first_seq: 1, last_seq: 8, file: 'a.db' }])
  expect(await audit(ledger.db)).toMatchObject({ events: 10, findings: [] })
})

test('a trace reads the archive, or says which file it needs', async () => {
  await using ledger = await packedLedger()
  const { db } = ledger
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  const wanted = { store: 'HAR', receipt: '3', source: null }
  const [before] = await traceReceipt(db, wanted)
  await archiveEvents(db, file, 6, quiet)
  const archives = new Map([[file.name, archivedBlocks(db, file)]])
  expect(await traceReceipt(db, { ...wanted, archives })).toEqual([before])
  const [without] = await traceReceipt(db, wanted)
  expect(without?.events).toEqual([])
  expect(without?.archived).toEqual([{ place: `${TILLS[0]}/1/4`, file: 'a.db' }])
})

test('a rebuild without the archive is refused by the file’s name', async () => {
  await using ledger = await packedLedger()
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  await archiveEvents(ledger.db, file, 6, quiet)
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  await expect(
    rebuildProjection({ db: ledger.db, projection: sales, fromStart: true, report: quiet }),
  ).rejects.toMatchObject({ code: 'ARCHIVE_NEEDED', facts: { files: 'a.db' } })
})

test('a rebuild that was stopped keeps its events: nothing is archived until it has ended', async () => {
  await using ledger = await packedLedger()
  const { db } = ledger
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  const [sales] = projections
  if (sales === undefined) throw new Error('no projection')
  const report = () => {
    throw new Error('killed')
  }
  await expect(
    rebuildProjection({ db, projection: sales, fromStart: false, report, batchSize: 2 }),
  ).rejects.toThrow('killed')
  await expect(archiveEvents(db, file, 6, quiet)).rejects.toMatchObject({ code: 'REBUILD_UNDER_WAY' })
  expect(await db.selectFrom('event_archive').select('file').execute()).toEqual([])
})

test('what can’t be read back from the archive stays in the hub', async () => {
  await using ledger = await packedLedger()
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  const forgetful: ArchiveFile = { ...file, add() {} }
  await expect(archiveEvents(ledger.db, forgetful, 6, quiet)).rejects.toMatchObject({
    code: 'ARCHIVE_UNREADABLE',
  })
  expect(await audit(ledger.db)).toMatchObject({ events: 10, findings: [] })
  expect(await ledger.db.selectFrom('event_block').select('first_seq').execute()).toHaveLength(2)
})

test('a file that was changed on disk gives nothing wrong', async () => {
  await using ledger = await packedLedger()
  using folder = temporaryFolder()
  using file = open(folder.path, 'a.db')
  await archiveEvents(ledger.db, file, 6, quiet)
  const raw = files.database(join(folder.path, 'a.db'), { readOnly: false })
  raw.prepare('UPDATE archived_block SET received_to = 7 WHERE first_seq = 1').run()
  raw.close()
  expect(file.read({ store: 'HAR', device: TILLS[0], epoch: 1, first_seq: 1 })).toBeNull()
  expect(file.read({ store: 'HAR', device: TILLS[0], epoch: 1, first_seq: 5 })).not.toBeNull()
})

test('a file of another hub, or of another program, is refused', () => {
  using folder = temporaryFolder()
  open(folder.path, 'a.db')[Symbol.dispose]()
  expect(() => open(folder.path, 'a.db', 'hub_other')).toThrow(
    expect.objectContaining({ code: 'ARCHIVE_FOREIGN' }),
  )
  files.writePrivate(
    join(folder.path, 'text.db'),
    'a text that is longer than a header of SQLite, and is not one\n'.repeat(9),
  )
  expect(() => open(folder.path, 'text.db')).toThrow(expect.objectContaining({ code: 'ARCHIVE_FOREIGN' }))
  const other = files.database(join(folder.path, 'other.db'), { readOnly: false })
  other.exec('CREATE TABLE x (a)')
  other.close()
  expect(() => open(folder.path, 'other.db')).toThrow(expect.objectContaining({ code: 'ARCHIVE_FOREIGN' }))
  expect(() => openArchiveFile(files, join(folder.path, 'none.db'), { hub: HUB, create: false })).toThrow(
    expect.objectContaining({ code: 'ARCHIVE_MISSING' }),
  )
})
