import { existsSync } from 'node:fs'
import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { HubConfig } from '../../hub/config.ts'
import { openHubDatabase, transaction } from '../../hub/db/db.ts'
import { readSetting, writeSetting } from '../../hub/db/setting.ts'
import { startHub } from '../../hub/hub.ts'
import type { Files } from '../../shared/world.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

const BALLAST = 16 * 1024 * 1024
const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined
const full = () => new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL')

/** A disk on which, while it is `full`, commits and openings succeed only without the ballast, and nothing is reserved. */
function fillable(files: Files, path: string) {
  const disk = { full: false, files }
  const hasRoom = () => !disk.full || files.sizeOf(`${path}.ballast`) === null
  const watched = (db: Database): Database => {
    const { prepare } = db
    return Object.assign(db, {
      prepare(sql: string) {
        const statement = prepare.call(db, sql)
        if (sql !== 'commit') return statement
        const { run } = statement
        return Object.assign(statement, {
          run(...given: unknown[]) {
            if (hasRoom()) return Reflect.apply(run, statement, given)
            db.exec('ROLLBACK') // as SQLite itself does
            throw full()
          },
        })
      },
    })
  }
  disk.files = {
    ...files,
    reserve: (file, bytes) => !disk.full && files.reserve(file, bytes),
    database(file, options) {
      if (file === path && !hasRoom()) throw full()
      return watched(files.database(file, options))
    },
  }
  return disk
}

test('a full disk gets the hub’s ballast, at a write and at a start, and it is taken again when there is room', async () => {
  using folder = temporaryFolder(memory)
  const path = join(folder.path, 'hub.db')
  const real = manualWorld()
  const disk = fillable(real.files, path)
  const world = { ...real, files: disk.files }
  const told: boolean[] = []
  const faults = { damaged: () => expect.unreachable(), full: (isFull: boolean) => told.push(isFull) }
  const open = () => openHubDatabase(world, { file: path }, { create: true, server: { ...world, faults } })
  const db = await open()
  expect(world.files.sizeOf(`${path}.ballast`)).toBe(BALLAST)
  disk.full = true
  await expect(transaction(db, tx => writeSetting(tx, 'hub', 'lost'))).rejects.toThrow(
    expect.objectContaining({ code: 'SQLITE_FULL' }),
  )
  expect(world.files.sizeOf(`${path}.ballast`)).toBeNull()
  await transaction(db, tx => writeSetting(tx, 'hub', 'kept'))
  expect(await readSetting(db, 'hub')).toBe('kept')
  await real.advance(301_000)
  expect(told).toEqual([false, true])
  disk.full = false
  await real.advance(301_000)
  expect(world.files.sizeOf(`${path}.ballast`)).toBe(BALLAST)
  expect(told).toEqual([false, true, false])
  await db.destroy()

  disk.full = true
  const again = await open()
  expect(await readSetting(again, 'hub')).toBe('kept')
  expect(told).toEqual([false, true, false, true])
  await again.destroy()
})

test('head office is told while the hub lives on its ballast', async () => {
  using folder = temporaryFolder(memory)
  const path = join(folder.path, 'hub.db')
  const real = manualWorld()
  const disk = fillable(real.files, path)
  const options = {
    database: { file: path },
    config: HubConfig.parse({ port: 0 }),
    pages: folder.path,
    releases: folder.path,
    pid: 1,
  }
  await using _hub = await startHub(options, { ...real, files: disk.files })
  const reading = await openHubDatabase(real, { file: path }, { create: false })
  const isTold = async () => (await listExceptions(reading)).some(({ kind }) => kind === 'hub-disk-full')
  expect(await isTold()).toBe(false)
  disk.full = true
  await real.advance(61_000) // a hub without visitors tries to write once a minute
  await until('told', isTold)
  disk.full = false
  await real.advance(301_000)
  await until('closed', async () => !(await isTold()))
  await reading.destroy()
})
