import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openAgentJournal } from '../../agent/agent-journal.ts'
import { waitAfter } from '../../agent/staff/wrong-pins.ts'
import { StaffPut } from '../../shared/staff.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const DEVICE = 'dev_0000000000000000'
const SECOND = 1_000
const MINUTE = 60 * SECOND

test('five wrong ones are free, then waits double up to 15 minutes', () => {
  const now = 1_000_000_000
  const waits = [1, 4, 5, 6, 7, 8, 9, 10, 11, 40].map(
    n => waitAfter(Array(n).fill(now), [], now)?.waitMs ?? 0,
  )
  expect(waits).toEqual([0, 0, 30, 60, 120, 240, 480, 900, 900, 900].map(seconds => seconds * SECOND))
})

test('a till takes twenty of all people in 15 minutes', () => {
  const now = 1_000_000_000
  const all = (n: number) => Array.from({ length: n }, (_, i) => now - (n - i) * SECOND)
  expect(waitAfter([], all(19), now)).toBeNull()
  expect(waitAfter([], all(20), now)).toEqual({ waitMs: 15 * MINUTE - 20 * SECOND, whose: 'till' })
  expect(waitAfter([], all(20), now + 15 * MINUTE)).toBeNull()
})

/** A journal on a folder, as an agent opens it at each start. */
function start(folder: string, world = manualWorld()) {
  const path = join(folder, 'journal.db')
  const journal = openAgentJournal({ path, device: DEVICE, world, failed: error => expect(error).toBeNull() })
  const tell = (people: readonly object[]) => {
    const command = StaffPut.parse({ kind: 'staff.put', at: 1, people })
    const held = journal.commands.held()
    const body = JSON.stringify(command)
    const prev = held.epoch === 0 ? genesis('commands', DEVICE, 1) : held.hash
    journal.commands.commit([{ epoch: 1, seq: held.seq + 1, hash: link(prev, body), body }])
  }
  return { journal, staff: journal.parts.staff, tell, world }
}
const maya = (letter = 'h') => ({
  staff: 'M17',
  name: 'Maya',
  pinHash: `argon2id$${'s'.repeat(22)}$${letter.repeat(43)}`,
  badgeHash: null,
  badgeAlone: false,
})

test('wrong PINs cost waits that grow, also over a restart', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const first = start(folder.path, world)
  first.tell([maya()])
  for (let n = 0; n < 5; n += 1) expect(await first.staff.begin('M17')).toEqual({ may: true, wrongBefore: n })
  first.journal[Symbol.dispose]()

  const second = start(folder.path, world)
  using _ = second.journal
  expect(await second.staff.begin('M17')).toEqual({ may: false, waitMs: 30_000, whose: 'person' })
  expect(second.staff.look('T2')).toMatchObject({ may: true })
  await world.advance(29_999)
  expect(second.staff.look('M17')).toEqual({ may: false, waitMs: 1, whose: 'person' })
  await world.advance(1)
  expect(await second.staff.begin('M17')).toEqual({ may: true, wrongBefore: 5 })
  expect(second.staff.look('M17')).toEqual({ may: false, waitMs: 60_000, whose: 'person' })
})

test('many tries at once are counted one by one', async () => {
  using folder = temporaryFolder()
  const { journal, staff } = start(folder.path)
  using _ = journal
  const tries = await Promise.all(Array.from({ length: 30 }, () => staff.begin('M17')))
  expect(tries.filter(({ may }) => may)).toHaveLength(5)
})

test('a new PIN has not been tried; the right one forgives its person alone', async () => {
  using folder = temporaryFolder()
  const { journal, staff, tell } = start(folder.path)
  using _ = journal
  tell([maya()])
  for (let n = 0; n < 5; n += 1) await staff.begin('M17')
  await staff.begin('T2')
  tell([{ ...maya(), name: 'Maya Berg' }])
  expect(staff.look('M17').may).toBe(false)
  tell([maya('k')])
  expect(staff.look('M17')).toEqual({ may: true, wrongBefore: 0 })
  await staff.forgive('M17')
  expect(staff.look('T2')).toEqual({ may: true, wrongBefore: 1 })
})

test('a clock that was ahead makes no one wait longer than it would', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const { journal, staff } = start(folder.path, world)
  using _ = journal
  const right = world.clock.now()
  world.setWallClock(right + 1_000 * 24 * 60 * MINUTE)
  for (let n = 0; n < 6; n += 1) await staff.begin('M17')
  world.setWallClock(right)
  expect(await staff.begin('M17')).toMatchObject({ may: false, waitMs: 30_000 })
  await world.advance(30_000)
  expect(await staff.begin('M17')).toMatchObject({ may: true })
})

test('a revoked till keeps neither staff nor hash, and wrong PINs are forgotten after a day', async () => {
  using folder = temporaryFolder()
  const { journal, staff, tell, world } = start(folder.path)
  using _ = journal
  tell([maya()])
  await staff.begin('M17')
  await world.advance(26 * 60 * MINUTE)
  expect(staff.look('M17')).toEqual({ may: true, wrongBefore: 0 })
  await staff.begin('M17')
  journal.wipe()
  expect(staff.people()).toEqual([])
  expect(staff.look('M17')).toEqual({ may: true, wrongBefore: 0 })
})
