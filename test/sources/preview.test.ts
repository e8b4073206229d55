import { expect, test } from 'vitest'
import { databaseKinds } from '../../agent/sources/kinds.ts'
import { previewSource } from '../../agent/sources/preview.ts'
import type { Files } from '../../shared/world.ts'
import { TestMemory } from './memory.ts'
import { listeningLog, partsFor, settingsFor, source, Till } from './till.ts'

function worldOf(till: Till) {
  const { identity, openReadOnly } = partsFor(new TestMemory(), till.clock)
  const files = { identity, database: openReadOnly } as Partial<Files> as Files
  return { clock: till.clock, files, log: listeningLog() }
}

test('a dry run shows each row with what would come of it, and keeps nothing', async () => {
  using till = new Till()
  const at = (minute: number) => `2026-11-25 09:${minute}:00`
  const good = till.pos.sell({ at: at(10), lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const bad = till.pos.sell({ at: at(11), lines: [{ sku: 'MUG-BLU', units: 1 }] })
  till.sql(`UPDATE ticketlines SET units = 'two' WHERE ticket = ?`, bad.id)
  const open = till.pos.sell({
    at: at(12),
    lines: [{ sku: 'MUG-BLU', units: 1 }],
    tenders: [{ kind: 'cash', minor: 1 }],
  })
  const rows = []
  const config = { source, kind: 'unicenta', settings: settingsFor(till.file) }
  for await (const row of previewSource(config, worldOf(till), databaseKinds)) rows.push(row)
  expect(rows).toMatchObject([
    { row: `receipts/${good.id}`, soldAt: '2026-11-25T09:10:00', state: 'sold', problem: null },
    { row: `receipts/${bad.id}`, state: 'refused', problem: { code: 'QUANTITY_UNREADABLE' } },
    { row: `receipts/${open.id}`, state: 'waiting', event: null },
  ])
  expect(rows[0]?.event).toMatchObject({ kind: 'sale.completed', receipt: good.id })
  expect(till.memory.events).toEqual([])
})

test('a dry run of a source that cannot be read says why', async () => {
  using till = new Till()
  const config = { source, kind: 'unicenta', settings: settingsFor(`${till.file}.not`) }
  await expect(previewSource(config, worldOf(till), databaseKinds).next()).rejects.toMatchObject({
    code: 'POS_FILE_MISSING',
  })
})

test('a dry run over a locked database says so instead of showing half of it', async () => {
  using till = new Till()
  till.pos.sell({ lines: [{ sku: 'MUG-BLU', units: 1 }] })
  const config = { source, kind: 'unicenta', settings: settingsFor(till.file) }
  const rows = previewSource(config, worldOf(till), databaseKinds)
  till.pos.db.exec('BEGIN EXCLUSIVE')
  await expect(rows.next()).rejects.toMatchObject({ code: 'POS_DATABASE_LOCKED' })
  till.pos.db.exec('ROLLBACK')
})
