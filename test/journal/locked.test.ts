import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openHubDatabase } from '../../hub/db/db.ts'
import { hubIdentity } from '../../hub/hub.ts'
import type { Log } from '../../shared/world.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { manualWorld, quietLog, temporaryFolder, turns } from '../manual-world.ts'
import { openTestJournal } from './test-journal.ts'

/** Holds the lock for writing, as another program does. */
function lockedFile(path: string) {
  const other = new SQLite(path)
  other.exec('BEGIN IMMEDIATE')
  return {
    release: () => void other.exec('COMMIT'),
    [Symbol.dispose]: () => void other.close(),
  }
}

function noting(): { log: Log; holders: unknown[] } {
  const holders: unknown[] = []
  return { holders, log: { ...quietLog, warn: facts => void holders.push(facts['holder']) } }
}
/** Linux names the program; elsewhere it stays unsaid. */
const named = process.platform === 'linux' ? `(pid ${process.pid})` : 'another program'

test('a journal that another program has locked keeps what comes until it is free, and says who has it', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const { log, holders } = noting()
  const world = manualWorld({ log })
  using opened = openTestJournal(world, path)
  using lock = lockedFile(path)
  const recorded = opened.journal.record([sale(1)])
  await world.advance(1_000)
  const later = opened.journal.record([sale(2)])
  expect(opened.journal.unsent().events).toBe(0)
  expect(holders).toEqual([expect.stringContaining(named)])
  lock.release()
  await world.advance(200)
  await Promise.all([recorded, later])
  expect(opened.journal.unsent().events).toBe(2)
  expect(opened.failures).toEqual([])
})

test('a lock that never ends is an error after twenty seconds, not a standstill', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = manualWorld()
  using opened = openTestJournal(world, path)
  using _lock = lockedFile(path)
  const recorded = opened.journal.record([sale(1)]).catch((error: unknown) => error)
  await world.advance(30_000)
  expect(await recorded).toMatchObject({ code: 'SQLITE_BUSY' })
})

test('a hub whose database is locked goes on with other things and writes once it is free', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'hub.db')
  const { log, holders } = noting()
  const world = manualWorld({ log })
  const faults = { failed: () => expect.unreachable(), damaged: () => expect.unreachable() }
  const db = await openHubDatabase(world, { file }, { create: true, server: { ...world, faults } })
  using lock = lockedFile(file)
  const written = hubIdentity(db, world)
  await world.advance(2_000)
  await turns()
  expect(holders).toEqual([expect.stringContaining(named)])
  lock.release()
  await world.advance(500)
  expect(await written).toMatch(/^hub_/)
  await db.destroy()
})
