import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf, openAgentJournal } from '../../agent/agent-journal.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, readChain } from './test-journal.ts'

// The journal of a till of the busy hub in test/hub-db/frozen, killed in the same moment.
const busy = new URL('frozen/busy/journal-023.db', import.meta.url)
const DEVICE = 'dev_dhh9e6saipz5ql9rjj94'

test('the journal of a busy till, killed long ago, opens with its chain whole, its pickups and what it knows of the POS', async () => {
  using own = temporaryFolder()
  const path = join(own.path, 'journal.db')
  copyFileSync(busy, path)
  const failed = (error: unknown) => expect.unreachable(String(error))
  using journal = openAgentJournal({ path, device: DEVICE, world: lightWorld(), failed })
  const kinds = (await readChain(journal, DEVICE)).map(body => JSON.parse(body).kind)
  expect(
    Object.fromEntries([...Map.groupBy(kinds, kind => kind)].map(([kind, all]) => [kind, all.length])),
  ).toEqual({
    'peripheral.changed': 1,
    'pickup.moved': 6,
    'sale.completed': 68,
    'sale.voided': 2,
    'scan.observed': 1,
  })
  expect(journal.unsent()).toMatchObject({ events: 0 })
  expect(journal.parts.pickups.list(0).map(({ put }) => `${put.order.name} ${put.state}`)).toEqual([
    '#1002 ready',
    '#1004 picking',
    '#1007 received',
    '#1008 received',
    '#1001 collected',
    '#1005 cancelled',
  ])
  expect(memoryOf(journal)('pos').mark()).toMatchObject({
    after: { stockdiary: 'd0a14cdf-2a49-4d99-bb8e-d170d00d55aa' },
  })
  expect(await journal.record([])).toBeNull()
})
