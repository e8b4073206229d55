import { existsSync } from 'node:fs'
import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Files } from '../../shared/world.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal } from './test-journal.ts'

const REFUSED = new SQLite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')

/** Files whose databases refuse one call: the `refused`th that runs a statement. */
function refusing(files: Files, refused: number) {
  const state = { calls: 0, open: 0 }
  const call = <T>(work: () => T): T => {
    state.calls += 1
    if (state.calls === refused) throw REFUSED
    return work()
  }
  const watched = (db: Database): Database => {
    state.open += 1
    const { prepare, exec, close } = db
    return Object.assign(db, {
      exec: (sql: string) => call(() => exec.call(db, sql)),
      prepare(sql: string) {
        const statement = prepare.call(db, sql)
        const { run, get, all } = statement
        return Object.assign(statement, {
          run: (...given: unknown[]) => call(() => Reflect.apply(run, statement, given)),
          get: (...given: unknown[]) => call(() => Reflect.apply(get, statement, given)),
          all: (...given: unknown[]) => call(() => Reflect.apply(all, statement, given)),
        })
      },
      close() {
        if (db.open) state.open -= 1
        return close.call(db)
      },
    })
  }
  return {
    state,
    files: { ...files, database: (path, options) => watched(files.database(path, options)) } satisfies Files,
  }
}

test('whichever statement of a start the disk refuses, its own code ends the start and the file is closed', () => {
  using folder = temporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined) // many files are made durable here
  const world = lightWorld()
  const path = join(folder.path, 'journal.db')
  const counted = refusing(world.files, 0)
  openTestJournal({ ...world, files: counted.files }, path)[Symbol.dispose]()
  expect(counted.state.calls).toBeGreaterThan(20)
  for (let refused = 1; refused <= counted.state.calls; refused += 1) {
    world.files.removeDatabase(path)
    const disk = refusing(world.files, refused)
    const opened = () => openTestJournal({ ...world, files: disk.files }, path)
    let error: unknown = null
    try {
      opened()[Symbol.dispose]()
    } catch (thrown) {
      error = thrown
    }
    const { code, facts } = (error ?? {}) as { code?: string; facts?: { why?: string } }
    if (error !== null) expect(facts?.why ?? code, `statement ${refused}`).toBe('SQLITE_IOERR_FSYNC')
    expect(disk.state.open, `statement ${refused}`).toBe(0)
  }
})
