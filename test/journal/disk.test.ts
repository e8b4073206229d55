import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { nodeWords, onSmallDisk, runToEnd, testWith } from '../shared/child.ts'
import { lightWorld, openTestJournal, put, readChain, receiveCommands } from './test-journal.ts'

const BALLAST = 16 * 1024 * 1024

describe('what a power cut or a bad disk leaves of the newest commits', () => {
  async function tenReadings(folder: string) {
    const path = join(folder, 'journal.db')
    using opened = openTestJournal(lightWorld(), path)
    const memory = memoryOf(opened.journal)('pos')
    for (let n = 1; n <= 10; n += 1) await memory.commit({ events: [sale(n)], known: [], mark: n })
    for (const end of ['', '-wal']) copyFileSync(path + end, join(folder, `cut.db${end}`))
    return join(folder, 'cut.db')
  }
  /** Opens it and gives how many readings are whole: mark and events must agree, or this throws. */
  async function wholeReadings(path: string): Promise<number> {
    using opened = openTestJournal(lightWorld(), path)
    const receipts = (await readChain(opened.journal)).map(body => JSON.parse(body).receipt)
    const mark = Number(memoryOf(opened.journal)('pos').mark() ?? 0)
    expect(receipts).toEqual(Array.from({ length: mark }, (_, index) => `r-${index + 1}`))
    await opened.journal.record([sale(11)]) // it goes on from there
    expect(await readChain(opened.journal)).toHaveLength(mark + 1)
    return mark
  }

  test.each([
    ['nothing cut', 0, 10, 10],
    ['its last byte', 1, 9, 9],
    ['its last 100 bytes', 100, 9, 9],
    ['its last 40 kB', 40_000, 1, 8],
  ])('the log without %s: the readings before are whole', async (_what, bytes, least, most) => {
    using folder = temporaryFolder()
    const path = await tenReadings(folder.path)
    truncateSync(`${path}-wal`, statSync(`${path}-wal`).size - bytes)
    const whole = await wholeReadings(path)
    expect(whole).toBeGreaterThanOrEqual(least)
    expect(whole).toBeLessThanOrEqual(most)
  })

  test('a bit that flipped in the log’s midst: the readings before are whole', async () => {
    using folder = temporaryFolder()
    const path = await tenReadings(folder.path)
    const bytes = readFileSync(`${path}-wal`)
    const at = bytes.length - 40_000
    bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at)
    writeFileSync(`${path}-wal`, bytes)
    const whole = await wholeReadings(path)
    expect(whole).toBeGreaterThan(0)
    expect(whole).toBeLessThan(10)
  })
})

describe('a file deleted or replaced beneath the running agent', () => {
  type Opened = ReturnType<typeof openTestJournal>
  const writers: readonly [string, (opened: Opened) => unknown][] = [
    ['an event', ({ journal }) => journal.record([sale(2)])],
    ['a move', ({ journal }) => journal.parts.pickups.move(() => expect.unreachable())],
    ['a reading', ({ journal }) => memoryOf(journal)('pos').commit({ events: [], known: [], mark: 1 })],
    ['a command', ({ journal }) => receiveCommands(journal, [put()])],
    ['an ack', async ({ journal }) => journal.events.acknowledge({ epoch: 1, seq: 1 })],
    ['a new epoch', async ({ journal }) => journal.events.renew('receiver-ahead')],
  ]
  test.each(writers)('%s is refused with JOURNAL_GONE, not written into nowhere', async (_what, write) => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    const world = lightWorld()
    using opened = openTestJournal(world, path)
    await opened.journal.record([sale(1)])
    rmSync(path)
    await world.advance(1_001)
    await expect((async () => write(opened))()).rejects.toThrow(
      expect.objectContaining({ code: 'JOURNAL_GONE' }),
    )
    await expect(opened.journal.record([sale(3)])).rejects.toThrow(/deleted or replaced/)
    expect(opened.failures.map(({ code }) => code)).toEqual(['JOURNAL_GONE'])
  })

  test('a backup moved into its place is noticed too; what waits is refused with it', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    const world = lightWorld()
    using opened = openTestJournal(world, path)
    await opened.journal.record([sale(1)])
    copyFileSync(path, `${path}.backup`)
    const waiting = opened.journal.record([sale(2)]).catch((error: unknown) => error)
    renameSync(`${path}.backup`, path)
    // the check is due within the same turn of the event loop, before the group is committed
    const clock = world.clock.monotonicMs
    Object.assign(world.clock, { monotonicMs: () => clock() + 1_001 })
    const refused = opened.journal.record([sale(3)])
    await expect(refused).rejects.toThrow(expect.objectContaining({ code: 'JOURNAL_GONE' }))
    expect(await waiting).toMatchObject({ code: 'JOURNAL_GONE' })
    expect(opened.failures).toHaveLength(1)
  })
})

test('another device’s journal is not written to, and let go of', () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  openTestJournal(lightWorld(), path)[Symbol.dispose]()
  const open = () => openTestJournal(lightWorld(), path, 'dev_another000000000000')
  expect(open).toThrow(expect.objectContaining({ code: 'JOURNAL_FOREIGN' }))
  expect(open).toThrow(/belongs to device dev_0123456789abcdefghij, this agent is dev_another0+/)
  openTestJournal(lightWorld(), path)[Symbol.dispose]()
})

testWith('namespaces')(
  'on a full disk old rows stay readable, the ballast is given back, and all recovers',
  async () => {
    using folder = temporaryFolder()
    const script = new URL('./small-disk.child.ts', import.meta.url)
    const { out, err } = await runToEnd(onSmallDisk(folder.path, '24m', nodeWords(script, folder.path)))
    expect(err).toBe('')
    expect(JSON.parse(out)).toEqual({
      atFirst: { ballast: BALLAST, full: false },
      failure: 'SQLITE_FULL',
      whenFull: { full: true, ballast: null, readable: true },
      afterRelease: null,
      again: 'SQLITE_FULL',
      stillReadable: true,
      cleared: { full: false, ballast: BALLAST, sells: null },
      chain: true,
      failures: [],
    })
  },
)

testWith('namespaces')('on a disk that takes no writes the journal says what to do', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  openTestJournal(lightWorld(), path)[Symbol.dispose]()
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)
  const code = `import { lightWorld, openTestJournal } from ${url('./test-journal.ts')}
    for (const name of ['journal.db', 'new.db'])
      try { openTestJournal(lightWorld(), ${JSON.stringify(`${folder.path}/`)} + name); console.log('opened') }
      catch (error) { console.log(error.code + ': ' + error.message) }`
  const node = [process.execPath, '--input-type=module-typescript', '--eval', code]
  const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
  const { out } = await runToEnd(['unshare', '-rm', 'sh', '-c', mount, folder.path, ...node])
  const said = out.trim().split('\n')
  expect(said).toHaveLength(2)
  for (const line of said)
    expect(line).toMatch(
      /^DATABASE_UNUSABLE: .*\.db can't be opened for writing \(SQLITE_\w+\)\. Look at its disk/,
    )
})

describe('a page that can’t be read, met by a statement that only reads', () => {
  async function ruined(path: string, holds: string) {
    {
      using opened = openTestJournal(lightWorld(), path)
      await receiveCommands(opened.journal, [put()])
      for (let n = 1; n <= 40; n += 1) await opened.journal.record([sale(n)])
    }
    const bytes = readFileSync(path)
    for (let at = 4_096; at < bytes.length; at += 4_096)
      if (bytes[at] === 13 && bytes.subarray(at, at + 4_096).includes(holds)) bytes.fill(0xa5, at, at + 4_096)
    writeFileSync(path, bytes)
  }

  test.each([
    ['unsent events', '"receipt":"r-20"', (o: ReturnType<typeof openTestJournal>) => readChain(o.journal)],
    [
      'a pickup',
      'A. Customer',
      async (o: ReturnType<typeof openTestJournal>) => o.journal.parts.pickups.list(0),
    ],
  ])('%s: the journal breaks down, says so, and is checked at the next start', async (_what, holds, read) => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    await ruined(path, holds)
    using opened = openTestJournal(lightWorld(), path)
    await expect(read(opened)).rejects.toThrow(expect.objectContaining({ code: 'SQLITE_CORRUPT' }))
    expect(opened.failures.map(({ code }) => code)).toEqual(['JOURNAL_DAMAGED'])
    expect(readFileSync(`${path}.check`, 'utf8')).toBe('SQLITE_CORRUPT\n')
    await expect(opened.journal.record([sale(41)])).rejects.toThrow(/The disk failed under/)
  })

  test('a record whose content changed on disk never leaves for the hub', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    {
      using opened = openTestJournal(lightWorld(), path)
      await opened.journal.record([sale(1), sale(2), sale(3)])
    }
    const bytes = readFileSync(path)
    bytes.write('"receipt":"r-9"', bytes.indexOf('"receipt":"r-2"'))
    writeFileSync(path, bytes)
    using opened = openTestJournal(lightWorld(), path)
    await expect(readChain(opened.journal)).rejects.toThrow(
      expect.objectContaining({ code: 'JOURNAL_RECORD_CHANGED' }),
    )
    expect(opened.failures.map(({ code }) => code)).toEqual(['JOURNAL_DAMAGED'])
  })
})
