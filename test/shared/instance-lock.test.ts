import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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

const memory = existsSync('/dev/shm') ? '/dev/shm' : undefined
const PAGE = 4_096
const rubbish = (path: string) => writeFileSync(path, Buffer.alloc(2 * PAGE, 0xa5))

test.each([
  ['is rubbish', rubbish],
  ['has a bad page', (path: string) => writeFileSync(path, readFileSync(path).fill(0xa5, PAGE, 2 * PAGE))],
  [
    'has another table in it',
    (path: string) => {
      const db = new SQLite(path)
      db.exec('DROP TABLE holder; CREATE TABLE holder (name TEXT NOT NULL CHECK (name <> 7), at INTEGER)')
      db.close()
    },
  ],
])(
  'a lock’s file that %s keeps no program from starting, and tells the next one who holds it',
  (_what, damage) => {
    using folder = temporaryFolder(memory)
    const { files } = manualWorld()
    const path = join(folder.path, 'agent.lock')
    holdInstance(files, { path, pid: 1, refusal })[Symbol.dispose]()
    damage(path)
    using _lock = holdInstance(files, { path, pid: 2, refusal })
    expect(() => holdInstance(files, { path, pid: 3, refusal })).toThrow('held by 2')
  },
)

test('a lock whose file is damaged while another process holds it stays that process’s', async () => {
  using folder = temporaryFolder(memory)
  const { files } = manualWorld()
  const path = join(folder.path, 'agent.lock')
  const [command = '', ...args] = nodeWords(new URL('instance-lock.child.ts', import.meta.url), path)
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  rubbish(path)
  expect(() => holdInstance(files, { path, pid: 42, refusal })).toThrow('held by null')
  child.kill('SIGKILL')
  await once(child, 'close')
  using taken = holdInstance(files, { path, pid: 42, refusal })
  expect(taken).toBeDefined()
})
