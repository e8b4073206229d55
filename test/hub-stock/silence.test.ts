import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { noteConnected, noteDisconnected, noteSeen } from '../../hub/fleet/devices.ts'
import type { LiveTill } from '../../hub/stock/heard-till.ts'
import { isAllTold, silenceOf } from '../../hub/stock/silence.ts'
import { noteTillWords } from '../../hub/stock/till-words.ts'
import { FRESH_FOR_MONEY_MS, openWordWatch, type WordWatch } from '../../hub/stock/word-watch.ts'
import { EpochMs } from '../../shared/ids.ts'
import { engine } from '../hub-engines.ts'
import { type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const own = tills.filter(({ store }) => store === 'HAR').map(({ device }) => device)
const [first = '', second = ''] = own

interface Said {
  readonly unsent?: number
  /** For how long it says that it can't read its POS, by its own clock. */
  readonly unreadMs?: number
}

function till(hub: ShopAndHub, { unsent = 0, unreadMs }: Said = {}): LiveTill {
  const now = hub.world.clock.now()
  const at = (ms: number) => EpochMs.parse(ms)
  const source =
    unreadMs === undefined
      ? { state: 'reading' as const, problem: null, readUntil: at(now), unavailableSince: null }
      : {
          state: 'unavailable' as const,
          problem: 'locked',
          readUntil: at(now - unreadMs),
          unavailableSince: null,
        }
  const status = { unsent, sources: [{ source: 'pos', ...source }], clock: at(now) }
  return { connectedAt: now, status, offsetMs: 0 }
}

/** The hub that took in a till's connection writes down that it has it. */
async function connect(hub: ShopAndHub, devices: readonly string[], aheadMs = 0): Promise<void> {
  const at = hub.world.clock.now() + aheadMs
  await transaction(hub.db, async tx => {
    for (const device of devices) await noteConnected(tx, device, { at, version: '1.0.0', offsetMs: 0 })
  })
}

const watches = new WeakMap<ShopAndHub, WordWatch>()
function silence(hub: ShopAndHub, live: ReadonlyMap<string, LiveTill> = new Map()) {
  const words = watches.get(hub) ?? openWordWatch()
  watches.set(hub, words)
  return silenceOf(hub.db, 'HAR', { live, words }, hub.world.clock.now())
}

/** A till says something for some minutes; its hub, whose clock may be ahead, notes it each minute, and another one looks. */
async function says(
  hub: ShopAndHub,
  said: ReadonlyMap<string, Said>,
  minutes = 1,
  aheadMs = 0,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    hub.advance(MINUTE)
    const live = new Map([...said].map(([device, what]) => [device, till(hub, what)]))
    await noteTillWords(hub.db, live, hub.world.clock.now() + aheadMs)
    await silence(hub)
  }
}
/** Nothing is noted for some minutes; the other hub looks each minute. */
async function looks(hub: ShopAndHub, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    hub.advance(MINUTE)
    await silence(hub)
  }
}

const both = (said: Said) => new Map(own.map(device => [device, said]))

test.skipIf(engine !== 'postgres')(
  'a till that is connected to another hub of the database counts by what it said there',
  async () => {
    await using hub = await shopAndHub()
    await connect(hub, own)
    // its hub has noted nothing yet
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: false })
    await says(hub, both({ unsent: 40 }), 20)
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: false })
    await says(hub, both({}))
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: true })
    const read = hub.world.clock.now()
    await says(
      hub,
      new Map<string, Said>([
        [first, {}],
        [second, { unreadMs: HOUR }],
      ]),
      30,
    )
    const unread = await silence(hub)
    expect(unread).toMatchObject({ share: 0.5, isCaughtUp: false })
    expect(Math.abs((unread.since ?? 0) - read)).toBeLessThan(MINUTE)
  },
)

test.skipIf(engine !== 'postgres')(
  'the tills of a hub that was killed are not heard from its last word on',
  async () => {
    await using hub = await shopAndHub()
    await connect(hub, own)
    await says(hub, both({}), 20)
    const last = hub.world.clock.now()
    await looks(hub, 10)
    const killed = await silence(hub)
    expect(killed).toMatchObject({ share: 1, isCaughtUp: false })
    expect(Math.abs((killed.since ?? 0) - last)).toBeLessThan(MINUTE)
    // one connects to the hub that asks
    const live = new Map([[first, till(hub)]])
    expect(await silence(hub, live)).toMatchObject({ since: killed.since, share: 0.5 })
  },
)

test.skipIf(engine !== 'postgres').each([10 * MINUTE, -10 * MINUTE])(
  'a hub whose clock is off by %s ms is believed as long as it writes, and no longer',
  async aheadMs => {
    await using hub = await shopAndHub()
    await connect(hub, own, aheadMs)
    // since when it is so can't be told yet
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: false })
    await says(hub, both({ unsent: 40 }), 20, aheadMs)
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: false })
    await says(hub, both({}), 20, aheadMs)
    expect(await silence(hub)).toEqual({ since: null, share: 0, isCaughtUp: true })
    const read = hub.world.clock.now()
    await says(hub, both({ unreadMs: HOUR }), 20, aheadMs)
    const unread = await silence(hub)
    expect(unread).toMatchObject({ share: 1, isCaughtUp: false })
    expect(Math.abs((unread.since ?? 0) - read)).toBeLessThanOrEqual(MINUTE)
    const last = hub.world.clock.now()
    await looks(hub, 10)
    const killed = await silence(hub)
    expect(killed).toMatchObject({ share: 1, isCaughtUp: false })
    expect(Math.abs((killed.since ?? 0) - last)).toBeLessThanOrEqual(MINUTE)
  },
)

test('a till whose connection has ended is not heard, whatever it said last', async () => {
  await using hub = await shopAndHub()
  await connect(hub, own)
  await says(hub, both({}), 2)
  hub.advance(MINUTE)
  const gone = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    for (const device of own) await noteDisconnected(tx, device, gone, null)
  })
  expect(await silence(hub)).toEqual({ since: gone, share: 1, isCaughtUp: false })
})

test('a connected till whose POS can’t be read for weeks is in use', async () => {
  await using hub = await shopAndHub()
  await connect(hub, own)
  await says(hub, both({}), 2)
  const read = hub.world.clock.now()
  hub.advance(9 * DAY)
  await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
  const live = new Map([
    [first, till(hub)],
    [second, till(hub, { unreadMs: 9 * DAY })],
  ])
  const found = await silence(hub, live)
  expect(found).toMatchObject({ share: 0.5, isCaughtUp: false })
  expect(Math.abs((found.since ?? 0) - read)).toBeLessThan(MINUTE)
})

test('a clock that was set right by years makes no silence of years', async () => {
  await using hub = await shopAndHub()
  const enrolled = hub.world.clock.now()
  await transaction(hub.db, tx => tx.updateTable('device').set({ enrolled_at: enrolled }).execute())
  await connect(hub, own)
  const live = new Map(own.map(device => [device, till(hub, { unreadMs: 26 * 365 * DAY })]))
  hub.advance(MINUTE)
  // when it last read is not known: at the earliest since it was enrolled
  expect((await silence(hub, live)).since).toBeGreaterThanOrEqual(enrolled - MINUTE)
  await says(hub, both({}), 30)
  const read = hub.world.clock.now()
  await says(hub, both({ unreadMs: 26 * 365 * DAY }), 5)
  const later = new Map(own.map(device => [device, till(hub, { unreadMs: 26 * 365 * DAY })]))
  const { since } = await silence(hub, later)
  // a hub alone notes what does not change every ten minutes
  expect(since).toBeGreaterThan(read - 11 * MINUTE)
  expect(since).toBeLessThanOrEqual(read)
})

test('a word from ahead, by a clock that was wrong, is written again and counts no more', async () => {
  await using hub = await shopAndHub()
  await connect(hub, own)
  hub.advance(DAY)
  await says(hub, both({}))
  hub.advance(-DAY)
  expect(await silence(hub)).toMatchObject({ share: engine === 'postgres' ? 0 : 1, isCaughtUp: false })
  await says(hub, both({ unsent: 3 }))
  const rows = await hub.db.selectFrom('till_word').selectAll().execute()
  expect(rows.map(({ has_more }) => has_more)).toEqual(own.map(() => 1))
  for (const { at } of rows) expect(at).toBeLessThanOrEqual(hub.world.clock.now())
})

test.each([
  { behindMs: 0, aheadMs: 0, isTold: true },
  { behindMs: 5 * MINUTE, aheadMs: 0, isTold: false },
  { behindMs: 0, aheadMs: -HOUR, isTold: true },
  { behindMs: 5 * MINUTE, aheadMs: HOUR, isTold: false },
])(
  'a till that read its POS $behindMs ms ago, by a clock that is $aheadMs ms ahead, has told all of the last minute: $isTold',
  async ({ behindMs, aheadMs, isTold }) => {
    await using hub = await shopAndHub()
    await connect(hub, own)
    await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
    const now = hub.world.clock.now()
    const at = (ms: number) => EpochMs.parse(ms)
    const pos = { source: 'pos', state: 'reading' as const, problem: null, unavailableSince: null }
    const sources = [{ ...pos, readUntil: at(now - behindMs + aheadMs) }]
    const said = {
      connectedAt: now,
      offsetMs: aheadMs,
      status: { unsent: 0, sources, clock: at(now + aheadMs) },
    }
    const live = new Map<string, LiveTill>(own.map(device => [device, said]))
    const of = { store: 'HAR', since: 0, readFrom: now - MINUTE }
    expect(await isAllTold(hub.db, of, { live, words: openWordWatch(FRESH_FOR_MONEY_MS) }, now)).toBe(isTold)
    // one that does not say, or says that it has read ahead of its own clock, proves nothing
    for (const readUntil of [null, at(now + aheadMs + 1)]) {
      const unsaid = { ...said, status: { ...said.status, sources: [{ ...pos, readUntil }] } }
      const others = new Map<string, LiveTill>(own.map(device => [device, unsaid]))
      const seen = { live: others, words: openWordWatch(FRESH_FOR_MONEY_MS) }
      expect(await isAllTold(hub.db, of, seen, now)).toBe(false)
    }
  },
)

test.skipIf(engine !== 'postgres')(
  'for money, what another hub notes of a till counts for a minute and a half, and once it has read since',
  async () => {
    await using hub = await shopAndHub()
    await connect(hub, own)
    await says(hub, both({}), 5)
    const words = openWordWatch(FRESH_FOR_MONEY_MS)
    const told = (readFrom: number) =>
      isAllTold(
        hub.db,
        { store: 'HAR', since: 0, readFrom },
        { live: new Map(), words },
        hub.world.clock.now(),
      )
    const from = hub.world.clock.now()
    expect(await told(from)).toBe(false)
    await says(hub, both({}))
    expect(await told(from)).toBe(false)
    await says(hub, both({}))
    expect(await told(from)).toBe(true)
    hub.advance(FRESH_FOR_MONEY_MS - 1_000)
    expect(await told(from)).toBe(true)
    // its hub was killed, or it lost the till: elsewhere it still counts
    hub.advance(2_000)
    expect(await told(from)).toBe(false)
    expect((await silence(hub)).isCaughtUp).toBe(true)
  },
)
