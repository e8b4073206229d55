import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDurable } from '../../shared/durable-sqlite.ts'
import { databaseMove } from '../../shared/node-move.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { nodeWords, onSmallDisk, runToEnd, testWith } from './child.ts'

const { files } = nodeWorld({ log: quietLog })
const mode = (path: string) => statSync(path).mode & 0o777

test('a private file is replaced whole, for its owner only, whatever was there before', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'device.json')
  const { umask } = process
  umask(0)
  writeFileSync(path, 'an open file', { mode: 0o666 })
  writeFileSync(`${path}.new`, 'left by a crash, open to all, longer than what comes', { mode: 0o666 })
  const former = statSync(path).ino
  files.writePrivate(path, 'secret')
  umask(0o022)
  expect(readFileSync(path, 'utf8')).toBe('secret')
  expect(mode(path)).toBe(0o600)
  expect(statSync(path).ino).not.toBe(former) // renamed over it: a reader sees the old or the new, never a part
  expect(readdirSync(folder.path)).toEqual(['device.json'])
})

testWith('strace')('a private file and its name are on the disk before the call returns', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'device.json')
  const code = `import { nodeWorld } from ${JSON.stringify(new URL('../../shared/node-world.ts', import.meta.url).href)}
    nodeWorld({ log: null }).files.writePrivate(${JSON.stringify(path)}, 'secret')`
  const node = [process.execPath, '--input-type=module-typescript', '--eval', code]
  const { code: end, err } = await runToEnd([
    'strace',
    '-f',
    '-qq',
    '-y',
    '-e',
    'trace=fsync,rename',
    ...node,
  ])
  expect(end).toBe(0)
  const calls = err.split('\n').flatMap(line => /(fsync|rename)\(.*/.exec(line)?.[0] ?? [])
  const of = (text: string) => calls.findIndex(call => call.startsWith(text))
  const written = calls.findIndex(call => call.startsWith('fsync') && call.includes('device.json.new>'))
  const renamed = of('rename(')
  const folderSynced = calls.findIndex(call => call.startsWith('fsync') && call.includes(`<${folder.path}>`))
  expect(written).toBeGreaterThanOrEqual(0)
  expect(renamed).toBeGreaterThan(written)
  expect(folderSynced).toBeGreaterThan(renamed)
})

testWith('namespaces')('a full disk loses no private file and leaves nothing half written', async () => {
  using folder = temporaryFolder()
  const script = new URL('./small-disk.child.ts', import.meta.url)
  const { out, err } = await runToEnd(onSmallDisk(folder.path, '400k', nodeWords(script, folder.path)))
  expect(err).toBe('')
  expect(JSON.parse(out)).toEqual({
    reserved: true,
    ballastBytes: 100_000,
    tooMuch: false,
    moreLeft: false,
    failure: 'ENOSPC',
    text: 'the old words',
    halfWritten: false,
    spaceAgain: null,
    size: 150_000,
  })
})

test('an SQLite file is moved with its log, where its newest commits stand', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const db = openDurable(files, path)
  db.exec('CREATE TABLE fact (n INTEGER); INSERT INTO fact VALUES (7)')
  expect(files.sizeOf(`${path}-wal`)).toBeGreaterThan(0)
  // as after kill -9: what was committed last is only in the WAL
  const killed = join(folder.path, 'killed.db')
  for (const end of ['', '-wal']) writeFileSync(`${killed}${end}`, readFileSync(`${path}${end}`))
  db.close()
  const aside = join(folder.path, 'aside.db')
  files.move(killed, aside)
  expect(readdirSync(folder.path).filter(name => name.startsWith('killed'))).toEqual([])
  const moved = files.database(aside, { readOnly: false })
  expect(moved.prepare('SELECT n FROM fact').pluck().get()).toBe(7)
  moved.close()
  files.removeDatabase(aside)
  expect(readdirSync(folder.path).filter(name => name.startsWith('aside'))).toEqual([])
})

test.each(['with its log', 'without'])(
  'a move of an SQLite file %s may be killed after each step: one name has all commits, and moving it again ends well',
  log => {
    const hasLog = log === 'with its log'
    const read = (path: string): unknown => {
      using copy = temporaryFolder()
      const end = join(copy.path, 'copy.db')
      for (const part of ['', '-wal'])
        if (existsSync(path + part)) writeFileSync(end + part, readFileSync(path + part))
      const db = files.database(end, { readOnly: false })
      const found = db.prepare('SELECT n FROM fact').pluck().all()
      db.close()
      return found
    }
    const setUp = () => {
      const folder = temporaryFolder()
      const [from, to] = [join(folder.path, 'journal.db'), join(folder.path, 'aside.db')]
      const db = openDurable(files, from)
      db.exec('CREATE TABLE fact (n INTEGER)')
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.exec('INSERT INTO fact VALUES (7)')
      const killed = ['', '-wal'].map(part => readFileSync(from + part))
      db.close()
      if (hasLog) for (const [n, part] of ['', '-wal'].entries()) writeFileSync(from + part, killed[n] ?? '')
      writeFileSync(`${to}-wal`, 'a log of an earlier file')
      return { from, to, [Symbol.dispose]: () => folder[Symbol.dispose]() }
    }
    let steps = 1
    for (let done = 0; done <= steps; done += 1) {
      using set = setUp()
      const all = databaseMove(set.from, set.to)
      steps = all.length
      for (const step of all.slice(0, done)) step()
      expect(read(existsSync(set.from) ? set.from : set.to)).toEqual([7])
      files.move(set.from, set.to)
      expect(read(set.to)).toEqual([7])
      // a new file under the old name has nothing of the old log
      const next = openDurable(files, set.from)
      expect(next.prepare("SELECT 1 FROM sqlite_master WHERE name = 'fact'").get()).toBeUndefined()
      next.close()
    }
    expect(steps).toBeGreaterThan(5)
  },
)

test('moving or removing what is not there does nothing', () => {
  using folder = temporaryFolder()
  files.move(join(folder.path, 'none.db'), join(folder.path, 'other.db'))
  files.removeDatabase(join(folder.path, 'none.db'))
  expect(readdirSync(folder.path)).toEqual([])
})

test('a file’s identity tells it from another that took its name', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'a')
  expect(files.identity(path)).toBeNull()
  files.writePrivate(path, '1')
  const first = files.identity(path)
  expect(first).toMatch(/^\d+:\d+$/)
  writeFileSync(path, 'changed in place')
  expect(files.identity(path)).toBe(first)
  files.writePrivate(path, '2')
  expect(files.identity(path)).not.toBe(first)
  files.remove(path)
  files.remove(path)
  expect(files.identity(path)).toBeNull()
})

test('an agent’s folder is its user’s alone', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'deep', 'down')
  files.ensureFolder(path)
  files.ensureFolder(path)
  expect(mode(path)).toBe(0o700)
  expect(files.readText(join(path, 'none'))).toBeNull()
  expect(files.sizeOf(join(path, 'none'))).toBeNull()
})

test('a POS’s database is opened to read only, and must be there', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'pos.db')
  expect(() => files.database(path, { readOnly: true })).toThrow(/unable to open/)
  expect(existsSync(path)).toBe(false)
  const pos = files.database(path, { readOnly: false })
  pos.exec('CREATE TABLE sale (n INTEGER)')
  pos.close()
  const reader = files.database(path, { readOnly: true })
  expect(() => reader.exec('INSERT INTO sale VALUES (1)')).toThrow(/readonly/)
  reader.close()
})
