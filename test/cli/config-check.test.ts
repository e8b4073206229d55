import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assumptionsOf } from '../../agent/commands/config-assumptions.ts'
import { sourceTable } from '../../agent/commands/source-table.ts'
import { AgentConfig } from '../../agent/config.ts'
import { lookAtOwnSettings } from '../../agent/own-settings.ts'
import type { PreviewRow } from '../../agent/sources/preview.ts'
import { SaleCompleted } from '../../shared/events.ts'
import { SourceId } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog, temporaryFolder } from '../manual-world.ts'
import { runHere } from './command.ts'

const there = new Set(['/pos/there.db'])
const files = { identity: (path: string) => (there.has(path) ? '1' : null) }
const checked = (json: unknown) =>
  assumptionsOf(AgentConfig.parse(json ?? {}), json === null ? null : JSON.stringify(json), files)

test('config check names defaults, and warns that nothing is read without a source', () => {
  const { assumes, warnings } = checked(null)
  expect(warnings).toEqual(['No source is configured: this agent reads no sales.'])
  expect(assumes.slice(0, 2)).toEqual([
    'There is no agent.json: every setting has its default.',
    'The till page’s port is 7420, the default.',
  ])
})

test('config check names files that are not there yet, wherever settings name them', () => {
  const { assumes, warnings } = checked({
    till: { port: 7000 },
    sources: [
      { source: 'a', kind: 'unicenta', settings: { file: '/pos/there.db' } },
      { source: 'b', kind: 'unicenta', settings: { database: { file: '/pos/late.db' } } },
      { source: 'c', kind: 'csv', settings: { folder: '/exports' }, witnessOf: 'b' },
    ],
  })
  expect(assumes.filter(each => each.includes('/'))).toEqual([
    'b, "file": /pos/late.db is not there yet.',
    'c, "folder": /exports is not there yet.',
  ])
  expect(assumes.join()).not.toContain('The till page')
  expect(warnings).toEqual([])
})

test('sources check prints a table that a person can read', () => {
  const event = SaleCompleted.parse({
    kind: 'sale.completed',
    at: 0,
    source: 'pos',
    receipt: '1',
    receiptNumber: '1001',
    till: 'T1',
    staff: null,
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T09:30:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [
      { line: 0, sku: 'MUG', barcode: null, title: 'Mug', quantity: 1_000, net: 1_250, warehouse: 'shop' },
    ],
    taxes: [],
    tenders: [{ kind: 'cash', name: 'Cash', amount: 1_250 }],
    rounding: 0,
    unexplained: 0,
    fingerprint: '0'.repeat(43),
  })
  const soldAt = '2026-11-25T09:30:00'
  const problem = { code: 'TIME_UNREADABLE', sentence: 'Correct the time.' }
  const rows: PreviewRow[] = [
    { row: 'receipts/1', soldAt, state: 'sold', event, problem: null },
    { row: 'receipts/10022', soldAt: null, state: 'refused', event: null, problem },
    { row: 'receipts/3', soldAt, state: 'waiting', event: null, problem: null },
  ]
  const config = { source: SourceId.parse('pos'), kind: 'unicenta', settings: {} }
  expect(sourceTable(config, rows).split('\n')).toEqual([
    'pos (unicenta): 3 rows, 1 refused',
    '  row             sold at              becomes',
    '  receipts/1      2026-11-25T09:30:00  sale 1001, 12.50 EUR, 1 line',
    '  receipts/10022                       refused: Correct the time. [TIME_UNREADABLE]',
    '  receipts/3      2026-11-25T09:30:00  nothing yet: it is not complete',
  ])
  expect(sourceTable(config, [])).toBe('pos (unicenta): 0 rows')
  expect(sourceTable(config, rows.slice(0, 2), { hasMore: true }).split('\n')[0]).toBe(
    'pos (unicenta): first 2 rows shown, 1 refused; there are more, which were not checked',
  )
})

test('config check refuses a file that a till refuses, in the same words', async () => {
  using folder = temporaryFolder()
  const write = (name: string, json: object) => writeFileSync(join(folder.path, name), JSON.stringify(json))
  write('agent.last-good.json', { sources: [{ source: 'pos', kind: 'csv', settings: {} }] })
  write('agent.json', { till: { port: 7421 } })
  const parts = { world: nodeWorld({ log: quietLog }), folder: folder.path }
  const { code, err } = await runHere('agent', ['config', 'check', '--data', folder.path])
  expect(code).toBe(1)
  expect(err).toMatch(/no longer names pos, nor any other source/)
  expect(lookAtOwnSettings(parts).problem).toContain(err.slice(0, err.indexOf(' [CONFIG_FORGETS]')))
})
