import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { expect, test } from 'vitest'
import { openHubDb, transaction } from '../../hub/db/db.ts'
import { readSetting, writeSetting } from '../../hub/db/setting.ts'
import type { Files } from '../../shared/world.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

/** Files whose databases, while `failing`, do at COMMIT what SQLite does when the disk fails: roll back and throw. */
function failingFiles(files: Files): { files: Files; failing: boolean } {
  const disk = { failing: false, files }
  const watch = (db: Database): Database =>
    new Proxy(db, {
      get(target, property) {
        if (property === 'prepare')
          return (sql: string) => {
            const statement = target.prepare(sql)
            if (sql !== 'commit') return statement
            return new Proxy(statement, {
              get(commit, name) {
                if (name === 'run' && disk.failing)
                  return () => {
                    target.exec('ROLLBACK')
                    throw new SQLite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
                  }
                const value: unknown = Reflect.get(commit, name, commit)
                return typeof value === 'function' ? value.bind(commit) : value
              },
            })
          }
        const value: unknown = Reflect.get(target, property, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  disk.files = { ...files, database: (path, options) => watch(files.database(path, options)) }
  return disk
}

test('a commit that the disk refuses gives its own error, and the next transaction works', async () => {
  using folder = temporaryFolder()
  const disk = failingFiles(manualWorld().files)
  const db = await openHubDb(disk.files, join(folder.path, 'hub.db'))
  disk.failing = true
  await expect(transaction(db, tx => writeSetting(tx, 'hub', 'lost'))).rejects.toThrow(
    expect.objectContaining({ code: 'SQLITE_IOERR_FSYNC' }),
  )
  disk.failing = false
  expect(await readSetting(db, 'hub')).toBeNull()
  await transaction(db, tx => writeSetting(tx, 'hub', 'kept'))
  expect(await readSetting(db, 'hub')).toBe('kept')
  await db.destroy()
})
