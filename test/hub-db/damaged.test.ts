import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { damageIn, openHubDatabase, transaction, withFence } from '../../hub/db/db.ts'
import { watchFaults } from '../../hub/db/engines/watched.ts'
import { openStorageWatch } from '../../hub/gateway/storage-watch.ts'
import { hubIdentity } from '../../hub/hub.ts'
import { audit } from '../../hub/stock/audit.ts'
import { manualWorld, temporaryFolder, turns } from '../manual-world.ts'

const PAGE = 4_096
/** Hundreds of files are made durable here; no disk has to. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined

/** A new hub's database; closed, so that all is in the main file. */
async function newHub(path: string) {
  const world = manualWorld()
  const db = await openHubDatabase(world, { file: path })
  await hubIdentity(db, world)
  await db.destroy()
  return world
}

/** Migrations leave pages that hold nothing: rubbish in those harms nothing, and nothing names it. */
function giveBackFreePages(path: string): void {
  const db = new SQLite(path)
  db.exec('VACUUM')
  db.close()
}

test('the database and its log belong to their owner alone', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'hub.db')
  const world = manualWorld()
  const db = await openHubDatabase(world, { file: path })
  await hubIdentity(db, world)
  for (const end of ['', '-wal', '-shm']) expect(statSync(path + end).mode & 0o777, end).toBe(0o600)
  await db.destroy()
})

test.each([1, 2, 3, 4])(
  'pages of rubbish, %i of 4: a start says what to do, or the audit names the damage',
  async from => {
    using folder = temporaryFolder(memory)
    const whole = join(folder.path, 'whole.db')
    const world = await newHub(whole)
    giveBackFreePages(whole)
    const pages = statSync(whole).size / PAGE
    expect(pages).toBeGreaterThan(50)
    const path = join(folder.path, 'hub.db')
    let started = 0
    for (let page = from; page <= pages; page += 4) {
      world.files.removeDatabase(path)
      const bytes = readFileSync(whole)
      bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
      writeFileSync(path, bytes)
      const opened = await openHubDatabase(world, { file: path }).catch((error: unknown) => error)
      if (opened instanceof Error) {
        expect(opened, `page ${page}`).toMatchObject({ code: 'HUB_DATABASE_DAMAGED' })
        expect(opened.message).toContain('restore the newest backup')
        continue
      }
      started += 1
      const db = opened as Awaited<ReturnType<typeof openHubDatabase>>
      const { findings } = await audit(db)
      expect(
        findings.map(({ invariant }) => invariant),
        `page ${page}`,
      ).toContain('database')
      await db.destroy()
    }
    expect(started).toBeGreaterThan(0)
  },
)

test('damage that a query meets is told once, and what caused an error is found in it', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'hub.db')
  const world = await newHub(path)
  const damaged: Error[] = []
  const bytes = readFileSync(path)
  const root = new SQLite(path, { readonly: true })
  const page = Number(root.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'setting'").pluck().get())
  root.close()
  bytes.fill(0xa5, (page - 1) * PAGE, page * PAGE)
  writeFileSync(path, bytes)
  const faults = { failed: () => expect.unreachable(), damaged: (error: Error) => void damaged.push(error) }
  const db = await openHubDatabase(world, { file: path }, { create: true, server: { ...world, faults } })
  for (let n = 0; n < 2; n += 1) {
    const error = await hubIdentity(db, world).catch((caught: unknown) => caught)
    expect(damageIn(error)).toMatch(/^SQLITE_CORRUPT/)
  }
  expect(damaged).toEqual([expect.objectContaining({ code: 'HUB_DATABASE_DAMAGED' })])
  await db.destroy()
})

test('after one failed sync the connection is not used again, and the first cause is kept', () => {
  const failed: Error[] = []
  const watch = watchFaults('hub.db', {
    failed: error => failed.push(error),
    damaged: () => expect.unreachable(),
  })
  const cause = new SQLite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
  expect(watch.during(() => 1)).toBe(1)
  expect(() =>
    watch.during(() => {
      throw cause
    }),
  ).toThrow(cause)
  let calls = 0
  const again = () =>
    watch.during(() => {
      calls += 1
    })
  expect(again).toThrow(expect.objectContaining({ code: 'HUB_DATABASE_FAILED', cause }))
  expect(again).toThrow(/The disk failed under the hub’s database|The disk failed under the hub's database/)
  expect(calls).toBe(0)
  expect(failed).toHaveLength(1)
})

test('a hub without visitors notices that its disk is full, and that it has room again', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const open = await openHubDatabase(world, { file: join(folder.path, 'hub.db') })
  let isFull = true
  const db = withFence(open, async () => {
    if (isFull) throw new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL')
  })
  const watch = openStorageWatch({
    world,
    db,
    background: work => void work.catch(() => expect.unreachable()),
    changed() {},
  })
  expect(watch.problem()).toBeNull()
  await world.advance(61_000)
  await turns()
  expect(watch.problem()).toMatchObject({ code: 'SQLITE_FULL' })
  isFull = false
  await world.advance(120_000)
  await turns()
  expect(watch.problem()).toBeNull()
  watch.close()
  await transaction(open, async () => undefined)
  await open.destroy()
})
