import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openGroupCommit } from '../../agent/journal/group-commit.ts'
import type { PrintEnd, StateSays } from '../../agent/peripherals/peripherals.ts'
import { openPrintJobs, printJobs } from '../../agent/printing/print-jobs.ts'
import { startPrintQueue } from '../../agent/printing/print-queue.ts'
import { migrate, openDurable } from '../../shared/durable-sqlite.ts'
import { PeripheralName, PickupId } from '../../shared/ids.ts'
import { type ManualWorld, manualWorld, temporaryFolder, turns } from '../manual-world.ts'

const printer = PeripheralName.parse('counter')
const slip = (text: string) => ({
  device: printer,
  kind: 'pick-slip' as const,
  subject: PickupId.parse('p1'),
  orderName: '#1001',
  bytes: new TextEncoder().encode(text),
})

/** A queue over a real file; `kill` ends it as a kill does: no goodbye, nothing flushed. */
function openQueue(folder: string, world: ManualWorld) {
  const path = join(folder, 'journal.db')
  const db = openDurable(world.files, path)
  migrate(db, path, printJobs.migrations)
  const group = openGroupCommit(
    db,
    world.timers,
    () => {},
    () => {},
  )
  const sent: { text: string; end: (end: PrintEnd) => void }[] = []
  let hear: (says: StateSays) => void = () => {}
  let isFull = false
  const queue = startPrintQueue({
    ...world,
    jobs: openPrintJobs(db),
    write: work => (isFull ? Promise.reject(new Error('disk full')) : group.run(work)),
    printers: {
      onSays(listener) {
        hear = says => listener(printer, says)
        return () => {
          hear = () => {}
        }
      },
      print: (_printer, _job, bytes) =>
        new Promise(end => void sent.push({ text: new TextDecoder().decode(bytes), end })),
    },
    changed() {},
  })
  return {
    queue,
    printed: () => sent.map(({ text }) => text),
    say: async (says: StateSays) => {
      hear(says)
      await turns()
    },
    end: async (outcome: PrintEnd['outcome'], sentence: string = outcome) => {
      const last = sent.at(-1)
      if (last === undefined) throw new Error('nothing was sent')
      last.end({ outcome, sentence })
      await turns()
    },
    fullDisk(is: boolean) {
      isFull = is
    },
    states: () =>
      queue
        .newest(50)
        .map(({ state }) => state)
        .toReversed(),
    kill() {
      queue[Symbol.dispose]()
      db.close()
    },
    [Symbol.dispose]() {
      queue[Symbol.dispose]()
      if (db.open) db.close()
    },
  }
}
const connected: StateSays = { is: 'connected' }
const conditions = (...is: Extract<StateSays, { is: 'conditions' }>['conditions']): StateSays => ({
  is: 'conditions',
  conditions: is,
})

test('slips wait for the printer, and go one at a time, in order', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.queue.print(slip('one'))
  await till.queue.print(slip('two'))
  await turns()
  expect(till.printed()).toEqual([])
  await till.say(connected)
  expect(till.printed()).toEqual(['one'])
  expect(till.states()).toEqual(['sending', 'queued'])
  await till.end('printed')
  expect(till.printed()).toEqual(['one', 'two'])
  await till.end('printed')
  expect(till.states()).toEqual(['printed', 'printed'])
})

test('they wait while there is no paper', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.say(connected)
  await till.say(conditions('paper-out'))
  await till.queue.print(slip('one'))
  await world.advance(3_600_000)
  expect(till.printed()).toEqual([])
  await till.say(conditions('paper-low'))
  expect(till.printed()).toEqual(['one'])
})

test('what failed is tried again, later and later, and at once when the printer has news', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.say(connected)
  await till.queue.print(slip('one'))
  await turns()
  await till.end('failed', 'Nothing was sent: it was busy.')
  expect(till.queue.newest(1)[0]).toMatchObject({
    state: 'queued',
    sentence: 'Nothing was sent: it was busy.',
  })
  await world.advance(4_999)
  expect(till.printed()).toHaveLength(1)
  await world.advance(1)
  expect(till.printed()).toHaveLength(2)
  await till.end('failed')
  await world.advance(9_999)
  expect(till.printed()).toHaveLength(2)
  await till.say(conditions())
  expect(till.printed()).toHaveLength(3)
})

test('maybe stays maybe until a person asks; the reprint is a job of its own', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.say(connected)
  const job = await till.queue.print(slip('one'))
  await turns()
  await expect(till.queue.reprint(job, { mayNameCustomer: true })).rejects.toMatchObject({
    code: 'PRINT_JOB_UNDER_WAY',
  })
  await till.end('maybe')
  await till.say(connected)
  await world.advance(3_600_000)
  expect(till.printed()).toEqual(['one'])
  const copy = await till.queue.reprint(job, { mayNameCustomer: true })
  await turns()
  expect(till.printed()).toEqual(['one', 'one'])
  await till.end('printed')
  expect(till.queue.ofPickup(PickupId.parse('p1'))).toMatchObject([
    { job: copy, copyOf: job, state: 'printed' },
    { job, copyOf: null, state: 'maybe' },
  ])
  await expect(till.queue.reprint('nothing', { mayNameCustomer: true })).rejects.toMatchObject({
    code: 'PRINT_JOB_UNKNOWN',
  })
})

test('a kill in the middle of printing makes it maybe; what waited is printed by the next run', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const first = openQueue(folder.path, world)
  await first.say(connected)
  await first.queue.print(slip('one'))
  await first.queue.print(slip('two'))
  await turns()
  expect(first.printed()).toEqual(['one'])
  first.kill()

  using next = openQueue(folder.path, world)
  await next.say(connected)
  expect(next.printed()).toEqual(['two'])
  expect(next.states()).toEqual(['maybe', 'sending'])
  await next.end('printed')
  await next.say(connected)
  expect(next.printed()).toEqual(['two'])
})

test('nothing is sent that is not on disk first, and an end that can not be written holds the next one back', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.queue.print(slip('one'))
  await till.queue.print(slip('two'))
  till.fullDisk(true)
  await till.say(connected)
  expect(till.printed()).toEqual([])
  till.fullDisk(false)
  await world.advance(5_000)
  expect(till.printed()).toEqual(['one'])
  till.fullDisk(true)
  await till.end('printed')
  await world.advance(60_000)
  expect(till.printed()).toEqual(['one'])
  till.fullDisk(false)
  await world.advance(5_000)
  expect(till.states()).toEqual(['printed', 'sending'])
})

test('a printer that is lost without a word leaves maybe, and the next one goes on once it is back', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.say(connected)
  await till.queue.print(slip('one'))
  await till.queue.print(slip('two'))
  await turns()
  await till.say({ is: 'gone', code: 'CHANNEL_LOST', sentence: 'lost' })
  await world.advance(15_000)
  expect(till.states()).toEqual(['maybe', 'queued'])
  await till.say(connected)
  expect(till.printed()).toEqual(['one', 'two'])
})

test('a printer that ran out of paper, was lost and comes back with paper prints what waited', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  await till.say(connected)
  await till.say(conditions('paper-out'))
  await till.queue.print(slip('one'))
  await till.say({ is: 'gone', code: 'CHANNEL_LOST', sentence: 'lost' })
  await till.say(connected)
  expect(till.printed()).toEqual(['one'])
})

test('after a day in the queue it is given up with a sentence; after a week its bytes are gone', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  const job = await till.queue.print(slip('one'))
  await world.advance(24 * 3_600_000 + 600_000)
  expect(till.queue.newest(1)[0]).toMatchObject({
    state: 'failed',
    sentence: expect.stringContaining('a day'),
  })
  await till.say(connected)
  expect(till.printed()).toEqual([])
  await world.advance(8 * 24 * 3_600_000)
  await expect(till.queue.reprint(job, { mayNameCustomer: true })).rejects.toMatchObject({
    code: 'PRINT_JOB_TOO_OLD',
  })
})

test('a queue that is not printed is bounded', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  using till = openQueue(folder.path, world)
  for (let count = 0; count < 200; count += 1) await till.queue.print(slip(String(count)))
  await expect(till.queue.print(slip('one more'))).rejects.toMatchObject({ code: 'PRINT_QUEUE_FULL' })
})
