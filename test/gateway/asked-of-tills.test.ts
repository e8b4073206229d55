import { join } from 'node:path'
import { expect, test } from 'vitest'
import { answerSupport, type SupportHost } from '../../agent/doctor/answer-hub.ts'
import { ok } from '../../agent/doctor/finding.ts'
import type { Uplink } from '../../agent/uplink/uplink.ts'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import {
  askTill,
  demandSupport,
  forgetOldSupport,
  forgetSupport,
  listSupport,
  waitingSupport,
} from '../../hub/support/support-requests.ts'
import type { Frame, SupportReport } from '../../shared/protocol.ts'
import { LONGEST_ANSWER, readSupportAnswer, type SupportAsk } from '../../shared/support.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, startTestHub, startTestTill } from './till-and-hub.ts'

const DAY_MS = 24 * 3_600_000
const card = '4539148803436467'
const doctor = { is: 'doctor' } as const
const examining: SupportHost = {
  examine: async () => ({
    findings: [ok('pos', 'uniCenta', `Card ${card} was seen.`)],
    running: { unsent: 0 },
  }),
  machine: () => ({ system: 'linux' }),
}

type Inspect = Extract<Frame, { t: 'inspect' }>
type How =
  | { readonly host: SupportHost }
  | 'old'
  | { asked(frame: Inspect, uplink: Uplink): void; readonly takes?: SupportReport['takes'] }

async function setUp() {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const hub = stack.use(await startTestHub(world, folder.path, 'hub.db', { asksTills: true }))
  const device = await enrolTestTill(world, hub.db)
  const net = network(hub.gateway)
  return {
    world,
    hub,
    net,
    device: device.device,
    ask: (ask: SupportAsk, till = 'HAR/Till 1', by = 'Maya\u001b[2J') =>
      transaction(hub.db, tx =>
        askTill(tx, { till, ask, by }, { random: world.random, now: world.clock.now() }),
      ),
    found: (id: string) => demandSupport(hub.db, id, world.clock.now()),
    /** Connects the till. */
    async till(how: How) {
      const support =
        how === 'old' || 'asked' in how
          ? null
          : answerSupport({
              ...{ world, folder: folder.path, version: '1.2.3', host: how.host },
              answer: frame => till.uplink.answerSupport(frame),
            })
      const report =
        support?.report ??
        (how === 'old' ? undefined : () => ({ takes: ('takes' in how && how.takes) || ['doctor', 'bundle'] }))
      const till = startTestTill(world, device, join(folder.path, 'journal.db'), net, {
        ...(report && { support: report }),
        supportAsked(frame) {
          if (support !== null) support.asked(frame)
          else if (how !== 'old' && 'asked' in how) how.asked(frame, till.uplink)
        },
      })
      stack.use(till)
      await until('the till is online', () => till.uplink.state().link === 'online')
      return till
    },
    /** The till’s next statuses reach the hub, which has read again what is asked. */
    async statuses() {
      for (let i = 0; i < 3; i += 1) await world.advance(15_000)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('what is asked of a till that is away waits, is answered once it connects, and says who asked', async () => {
  await using one = await setUp()
  const asked = await one.ask(doctor)
  expect(asked).toMatchObject({ state: 'waiting', by: 'Maya[2J', store: 'HAR', till: 'Till 1' })
  await one.till({ host: examining })
  await one.statuses()
  const { state, answer } = await one.found(asked.id)
  expect(state).toBe('answered')
  expect(answer).toEqual({
    is: 'doctor',
    findings: [ok('pos', 'uniCenta', 'Card ************6467 was seen.')],
  })
})

test('a bundle comes with settings and findings, and without card numbers', async () => {
  await using one = await setUp()
  await one.till({ host: examining })
  const { id } = await one.ask({ is: 'bundle' })
  await one.statuses()
  const { answer } = await one.found(id)
  expect(answer).toMatchObject({
    is: 'bundle',
    bundle: { tillbridge: '1.2.3', machine: { system: 'linux' }, state: { unsent: 0 } },
  })
  expect(JSON.stringify(answer)).not.toContain(card)
})

test('an agent that is too old, and one that does not know this question, are named and not waited for', async () => {
  await using one = await setUp()
  const { id } = await one.ask(doctor)
  const till = await one.till('old')
  await one.statuses()
  expect(await one.found(id)).toMatchObject({ state: 'failed', answer: { code: 'AGENT_TOO_OLD' } })
  till[Symbol.dispose]()
  await one.till({ asked: () => {} })
  const level = await one.ask({ is: 'log-level', level: 'debug', forMs: 60_000 })
  await one.statuses()
  expect(await one.found(level.id)).toMatchObject({
    state: 'failed',
    answer: { code: 'AGENT_TOO_OLD', sentence: expect.stringContaining('does not answer this') },
  })
})

test('what a till can’t do comes as a sentence, and a doctor that hangs is given up', async () => {
  await using one = await setUp()
  const never = Promise.withResolvers<Awaited<ReturnType<SupportHost['examine']>>>()
  await one.till({ host: { ...examining, examine: () => never.promise } })
  const { id } = await one.ask(doctor)
  await one.world.advance(4 * 60_000)
  expect(await one.found(id)).toMatchObject({ state: 'failed', answer: { code: 'DOCTOR_SLOW' } })
  never.resolve({ findings: [], running: null })
})

test('a lost answer is asked for again on the next connection, and the till does not examine itself twice', async () => {
  await using one = await setUp()
  let times = 0
  const answer = Promise.withResolvers<Awaited<ReturnType<SupportHost['examine']>>>()
  await one.till({
    host: {
      ...examining,
      examine() {
        times += 1
        return answer.promise
      },
    },
  })
  const { id } = await one.ask(doctor)
  await one.statuses()
  one.net.plug(null)
  answer.resolve({ findings: [], running: null })
  await one.world.advance(1_000)
  one.net.plug(one.hub.gateway)
  await one.world.advance(60_000)
  expect(await one.found(id)).toMatchObject({ state: 'answered' })
  expect(times).toBe(1)
})

test('a till that answers what was not asked, again, or too much, fills nothing and stays connected', async () => {
  await using one = await setUp()
  const frames: Inspect[] = []
  const till = await one.till({ asked: frame => void frames.push(frame) })
  const say = (id: string, answer: unknown) => till.uplink.answerSupport({ t: 'inspected', id, answer })
  for (let i = 0; i < 50; i += 1) say(`ask_${i}`, { is: 'doctor', findings: [] })
  await one.statuses()
  expect(await listSupport(one.hub.db, one.world.clock.now())).toEqual([])
  const { id } = await one.ask(doctor)
  await one.statuses()
  expect(frames).toMatchObject([{ id, ask: doctor }])
  say(id, { is: 'bundle', bundle: 'x'.repeat(LONGEST_ANSWER) })
  say(id, { is: 'doctor', findings: [] })
  await one.statuses()
  expect(await one.found(id)).toMatchObject({
    state: 'failed',
    answer: { code: 'SUPPORT_ANSWER_UNREADABLE' },
  })
  expect(till.uplink.state().link).toBe('online')
})

test('a till that never answers is not waited for longer than a day, and a late answer is not kept', async () => {
  await using one = await setUp()
  const { id, expiresAt, askedAt } = await one.ask(doctor)
  expect(expiresAt - askedAt).toBe(DAY_MS)
  await one.world.advance(DAY_MS + 1)
  expect((await one.found(id)).state).toBe('expired')
  const frames: Inspect[] = []
  await one.till({ asked: frame => void frames.push(frame) })
  await one.statuses()
  expect(frames).toEqual([])
})

test('asking the same again joins the question that waits, and both get the answer', async () => {
  await using one = await setUp()
  const answer = Promise.withResolvers<Awaited<ReturnType<SupportHost['examine']>>>()
  await one.till({ host: { ...examining, examine: () => answer.promise } })
  const first = await one.ask(doctor)
  expect(first).toMatchObject({ joined: null, replaced: null })
  await one.statuses()
  const again = await one.ask(doctor, 'HAR/Till 1', 'Tom')
  expect(again).toMatchObject({ id: first.id, by: 'Maya[2J, Tom', joined: { by: 'Maya[2J' }, replaced: null })
  expect(again.expiresAt).toBe(one.world.clock.now() + DAY_MS)
  answer.resolve({ findings: [], running: null })
  await one.statuses()
  expect(await one.found(first.id)).toMatchObject({ state: 'answered' })
})

test('another log level takes the place of the one that waits, and who asked that is told', async () => {
  await using one = await setUp()
  const debug = { is: 'log-level', level: 'debug', forMs: 60_000 } as const
  const first = await one.ask(debug)
  expect((await one.ask(debug)).id).toBe(first.id)
  const second = await one.ask({ ...debug, forMs: 120_000 }, 'HAR/Till 1', 'Tom')
  expect(second).toMatchObject({ joined: null, replaced: 'Maya[2J' })
  expect(await one.found(first.id)).toMatchObject({
    state: 'failed',
    answer: { code: 'SUPPORT_REPLACED', sentence: expect.stringContaining('Tom asked') },
  })
  expect((await one.found(second.id)).state).toBe('waiting')
})

test('what is asked while the till works on a question that was removed is done right after that', async () => {
  await using one = await setUp()
  const first = Promise.withResolvers<Awaited<ReturnType<SupportHost['examine']>>>()
  let times = 0
  const examine = () => {
    times += 1
    return times === 1 ? first.promise : Promise.resolve({ findings: [], running: null })
  }
  await one.till({ host: { ...examining, examine } })
  const { id } = await one.ask(doctor)
  await one.statuses()
  await transaction(one.hub.db, tx => forgetSupport(tx, id))
  const again = await one.ask(doctor)
  await one.statuses()
  expect((await one.found(again.id)).state).toBe('waiting')
  first.resolve({ findings: [], running: null })
  await one.statuses()
  expect(await one.found(again.id)).toMatchObject({
    state: 'answered',
    answer: { is: 'doctor', findings: [] },
  })
  expect(times).toBe(2)
})

const debugLevel = { is: 'log-level', level: 'debug', forMs: 60_000 } as const
const emptyBundle = {
  ...{ tillbridge: '1', madeAt: '', machine: {}, findings: [] },
  ...{ settings: {}, device: {}, state: {}, journal: null },
}
test.each<[string, SupportAsk, unknown]>([
  ['a doctor by a log level', doctor, { is: 'log-level', level: 'debug', until: null }],
  ['a doctor by a bundle', doctor, { is: 'bundle', bundle: emptyBundle }],
  ['a bundle by a doctor', { is: 'bundle' }, { is: 'doctor', findings: [] }],
  ['a log level by another', debugLevel, { is: 'log-level', level: 'info', until: 1 }],
  ['a log level by one without an end', debugLevel, { is: 'log-level', level: 'debug', until: null }],
  [
    'the usual level by one with an end',
    { ...debugLevel, level: 'usual' },
    { is: 'log-level', level: 'usual', until: 1 },
  ],
])('an answer of another kind is not kept: %s', async (_what, ask, answer) => {
  await using one = await setUp()
  await one.till({
    asked: (frame, uplink) => uplink.answerSupport({ t: 'inspected', id: frame.id, answer }),
    takes: ['doctor', 'bundle', 'log-level'],
  })
  const { id } = await one.ask(ask)
  await one.statuses()
  expect(await one.found(id)).toMatchObject({
    state: 'failed',
    answer: { code: 'SUPPORT_ANSWER_UNREADABLE' },
  })
})

test('what was asked of a device that is revoked or enrolled again ends at once', async () => {
  await using one = await setUp()
  const { db } = one.hub
  const { id } = await one.ask(doctor)
  await transaction(db, tx => revokeDevice(tx, one.device, one.world.clock.now()))
  expect((await one.found(id)).state).toBe('ended')
  expect(await waitingSupport(db, one.world.clock.now())).toEqual([])
  await one.world.advance(1_000)
  const again = await enrolTestTill(one.world, db)
  const second = await one.ask(doctor)
  expect(second).toMatchObject({ device: again.device, state: 'waiting', joined: null })
  await one.world.advance(1_000)
  const third = await enrolTestTill(one.world, db)
  expect((await one.found(second.id)).state).toBe('ended')
  expect((await one.ask(doctor)).device).toBe(third.device)
  // a former device may stay until it has sent all: it is not asked
  await transaction(db, tx =>
    tx.updateTable('device').set({ state: 'active' }).where('device', '=', again.device).execute(),
  )
  expect((await one.found(second.id)).state).toBe('ended')
  expect(await waitingSupport(db, one.world.clock.now())).toMatchObject([{ device: third.device }])
  await expect(one.ask(doctor, again.device)).rejects.toMatchObject({ code: 'TILL_ENDED' })
})

test('of one till few answers are kept, for a month, and what waits is not removed for them', async () => {
  await using one = await setUp()
  const first = await one.ask(doctor)
  const { db } = one.hub
  const ids = async () => (await listSupport(db, one.world.clock.now())).map(({ id }) => id)
  for (let i = 1; i < 9; i += 1) {
    await one.world.advance(1)
    await one.ask({ is: 'log-level', level: 'debug', forMs: i * 1_000 })
  }
  expect(await ids()).toHaveLength(5)
  expect((await one.found(first.id)).state).toBe('waiting')
  await one.till({ host: examining })
  for (let i = 0; i < 7; i += 1) {
    await one.ask(doctor)
    await one.statuses()
  }
  expect(await ids()).toHaveLength(5)
  await transaction(db, tx => forgetOldSupport(tx, one.world.clock.now() + 31 * DAY_MS))
  expect(await ids()).toEqual([])
  await transaction(db, tx => revokeDevice(tx, one.device, one.world.clock.now()))
  await expect(one.ask(doctor)).rejects.toMatchObject({ code: 'TILL_ENDED' })
  await expect(one.ask(doctor, 'HAR/Till 9')).rejects.toMatchObject({ code: 'TILL_UNKNOWN' })
})

test('nothing that a till says drives a terminal, hides, holds a secret or is nested without end', async () => {
  const { timers } = manualWorld()
  const finding = {
    check: 'pos',
    subject: '\u001b[2Ja',
    verdict: 'ok',
    sentence: 'b\u202e\u0007',
    advice: null,
  }
  expect(await readSupportAnswer(timers, { is: 'doctor', findings: [finding] })).toMatchObject({
    findings: [{ subject: '[2Ja', sentence: 'b' }],
  })
  const bundle = {
    ...{ tillbridge: '1', madeAt: '', machine: {}, findings: [], device: null, journal: null },
    settings: { '\u001b]0;x': 'pwd=hunter2', url: 'https://a:hunter2@b', token: 'hunter2' },
    state: card,
  }
  const text = JSON.stringify(await readSupportAnswer(timers, { is: 'bundle', bundle }))
  expect(text).not.toMatch(/hunter2|\\u001b/)
  expect(text).not.toContain(card)
  let deep: unknown = 'x'
  for (let i = 0; i < 30; i += 1) deep = { deep }
  for (const wrong of [null, 'x', { is: 'other' }, { is: 'bundle', bundle: { ...bundle, state: deep } }])
    expect(await readSupportAnswer(timers, wrong)).toBeNull()
})

test('a long answer is looked through in turns, and each of its texts is cut', async () => {
  const { timers } = manualWorld()
  const texts = Array.from({ length: 40 }, (_, i) => `${i} password=hunter2 ${'a:'.repeat(2_500)}`)
  const bundle = {
    ...{
      tillbridge: '1',
      madeAt: '',
      machine: {},
      findings: [],
      device: null,
      journal: null,
      settings: null,
    },
    state: texts,
  }
  let turns = 0
  const inTurns: typeof timers = {
    ...timers,
    after(_ms, run) {
      turns += 1
      queueMicrotask(run)
      return () => {}
    },
  }
  const done = await readSupportAnswer(inTurns, { is: 'bundle', bundle })
  expect(turns).toBeGreaterThan(10) // others have their turn that often
  const text = JSON.stringify(done)
  expect(text).toContain('39 password=[left out]')
  expect(text).not.toContain('hunter2')
  expect(text.length).toBeLessThan(40 * 4_100)
})
