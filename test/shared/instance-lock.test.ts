import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { holdInstance } from '../../shared/instance-lock.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { nodeWords } from './child.ts'

const refusal = (pid: number | null) => new Error(`held by ${pid}`)

test('a second one on the same folder is refused and told the pid of the first', () => {
  using folder = temporaryFolder()
  const { files } = manualWorld()
  const path = join(folder.path, 'new', 'agent.lock')
  const first = holdInstance(files, { path, pid: 41, refusal })
  expect(() => holdInstance(files, { path, pid: 42, refusal })).toThrow('held by 41')
  using other = holdInstance(files, { path: join(folder.path, 'other.lock'), pid: 43, refusal })
  expect(other).toBeDefined()
  first[Symbol.dispose]()
  using next = holdInstance(files, { path, pid: 42, refusal })
  expect(next).toBeDefined()
  expect(() => holdInstance(files, { path, pid: 44, refusal })).toThrow('held by 42')
})

test('the lock of a process that was killed is free at once', async () => {
  using folder = temporaryFolder()
  const { files } = manualWorld()
  const path = join(folder.path, 'agent.lock')
  const [command = '', ...args] = nodeWords(new URL('instance-lock.child.ts', import.meta.url), path)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(() => holdInstance(files, { path, pid: 42, refusal })).toThrow(`held by ${child.pid}`)
  child.kill('SIGKILL')
  await once(child, 'close')
  using taken = holdInstance(files, { path, pid: 42, refusal })
  expect(taken).toBeDefined()
})

test('on a full disk the lock is held without a note of who holds it', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'hub.lock')
  const { files } = manualWorld()
  const full: typeof files = {
    ...files,
    database(file, options) {
      const db = files.database(file, options)
      const { exec } = db
      return Object.assign(db, {
        exec(sql: string) {
          if (!sql.startsWith('CREATE')) return exec.call(db, sql)
          exec.call(db, 'ROLLBACK') // as SQLite itself does
          throw new SQLite.SqliteError('database or disk is full', 'SQLITE_FULL')
        },
      })
    },
  }
  using _lock = holdInstance(full, { path, pid: 7, refusal })
  expect(() => holdInstance(files, { path, pid: 8, refusal })).toThrow('held by null')
})
