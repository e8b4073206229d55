import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { type ArchiveFile, openArchiveFile } from '../../hub/db/archive-file.ts'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { traceReceipt } from '../../hub/sales/trace.ts'
import { audit } from '../../hub/stock/audit.ts'
import { archivedBlocks, archiveEvents } from '../../hub/streams/archive.ts'
import type { BlockSource } from '../../hub/streams/block-source.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import type { Projection } from '../../hub/streams/projection.ts'
import { type RebuildProgress, rebuildProjection } from '../../hub/streams/rebuild.ts'
import { verifyArchive } from '../../hub/streams/verify-archive.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { engine } from '../hub-engines.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { dump, feed, type Happening, TILLS } from './lives.ts'
import { mixedStreams } from './mixed-streams.ts'

const { files } = nodeWorld({ log: quietLog })
const HUB = 'hub_1'
const quiet = () => undefined
const forever = async () => true

const some = (what: Happening['what'], from: number, to: number): Happening[] =>
  Array.from({ length: to - from }, (_, n) => ({ what, number: from + n, units: 1 + (n % 7) }))
const sales = (from: number, to: number) => some('sale', from, to)

function named(name: string): Projection {
  const found = projections.find(one => one.name === name)
  if (found === undefined) throw new Error(`no projection ${name}`)
  return found
}
const receipts = named('sales')

async function openHub() {
  const ledger = await openLedger()
  const folder = temporaryFolder()
  let now = 1
  const { db } = ledger
  return {
    db,
    send: feed(db, () => now),
    at: (...names: string[]) => {
      const path = join(folder.path, ...names)
      files.ensureFolder(dirname(path))
      return path
    },
    setClock(at: number) {
      now = at
    },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

const open = (path: string, create = false) => openArchiveFile(files, path, { hub: HUB, create })
const pack = (db: Db, before: number) => packEvents(db, { before, blockSize: 4 }, forever)

async function archive(db: Db, path: string, before: number): Promise<void> {
  await pack(db, before)
  using file = open(path, true)
  await archiveEvents(db, file, before, quiet)
}

interface Way {
  readonly projection?: Projection
  readonly wrap?: (source: BlockSource) => BlockSource
  readonly skip?: (events: string) => void
}

async function rebuild(
  db: Db,
  paths: readonly string[],
  { projection = receipts, wrap = source => source, skip }: Way = {},
): Promise<void> {
  using opened = new DisposableStack()
  const archives = new Map(
    paths.map(path => {
      const file = opened.use(open(path))
      return [file.name, wrap(archivedBlocks(db, file))]
    }),
  )
  const skipping = skip === undefined ? {} : { skipUnreadable: skip }
  await rebuildProjection({ db, projection, fromStart: true, report: quiet, archives, ...skipping })
}

/** Events that did not take effect. */
const setAside = (db: Db) => db.selectFrom('event').select('seq').where('state', '<>', 'applied').execute()
const numbersOf = (db: Db) =>
  db.selectFrom('sale').select(['receipt_number', 'sale']).where('store', '>', 0).orderBy('sale').execute()
const lose = (db: Db, firstSeq: number) =>
  transaction(db, tx => tx.deleteFrom('event_block').where('first_seq', '=', firstSeq).execute())
const damage = (db: Db, firstSeq: number) =>
  transaction(db, tx =>
    tx
      .updateTable('event_block')
      .set({ body: Buffer.from('x') })
      .where('first_seq', '=', firstSeq)
      .execute(),
  )

test('while a rebuild looks whether all events are at hand, none is archived into another file', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 8))
  await archive(db, hub.at('a.db'), 5)
  hub.setClock(6)
  await send(TILLS[0], sales(8, 16))
  const live = await dump(db, receipts)
  const said: unknown[] = []
  const wrap = (source: BlockSource): BlockSource => ({
    ...source,
    async holding(...place) {
      if (said.length === 0) said.push(await archive(db, hub.at('b.db'), 9).catch((error: unknown) => error))
      return source.holding(...place)
    },
  })
  await rebuild(db, [hub.at('a.db')], { wrap })
  expect(said).toMatchObject([{ code: 'REBUILD_UNDER_WAY' }])
  expect(await dump(db, receipts)).toEqual(live)
  using file = open(hub.at('b.db'))
  expect(file.isEmpty()).toBe(true)
  await send(TILLS[0], sales(60, 63))
  expect(await setAside(db)).toEqual([])
})

test('a rebuild that is refused leaves nothing under way, and archiving goes on', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 8))
  await archive(db, hub.at('a.db'), 5)
  await expect(rebuild(db, [])).rejects.toMatchObject({ code: 'ARCHIVE_NEEDED' })
  expect(await db.selectFrom('rebuild').selectAll().execute()).toEqual([])
})

test('what a restored hub does not know of an archive is not replayed', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 8))
  await archive(db, hub.at('a.db'), 5)
  hub.setClock(6)
  await send(TILLS[1], sales(30, 31))
  const live = await dump(db, receipts)
  await using later = await openHub()
  await later.send(TILLS[0], sales(0, 8))
  await later.send(TILLS[1], sales(8, 16))
  await archive(later.db, later.at('a.db'), 5)
  await rebuild(db, [later.at('a.db')])
  expect(await dump(db, receipts)).toEqual(live)
})

test.each(['open', 'former'])(
  'the missing end of the %s epoch is refused, and the audit names it',
  async which => {
    await using hub = await openHub()
    const { db } = hub
    const streams = mixedStreams(db, () => 1)
    await streams.commit({ till: TILLS[0], renews: false, records: sales(0, 8) })
    if (which === 'former') await streams.commit({ till: TILLS[0], renews: true, records: sales(8, 10) })
    await pack(db, 5)
    expect((await audit(db)).findings).toEqual([])
    const live = await dump(db, receipts)
    await lose(db, 5)
    await expect(rebuild(db, [])).rejects.toMatchObject({
      code: 'HISTORY_INCOMPLETE',
      facts: { events: `${TILLS[0]}/1/5-8` },
    })
    expect(await dump(db, receipts)).toEqual(live)
    expect((await audit(db)).findings).toMatchObject([{ invariant: 'chain' }])
  },
)

test('behind events that are left out, receipts keep the numbers that their movements name', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 12))
  await pack(db, 5)
  await damage(db, 1)
  const before = await numbersOf(db)
  const left: string[] = []
  await rebuild(db, [], { skip: events => left.push(events) })
  expect(left).not.toEqual([])
  expect(await numbersOf(db)).toEqual(before)
  await send(TILLS[1], [{ what: 'void', number: 9, units: 1 }, ...sales(100, 103)])
  expect(await setAside(db)).toEqual([])
  const { findings } = await audit(db)
  expect(findings.filter(({ invariant }) => invariant === 'line-has-movement')).toEqual([])
})

test('behind events that are left out, stock entries keep the numbers that their movements name', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], some('entry', 0, 12))
  await pack(db, 5)
  await damage(db, 1)
  const entries = () =>
    db
      .selectFrom('stock_entry')
      .select(['entry', 'quantity'])
      .where('store', '>', 0)
      .orderBy('entry')
      .execute()
  const before = await entries()
  await rebuild(db, [], { projection: named('stock-entries'), skip: quiet })
  expect(await entries()).toEqual(before)
  await send(TILLS[1], [{ what: 'entry', number: 9, units: 5 }, ...some('entry', 100, 103)])
  expect(await setAside(db)).toEqual([])
})

test('the newest receipts are left out: the next live sales take no number that a movement has', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], [...sales(0, 8), ...some('entry', 0, 4)])
  await pack(db, 5)
  await damage(db, 5)
  await damage(db, 9)
  await rebuild(db, [], { skip: quiet })
  await rebuild(db, [], { projection: named('stock-entries'), skip: quiet })
  await send(TILLS[1], [...sales(100, 103), ...some('entry', 100, 103)])
  expect(await setAside(db)).toEqual([])
  expect((await numbersOf(db)).slice(-3).map(({ sale }) => sale)).toEqual([9, 10, 11])
})

test('an edited receipt whose first content is left out keeps its number and its revision', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], [...sales(0, 4), { what: 'sale', number: 2, units: 7 }, ...sales(5, 8)])
  await pack(db, 5)
  await damage(db, 1)
  await rebuild(db, [], { skip: quiet })
  await send(TILLS[1], [{ what: 'sale', number: 2, units: 5 }])
  expect(await setAside(db)).toEqual([])
  const [traced] = await traceReceipt(db, { store: 'HAR', receipt: '2', source: null })
  expect(traced).toMatchObject({ revision: 2, sale: 3 })
})

test.each(['sale', 'void'] as const)(
  'a receipt whose last change, a %s, is left out is changed once more from what its movements say',
  async what => {
    await using hub = await openHub()
    const { db, send } = hub
    await send(TILLS[0], [...sales(0, 4), { what, number: 2, units: 7 }, ...sales(5, 8)])
    await pack(db, 5)
    await damage(db, 5)
    await rebuild(db, [], { skip: quiet })
    await send(TILLS[1], [{ what: 'sale', number: 2, units: 5 }])
    expect(await setAside(db)).toEqual([])
    const own = db.selectFrom('movement').select('quantity').where('cause', '=', 3).where('kind', '<', 3)
    const sum = (await own.execute()).reduce((total, { quantity }) => total + quantity, 0)
    expect(sum).toBe(-5000)
  },
)

test.each([
  ['sale', 'sales'],
  ['entry', 'stock-entries'],
] as const)(
  'what is left out of a rebuild moves no stock when its till sends it again: %s',
  async (what, name) => {
    await using hub = await openHub()
    const { db, send } = hub
    await send(TILLS[0], some(what, 0, 4))
    const changed = { what, number: 2, units: 7 }
    await send(TILLS[0], [changed, ...some(what, 5, 8)])
    await pack(db, 5)
    const live = await dump(db, named(name))
    const moved = async () => (await db.selectFrom('movement').select('quantity').execute()).length
    const before = await moved()
    await damage(db, 1)
    await damage(db, 5)
    const kept: number[] = []
    const report = (progress: RebuildProgress) => void kept.push(progress.kept)
    await rebuildProjection({
      db,
      projection: named(name),
      fromStart: true,
      report,
      skipUnreadable: quiet,
    })
    expect(await dump(db, named(name))).toEqual(live)
    expect(kept.at(-1)).toBe(7)
    const first = some(what, 0, 4).map(one => (one.number === changed.number ? changed : one))
    await send(TILLS[1], [...first, ...some(what, 5, 8)])
    expect(await setAside(db)).toEqual([])
    expect(await moved()).toBe(before)
  },
)

const withoutStock = (event: object) =>
  JSON.stringify(event, (key, value: unknown) => (key === 'sku' || key === 'barcode' ? null : value))

test('receipts without stock keep their numbers as well, whatever rows are left', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  for (const from of [0, 6]) {
    await send(TILLS[0], sales(from, from + 2))
    await send(TILLS[0], sales(from + 2, from + 4), undefined, withoutStock)
    await send(TILLS[0], sales(from + 4, from + 6))
  }
  const live = await dump(db, receipts)
  for (const kept of [0, 3, 5, 99]) {
    await transaction(db, tx => tx.deleteFrom('sale').where('sale', '>', kept).execute())
    for (const table of ['sale_line', 'sale_tax', 'sale_tender'] as const)
      await transaction(db, tx => tx.deleteFrom(table).where('sale', '>', kept).execute())
    await rebuild(db, [])
    expect(await dump(db, receipts)).toEqual(live)
  }
})

test('a rebuild repairs numbers that belong to the movements of another receipt', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 6))
  const live = await dump(db, receipts)
  await transaction(db, async tx => {
    for (const table of receipts.tables) {
      if (table !== 'sale' && table !== 'sale_line' && table !== 'sale_tax' && table !== 'sale_tender')
        continue
      for (const sale of [1, 2]) await tx.deleteFrom(table).where('sale', '=', sale).execute()
      for (const sale of [3, 4, 5, 6])
        await tx
          .updateTable(table)
          .set({ sale: sale - 2 })
          .where('sale', '=', sale)
          .execute()
    }
  })
  await rebuild(db, [])
  expect(await dump(db, receipts)).toEqual(live)
})

/** The index says that it has one entry less: as a page that was written in part. */
function shortenIndex(path: string, name: string): void {
  const raw = new Sqlite(path)
  raw.pragma('journal_mode = DELETE')
  const root = Number(raw.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name))
  const size = Number(raw.pragma('page_size', { simple: true }))
  raw.close()
  const bytes = readFileSync(path)
  const at = (root - 1) * size + 3
  bytes.writeUInt16BE(bytes.readUInt16BE(at) - 1, at)
  writeFileSync(path, bytes)
}

test('an archive whose index has lost an entry is refused, though each block can be read', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 12))
  await archive(db, hub.at('a.db'), 5)
  shortenIndex(hub.at('a.db'), 'archived_block_turn')
  await expect(rebuild(db, [hub.at('a.db')])).rejects.toMatchObject({
    code: 'HISTORY_INCOMPLETE',
    facts: { events: 'a.db' },
  })
  expect(await numbersOf(db)).toHaveLength(12)
})

test.runIf(engine === 'sqlite').each(['event_block_turn', 'event_turn'])(
  'the hub’s own index %s has lost an entry: the rebuild is refused',
  async name => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'hub.db')
    const made = await openHubDb(files, path)
    await transaction(made, tx =>
      putStore(tx, { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }, 0),
    )
    await feed(made, () => 1)(TILLS[0], sales(0, 12))
    await pack(made, 5)
    await feed(made, () => 9)(TILLS[1], sales(12, 16))
    await made.destroy()
    shortenIndex(path, name)
    const db = await openHubDb(files, path)
    await expect(rebuild(db, [])).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
    expect(await numbersOf(db)).toHaveLength(16)
    await db.destroy()
  },
)

test('an older copy of an archive under another name does not pass, nor does an emptied one', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  const [path, copy] = [hub.at('books.db'), hub.at('books-copy.db')]
  await send(TILLS[0], sales(0, 8))
  await archive(db, path, 5)
  copyFileSync(path, copy)
  hub.setClock(6)
  await send(TILLS[0], sales(8, 16))
  await archive(db, path, 9)
  using newest = open(path)
  expect((await verifyArchive(db, newest, quiet)).problems).toEqual([])
  using older = open(copy)
  const { problems } = await verifyArchive(db, older, quiet)
  expect(problems).toMatchObject([{ events: 'books-copy.db' }, { events: `${TILLS[0]}/1/1-16` }])
  const raw = new Sqlite(copy)
  raw.prepare('DELETE FROM archived_block').run()
  raw.close()
  expect((await verifyArchive(db, older, quiet)).problems).toMatchObject([{ events: 'books-copy.db' }])
})

test('nothing is added to an older copy of an archive', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  const path = hub.at('books.db')
  await send(TILLS[0], sales(0, 8))
  await archive(db, path, 5)
  copyFileSync(path, hub.at('old', 'books.db'))
  hub.setClock(6)
  await send(TILLS[0], sales(8, 16))
  await archive(db, path, 9)
  hub.setClock(11)
  await send(TILLS[0], sales(16, 24))
  await expect(archive(db, hub.at('old', 'books.db'), 15)).rejects.toMatchObject({ code: 'ARCHIVE_OUTDATED' })
  await archive(db, path, 15)
  await rebuild(db, [path])
})

const trace = async (db: Db, receipt: string, file: ArchiveFile) => {
  const archives = new Map([[file.name, archivedBlocks(db, file)]])
  const [traced] = await traceReceipt(db, { store: 'HAR', receipt, source: null, archives })
  return traced
}

test('a trace reads the whole copy of a damaged block, and names what is missing', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 8))
  await pack(db, 5)
  using file = open(hub.at('a.db'), true)
  const killed: ArchiveFile = {
    ...file,
    add(blocks) {
      file.add(blocks)
      throw new Error('killed')
    },
  }
  await expect(archiveEvents(db, killed, 5, quiet)).rejects.toThrow('killed')
  await damage(db, 1)
  expect(await trace(db, '1', file)).toMatchObject({ events: [{ place: `${TILLS[0]}/1/2` }], unreadable: [] })
  const [without] = await traceReceipt(db, { store: 'HAR', receipt: '1', source: null })
  expect(without?.unreadable[0]?.problem).toContain(`${TILLS[0]}/1/1-4`)
  await lose(db, 5)
  expect(await trace(db, '6', file)).toMatchObject({ events: [], unreadable: [{ place: `${TILLS[0]}/1/7` }] })
})

test('a trace says that the copy of the archive is an older one', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 8))
  await archive(db, hub.at('a.db'), 5)
  copyFileSync(hub.at('a.db'), hub.at('old', 'a.db'))
  hub.setClock(6)
  await send(TILLS[0], sales(8, 16))
  await archive(db, hub.at('a.db'), 9)
  using file = open(hub.at('old', 'a.db'))
  const traced = await trace(db, '10', file)
  expect(traced).toMatchObject({ archived: [], unreadable: [{ place: `${TILLS[0]}/1/11` }] })
  expect(traced?.unreadable[0]?.problem).toContain('newest copy')
})

test('a folder in place of an archive file, and a full disk, are told in a sentence', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  files.ensureFolder(hub.at('dir.db'))
  expect(() => open(hub.at('dir.db'), true)).toThrow(expect.objectContaining({ code: 'ARCHIVE_UNOPENABLE' }))
  await send(TILLS[0], sales(0, 200))
  await pack(db, 5)
  const small: typeof files = {
    ...files,
    database(path, how) {
      const opened = files.database(path, how)
      opened.pragma('max_page_count = 6')
      return opened
    },
  }
  using file = openArchiveFile(small, hub.at('full.db'), { hub: HUB, create: true })
  await expect(archiveEvents(db, file, 5, quiet)).rejects.toMatchObject({ code: 'ARCHIVE_DISK_FULL' })
  expect(await db.selectFrom('event_archive').selectAll().execute()).toEqual([])
})

test('a rebuild that meets a bad page says how to go on', async () => {
  await using hub = await openHub()
  const { db, send } = hub
  await send(TILLS[0], sales(0, 4))
  const projection: Projection = {
    ...receipts,
    apply: () =>
      Promise.reject(Object.assign(new Error('disk image is malformed'), { code: 'SQLITE_CORRUPT' })),
  }
  await expect(rebuild(db, [], { projection })).rejects.toMatchObject({ code: 'REBUILD_STOPPED' })
  expect(await numbersOf(db)).toHaveLength(4)
})
