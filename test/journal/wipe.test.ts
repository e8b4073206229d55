import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adoptAgentJournal } from '../../agent/agent-journal.ts'
import { startWiping } from '../../agent/journal/wiping.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { type ManualWorld, temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, put, receiveCommands } from './test-journal.ts'

const NAME = 'Wilhelmina Featherstonehaugh'
const HOUR = 3_600_000
const SECOND = 'dev_bbbbbbbbbbbbbbbbbbbb'
const customer = { name: NAME, phoneEnd: '42' }
const receipt = { lines: [`Invoice for ${NAME}`], codes: [], images: [], cut: false }

const adopt = (world: ManualWorld, path: string, isHome: boolean) =>
  adoptAgentJournal({
    path,
    device: SECOND,
    world,
    verify: false,
    isHome: () => isHome,
    failed: error => expect.fail(error.message),
  })
const withName = (folder: string) =>
  readdirSync(folder).filter(name => readFileSync(join(folder, name)).includes(NAME))

test.each([
  ['of this store', true],
  ['of another store', false],
])(
  'a wipe covers the journal of a former device %s, and read receipts; unsent sales stay',
  async (_, isHome) => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    const world = lightWorld()
    {
      using opened = openTestJournal(world, path)
      await receiveCommands(opened.journal, [put({ customer })])
      await opened.journal.record([sale(1)])
      await opened.journal.parts.captured.of('paper').add({ printer: 'p', at: 1, body: receipt })
      await opened.journal.parts.captured.of('paper').close('r', [{ id: 1, state: 'sold', code: null }])
    }
    using journal = await adopt(world, path, isHome)
    await receiveCommands(journal, [put({ customer })], SECOND)
    await journal.record([sale(2)])
    expect(withName(folder.path).length).toBeGreaterThan(1)
    expect(journal.wipe()).toBe(true)
    expect(withName(folder.path)).toEqual([])
    expect(journal.unsent().sales).toBe(isHome ? 2 : 1)
    using former = openTestJournal(
      world,
      isHome ? `${path}.dev_0123456789abcdefghij` : `${path}.other-store.dev_0123456789abcdefghij`,
    )
    expect(former.journal.unsent().sales).toBe(1)
  },
)

test.each([
  ['of this store', true],
  ['of another store', false],
])(
  'a journal %s that was set aside a month ago keeps no customer; its unsent sales stay',
  async (_, isHome) => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'journal.db')
    const world = lightWorld()
    {
      using opened = openTestJournal(world, path)
      await receiveCommands(opened.journal, [put({ customer })])
      await opened.journal.record([sale(1)])
    }
    {
      using _journal = await adopt(world, path, isHome)
      await world.advance(HOUR)
      expect(withName(folder.path).length).toBeGreaterThan(0)
    }
    world.setWallClock(world.clock.now() + 31 * 24 * HOUR)
    {
      using journal = await adopt(world, path, isHome)
      await receiveCommands(journal, [put({ customer: { name: 'Ada', phoneEnd: null } })], SECOND)
      await world.advance(HOUR)
      expect(withName(folder.path)).toEqual([])
      expect(journal.parts.pickups.list(0)).toHaveLength(1)
    }
    using former = openTestJournal(
      world,
      isHome ? `${path}.dev_0123456789abcdefghij` : `${path}.other-store.dev_0123456789abcdefghij`,
    )
    expect(former.journal.unsent().sales).toBe(1)
  },
)

test('a journal set aside that can’t be read stays, and is named once a day from then on', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const file = `${path}.damaged-1`
  writeFileSync(file, Buffer.alloc(8192, NAME))
  const named: unknown[] = []
  const { warn } = world.log
  Object.assign(world.log, {
    warn(facts: Readonly<Record<string, unknown>>, message: string) {
      if (facts['file'] === file) named.push(message)
      warn.call(world.log, facts, message)
    },
  })
  for (const [days, count] of [
    [0, 0],
    [31, 1],
    [0, 1],
    [1, 2],
  ] as const) {
    world.setWallClock(world.clock.now() + days * 24 * HOUR)
    using _journal = await adopt(world, path, true)
    await world.advance(HOUR)
    expect(named).toHaveLength(count)
  }
  expect(withName(folder.path)).toEqual(['journal.db.damaged-1'])
})

test('a printed receipt that was not read yet stays: it is a sale', async () => {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  const captured = opened.journal.parts.captured.of('paper')
  await captured.add({ printer: 'p', at: 1, body: receipt })
  opened.journal.wipe()
  expect(captured.unread('r', 10)).toHaveLength(1)
})

test('a file that can’t be read keeps no other from being wiped, stays, and says that something is left', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  writeFileSync(`${path}.damaged-1`, Buffer.alloc(8192, NAME))
  using journal = await adopt(world, path, true)
  await receiveCommands(journal, [put({ customer })], SECOND)
  expect(journal.wipe()).toBe(false)
  expect(withName(folder.path)).toEqual(['journal.db.damaged-1'])
})

test('a wipe that fails is tried again, later and at the next start; one that is done is over', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  const tries: string[] = []
  let works = false
  const start = (device = SECOND) =>
    startWiping({
      world,
      path: join(folder.path, 'journal.db'),
      device,
      wipe() {
        tries.push(device)
        if (!works) throw new Error('SQLITE_FULL')
        return true
      },
    })
  {
    using first = start()
    first.revoked()
    first.revoked()
    expect(tries).toHaveLength(1)
    await world.advance(601_000)
    expect(tries).toHaveLength(2)
  }
  {
    using _other = start('dev_cccccccccccccccccccc') // enrolled since: trusted again
    expect(tries).toHaveLength(2)
  }
  works = true
  {
    using _second = start()
    expect(tries).toHaveLength(3)
  }
  using _third = start()
  await world.advance(3_600_000)
  expect(tries).toHaveLength(3)
})
