import { expect, test } from 'vitest'
import { salesFileKinds } from '../../agent/sources/kinds.ts'
import { previewSource } from '../../agent/sources/preview.ts'
import type { Files } from '../../shared/world.ts'
import { poslog, simple } from './poslog-text.ts'
import { SalesFolder, source } from './sales-folder.ts'

test('a dry run shows each receipt with what would come of it, and keeps nothing', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(simple(1), simple(2).replace('<Amount>5.00', '<Amount>1.00'), simple(3)))
  folder.pass(3_600_000)
  const settings = { folder: '/journals', currency: 'EUR', zone: 'Europe/Berlin', watch: 'poll' }
  const config = { source, kind: 'poslog', settings }
  const world = { clock: folder.clock, log: folder.parts.log, files: {} as Partial<Files> as Files }
  const rows = []
  for await (const row of previewSource(config, world, salesFileKinds(folder))) rows.push(row)
  expect(rows.slice(0, 3)).toMatchObject([
    {
      row: 'receipts/HAR/2/2026-11-25/1',
      soldAt: '2026-11-25T14:03:00',
      state: 'sold',
      event: { receiptNumber: '1' },
    },
    { row: 'receipts/HAR/2/2026-11-25/2', state: 'refused', problem: { code: 'SALE_DOES_NOT_ADD_UP' } },
    { row: 'receipts/HAR/2/2026-11-25/3', state: 'sold', event: { receiptNumber: '3' } },
  ])
  expect(rows).toHaveLength(3) // the file itself is bookkeeping
  expect(folder.memory.events).toEqual([])
})
