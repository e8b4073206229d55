import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { EpochMs } from '../../shared/ids.ts'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import { UNDO_MS } from '../../shared/pickup-moves.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, PICKUP, put, readChain, receiveCommands } from './test-journal.ts'

const line = (id: string, units: number) => ({
  id,
  sku: null,
  barcode: null,
  title: `Item ${id}`,
  variantTitle: null,
  imageUrl: null,
  units,
})
const lines = [line('a', 2), line('b', 1)]
const by = (move: StaffMove, more: object = {}) => ({ move, staff: 'Ada', reason: null, ...more })
const counted = (id: string, picked: number, missing: number) => ({
  line: id,
  picked,
  missing: missing === 0 ? null : ({ units: missing, reason: 'not-on-shelf', said: null } as const),
  by: 'scan' as const,
  staff: 'Ada',
})

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  let clockBack = 0
  const clock = { ...world.clock, now: () => world.clock.now() - clockBack }
  let opened = openTestJournal(world, path)
  const pickups = () =>
    openPickups(opened.journal.parts.pickups, clock, {
      till: () => 'Till 1',
      unread: opened.journal.unreadPickups,
      reminders: opened.journal.parts.reminders,
      handOver: () => opened.journal.parts.store()?.handOver ?? 'free',
    })
  return {
    world,
    setClockBack(ms: number) {
      clockBack = ms
    },
    pickups,
    receive: (...bodies: object[]) => receiveCommands(opened.journal, bodies),
    events: async () => (await readChain(opened.journal)).map(body => JSON.parse(body)),
    move: (move: StaffMove, more: object = {}) => pickups().move(PICKUP, by(move, more)),
    count: (id: string, picked: number, missing = 0) => pickups().count(PICKUP, counted(id, picked, missing)),
    /** State and, by line, how much is picked and missing. */
    shown() {
      const { state, lines } = pickups().get(PICKUP)
      return [state, ...lines.map(one => `${one.id} ${one.picked}/${one.units} -${one.missing?.units ?? 0}`)]
    },
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

test('what was counted outlives a restart, and a repeated count counts once', async () => {
  using set = setUp()
  await set.receive(put({ lines }))
  await expect(set.count('a', 1)).rejects.toThrow(expect.objectContaining({ code: 'MOVE_ILLEGAL' }))
  await set.move('pick')
  await set.count('a', 1)
  await set.count('a', 1)
  await set.count('b', 0, 1)
  set.reopen()
  expect(set.shown()).toEqual(['picking', 'a 1/2 -0', 'b 0/1 -1'])
  expect(set.pickups().get(PICKUP).lines[0]?.countedBy).toMatchObject({ staff: 'Ada', by: 'scan' })
  await expect(set.count('a', 2, 1)).rejects.toThrow(expect.objectContaining({ code: 'PICK_TOO_MANY' }))
  await expect(set.count('c', 1)).rejects.toThrow(expect.objectContaining({ code: 'LINE_UNKNOWN' }))
})

test('a short pick says what was found and what is missing, and only what was found goes out', async () => {
  using set = setUp()
  await set.receive(put({ lines }))
  await set.move('pick')
  await set.count('a', 1, 1)
  await expect(set.move('finish', { lines: [{ line: 'a', units: 1 }] })).rejects.toThrow(
    expect.objectContaining({ code: 'PICK_INCOMPLETE' }),
  )
  await set.move('finish')
  expect(set.shown()).toEqual(['ready', 'a 1/2 -1', 'b 1/1 -0'])
  await set.move('collect')
  expect((await set.events()).slice(1)).toMatchObject([
    {
      move: 'finish',
      lines: [
        { pickupLine: 'a', units: 1 },
        { pickupLine: 'b', units: 1 },
      ],
      missing: [{ pickupLine: 'a', units: 1, reason: 'not-on-shelf', said: null }],
      counted: [{ pickupLine: 'a', units: 1, by: 'scan', staff: 'Ada' }],
    },
    {
      move: 'collect',
      lines: [
        { pickupLine: 'a', units: 1 },
        { pickupLine: 'b', units: 1 },
      ],
    },
  ])
})

test('with nothing found there is nothing to mark ready', async () => {
  using set = setUp()
  await set.receive(put({ lines }))
  await set.move('pick')
  await set.count('a', 0, 2)
  await set.count('b', 0, 1)
  await expect(set.move('finish')).rejects.toThrow(expect.objectContaining({ code: 'NOTHING_FOUND' }))
})

test('a part that is handed over leaves the rest ready', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'ready' }))
  const part = await set.move('collect', { lines: [{ line: 'a', units: 1 }] })
  expect(part).toMatchObject({ state: 'ready', undo: { move: 'collect' } })
  expect(set.shown()).toEqual(['ready', 'a 1/1 -0', 'b 1/1 -0'])
  await expect(set.move('collect', { lines: [{ line: 'a', units: 2 }] })).rejects.toThrow(
    expect.objectContaining({ code: 'PICK_TOO_MANY' }),
  )
  expect(await set.move('collect')).toMatchObject({ state: 'collected' })
})

test.each([
  ['while the hub has not heard of it', false],
  ['after the hub has applied it', true],
])('an undo takes a step back exactly, %s', async (_, isHeard) => {
  using set = setUp()
  await set.receive(put({ lines }))
  await set.move('pick')
  await set.count('a', 1, 1)
  const before = set.pickups().get(PICKUP)
  const finished = await set.move('finish')
  if (isHeard) {
    const { state, movedBy, movedAt } = finished
    const packed = [
      { ...line('a', 2), packed: 1 },
      { ...line('b', 1), packed: 1 },
    ]
    const seen = { epoch: 1, seq: 2 }
    await set.receive(put({ lines: packed, version: 2, state, movedBy, movedAt, shopify: 'sending', seen }))
  }
  set.reopen()
  await set.world.advance(UNDO_MS - 1)
  expect(set.pickups().get(PICKUP).undo).toMatchObject({ move: 'finish' })
  const undone = await set.move('undo')
  expect(undone).toMatchObject({ state: 'picking', undo: null, notice: null, lines: before.lines })
  const events = await set.events()
  expect(events.at(-1)).toMatchObject({ move: 'undo', undoes: { move: 'finish', at: events[1].at } })
  await expect(set.move('undo')).rejects.toThrow(expect.objectContaining({ code: 'UNDO_TOO_LATE' }))
})

test('after its time, or once Shopify has it, a step can’t be undone', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'ready' }))
  const { movedBy, movedAt } = await set.move('collect')
  await expect(set.move('reopen')).rejects.toThrow(expect.objectContaining({ code: 'REOPEN_REASON_MISSING' }))
  const told = { version: 2, state: 'collected' as const, movedBy, movedAt, seen: { epoch: 1, seq: 1 } }
  await set.receive(put({ lines, ...told, shopify: 'sending' }))
  expect(set.pickups().get(PICKUP).undo).not.toBeNull()
  await set.receive(put({ lines, ...told, version: 3, shopify: 'confirmed' }))
  await expect(set.move('undo')).rejects.toThrow(expect.objectContaining({ code: 'UNDO_TOO_LATE' }))
  await set.world.advance(UNDO_MS)
  await expect(set.move('reopen', { reason: 'By mistake' })).rejects.toThrow(
    expect.objectContaining({ code: 'UNDO_TOO_LATE' }),
  )
})

test('a clock that is set back does not keep a step open to be undone', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'ready' }))
  expect(await set.move('collect')).toMatchObject({ undo: { move: 'collect' } })
  set.setClockBack(3_600_000)
  expect(set.pickups().get(PICKUP).undo).toBeNull()
})

test('a hand-over by mistake is reopened, and a ready order goes back to picking for a reason', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'ready' }))
  await set.move('collect')
  expect(await set.move('reopen', { reason: 'Wrong customer' })).toMatchObject({ state: 'ready' })
  expect((await set.events()).at(-1)).toMatchObject({ move: 'reopen', undoes: { move: 'collect' } })
  expect(await set.move('reopen', { reason: 'One is broken' })).toMatchObject({ state: 'picking' })
})

test('an order on hold is handed over for a reason only', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'ready', notice: { code: 'on-hold' } }))
  await expect(set.move('collect')).rejects.toThrow(expect.objectContaining({ code: 'PICKUP_ON_HOLD' }))
  expect(await set.move('collect', { reason: 'Head office said yes' })).toMatchObject({ state: 'collected' })
})

test('an order that is cancelled while it is picked stays until staff have read it', async () => {
  using set = setUp()
  await set.receive(put({ lines }))
  await set.move('pick')
  const at = EpochMs.parse(set.world.clock.now())
  const notice = { code: 'order-cancelled' } as const
  await set.receive(put({ lines, version: 2, state: 'cancelled', at, movedAt: at, notice }))
  await set.world.advance(3 * 86_400_000)
  set.reopen()
  const listed = () =>
    set
      .pickups()
      .list()
      .map(view => [view.state, view.toAcknowledge])
  expect(listed()).toEqual([['cancelled', true]])
  expect(await set.pickups().acknowledge(PICKUP)).toMatchObject({ toAcknowledge: false })
  expect(listed()).toEqual([])
})

test('that the goods are back can be taken back for as long as a step can be undone, also of an order that ended long ago', async () => {
  using set = setUp()
  const till = set.pickups()
  await set.receive(put({ lines, state: 'picking' }), put({ lines, version: 2, state: 'cancelled' }))
  await set.world.advance(3 * 24 * 3_600_000)
  const at = set.world.clock.now()
  expect(await till.acknowledge(PICKUP)).toMatchObject({
    toAcknowledge: false,
    undoAcknowledge: { until: at + 8_000 },
  })
  await set.world.advance(7_000)
  expect(till.list()).toMatchObject([{ undoAcknowledge: { until: at + 8_000 } }])
  expect(await till.undoAcknowledge(PICKUP)).toMatchObject({
    toAcknowledge: true,
    undoAcknowledge: null,
  })
  await till.acknowledge(PICKUP)
  await set.world.advance(8_000)
  expect(till.list()).toEqual([])
  await expect(till.undoAcknowledge(PICKUP)).rejects.toThrow(
    expect.objectContaining({ code: 'UNDO_TOO_LATE' }),
  )
})

test('a held rest of which nothing was found needs no reading; one that turned up here does', async () => {
  using set = setUp()
  const [tote] = lines
  const missing = { units: tote?.units ?? 0, reason: 'not-on-shelf', said: null } as const
  const held = [{ ...line('l1', missing.units), missing }]
  await set.receive(put({ lines: held, state: 'short' }))
  await set.receive(put({ lines: held, version: 2, state: 'cancelled', notice: { code: 'taken-back' } }))
  expect(set.pickups().get(PICKUP).toAcknowledge).toBe(false)
  await set.receive(put({ lines: held, version: 3, state: 'short' }))
  await set.count('l1', 1)
  await set.receive(put({ lines: held, version: 4, state: 'cancelled', notice: { code: 'taken-back' } }))
  expect(set.pickups().get(PICKUP).toAcknowledge).toBe(true)
})

test('an order that was not begun, or that goes on as another card, needs no reading', async () => {
  using set = setUp()
  await set.receive(put({ lines }), put({ lines, version: 2, state: 'cancelled' }))
  expect(set.pickups().get(PICKUP).toAcknowledge).toBe(false)
  await set.receive(put({ lines, version: 3, state: 'picking' }))
  await set.receive(put({ lines, version: 4, state: 'cancelled', notice: { code: 'continues' } }))
  expect(set.pickups().get(PICKUP).toAcknowledge).toBe(false)
})

test('the lines beyond the first list are shown and moved too', async () => {
  using set = setUp()
  const many = Array.from({ length: 260 }, (_, index) => line(`l${index}`, 1))
  await set.receive(put({ lines: many.slice(0, 250), moreLines: many.slice(250), state: 'picking' }))
  expect(set.pickups().get(PICKUP).lines).toHaveLength(260)
  await set.move('finish')
  const [finish] = await set.events()
  expect([finish.lines.length, finish.moreLines.length]).toEqual([250, 10])
})

const described = (handOver: 'free' | 'checked') => ({
  kind: 'store.described',
  at: 1,
  store: 'HAR',
  name: 'Harbour',
  till: 'Till 1',
  zone: 'Europe/Berlin',
  handOver,
})
const said = (set: ReturnType<typeof setUp>) => {
  const { keptAt = null, handedTo = null } = set.pickups().get(PICKUP)
  return { keptAt, handedTo }
}

test('where it is kept and to whom it went show at once, go out masked, and are undone with their step', async () => {
  using set = setUp()
  await set.receive(put({ lines, state: 'picking', movedBy: 'Ada', movedAt: EpochMs.parse(1) }))
  await set.count('a', 2)
  await set.count('b', 1)
  await set.move('finish', { keptAt: 'Shelf 4111 1111 1111 1111' })
  expect(said(set)).toEqual({ keptAt: 'Shelf **** **** **** 1111', handedTo: null })
  set.reopen()
  const handedTo = { who: 'other', checked: 'id' } as const
  await set.move('collect', { handedTo })
  expect(said(set)).toEqual({ keptAt: 'Shelf **** **** **** 1111', handedTo })
  await set.move('undo')
  expect(said(set)).toEqual({ keptAt: 'Shelf **** **** **** 1111', handedTo: null })
  const events = await set.events()
  expect(events.slice(-3)).toMatchObject([
    { move: 'finish', keptAt: 'Shelf **** **** **** 1111' },
    { move: 'collect', handedTo },
    { move: 'undo' },
  ])
})

test('a store that checks who collects lets nothing go out unchecked, also offline, until its contract says otherwise', async () => {
  using set = setUp()
  await set.receive(
    described('checked'),
    put({ lines, state: 'ready', movedBy: 'Ada', movedAt: EpochMs.parse(1) }),
  )
  const unchecked = expect.objectContaining({ code: 'HAND_OVER_UNCHECKED' })
  await expect(set.move('collect')).rejects.toThrow(unchecked)
  await expect(set.move('collect', { handedTo: { who: 'customer', checked: null } })).rejects.toThrow(
    unchecked,
  )
  expect(set.shown()[0]).toBe('ready')
  set.reopen()
  await expect(set.move('collect')).rejects.toThrow(unchecked)
  await set.receive(described('free'))
  expect((await set.move('collect')).state).toBe('collected')
})
