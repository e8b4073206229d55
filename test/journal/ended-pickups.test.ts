import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SHOWN } from '../../agent/pickups/pickup-store.ts'
import { openPickups } from '../../agent/pickups/pickups.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, put, receiveCommands } from './test-journal.ts'

const DAY = 24 * 3_600_000
const id = (n: number) => PickupId.parse(`gid://shopify/FulfillmentOrder/${n}`)

test('a list reads the open pickups and those that ended within a day, and no other row', async () => {
  using folder = temporaryFolder()
  const path = join(folder.path, 'journal.db')
  const world = lightWorld()
  using opened = openTestJournal(world, path)
  const now = world.clock.now()
  const ended = (n: number, ago: number) =>
    put({ pickup: id(n), state: 'collected', movedBy: 'Ada', movedAt: EpochMs.parse(now - ago) })
  await receiveCommands(opened.journal, [put({ pickup: id(1) }), ended(2, DAY / 2), ended(3, 2 * DAY)])
  const db = world.files.database(path, { readOnly: false })
  // reading an old row's body would fail: it can't be parsed
  db.exec("UPDATE pickup SET body = 'not to be read' WHERE pickup LIKE '%/3'")
  db.prepare(
    `WITH RECURSIVE copy(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM copy WHERE n < 20000)
     INSERT INTO pickup SELECT pickup || '-' || n, version, ended_at, body FROM copy, pickup WHERE pickup = ?`,
  ).run(id(3))
  const plan = db
    .prepare(`EXPLAIN QUERY PLAN ${SHOWN}`)
    .all(0)
    .map(row => (row as { detail: string }).detail)
  db.close()
  expect(
    openPickups(opened.journal.parts.pickups, world.clock, {
      till: () => '',
      unread: opened.journal.unreadPickups,
      reminders: opened.journal.parts.reminders,
    })
      .list()
      .map(view => view.pickup),
  ).toEqual([id(1), id(2)])
  expect(
    plan.filter(step => step.includes('pickup')).map(step => /USING INDEX (\w+)/.exec(step)?.[1]),
  ).toEqual(['pickup_open', 'pickup_ended'])
})

test('ended pickups are deleted a month later, open ones and those with moves of this till are not', async () => {
  using folder = temporaryFolder()
  const world = lightWorld()
  using opened = openTestJournal(world, join(folder.path, 'journal.db'))
  const { pickups } = opened.journal.parts
  const movedAt = EpochMs.parse(world.clock.now())
  await receiveCommands(opened.journal, [
    put({ pickup: id(1), version: 1 }),
    put({ pickup: id(2), state: 'cancelled', movedAt }),
    put({ pickup: id(3), version: 1 }),
  ])
  const at = EpochMs.parse(world.clock.now())
  const pick = {
    kind: 'pickup.moved',
    at,
    pickup: id(3),
    move: 'pick',
    staff: 'Ada',
    till: '1',
    reason: null,
  } as const
  await pickups.move(() => pick)
  await receiveCommands(opened.journal, [put({ pickup: id(3), version: 2, state: 'cancelled', movedAt })])
  const held = () => pickups.list(0).map(each => each.put.pickup)
  await world.advance(29 * DAY)
  expect(held()).toHaveLength(3)
  await world.advance(2 * DAY)
  expect(held()).toEqual([id(1), id(3)])
})
