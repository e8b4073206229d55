import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openArchiveFile } from '../../hub/db/archive-file.ts'
import { openHubDb, transaction } from '../../hub/db/db.ts'
import { writeSetting } from '../../hub/db/setting.ts'
import { projections } from '../../hub/effects/projections.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { archiveEvents } from '../../hub/streams/archive.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { feed, TILLS } from '../hub-streams/lives.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { programs } from './programs.ts'

const DEVICE = TILLS[0]
const BLOCK = 4

const { files } = manualWorld()
const sales = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ what: 'sale' as const, number: from + n, units: 1 }))

/** A hub whose first eight events are in books.db, the next eight in later.db, and eight more in its own database. */
async function archivedHub() {
  const folder = temporaryFolder()
  const db = await openHubDb(files, join(folder.path, 'hub.db'))
  await transaction(db, async tx => {
    await writeSetting(tx, 'hub', 'hub_1')
    await putStore(tx, { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }, 0)
  })
  let now = 1
  const send = feed(db, () => now)
  const archive = async (name: string) => {
    await packEvents(db, { before: now + 1, blockSize: BLOCK }, async () => true)
    using file = openArchiveFile(files, join(folder.path, name), { hub: 'hub_1', create: true })
    await archiveEvents(db, file, now + 1, () => undefined)
  }
  for (const [index, name] of ['books.db', 'later.db'].entries()) {
    now = index + 1
    await send(DEVICE, sales(8 * index, 8 * index + 8))
    await archive(name)
  }
  await send(DEVICE, sales(16, 24))
  return {
    db,
    folder: folder.path,
    at: (name: string) => join(folder.path, name),
    run: (...args: string[]) => programs().run('hub', [...args, '--data', folder.path]),
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

test('an archive that is refused leaves no file behind', async () => {
  await using hub = await archivedHub()
  mkdirSync(hub.at('other'))
  await packEvents(hub.db, { before: 9, blockSize: BLOCK }, async () => true)
  const archive = async (to: string) => {
    const { code, err } = await hub.run('archive', '--before', '2001-01-01', '--to', hub.at(to))
    return [code, err, readdirSync(hub.at('other'))]
  }
  expect(await archive('other/books.db')).toEqual([1, expect.stringContaining('[ARCHIVE_NAME_TAKEN]'), []])
  const under = { projection: 'receipts', store: 0, turn: 0, epoch: 0, seq: 0, events: 9, done: 1 }
  await transaction(hub.db, tx => tx.insertInto('rebuild').values(under).execute())
  expect(await archive('other/new.db')).toEqual([1, expect.stringContaining('[REBUILD_UNDER_WAY]'), []])
})

/** Changes an archive file as a fault of a disk or a person would. */
function change(path: string, statement: string): void {
  const file = new Sqlite(path)
  file.prepare(statement).run()
  file.close()
}

test('archives that are as they were written are said to be, file by file', async () => {
  await using hub = await archivedHub()
  const { code, out, err } = await hub.run('archives', 'verify', hub.at('books.db'), hub.at('later.db'))
  expect({ code, out }).toEqual({
    code: 0,
    out: 'books.db: 8 events in 2 blocks, all as they were archived.\nlater.db: 8 events in 2 blocks, all as they were archived.\n',
  })
  expect(err).toBe('books.db: 8 events in 2 blocks\nlater.db: 8 events in 2 blocks\n')
})

test('without a file, all that the hub knows of are read where its settings say', async () => {
  await using hub = await archivedHub()
  const unset = await hub.run('archives', 'verify', '--json')
  expect(unset.code).toBe(1)
  expect(unset.out).toContain('history.archiveFolder')
  mkdirSync(hub.at('kept'))
  copyFileSync(hub.at('books.db'), hub.at('kept/books.db'))
  writeFileSync(hub.at('hub.json'), JSON.stringify({ history: { archiveFolder: hub.at('kept') } }))
  const { code, out } = await hub.run('archives', 'verify', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(out)).toEqual({
    files: [
      { file: 'books.db', path: hub.at('kept/books.db'), blocks: 2, events: 8, problems: [] },
      {
        file: 'later.db',
        path: hub.at('kept/later.db'),
        blocks: 0,
        events: 0,
        problems: [{ events: 'later.db', why: expect.stringContaining('There is no archive file at') }],
      },
    ],
  })
})

test.each([
  [
    'a changed body',
    'UPDATE archived_block SET body = zeroblob(40) WHERE first_seq = 5',
    '/1/5-8 are not as',
  ],
  ['a changed hash', `UPDATE archived_block SET last_hash = 'x' WHERE first_seq = 5`, '/1/5-8 are not as'],
  [
    'a lost block',
    'DELETE FROM archived_block WHERE first_seq = 5',
    '/1/1-8 were archived into this file and',
  ],
  ['a number that is a text', `UPDATE archived_block SET last_turn = 'x'`, '/1/1-4 are not as'],
])('%s is found, and the other file is read all the same', async (_what, statement, said) => {
  await using hub = await archivedHub()
  change(hub.at('books.db'), statement)
  const { code, out } = await hub.run('archives', 'verify', hub.at('books.db'), hub.at('later.db'))
  expect(code).toBe(1)
  expect(out).toContain(said)
  expect(out).toContain('later.db: 8 events in 2 blocks, all as they were archived.')
})

test('an older copy, another hub’s file and a file that is not a database are findings', async () => {
  await using hub = await archivedHub()
  mkdirSync(hub.at('old'))
  copyFileSync(hub.at('books.db'), hub.at('old/later.db'))
  writeFileSync(hub.at('none.db'), 'not a database')
  const { code, out } = await hub.run('archives', 'verify', hub.at('old/later.db'), hub.at('none.db'))
  expect(code).toBe(1)
  expect(out).toContain(`${DEVICE}/1/9-16 were archived into this file and are not all in it`)
  expect(out).toContain(`${hub.at('none.db')} is not an archive of this hub`)
})

test('blocks of a file whose move was killed are compared with what the hub holds', async () => {
  await using hub = await archivedHub()
  await packEvents(hub.db, { before: 9, blockSize: BLOCK }, async () => true)
  const killed = openArchiveFile(files, hub.at('killed.db'), { hub: 'hub_1', create: true })
  await expect(
    archiveEvents(
      hub.db,
      {
        ...killed,
        add(blocks) {
          killed.add(blocks)
          throw new Error('killed')
        },
      },
      9,
      () => undefined,
    ),
  ).rejects.toThrow('killed')
  killed[Symbol.dispose]()
  expect((await hub.run('archives', 'verify', hub.at('killed.db'))).code).toBe(0)
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('event_block').where('first_seq', '>=', 17).execute()
  })
  const { code, out } = await hub.run('archives', 'verify', hub.at('killed.db'))
  expect(code).toBe(1)
  expect(out).toContain(`${DEVICE}/1/17-20 are unknown to the hub`)
})

test('two archive files of one name are refused by name; one file named twice is one', async () => {
  await using hub = await archivedHub()
  mkdirSync(hub.at('copy'))
  copyFileSync(hub.at('books.db'), hub.at('copy/books.db'))
  const rebuild = (...paths: string[]) => hub.run('rebuild', 'sales', '--archive', ...paths)
  const [books, later] = [hub.at('books.db'), hub.at('later.db')]
  const refused = await rebuild(books, later, hub.at('copy/books.db'))
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('[ARCHIVE_NAMED_TWICE]')
  expect(refused.err).toContain(hub.at('copy/books.db'))
  expect(await rebuild(books, later, `${hub.folder}/copy/../books.db`)).toMatchObject({ code: 0 })
})

test('a stopped rebuild that holds up an archive is named with how to drop it, and dropping it is enough', async () => {
  await using hub = await archivedHub()
  const [projection] = projections
  if (projection === undefined) throw new Error('no projection')
  const stop = () => {
    throw new Error('stopped')
  }
  const parts = { db: hub.db, projection, fromStart: false, batchSize: 2, skipUnreadable: () => undefined }
  await transaction(hub.db, tx => tx.deleteFrom('event_archive').execute())
  await expect(rebuildProjection({ ...parts, report: stop })).rejects.toThrow('stopped')
  await packEvents(hub.db, { before: 9, blockSize: BLOCK }, async () => true)
  const archive = () => hub.run('archive', '--before', '2025-01-01', '--to', hub.at('third.db'))
  const refused = await archive()
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('hub rebuild sales --drop')
  expect(await hub.run('rebuild', 'sales', '--drop', '--from-start')).toMatchObject({ code: 2 })
  expect(await hub.run('rebuild', 'sales', '--drop')).toMatchObject({
    code: 0,
    out: 'The stopped rebuild of sales was dropped. The tables in use are unchanged.\n',
  })
  expect(await hub.db.selectFrom('rebuild').selectAll().execute()).toEqual([])
  expect(await hub.db.selectFrom('sale').select('sale').where('store', '<', 0).execute()).toEqual([])
  expect(await hub.db.selectFrom('sale').select('sale').execute()).toHaveLength(24)
  expect(await archive()).toMatchObject({ code: 0 })
  expect((await hub.run('rebuild', 'sales', '--drop', '--json')).out).toBe(
    '{"projection":"sales","dropped":false}\n',
  )
})
