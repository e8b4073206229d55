import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hidesCustomers } from '../../agent/pickups/last-contact.ts'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { EpochMs, PeripheralName, PickupId } from '../../shared/ids.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, PICKUP, put, receiveCommands } from './test-journal.ts'

const DAY = 24 * 3_600_000
const NAME = 'Wilhelmina Featherstonehaugh'
const customer = { name: NAME, phoneEnd: '42' }

test('a wiped journal holds nothing of customers, in no page and no log of it; unsent sales stay', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  using opened = openTestJournal(lightWorld(), path)
  const { journal } = opened
  const many = Array.from({ length: 50 }, (_, n) =>
    put({ pickup: PickupId.parse(`gid://shopify/FulfillmentOrder/${n + 1}`), customer, note: `For ${NAME}` }),
  )
  await receiveCommands(journal, many)
  await receiveCommands(journal, [{ ...put({ pickup: PICKUP, customer }), lines: 'of a newer version' }])
  const { printing } = journal.parts
  const job = { job: 'job-1', kind: 'pick-slip', subject: PICKUP, orderName: '#1', copyOf: null } as const
  const device = PeripheralName.parse('printer')
  const bytes = new TextEncoder().encode(NAME)
  await printing.write(() => printing.jobs.add({ ...job, device, madeAt: EpochMs.parse(1), bytes }))
  await journal.record([sale(1)])
  expect(holdsName(path)).toBe(true)
  expect(journal.unreadCommands()).toBe(1)
  const held = await journal.commands.held()
  const changed: string[] = []
  journal.onChange(what => void changed.push(...what))
  journal.wipe()
  expect(holdsName(path)).toBe(false)
  expect(journal.parts.pickups.list(0)).toEqual([])
  expect(printing.jobs.newest(10)).toEqual([])
  expect(journal.unsent().sales).toBe(1)
  expect(await journal.commands.held()).toEqual(held)
  expect(changed).toEqual(expect.arrayContaining(['pickups', 'print-jobs']))
})

test('a redacted pickup takes its slips along: none of them is printed or copied any more', async () => {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  const { journal } = opened
  const { jobs, write } = journal.parts.printing
  const other = PickupId.parse('gid://shopify/FulfillmentOrder/77')
  const device = PeripheralName.parse('printer')
  const slip = (job: string, pickup: PickupId, namesCustomer = true) =>
    jobs.add({
      job,
      kind: 'pick-slip',
      subject: pickup,
      orderName: '#1',
      copyOf: null,
      device,
      madeAt: EpochMs.parse(1),
      bytes: new TextEncoder().encode(NAME),
      namesCustomer,
    })
  await receiveCommands(journal, [put({ pickup: PICKUP, customer }), put({ pickup: other, customer })])
  await write(() => {
    for (const job of ['printed', 'sent', 'waits']) slip(job, PICKUP)
    slip('of another', other)
    slip('without a name', PICKUP, false)
    jobs.begin('printed')
    jobs.end('printed', 'printed', 'Printed.', 2)
    jobs.begin('sent')
  })
  await receiveCommands(journal, [
    put({ pickup: PICKUP, version: 2, customer: { name: '', phoneEnd: null }, note: null }),
  ])
  for (const job of ['printed', 'sent', 'waits']) expect(jobs.bytes(job), job).toBeNull()
  expect(jobs.get('waits')).toMatchObject({ state: 'failed', sentence: expect.stringContaining('removed') })
  expect(jobs.next('printer')?.job).toBe('of another')
  expect(() => jobs.copy('printed', 'copy', EpochMs.parse(3))).toThrow('Print it from the order again')
  await write(() => jobs.putBack('sent', 'No paper.'))
  expect(jobs.get('sent')).toMatchObject({ state: 'failed', sentence: expect.stringContaining('removed') })
  expect(jobs.bytes('without a name')).not.toBeNull()
})

function holdsName(path: string): boolean {
  return [path, `${path}-wal`].some(file => readFileSync(file).includes(NAME))
}

test('without contact for longer than the policy says nothing of customers is shown; orders and steps are', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  using opened = openTestJournal(world, join(folder.path, 'journal.db'))
  await receiveCommands(opened.journal, [put({ customer, note: 'Call first' })])
  let isHidden = true
  const { journal } = opened
  const pickups = openPickups(journal.parts.pickups, world.clock, {
    till: () => '1',
    unread: journal.unreadPickups,
    reminders: journal.parts.reminders,
    isHidden: () => isHidden,
  })
  const hidden = { order: { name: '#1001' }, customer: { name: '•••', phoneEnd: null }, note: null }
  expect(pickups.list()).toMatchObject([hidden])
  expect(pickups.get(PICKUP)).toMatchObject(hidden)
  expect(await pickups.move(PICKUP, { move: 'accept', staff: 'Maya', reason: null })).toMatchObject(hidden)
  isHidden = false
  expect(pickups.get(PICKUP)).toMatchObject({ customer, note: 'Call first', state: 'accepted' })
})

test('the last contact outlives a restart', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  {
    using first = openTestJournal(world, path)
    expect(first.journal.parts.contact.at()).toBeNull()
    first.journal.parts.contact.note(1_000_000)
    await world.advance(1_000)
  }
  using again = openTestJournal(world, path)
  expect(again.journal.parts.contact.at()).toBe(1_000_000)
})

test.each([
  ['just met', 0, false],
  ['three days', 3 * DAY, false],
  ['longer', 3 * DAY + 1, true],
  ['a clock set right by some minutes', -50 * 60_000, false],
  ['a clock set back by days', -2 * DAY, true],
])('customers are hidden by the time since the last contact: %s', (_what, passed, hidden) => {
  const contact = 1_800_000_000_000
  expect(hidesCustomers(contact, contact + passed, 3 * DAY)).toBe(hidden)
})

test('a till that does not know when it last had contact shows nothing of customers', () => {
  expect(hidesCustomers(null, 1_800_000_000_000, 3 * DAY)).toBe(true)
})

test('a kept slip that names a customer is not copied while the till hides its customers', async () => {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  const { jobs, write } = opened.journal.parts.printing
  const device = PeripheralName.parse('printer')
  await write(() => {
    for (const [job, namesCustomer] of [
      ['named', true],
      ['plain', false],
    ] as const) {
      const bytes = new TextEncoder().encode(NAME)
      const about = { kind: 'pick-slip', subject: PICKUP, orderName: '#1', copyOf: null } as const
      jobs.add({ ...about, job, device, madeAt: EpochMs.parse(1), bytes, namesCustomer })
      jobs.begin(job)
      jobs.end(job, 'printed', 'Printed.', 2)
    }
  })
  const hidden = { mayNameCustomer: false }
  expect(() => jobs.copy('named', 'copy-1', EpochMs.parse(3), hidden)).toThrow('Connect the till')
  expect(jobs.copy('plain', 'copy-2', EpochMs.parse(3), hidden)).toMatchObject({ job: 'plain' })
})

test('an ended pickup whose step here the hub never confirmed is removed after 90 days', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  const path = join(folder.path, 'journal.db')
  using opened = openTestJournal(world, path)
  const { journal } = opened
  const { pickups } = journal.parts
  const movedAt = EpochMs.parse(world.clock.now())
  await receiveCommands(journal, [put()])
  const move = {
    kind: 'pickup.moved',
    at: movedAt,
    pickup: PICKUP,
    move: 'pick',
    staff: 'Ada',
    till: '1',
    reason: null,
  } as const
  await pickups.move(() => move)
  await receiveCommands(journal, [put({ version: 2, state: 'cancelled', movedAt })])
  const endedAgo = (days: number) => {
    const db = world.files.database(path, { readOnly: false })
    db.prepare('UPDATE pickup SET ended_at = ?').run(world.clock.now() - days * DAY)
    db.close()
    return world.advance(3_600_000)
  }
  await endedAgo(89)
  expect(pickups.list(0)).toHaveLength(1)
  await endedAgo(91)
  expect(pickups.list(0)).toEqual([])
})
