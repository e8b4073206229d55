import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AgentConfig } from '../../agent/config.ts'
import { followPosTables } from '../../agent/pos-tables.ts'
import { transaction } from '../../hub/db/db.ts'
import { tillDrifts } from '../../hub/drift/till-drift.ts'
import { noteConnected } from '../../hub/fleet/devices.ts'
import { noteMachine } from '../../hub/fleet/till-machine.ts'
import { enrolTestTill, startTestHub } from '../gateway/till-and-hub.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { hubAndTill } from './till-with-settings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A till's folder with a POS's database, an export and a POS that is called. */
function till() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const at = (name: string) => join(folder.path, name)
  const sql = (text: string, name = 'pos.db') => {
    const db = world.files.database(at(name), { readOnly: false })
    db.exec(text)
    db.close()
  }
  sql('CREATE TABLE tickets (id integer, total integer)')
  sql('CREATE TABLE receipts (id integer)', 'office.db')
  writeFileSync(at('day.csv'), 'id,total\n')
  const sources = [
    { source: 'pos', kind: 'sqlite', settings: { file: at('pos.db') } },
    { source: 'export', kind: 'csv', settings: { file: at('day.csv') } },
    {
      source: 'office',
      kind: 'unicenta',
      settings: { database: { product: 'sqlite', file: at('office.db') } },
    },
    { source: 'gone', kind: 'sqlite', settings: { file: at('none.db') } },
    { source: 'calls', kind: 'http', settings: {} },
  ]
  const config = AgentConfig.parse({ sources })
  const told = { times: 0 }
  function changed(): void {
    told.times += 1
  }
  const follow = () => followPosTables({ world, folder: folder.path, config, changed })
  return { world, at, sql, follow, told, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('tables that become others are noticed within an hour, and rows are not', async () => {
  using pos = till()
  using tables = pos.follow()
  await pos.world.advance(0)
  pos.sql('INSERT INTO tickets VALUES (1, 500); CREATE INDEX by_total ON tickets (total)')
  await pos.world.advance(HOUR_MS)
  expect(tables.changes()).toEqual([])
  const { times } = pos.told
  pos.sql('ALTER TABLE tickets ADD COLUMN tip integer')
  await pos.world.advance(HOUR_MS)
  expect(tables.changes()).toEqual([{ source: 'pos', changedAt: pos.world.clock.now() }])
  expect(pos.told.times).toBe(times + 1)
  await pos.world.advance(5 * HOUR_MS)
  expect(pos.told.times).toBe(times + 1)
})

test('a POS that is updated while the agent is away is noticed at its next start, and kept over another one', async () => {
  using pos = till()
  {
    using _ = pos.follow()
    await pos.world.advance(0)
  }
  pos.sql('CREATE TABLE loyalty (id integer)')
  pos.sql('DROP TABLE receipts', 'office.db')
  let noticed = 0
  {
    using tables = pos.follow()
    await pos.world.advance(0)
    noticed = pos.world.clock.now()
    expect(tables.changes()).toEqual([
      { source: 'pos', changedAt: noticed },
      { source: 'office', changedAt: noticed },
    ])
  }
  await pos.world.advance(HOUR_MS)
  using tables = pos.follow()
  expect(tables.changes()).toContainEqual({ source: 'pos', changedAt: noticed })
})

test('a file of what was seen that is damaged begins again, and says nothing', async () => {
  using pos = till()
  writeFileSync(pos.at('pos-tables.json'), '{"pos": 3')
  using tables = pos.follow()
  await pos.world.advance(HOUR_MS)
  expect(tables.changes()).toEqual([])
  expect(pos.world.files.readText(pos.at('pos-tables.json'))).toContain('"changedAt":null')
})

test('the fleet notes it for two weeks, and counts it as nothing wrong', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  await using hub = await startTestHub(world, folder.path)
  const { device } = await enrolTestTill(world, hub.db)
  const now = world.clock.now()
  await transaction(hub.db, tx => noteConnected(tx, device, { at: now, version: '0.1.0', offsetMs: 0 }))
  const says = (posTables: object) =>
    transaction(hub.db, tx => noteMachine(tx, device, { disk: null, certificate: null, ...posTables }, now))
  const found = async (at: number) =>
    (await tillDrifts(hub.db, at))[0]?.findings.filter(({ kind }) => kind === 'pos-changed')
  await says({}) // an older agent
  expect(await found(now)).toEqual([])
  await says({ posTables: [{ source: 'pos', changedAt: now }] })
  expect(await found(now)).toEqual([
    {
      kind: 'pos-changed',
      sentence: expect.stringContaining('source “pos” reads have changed'),
      since: now,
      isNotice: true,
    },
  ])
  expect(await found(now + 14 * DAY_MS)).toEqual([])
})

test('a real till tells its hub of a POS that was updated while it was off', async () => {
  await using set = await hubAndTill()
  const exec = (text: string) => {
    const db = manualWorld().files.database(set.at('pos.db'), { readOnly: false })
    db.exec(text)
    db.close()
  }
  exec('CREATE TABLE tickets (id integer)')
  set.configure({ sources: [{ source: 'pos', kind: 'unicenta', settings: { file: set.at('pos.db') } }] })
  const kept = () => existsSync(set.at('till', 'pos-tables.json'))
  {
    await using _ = set.agent()
    await expect.poll(kept, { interval: 300 }).toBe(true)
  }
  exec('ALTER TABLE tickets ADD COLUMN tip integer')
  await using _ = set.agent()
  await expect
    .poll(() => set.hub('fleet'), { interval: 300 })
    .toMatchObject({
      tills: [{ findings: expect.arrayContaining([expect.objectContaining({ kind: 'pos-changed' })]) }],
    })
})
