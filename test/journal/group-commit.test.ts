import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EpochMs } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { commitsIn, lightWorld, openTestJournal, readChain } from './test-journal.ts'

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const opened = openTestJournal(world, path)
  return {
    world,
    path,
    ...opened,
    commits: () => commitsIn(`${path}-wal`),
    [Symbol.dispose]() {
      opened[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** An event that may not be kept and belongs to no row that could be refused. */
const hopeless = {
  kind: 'epoch.opened',
  at: EpochMs.parse(1),
  reason: 'x'.repeat(65),
  previous: { epoch: 1, seq: 1, head: '' },
} as const

test('all that is recorded in one turn is one transaction, in the order of the calls', async () => {
  using set = setUp()
  const before = set.commits()
  const marks = await Promise.all(
    Array.from({ length: 200 }, (_, index) => set.journal.record([sale(index + 1)])),
  )
  expect(set.commits() - before).toBe(1)
  expect(marks.map(mark => mark?.seq)).toEqual(marks.map((_, index) => index + 1))
  const bodies = await readChain(set.journal)
  expect(bodies.map(body => JSON.parse(body).receipt)).toEqual(marks.map((_, index) => `r-${index + 1}`))
})

test('what is recorded in a later turn is another transaction', async () => {
  using set = setUp()
  const before = set.commits()
  await set.journal.record([sale(1)])
  await set.journal.record([sale(2)])
  expect(set.commits() - before).toBe(2)
})

test('a call is told only after its commit', async () => {
  using set = setUp()
  const before = set.commits()
  const recording = set.journal.record([sale(1)])
  expect(set.commits()).toBe(before)
  await recording
  expect(set.commits()).toBe(before + 1)
})

test('one that fails takes back itself alone, wholly', async () => {
  using set = setUp()
  const before = set.commits()
  const outcomes = await Promise.allSettled([
    set.journal.record([sale(1)]),
    set.journal.record([sale(2), hopeless]),
    set.journal.parts.pickups.move(() => {
      throw new Error('not now')
    }),
    set.journal.record([sale(3), sale(4)]),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(outcomes[1]).toMatchObject({ reason: { code: 'ROW_OUT_OF_BOUNDS' } })
  expect(outcomes[3]).toMatchObject({ value: { epoch: 1, seq: 3 } })
  expect(set.commits() - before).toBe(1)
  const bodies = await readChain(set.journal)
  expect(bodies.map(body => JSON.parse(body).receipt)).toEqual(['r-1', 'r-3', 'r-4'])
  expect(set.journal.unsent()).toMatchObject({ events: 3, sales: 3 })
  expect(set.failures).toEqual([])
})

test('an orderly end commits what is waiting', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const first = openTestJournal(world, path)
  const recording = first.journal.record([sale(1)])
  first[Symbol.dispose]()
  await expect(recording).resolves.toMatchObject({ seq: 1 })
  using again = openTestJournal(world, path)
  expect(await readChain(again.journal)).toHaveLength(1)
})

test('recording nothing is nothing', async () => {
  using set = setUp()
  expect(await set.journal.record([])).toBeNull()
  expect(set.journal.unsent()).toEqual({ events: 0, sales: 0, oldestAt: null })
})
