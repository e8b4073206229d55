import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tillChangesOf } from '../../agent/agent-journal.ts'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { tillOutdated } from '../../agent/till/api-schema.ts'
import { pickupNoticeMessages } from '../../agent/ui/pickups/pickup-notice.messages.ts'
import { wordNotice } from '../../agent/ui/pickups/word-notice.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import {
  DEVICE,
  lightWorld,
  openTestJournal,
  PICKUP,
  put,
  readChain,
  receiveCommands,
} from './test-journal.ts'

const HOUR = 3_600_000
const by = (move: StaffMove) => ({ move, staff: 'Ada', reason: null })

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
      handOver: () => opened.journal.parts.store()?.handOver ?? 'free',
    })
  return {
    world,
    journal: () => opened.journal,
    pickups,
    receive: (...bodies: object[]) => receiveCommands(opened.journal, bodies),
    /** The only pickup as staff see it: its state, and how many moves wait. */
    shown: () =>
      pickups()
        .list()
        .map(({ state, pendingMoves }) => `${state} ${pendingMoves}`),
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

test('a change that this version can’t read is named on its pickup until a newer word is read', async () => {
  using set = setUp()
  const notices = () =>
    set
      .pickups()
      .list()
      .map(({ pickup, notice }) => [pickup, notice])
  await set.receive(put({ version: 1, state: 'ready' }))
  const changed: string[] = []
  set.journal().onChange(what => changed.push(...tillChangesOf(what)))
  await set.receive({ ...put({ version: 2, state: 'cancelled' }), notice: { why: 'no code' } })
  expect(changed).toContain('pickups')
  expect(notices()).toEqual([[PICKUP, tillOutdated]])
  await set.pickups().move(PICKUP, { move: 'collect', staff: 'Ada', reason: null })
  expect(set.pickups().get(PICKUP)).toMatchObject({ state: 'collected', notice: tillOutdated })
  set.reopen()
  expect(set.pickups().get(PICKUP).notice).toEqual(tillOutdated)
  expect(
    wordNotice(pickupNoticeMessages.en, tillOutdated, set.pickups().get(PICKUP), {
      time: String,
      day: String,
    }),
  ).toContain('ask IT to update')
  await set.receive(put({ version: 3, state: 'cancelled' }))
  expect(set.pickups().get(PICKUP).notice).toBeNull()
})

test('a move is in the journal before it is answered, and shown at once', async () => {
  using set = setUp()
  await set.receive(put())
  const view = await set.pickups().move(PICKUP, { move: 'pick', staff: 'Ada', reason: 'she waits' })
  expect(view).toMatchObject({
    state: 'picking',
    movedBy: 'Ada',
    movedAt: set.world.clock.now(),
    pendingMoves: 1,
  })
  expect(JSON.parse((await readChain(set.journal()))[0] ?? '')).toEqual({
    kind: 'pickup.moved',
    at: set.world.clock.now(),
    pickup: PICKUP,
    move: 'pick',
    staff: 'Ada',
    till: 'Till 1',
    reason: 'she waits',
  })
  set.reopen()
  expect(set.shown()).toEqual(['picking 1'])
})

test('a card number that staff typed is masked wherever it is kept', async () => {
  using set = setUp()
  await set.receive(put())
  const request = {
    move: 'refuse',
    staff: 'Ada 4111 1111 1111 1111',
    reason: 'paid with 4111111111111111',
  } as const
  const view = await set.pickups().move(PICKUP, request)
  const staff = 'Ada **** **** **** 1111'
  expect(view.movedBy).toBe(staff)
  expect(JSON.parse((await readChain(set.journal()))[0] ?? '')).toMatchObject({
    staff,
    reason: 'paid with ************1111',
  })
  set.reopen()
  expect(set.pickups().get(PICKUP).movedBy).toBe(staff)
})

test('an illegal move and an unknown pickup are refused and leave no trace', async () => {
  using set = setUp()
  await set.receive(put())
  await expect(set.pickups().move(PICKUP, by('collect'))).rejects.toThrow(
    expect.objectContaining({ code: 'MOVE_ILLEGAL' }),
  )
  const nowhere = PickupId.parse('gid://shopify/FulfillmentOrder/404')
  await expect(set.pickups().move(nowhere, by('pick'))).rejects.toThrow(
    expect.objectContaining({ code: 'PICKUP_UNKNOWN' }),
  )
  expect(await readChain(set.journal())).toEqual([])
  expect(set.shown()).toEqual(['received 0'])
})

test('of two presses in one moment the second sees what the first did', async () => {
  using set = setUp()
  await set.receive(put())
  const pickups = set.pickups()
  const [first, second] = await Promise.allSettled([
    pickups.move(PICKUP, by('pick')),
    pickups.move(PICKUP, by('pick')),
  ])
  expect(first).toMatchObject({ status: 'fulfilled' })
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'MOVE_ILLEGAL' } })
  await Promise.all([pickups.move(PICKUP, by('finish')), pickups.move(PICKUP, by('collect'))])
  expect(set.shown()).toEqual(['collected 3'])
  expect(await readChain(set.journal())).toHaveLength(3)
})

describe('the hub’s word and this till’s own moves', () => {
  test('a word from before a move leaves the move on top; one that has seen it takes its place', async () => {
    using set = setUp()
    await set.receive(put())
    await set.journal().record([sale(1)])
    await set.pickups().move(PICKUP, by('accept')) // 1/2
    await set.pickups().move(PICKUP, by('pick')) // 1/3
    await set.receive(put({ version: 2, seen: { epoch: 1, seq: 1 } }))
    expect(set.shown()).toEqual(['picking 2'])
    await set.receive(put({ version: 3, state: 'accepted', seen: { epoch: 1, seq: 2 } }))
    expect(set.shown()).toEqual(['picking 1'])
    await set.receive(put({ version: 4, state: 'picking', seen: { epoch: 1, seq: 3 } }))
    expect(set.shown()).toEqual(['picking 0'])
  })

  test('a move that newer data made illegal is left out, and has no effect', async () => {
    using set = setUp()
    await set.receive(put())
    await set.pickups().move(PICKUP, by('pick'))
    await set.receive(put({ version: 2, state: 'cancelled', notice: 'The customer cancelled.' }))
    expect(set.pickups().list()[0]).toMatchObject({
      state: 'cancelled',
      pendingMoves: 1,
      notice: 'The customer cancelled.',
    })
    await set.receive(put({ version: 3, state: 'cancelled', seen: { epoch: 1, seq: 1 } }))
    expect(set.shown()).toEqual(['cancelled 0'])
  })

  test('an older version never replaces a newer one', async () => {
    using set = setUp()
    await set.receive(put({ version: 5, state: 'ready' }), put({ version: 4, state: 'picking' }))
    expect(set.shown()).toEqual(['ready 0'])
  })

  test('a word on one pickup confirms nothing of another', async () => {
    using set = setUp()
    const other = PickupId.parse('gid://shopify/FulfillmentOrder/2')
    const order = { name: '#2', placedAt: EpochMs.parse(1) }
    await set.receive(put(), put({ pickup: other, order }))
    await set.pickups().move(PICKUP, by('pick'))
    await set.receive(put({ pickup: other, order, version: 2, seen: { epoch: 1, seq: 9 } }))
    expect(set.shown()).toEqual(['received 0', 'picking 1'])
  })
})

test('moves outlive a new epoch of the events, and are confirmed by their new place', async () => {
  using set = setUp()
  await set.receive(put())
  await set.journal().record([sale(1)])
  await set.pickups().move(PICKUP, by('pick')) // 1/2
  await set.pickups().move(PICKUP, by('finish')) // 1/3
  await set.journal().events.acknowledge({ epoch: 1, seq: 1 })
  await set.journal().events.renew('receiver-ahead') // 2/1 epoch.opened, 2/2 pick, 2/3 finish
  expect(set.shown()).toEqual(['ready 2'])
  await set.receive(put({ version: 2, seen: { epoch: 1, seq: 3 } })) // the former epoch's places name other records
  expect(set.shown()).toEqual(['ready 2'])
  set.reopen()
  await set.receive(put({ version: 3, state: 'picking', seen: { epoch: 2, seq: 2 } }))
  expect(set.shown()).toEqual(['ready 1'])
  await set.receive(put({ version: 4, state: 'ready', seen: { epoch: 2, seq: 3 } }))
  expect(set.shown()).toEqual(['ready 0'])
})

test('open pickups come oldest first; an ended one is shown for a day', async () => {
  using set = setUp()
  const placed = (n: number, at: number) => ({
    pickup: PickupId.parse(`p-${n}`),
    order: { name: `#${n}`, placedAt: EpochMs.parse(at) },
  })
  const now = EpochMs.parse(set.world.clock.now())
  await set.receive(
    put({ ...placed(1, 300) }),
    put({ ...placed(2, 100), state: 'collected', movedAt: now }),
    put({ ...placed(3, 200), state: 'cancelled', movedAt: null, at: now }),
  )
  const names = () =>
    set
      .pickups()
      .list()
      .map(({ order }) => order.name)
  expect(names()).toEqual(['#2', '#3', '#1'])
  await set.world.advance(24 * HOUR - 1)
  expect(names()).toEqual(['#2', '#3', '#1'])
  await set.world.advance(1)
  expect(names()).toEqual(['#1'])
})

describe('a hub that was restored begins its commands again', () => {
  const later = async (set: ReturnType<typeof setUp>, epoch: number, ...bodies: object[]) => {
    let hash = genesis('commands', DEVICE, epoch)
    await set.journal().commands.commit(
      bodies.map((body, index) => {
        const text = JSON.stringify(body)
        hash = link(hash, text)
        return { epoch, seq: index + 1, hash, body: text }
      }),
    )
  }
  const opened = {
    kind: 'epoch.opened',
    at: 1,
    reason: 'receiver-ahead',
    previous: { epoch: 1, seq: 1, head: '' },
  }
  const complete = { kind: 'pickups.complete', at: 1_795_597_300_000 }
  const notices = (set: ReturnType<typeof setUp>) =>
    set
      .pickups()
      .list()
      .map(({ state, notice }) => [state, notice])

  test('a lower version counts in the new epoch, and its word on the end is followed', async () => {
    using set = setUp()
    await set.receive(put({ version: 5, state: 'ready' }))
    await later(set, 2, opened, put({ version: 1, state: 'ready' }), complete)
    await later(
      set,
      3,
      opened,
      put({ version: 2, state: 'cancelled', at: EpochMs.parse(set.world.clock.now()) }),
    )
    expect(set.shown()).toEqual(['cancelled 0'])
  })

  test('moves that the lost hub had confirmed show until the restored one says so too', async () => {
    using set = setUp()
    await set.receive(put())
    for (const move of ['pick', 'finish', 'collect'] as const) await set.pickups().move(PICKUP, by(move))
    await set.receive(put({ version: 4, state: 'collected', seen: { epoch: 1, seq: 3 } }))
    await later(set, 2, opened, put({ version: 1, seen: { epoch: 1, seq: 1 } }), complete)
    expect(set.pickups().get(PICKUP)).toMatchObject({ state: 'received', pendingMoves: 2 })
    await later(set, 3, opened, put({ version: 1, seen: { epoch: 0, seq: 0 } }), complete)
    expect(set.pickups().get(PICKUP)).toMatchObject({ state: 'collected', pendingMoves: 3 })
    await later(set, 4, opened, put({ version: 4, state: 'collected', seen: { epoch: 1, seq: 3 } }), complete)
    expect(set.pickups().get(PICKUP)).toMatchObject({ state: 'collected', pendingMoves: 0 })
  })

  test('what it does not know is closed with a notice, and comes back when it is told again', async () => {
    using set = setUp()
    const at = EpochMs.parse(set.world.clock.now())
    await set.receive(put({ version: 5, state: 'ready' }))
    await later(set, 2, opened, { ...complete, at })
    expect(notices(set)).toEqual([['cancelled', { code: 'unknown-to-hub' }]])
    expect(
      wordNotice(pickupNoticeMessages.en, { code: 'unknown-to-hub' }, set.pickups().get(PICKUP), {
        time: String,
        day: String,
      }),
    ).toContain('Keep the goods')
    await later(set, 3, opened, put({ version: 1 }))
    expect(notices(set)).toEqual([['received', null]])
  })

  test('what it does not know and staff handed over stays handed over', async () => {
    using set = setUp()
    const at = EpochMs.parse(set.world.clock.now())
    await set.receive(put({ state: 'ready' }))
    await set.pickups().move(PICKUP, by('collect'))
    await later(set, 2, opened, { ...complete, at })
    expect(notices(set)).toEqual([['collected', null]])
    expect(set.shown()).toEqual(['collected 0'])
  })
})
