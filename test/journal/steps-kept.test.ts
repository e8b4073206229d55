import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { EpochMs } from '../../shared/ids.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, PICKUP, put, receiveCommands } from './test-journal.ts'

const DAY = 24 * 3_600_000

test('a step that the hub never confirmed leaves the till with its pickup, after 90 days', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  using opened = openTestJournal(world, path)
  const { pickups } = opened.journal.parts
  const movedAt = EpochMs.parse(world.clock.now())
  await receiveCommands(opened.journal, [put({ version: 1 })])
  await pickups.move(() => ({
    kind: 'pickup.moved',
    at: movedAt,
    pickup: PICKUP,
    move: 'pick',
    staff: 'Ada',
    till: '1',
    reason: 'for Mrs Byron',
  }))
  await receiveCommands(opened.journal, [put({ version: 2, state: 'cancelled', movedAt })])
  await world.advance(95 * DAY)
  const db = world.files.database(path, { readOnly: true })
  const rows = (table: string) => db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  expect([rows('pickup'), rows('pickup_move')]).toEqual([0, 0])
  db.close()
})

test('a till without contact shows no customer, also not in the place that staff typed', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  using opened = openTestJournal(world, join(folder.path, 'journal.db'))
  const keptAt = 'Shelf B3, bag of A. Customer'
  await receiveCommands(opened.journal, [put({ state: 'ready', keptAt })])
  const of = {
    till: () => 'Till 1',
    unread: opened.journal.unreadPickups,
    isHidden: () => true,
    reminders: opened.journal.parts.reminders,
  }
  const view = openPickups(opened.journal.parts.pickups, world.clock, of).get(PICKUP)
  expect(JSON.stringify(view)).not.toContain('A. Customer')
})
