import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import type { KnownRow } from '../../agent/sources/source.ts'
import { EpochMs } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { commitsIn, lightWorld, openTestJournal, readChain } from './test-journal.ts'

const known = (n: number, over: Partial<KnownRow> = {}): KnownRow => ({
  key: `r-${n}`,
  fingerprint: `f-${n}`,
  state: 'sold',
  soldAt: `2026-11-25T10:00:0${n} r-${n}`,
  since: n,
  told: null,
  ...over,
})

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const opened = openTestJournal(world, path)
  return {
    world,
    path,
    ...opened,
    [Symbol.dispose]() {
      opened[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a reading’s events, rows and mark are one transaction, and there after a restart', async () => {
  using set = setUp()
  const memory = memoryOf(set.journal)('pos')
  expect(memory.mark()).toBeNull()
  const before = commitsIn(`${set.path}-wal`)
  await memory.commit({ events: [sale(1), sale(2)], known: [known(1), known(2)], mark: { at: 'two' } })
  expect(commitsIn(`${set.path}-wal`) - before).toBe(1)
  using again = openTestJournal(set.world, set.path)
  const later = memoryOf(again.journal)('pos')
  expect(later.mark()).toEqual({ at: 'two' })
  expect([...later.known(['r-2', 'r-9']).values()]).toEqual([known(2)])
  expect(await readChain(again.journal)).toHaveLength(2)
})

test('a reading of which one part fails leaves nothing', async () => {
  using set = setUp()
  const memory = memoryOf(set.journal)('pos')
  await memory.commit({ events: [sale(1)], known: [known(1)], mark: 1 })
  const hopeless = {
    kind: 'epoch.opened',
    at: EpochMs.parse(1),
    reason: 'x'.repeat(65),
    previous: { epoch: 1, seq: 1, head: '' },
  } as const
  await expect(memory.commit({ events: [sale(2), hopeless], known: [known(2)], mark: 2 })).rejects.toThrow(
    /outside what a record may hold/,
  )
  const badRow = { ...known(3), since: 'yesterday' as unknown as number } // the STRICT table refuses it
  await expect(memory.commit({ events: [sale(3)], known: [badRow], mark: 3 })).rejects.toThrow(/TEXT|INTEGER/)
  expect(memory.mark()).toBe(1)
  expect(memory.known(['r-2', 'r-3']).size).toBe(0)
  expect(await readChain(set.journal)).toHaveLength(1)
})

test('a mark of null leaves the former one; a row is replaced by its newest content', async () => {
  using set = setUp()
  const memory = memoryOf(set.journal)('pos')
  await memory.commit({ events: [], known: [known(1)], mark: 1 })
  await memory.commit({ events: [], known: [known(1, { state: 'gone', told: '{"x":1}' })], mark: null })
  expect(memory.mark()).toBe(1)
  expect(memory.known(['r-1']).get('r-1')).toEqual(known(1, { state: 'gone', told: '{"x":1}' }))
})

test('sources know nothing of each other', async () => {
  using set = setUp()
  await memoryOf(set.journal)('pos').commit({ events: [], known: [known(1)], mark: 1 })
  const other = memoryOf(set.journal)('cafe')
  expect(other.mark()).toBeNull()
  expect(other.known(['r-1']).size).toBe(0)
  expect(other.knownBetween('', '~', 10)).toEqual([])
})

test('known rows of a window come oldest first, its end left out, as many as asked for', async () => {
  using set = setUp()
  const memory = memoryOf(set.journal)('pos')
  await memory.commit({ events: [], known: [known(3), known(1), known(4), known(2)], mark: null })
  const keys = (from: string, to: string, limit: number) =>
    memory.knownBetween(from, to, limit).map(({ key }) => key)
  expect(keys('', '~', 10)).toEqual(['r-1', 'r-2', 'r-3', 'r-4'])
  expect(keys('', '~', 2)).toEqual(['r-1', 'r-2'])
  expect(keys(known(2).soldAt, known(4).soldAt, 10)).toEqual(['r-2', 'r-3'])
  expect(keys('2027', '~', 10)).toEqual([])
})
