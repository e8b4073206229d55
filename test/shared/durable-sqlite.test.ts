import { join } from 'node:path'
import { expect, test } from 'vitest'
import { migrate, notDurable, openDurable, schemaNewer } from '../../shared/durable-sqlite.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { runToEnd, testWith } from './child.ts'

const { files } = nodeWorld({ log: quietLog })
const FULL = 2
const first = 'CREATE TABLE fact (n INTEGER); INSERT INTO fact VALUES (1)'
const second = 'ALTER TABLE fact ADD COLUMN word TEXT; UPDATE fact SET word = n'

test('every connection commits in full, also after its first write and after a checkpoint', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  for (let round = 0; round < 3; round += 1) {
    const db = openDurable(files, path)
    const synchronous = () => db.pragma('synchronous', { simple: true })
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(synchronous()).toBe(FULL)
    db.exec(`CREATE TABLE IF NOT EXISTS fact (n INTEGER); INSERT INTO fact VALUES (${round})`)
    expect(synchronous()).toBe(FULL)
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.exec('INSERT INTO fact VALUES (99)')
    expect(synchronous()).toBe(FULL)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    db.close()
  }
})

testWith('strace')('each commit is followed by an fsync of the WAL before it returns', async () => {
  using folder = temporaryFolder()
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
  const code = `import { openDurable } from ${url('../../shared/durable-sqlite.ts')}
    import { nodeWorld } from ${url('../../shared/node-world.ts')}
    import { writeSync } from 'node:fs'
    const db = openDurable(nodeWorld({ log: null }).files, ${JSON.stringify(join(folder.path, 'a.db'))})
    db.exec('CREATE TABLE fact (n INTEGER)')
    for (let n = 0; n < 5; n += 1) { db.exec('INSERT INTO fact VALUES (1)'); writeSync(1, 'committed ' + n) }`
  const node = [process.execPath, '--input-type=module-typescript', '--eval', code]
  const { err } = await runToEnd(['strace', '-f', '-qq', '-y', '-e', 'trace=fsync,fdatasync,write', ...node])
  const calls = err.split('\n').filter(line => /a\.db-wal>|committed/.test(line))
  const commits = calls.map((line, index) => (line.includes('committed') ? index : -1)).filter(n => n >= 0)
  expect(commits).toHaveLength(5)
  for (const at of commits) expect(calls[at - 1]).toMatch(/f(data)?sync\(.*-wal>/)
})

test('where commits can’t be made durable nothing is opened', () => {
  expect(() => openDurable(files, ':memory:')).toThrow(expect.objectContaining({ code: notDurable.code }))
})

test('migrations run forward, each once, from whatever version a file has', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const old = openDurable(files, path)
  migrate(old, path, [first])
  migrate(old, path, [first])
  old.close()
  const db = openDurable(files, path)
  migrate(db, path, [first, second])
  migrate(db, path, [first, second])
  expect(db.prepare('SELECT * FROM fact').all()).toEqual([{ n: 1, word: '1' }])
  expect(db.pragma('user_version', { simple: true })).toBe(2)
  db.close()
})

test('a migration that fails changes nothing, and those before it stay', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = openDurable(files, path)
  expect(() => migrate(db, path, [first, `${second}; INSERT INTO nowhere VALUES (1)`])).toThrow(/nowhere/)
  expect(db.pragma('user_version', { simple: true })).toBe(1)
  expect(db.prepare('SELECT * FROM fact').all()).toEqual([{ n: 1 }])
  migrate(db, path, [first, second])
  expect(db.pragma('user_version', { simple: true })).toBe(2)
  db.close()
})

test('a file of a newer version is left alone and named', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = openDurable(files, path)
  migrate(db, path, [first, second])
  expect(() => migrate(db, path, [first])).toThrow(schemaNewer({ path, found: 2, known: 1 }).message)
  expect(db.prepare('SELECT word FROM fact').pluck().get()).toBe('1')
  db.close()
})

test('a failed opening closes the file again', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a.db')
  const db = files.database(path, { readOnly: false })
  const pragma = db.pragma.bind(db)
  db.pragma = ((source: string, options?: object) =>
    source.startsWith('journal_mode') ? 'delete' : pragma(source, options)) as typeof db.pragma
  const share = { ...files, database: () => db } // WAL mode does not stick there
  expect(() => openDurable(share, path)).toThrow(expect.objectContaining({ code: notDurable.code }))
  expect(db.open).toBe(false)
})
