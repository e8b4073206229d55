import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf, openAgentJournal } from '../../agent/agent-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { frozenRules, slip } from './frozen/content.ts'
import { DEVICE, lightWorld, readChain } from './test-journal.ts'

const folder = new URL('frozen/', import.meta.url)
const frozen = readdirSync(folder).filter(name => name.endsWith('.db'))

test('there is a frozen journal to open', () => expect(frozen).toContain('journal-0.1.0.db'))

test.each(frozen)('%s, as its version left it, opens here with all that it held', async name => {
  using own = temporaryFolder()
  const path = join(own.path, 'journal.db')
  copyFileSync(new URL(name, folder), path)
  const world = lightWorld()
  const failed = (error: unknown) => expect.unreachable(String(error))
  using journal = openAgentJournal({ path, device: DEVICE, world, failed, ...frozenRules })
  const { parts } = journal
  const kinds = (await readChain(journal)).map(body => JSON.parse(body).kind)
  expect(kinds).toEqual(['sale.completed', 'sale.completed', 'pickup.moved'])
  expect(journal.unsent()).toMatchObject({ events: 2, sales: 1 })
  expect(journal.commands.held()).toMatchObject({ epoch: 1, seq: 4 })
  expect(journal.unreadCommands()).toBe(1)
  expect(parts.store()).toMatchObject({ name: 'Harbour', till: 'Till 9' })
  const pickups = parts.pickups.list(0)
  expect(pickups.map(({ put, moves }) => [put.state, moves.length])).toEqual([
    ['received', 1],
    ['cancelled', 0],
  ])
  expect(memoryOf(journal)('pos').mark()).toEqual({ row: 7 })
  expect(memoryOf(journal)('pos').known(['k-1']).get('k-1')).toMatchObject({
    fingerprint: 'f-1',
    told: 'sale',
  })
  expect(parts.captured.of('receipts').unread('any', 9)).toMatchObject([{ body: { lines: ['TOTAL 19,90'] } }])
  expect(parts.printing.jobs.get(slip.job)).toMatchObject({ orderName: '#1001', state: 'queued' })
  expect(parts.writeBacks.waiting()).toMatchObject([{ target: 'pos', planned: 1 }])
  expect(await journal.record([])).toBeNull()
})
