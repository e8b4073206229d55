import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openArchiveFile } from '../../hub/db/archive-file.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { archivedBlocks, archiveEvents } from '../../hub/streams/archive.ts'
import { effectedAfter } from '../../hub/streams/event-history.ts'
import { packEvents } from '../../hub/streams/pack.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { feed, TILLS } from './lives.ts'

const { files } = nodeWorld({ log: quietLog })
const HUB = 'hub_1'
const quiet = () => undefined
const forever = async () => true

const sales = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ what: 'sale' as const, number: from + n, units: 1 }))

const [projection] = projections
if (projection === undefined) throw new Error('no projection')

function rebuild(db: Db, paths: readonly string[]) {
  const open = paths.map(path => openArchiveFile(files, path, { hub: HUB, create: false }))
  const archives = new Map(open.map(file => [file.name, archivedBlocks(db, file)]))
  const parts = { db, projection: projection as NonNullable<typeof projection>, report: quiet, archives }
  return rebuildProjection({ ...parts, fromStart: true }).finally(() => {
    for (const file of open) file[Symbol.dispose]()
  })
}

async function salesHeld(db: Db): Promise<number> {
  return (await db.selectFrom('sale').select('sale').where('store', '>', 0).execute()).length
}

async function archive(db: Db, path: string, before: number): Promise<void> {
  await packEvents(db, { before, blockSize: 4 }, forever)
  using file = openArchiveFile(files, path, { hub: HUB, create: true })
  await archiveEvents(db, file, before, quiet)
}

test('an older copy of an archive is refused by a rebuild, and no sale is lost', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  const [path, copy] = [join(folder.path, 'books.db'), join(folder.path, 'copy')]
  let now = 1
  const send = feed(db, () => now)
  await send(TILLS[0], sales(0, 8))
  await archive(db, path, 5)
  files.ensureFolder(copy)
  copyFileSync(path, join(copy, 'books.db'))
  now = 6
  await send(TILLS[0], sales(8, 16))
  await archive(db, path, 9)
  await expect(rebuild(db, [join(copy, 'books.db')])).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
  expect(await salesHeld(db)).toBe(16)
  await rebuild(db, [path])
  expect(await salesHeld(db)).toBe(16)
})

test('a second archive file of one name is refused before anything is moved', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  const send = feed(db, () => 1)
  await send(TILLS[0], sales(0, 8))
  await archive(db, join(folder.path, 'books.db'), 5)
  await send(TILLS[0], sales(8, 16))
  const other = join(folder.path, 'other')
  files.ensureFolder(other)
  await expect(archive(db, join(other, 'books.db'), 5)).rejects.toMatchObject({ code: 'ARCHIVE_NAME_TAKEN' })
})

test('a block that is noted under another turn is refused, not left out in silence', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  await feed(db, () => 1)(TILLS[0], sales(0, 16))
  await packEvents(db, { before: 5, blockSize: 4 }, forever)
  await transaction(db, tx =>
    tx
      .updateTable('event_block')
      .set({ last_turn: e => e('last_turn', '-', 6) })
      .where('first_seq', '=', 9)
      .execute(),
  )
  await expect(rebuild(db, [])).rejects.toMatchObject({ code: 'HISTORY_INCOMPLETE' })
  expect(await salesHeld(db)).toBe(16)
})

test('a damaged block stays in the hub, where it is known as damaged', async () => {
  await using ledger = await openLedger()
  using folder = temporaryFolder()
  const { db } = ledger
  await feed(db, () => 1)(TILLS[0], sales(0, 16))
  await packEvents(db, { before: 5, blockSize: 4 }, forever)
  const bodies = await db.selectFrom('event_block').select(['first_seq', 'body']).execute()
  const body = Buffer.from(bodies.find(({ first_seq }) => first_seq === 5)?.body ?? [])
  body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1
  await transaction(db, tx =>
    tx.updateTable('event_block').set({ body }).where('first_seq', '=', 5).execute(),
  )
  using file = openArchiveFile(files, join(folder.path, 'books.db'), { hub: HUB, create: true })
  expect(await archiveEvents(db, file, 5, quiet)).toMatchObject({ left: 1 })
  expect(await db.selectFrom('event_block').select('first_seq').execute()).toEqual([{ first_seq: 5 }])
  expect(file.read({ store: 'HAR', device: TILLS[0], epoch: 1, first_seq: 5 })).toBeNull()
})

test('a block that differs from the archived one at its place is not put over it', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'books.db')
  for (const first of [0, 100]) {
    await using ledger = await openLedger()
    await feed(ledger.db, () => 1)(TILLS[0], sales(first, first + 8))
    if (first === 0) await archive(ledger.db, path, 5)
    else await expect(archive(ledger.db, path, 5)).rejects.toMatchObject({ code: 'ARCHIVE_CONFLICT' })
  }
})

test('two devices at one place of a store, as after a restore, are two records', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  const send = feed(db, () => 1)
  await send(TILLS[0], sales(0, 4))
  await packEvents(db, { before: 5, blockSize: 4 }, forever)
  await transaction(db, tx => tx.updateTable('store_turn').set({ turn: 0 }).execute())
  await send(TILLS[1], sales(4, 8))
  const store = (await db.selectFrom('event_block').select('store').executeTakeFirstOrThrow()).store
  const wanted = { kinds: ['sale.completed'], limit: 3, archives: [] }
  const all = []
  let after = { turn: 0, epoch: 0, seq: 0 }
  for (;;) {
    const page = await effectedAfter(db, store, after, wanted)
    const last = page.at(-1)
    if (last === undefined) break
    all.push(...page)
    after = { turn: last.turn, epoch: last.epoch, seq: last.seq }
  }
  expect(new Set(all.map(({ body }) => body)).size).toBe(8)
  expect(all).toHaveLength(8)
})
