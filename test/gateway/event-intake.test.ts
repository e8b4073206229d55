import { expect, test } from 'vitest'
import { openCommitQueue } from '../../hub/gateway/commit-queue.ts'
import { openEventIntake } from '../../hub/gateway/event-intake.ts'
import { setAsideFull } from '../../hub/streams/device-budget.ts'
import { encodeBatch, limits } from '../../shared/protocol.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import type { Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import { turns, until } from '../manual-world.ts'

const start: Mark = { epoch: 1, seq: 0, hash: genesis('events', 'dev_1', 1) }

/** A database that only remembers how many records each transaction held, and fails at the record number `bad`. */
function fakeLog(bad: number | null, failures: number, failsWith: Error) {
  let left = failures
  const commits: number[] = []
  const taken: ReceivedRecord[] = []
  return {
    commits,
    taken,
    log: {
      held: () => taken.at(-1) ?? start,
      hashAt: ({ seq }: { seq: number }) => (seq === 0 ? start.hash : (taken[seq - 1]?.hash ?? null)),
      commit(records: readonly ReceivedRecord[]) {
        const isBad = records.some(({ seq }) => seq === bad)
        if (isBad && left > 0) {
          left -= 1
          const before = setAsideFull.is(failsWith) ? records.filter(({ seq }) => seq < (bad ?? 0)) : []
          taken.push(...before)
          throw failsWith
        }
        commits.push(records.length)
        taken.push(...records)
        return taken.at(-1) ?? start
      },
    },
  }
}

function setUp({
  bad = null,
  times = Number.POSITIVE_INFINITY,
  isStuck = false,
  failsWith = new Error('the disk does not take it'),
}: {
  bad?: number | null
  times?: number
  isStuck?: boolean
  failsWith?: Error
} = {}) {
  const { log, commits, taken } = fakeLog(bad, times, failsWith)
  let stuck = isStuck
  const failedAt: number[] = []
  const queue = openCommitQueue({
    clock: { monotonicMs: () => 0 },
    timers: {
      soon(run) {
        setImmediate(run)
        return () => undefined
      },
    },
  })
  const acks: { seq: number; credit: number }[] = []
  const failures: unknown[] = []
  const heldBack: string[] = []
  const waiting: { ms: number; run(): void }[] = []
  const intake = openEventIntake({
    device: 'dev_1',
    store: 'HAR',
    queue,
    log,
    watch: {
      isStuck: () => stuck,
      committed() {
        stuck = false
      },
      failed: ({ seq }) => void failedAt.push(seq),
    },
    timers: {
      after(ms, run) {
        const one = { ms, run }
        waiting.push(one)
        return () => void waiting.splice(waiting.indexOf(one), 1)
      },
    },
    heldBack: ({ code }) => void heldBack.push(code),
    ack: ({ seq }, credit) => acks.push({ seq, credit }),
    failed: error => failures.push(error),
  })
  return { intake, queue, commits, taken, acks, failures, failedAt, heldBack, waiting }
}

/** Frames that follow one another, as a sender cuts them. */
function framesOf(...batches: readonly (readonly string[])[]): string[] {
  let { hash, seq } = start
  return batches.map(bodies => {
    const prev = hash
    for (const body of bodies) hash = link(hash, body)
    const first = seq + 1
    seq += bodies.length
    return encodeBatch('events', { epoch: 1, first, prev, head: hash, bodies })
  })
}

const receipts = (count: number, size = 50) =>
  Array.from({ length: count }, (_, i) => `"${i}`.padEnd(size, '.'))

test('frames that wait behind one another share a transaction of at most 1,000 records', async () => {
  const { intake, commits, acks } = setUp()
  for (const frame of framesOf(...Array.from({ length: 5 }, () => receipts(300)))) intake.take(frame)
  await turns()
  expect(commits).toEqual([900, 600])
  expect(acks.map(({ seq }) => seq)).toEqual([900, 1_500])
})

test('a transaction of large records ends at 1 MiB, and a frame is never more than that', async () => {
  const { intake, commits } = setUp()
  const frames = framesOf(...Array.from({ length: 6 }, () => receipts(1, 300_000)))
  expect(Math.max(...frames.map(frame => frame.length))).toBeLessThanOrEqual(limits.frameBytes)
  for (const frame of frames) intake.take(frame)
  await turns()
  expect(commits).toEqual([3, 3])
})

test('a frame that does not fit those before it is refused in its own turn; they are kept', async () => {
  const { intake, commits, acks, failures } = setUp()
  const [one = '', two = '', three = ''] = framesOf(receipts(2), receipts(2), receipts(2))
  intake.take(one)
  intake.take(two)
  intake.take(three.replace('"1', '"9'))
  await turns()
  expect([commits, acks.map(({ seq }) => seq)]).toEqual([[4], [4]])
  expect(failures).toMatchObject([{ code: 'BATCH_CORRUPT' }])
})

test('a frame sent twice is taken once and acked again', async () => {
  const { intake, commits, acks } = setUp()
  const [one = ''] = framesOf(receipts(3))
  intake.take(one)
  intake.take(one)
  await turns()
  expect([commits, acks.map(({ seq }) => seq)]).toEqual([[3], [3, 3]])
})

test('credit follows the size of the records: many small ones, few large ones, never none', async () => {
  const small = setUp()
  for (const frame of framesOf(receipts(10, 100))) small.intake.take(frame)
  const large = setUp()
  for (const frame of framesOf(receipts(1, 340_000))) large.intake.take(frame)
  await turns()
  expect(small.acks.at(-1)?.credit).toBe(limits.credit)
  expect(large.acks.at(-1)?.credit).toBe(6)
  expect(large.intake.credit()).toBe(6)
})

test('a device that ignores its credit is cut off at 16 MiB, and what came before is kept', async () => {
  const { intake, taken, failures } = setUp()
  for (const frame of framesOf(...Array.from({ length: 60 }, () => receipts(1, 340_000)))) intake.take(frame)
  await turns(200)
  expect(taken.length).toBe(Math.floor((16 * 1024 * 1024) / 340_150))
  expect(failures).toMatchObject([{ code: 'TOO_MUCH_QUEUED' }])
})

test('a device that sends beyond its credit is cut off with a code of its own, and what came before is kept', async () => {
  const { intake, taken, acks, failures } = setUp()
  const granted = intake.credit()
  const [one = '', two = '', three = '', four = ''] = framesOf(
    receipts(1_000),
    receipts(1_000),
    receipts(granted - 2_000),
    receipts(1),
  )
  for (const frame of [one, two, three, four]) intake.take(frame)
  await turns()
  expect([granted, taken.length, acks.at(-1)?.seq]).toEqual([2_048, 2_048, 2_048])
  expect(failures).toMatchObject([{ code: 'CREDIT_EXCEEDED', facts: { device: 'dev_1', granted: 2_048 } }])
})

test('acks give credit back, also those of the parts of a frame', async () => {
  const { intake, commits, taken, failures } = setUp({ isStuck: true, bad: 700, times: 1 })
  const frames = framesOf(...Array.from({ length: 4 }, () => receipts(1_000)))
  for (const frame of frames) {
    intake.take(frame)
    await turns(100)
  }
  expect(commits.slice(0, 4)).toEqual([1, 2, 4, 8])
  expect([taken.length, failures]).toEqual([4_000, []])
})

test('a device that has not heard of a smaller credit yet is not cut off', async () => {
  const { intake, queue, taken, failures } = setUp()
  const granted = intake.credit()
  const crowd = Array.from({ length: 70 }, (_, index) =>
    queue.openLane(`S${index}`, { commit: async () => 1, failed: error => failures.push(error) }),
  )
  for (const lane of crowd) lane.push('x'.repeat(1_000_000))
  expect(intake.credit()).toBeLessThan(granted)
  for (const frame of framesOf(receipts(1_000), receipts(1_000), receipts(granted - 2_000)))
    intake.take(frame)
  await turns(200)
  expect([taken.length, failures]).toEqual([granted, []])
})

test('a record that can’t be stored, deep in a backlog: each part is a turn of the queue, and is acked', async () => {
  const { intake, queue, commits, acks, failures, failedAt } = setUp({ bad: 701, isStuck: true })
  const seen: number[] = []
  const live = queue.openLane('MKT', {
    async commit() {
      seen.push(commits.length)
      if (seen.length < 100) live.push('sale')
      return 1
    },
    failed: error => failures.push(error),
  })
  const [frame = ''] = framesOf(receipts(1_000, 5))
  intake.take(frame)
  live.push('sale')
  await turns(400)
  expect(commits.slice(0, 5)).toEqual([1, 2, 4, 8, 16])
  expect(commits.reduce((sum, count) => sum + count, 0)).toBe(700)
  expect(commits.length).toBeLessThan(50)
  expect(acks.map(({ seq }) => seq)).toEqual(
    commits.map((_, i) => commits.slice(0, i + 1).reduce((a, b) => a + b)),
  )
  expect(new Set(seen).size).toBeGreaterThan(5) // the other store sold in between
  expect(failedAt).toEqual([701])
  expect(failures).toMatchObject([{ message: 'the disk does not take it' }])
})

test('a connection that has ended leaves the rest of a backlog alone', async () => {
  const { intake, acks, taken, failures } = setUp({ bad: 701, isStuck: true })
  const [frame = ''] = framesOf(receipts(1_000, 5))
  intake.take(frame)
  await until('a first part', () => taken.length >= 7)
  intake.stop()
  const [stored, acked] = [taken.length, acks.length]
  await turns(100)
  expect(taken.length).toBeLessThanOrEqual(stored + 8)
  expect([acks.length, failures]).toEqual([acked, []])
})

test('a till beyond its budget stays connected: it is asked to send no more, and what waits is tried again', async () => {
  const on = setUp({ bad: 4, times: 2, failsWith: setAsideFull({ device: 'dev_1' }) })
  const { intake, acks, failures, heldBack, waiting, taken } = on
  const [one = '', two = ''] = framesOf(receipts(6), receipts(2))
  intake.take(one)
  await turns()
  expect([acks, heldBack]).toEqual([[{ seq: 3, credit: 0 }], ['SET_ASIDE_FULL']])
  intake.take(two) // it was under way
  await turns()
  expect(taken).toHaveLength(3)
  waiting.shift()?.run()
  await turns()
  expect(heldBack).toHaveLength(2)
  waiting.shift()?.run()
  await turns()
  expect(taken.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(acks.at(-1)).toMatchObject({ seq: 8 })
  expect(acks.at(-1)?.credit).toBeGreaterThan(0)
  expect([failures, waiting]).toEqual([[], []])
})

test('a connection that ends while its till is held back leaves no timer', async () => {
  const { intake, waiting } = setUp({ bad: 1, failsWith: setAsideFull({ device: 'dev_1' }) })
  for (const frame of framesOf(receipts(1))) intake.take(frame)
  await turns()
  expect(waiting).toHaveLength(1)
  intake.stop()
  expect(waiting).toEqual([])
})
