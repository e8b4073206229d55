import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { EpochMs } from '../../shared/ids.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, PICKUP, put, readChain, receiveCommands } from './test-journal.ts'

const readyAt = EpochMs.parse(1_795_597_100_000)
const ready = { state: 'ready' as const, movedBy: 'Ada', movedAt: readyAt }
const first = { number: 1, how: 'phone', staff: 'Maya' } as const

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  let opened = openTestJournal(world, path)
  const pickups = () =>
    openPickups(opened.journal.parts.pickups, world.clock, {
      till: () => 'Till 1',
      unread: opened.journal.unreadPickups,
      reminders: opened.journal.parts.reminders,
    })
  return {
    world,
    pickups,
    receive: (...bodies: object[]) => receiveCommands(opened.journal, bodies),
    events: async () => (await readChain(opened.journal)).map(text => JSON.parse(text)),
    shown: () =>
      pickups()
        .list()
        .flatMap(view => view.reminders.map(({ number, how, staff }) => `${number} ${how} ${staff}`)),
    reopen() {
      opened[Symbol.dispose]()
      opened = openTestJournal(world, path)
    },
    [Symbol.dispose]() {
      opened[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('a reminder is in the journal before it is answered, shows at once, and counts once however often it is sent', async () => {
  using set = setUp()
  await set.receive(put(ready))
  const view = await set.pickups().remind(PICKUP, { ...first, staff: 'Maya 4111 1111 1111 1111' })
  const at = set.world.clock.now()
  const staff = 'Maya **** **** **** 1111'
  expect(view).toMatchObject({
    state: 'ready',
    movedAt: readyAt,
    reminders: [{ ...first, staff, readyAt, at }],
  })
  await set.pickups().remind(PICKUP, first)
  expect(await set.events()).toEqual([
    { kind: 'pickup.reminded', at, pickup: PICKUP, readyAt, ...first, staff, till: 'Till 1' },
  ])
  set.reopen()
  expect(set.shown()).toEqual([`1 phone ${staff}`])
})

test('only a ready order has reminders, one after the other', async () => {
  using set = setUp()
  await set.receive(put({ state: 'picking' }))
  await expect(set.pickups().remind(PICKUP, first)).rejects.toMatchObject({ code: 'MOVE_ILLEGAL' })
  await set.receive(put({ ...ready, version: 2 }))
  const second = { ...first, number: 2 }
  await expect(set.pickups().remind(PICKUP, second)).rejects.toMatchObject({ code: 'MOVE_ILLEGAL' })
  await set.pickups().remind(PICKUP, first)
  await set.pickups().remind(PICKUP, second)
  expect(set.shown()).toEqual(['1 phone Maya', '2 phone Maya'])
  // made ready again: the customer is told again, and so reminders begin at 1
  await set.receive(put({ ...ready, version: 3, movedAt: EpochMs.parse(readyAt + 1) }))
  expect(set.shown()).toEqual([])
})

test('the hub’s word counts once it has read this till’s: another till’s reminder of the same number', async () => {
  using set = setUp()
  await set.receive(put(ready))
  await set.pickups().remind(PICKUP, first)
  const other = { number: 1, how: 'mail' as const, staff: 'Sam', readyAt, at: EpochMs.parse(readyAt + 5) }
  await set.receive(put({ ...ready, version: 2, reminders: [other] }))
  expect(set.shown()).toEqual(['1 mail Sam'])
  expect(set.pickups().get(PICKUP).undoReminder).toBeNull()
  await set.receive(put({ ...ready, version: 2, reminders: [other], seen: { epoch: 1, seq: 1 } }))
  expect(set.shown()).toEqual(['1 mail Sam'])
})

test('it can be undone at this till for eight seconds, also after the hub has read it', async () => {
  using set = setUp()
  await set.receive(put(ready))
  const { reminders, undoReminder } = await set.pickups().remind(PICKUP, first)
  const at = set.world.clock.now()
  expect(undoReminder).toEqual({ number: 1, until: at + 8_000 })
  await set.receive(put({ ...ready, version: 2, reminders, seen: { epoch: 1, seq: 1 } }))
  await set.world.advance(7_999)
  const undone = await set.pickups().undoReminder(PICKUP, { number: 1, staff: 'Maya' })
  expect(undone).toMatchObject({ reminders: [], undoReminder: null })
  expect((await set.events()).at(-1)).toMatchObject({ kind: 'pickup.reminded', number: 1, undoes: at })
  await set.receive(put({ ...ready, version: 3, reminders: [], seen: { epoch: 1, seq: 2 } }))
  expect(set.shown()).toEqual([])
  await set.pickups().remind(PICKUP, first)
  await set.world.advance(8_000)
  expect(set.pickups().get(PICKUP).undoReminder).toBeNull()
  await expect(set.pickups().undoReminder(PICKUP, { number: 1, staff: 'Maya' })).rejects.toMatchObject({
    code: 'UNDO_TOO_LATE',
  })
})

test('a hub that was restored from a backup and lacks it: it shows until the hub has it again', async () => {
  using set = setUp()
  await set.receive(put(ready))
  const { reminders } = await set.pickups().remind(PICKUP, first)
  await set.receive(put({ ...ready, version: 2, reminders, seen: { epoch: 1, seq: 1 } }))
  const previous = { epoch: 1, seq: 2, head: '' }
  await set.receive({ kind: 'epoch.opened', at: readyAt, reason: 'log-older', previous })
  await set.receive(put({ ...ready, version: 1, seen: { epoch: 0, seq: 0 } }))
  expect(set.shown()).toEqual(['1 phone Maya'])
  await set.receive(put({ ...ready, version: 2, reminders, seen: { epoch: 1, seq: 1 } }))
  expect(set.shown()).toEqual(['1 phone Maya'])
})
