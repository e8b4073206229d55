import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDurable } from '../../shared/durable-sqlite.ts'
import { SaleCompleted } from '../../shared/events.ts'
import { limits } from '../../shared/protocol.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { temporaryFolder } from '../manual-world.ts'
import { DEVICE, lightWorld, openTestJournal, readChain, receiveCommands } from './test-journal.ts'

function setUp() {
  const folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  const opened = openTestJournal(world, path)
  return {
    world,
    path,
    ...opened,
    [Symbol.dispose]() {
      opened[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}
const receipts = (bodies: readonly string[]) =>
  bodies.map(body => JSON.parse(body).receipt ?? JSON.parse(body).kind)
const HOUR = 3_600_000

describe('a receipt too large to send', () => {
  const line = {
    line: 0,
    sku: null,
    barcode: null,
    title: 'x'.repeat(500),
    quantity: 1000,
    net: 0,
    warehouse: '0',
  }
  const huge = SaleCompleted.parse({
    ...sale(2),
    lines: Array.from({ length: 1_000 }, (_, n) => ({ ...line, line: n })),
  })

  test('becomes a refused row that names it; those around it go on', async () => {
    using set = setUp()
    expect(JSON.stringify(huge).length).toBeGreaterThan(limits.bodyCharacters)
    await set.journal.record([sale(1), huge, sale(3)])
    const events = (await readChain(set.journal)).map(body => JSON.parse(body))
    expect(events.map(({ kind }) => kind)).toEqual(['sale.completed', 'source.row-refused', 'sale.completed'])
    expect(events[1]).toMatchObject({ source: 'pos', row: 'r-2', code: 'EVENT_TOO_LARGE' })
    expect(JSON.parse(events[1].payload)).toEqual({ receiptNumber: '2', lines: 1_000 })
    expect(set.journal.unsent()).toMatchObject({ events: 3, sales: 2 })
  })
})

describe('what is acked', () => {
  test('is kept for a month and never wholly forgotten', async () => {
    using set = setUp()
    await set.journal.record([1, 2, 3, 4, 5].map(n => sale(n, 1, { at: set.world.clock.now() })))
    const held = { epoch: 1, seq: 3, hash: (await set.journal.events.hashAt({ epoch: 1, seq: 3 })) ?? '' }
    await set.journal.events.acknowledge(held)
    await set.world.advance(HOUR)
    expect(receipts(await readChain(set.journal))).toHaveLength(5)
    set.world.setWallClock(set.world.clock.now() + 31 * 24 * HOUR)
    await set.world.advance(HOUR)
    expect(await set.journal.events.oldest()).toEqual({ epoch: 1, seq: 3 })
    expect(await set.journal.events.hashAt(held)).toBe(held.hash)
    expect(await set.journal.events.hashAt({ epoch: 1, seq: 2 })).toBeNull()
    expect(receipts(await readChain(set.journal, DEVICE, held))).toEqual(['r-4', 'r-5'])
    expect(set.journal.unsent()).toMatchObject({ events: 2, sales: 2 })
  })

  test('never goes back, and a position without a record is not an ack', async () => {
    using set = setUp()
    await set.journal.record([sale(1), sale(2), sale(3)])
    await set.journal.events.acknowledge({ epoch: 1, seq: 2 })
    await set.journal.events.acknowledge({ epoch: 1, seq: 1 })
    await set.journal.events.acknowledge({ epoch: 1, seq: 99 })
    expect(await set.journal.events.acked()).toMatchObject({ epoch: 1, seq: 2 })
    expect(set.journal.unsent()).toMatchObject({ events: 1, sales: 1 })
  })
})

describe('a new epoch', () => {
  test('begins with its reason and carries on what is not acked', async () => {
    using set = setUp()
    await set.journal.record([sale(1), sale(2), sale(3)])
    await set.journal.events.acknowledge({ epoch: 1, seq: 1 })
    const before = await set.journal.events.last()
    await set.journal.events.renew('receiver-ahead')
    const bodies = await readChain(set.journal, DEVICE, { epoch: 2, seq: 0 })
    expect(receipts(bodies)).toEqual(['epoch.opened', 'r-2', 'r-3'])
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      reason: 'receiver-ahead',
      previous: { epoch: 1, seq: 3, head: before.hash },
      carried: { records: 2, runs: [{ epoch: 1, first: 2, last: 3 }] },
    })
    expect(await set.journal.events.endOf(1)).toBe(1)
    expect(set.journal.unsent()).toMatchObject({ events: 3, sales: 2 })
  })

  test('for what a receiver lost carries on all that is held', async () => {
    using set = setUp()
    await set.journal.record([sale(1), sale(2)])
    await set.journal.events.acknowledge({ epoch: 1, seq: 2 })
    await set.journal.events.renew('records-gone', 7)
    expect(await set.journal.events.last()).toMatchObject({ epoch: 8, seq: 3 })
    expect(receipts(await readChain(set.journal, DEVICE, { epoch: 8, seq: 0 }))).toEqual([
      'epoch.opened',
      'r-1',
      'r-2',
    ])
  })

  test('says which records it carries on: not those that are pruned, a gap between them included', async () => {
    using set = setUp()
    await set.journal.record([sale(1), sale(2), sale(3), sale(4), sale(5)])
    await set.journal.events.acknowledge({ epoch: 1, seq: 5 })
    const file = openDurable(set.world.files, set.path)
    file.exec('DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT 1)')
    file.exec(
      'DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT 1 OFFSET 1)',
    )
    file.close()
    await set.journal.events.renew('records-gone')
    const [opened = ''] = await readChain(set.journal, DEVICE, { epoch: 2, seq: 0 })
    expect(JSON.parse(opened)).toMatchObject({
      carried: {
        records: 3,
        runs: [
          { epoch: 1, first: 2, last: 2 },
          { epoch: 1, first: 4, last: 5 },
        ],
      },
    })
  })

  test('twice carries no opening on, and lasts over a restart', async () => {
    using set = setUp()
    await set.journal.record([sale(1)])
    await set.journal.events.renew('receiver-ahead')
    await set.journal.events.renew('receiver-ahead')
    await set.journal.record([sale(2)])
    set.journal[Symbol.dispose]()
    using again = openTestJournal(set.world, set.path)
    expect(receipts(await readChain(again.journal, DEVICE, { epoch: 3, seq: 0 }))).toEqual([
      'epoch.opened',
      'r-1',
      'r-2',
    ])
    expect(await again.journal.events.last()).toMatchObject({ epoch: 3, seq: 3 })
  })
})

describe('commands', () => {
  const described = {
    kind: 'store.described',
    at: 1,
    store: 'HAR',
    name: 'Harbour',
    till: 'Till 9',
    zone: 'Europe/Berlin',
  }

  test('take effect with their record; what this version can’t read waits or is set aside, never in the way', async () => {
    using set = setUp()
    await receiveCommands(set.journal, [
      described,
      { kind: 'weather.changed', at: 1 },
      { kind: 'pickup.put', version: 'new' },
      { ...described, name: 'Harbour Street' },
    ])
    expect(set.journal.parts.store()).toMatchObject({ name: 'Harbour Street', till: 'Till 9' })
    expect(set.journal.unreadCommands()).toBe(2)
    expect(await set.journal.commands.held()).toMatchObject({ epoch: 1, seq: 4 })
    using again = openTestJournal(set.world, set.path)
    expect(again.journal.parts.store()).toMatchObject({ name: 'Harbour Street' })
    expect(again.journal.unreadCommands()).toBe(2)
    expect(await again.journal.commands.held()).toMatchObject({ epoch: 1, seq: 4 })
  })

  test('of a kind unknown until an upgrade take effect at the start after it', async () => {
    using set = setUp()
    await receiveCommands(set.journal, [{ kind: 'weather.changed', at: 1 }, described])
    const db = set.world.files.database(set.path, { readOnly: false })
    // an older version would have stored a kind that it did not know like this
    db.prepare("UPDATE inbox SET state = 'deferred', body = ? WHERE position % 2 = 1").run(
      JSON.stringify({ ...described, name: 'After the upgrade' }),
    )
    db.close()
    using again = openTestJournal(set.world, set.path)
    expect(again.journal.parts.store()).toMatchObject({ name: 'After the upgrade' })
    expect(again.journal.unreadCommands()).toBe(0)
  })

  test('of a known kind in a new shape wait as well, also when an older version set them apart', async () => {
    using set = setUp()
    const wide = { ...described, name: { long: 'Harbour Street' } }
    await receiveCommands(set.journal, [described, wide, wide])
    const db = set.world.files.database(set.path, { readOnly: false })
    const states = () => db.prepare('SELECT state FROM inbox ORDER BY position').pluck().all()
    expect(states()).toEqual(['applied', 'deferred', 'deferred'])
    const upgraded = JSON.stringify({ ...described, name: 'After the upgrade' })
    db.prepare("UPDATE inbox SET state = 'quarantined', body = ? WHERE state = 'deferred'").run(upgraded)
    using again = openTestJournal(set.world, set.path)
    expect(again.journal.parts.store()).toMatchObject({ name: 'After the upgrade' })
    expect(again.journal.unreadCommands()).toBe(0)
    expect(states()).toEqual(['applied', 'applied', 'applied'])
    db.close()
  })

  test('of which one can’t be stored are not stored at all', async () => {
    using set = setUp()
    await receiveCommands(set.journal, [described])
    const { hash } = await set.journal.commands.held()
    const twice = { epoch: 1, seq: 1, hash, body: '{}' }
    const fresh = { epoch: 1, seq: 2, hash: 'h', body: JSON.stringify({ ...described, name: 'Half' }) }
    expect(() => set.journal.commands.commit([fresh, twice])).toThrow(/UNIQUE|PRIMARY/)
    expect(await set.journal.commands.held()).toMatchObject({ seq: 1 })
    expect(set.journal.parts.store()).toMatchObject({ name: 'Harbour' })
  })
})
