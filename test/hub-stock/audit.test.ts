import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Tx, transaction } from '../../hub/db/db.ts'
import { addRemainders } from '../../hub/outbox/remainders.ts'
import { audit } from '../../hub/stock/audit.ts'
import { writeMovements } from '../../hub/stock/movements.ts'
import { enrolTestTill, network, sale, startTestHub, startTestTill } from '../gateway/till-and-hub.ts'
import { engine } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

/** A hub with five receipts that came the whole way from a till. */
async function hubWithSales() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  {
    using till = startTestTill(world, device, join(folder.path, 'journal.db'), network(hub.gateway))
    for (let n = 1; n <= 5; n += 1) await till.journal.record([sale(n)])
    await until('all acked', () => till.journal.unsent().events === 0)
  }
  return {
    db: hub.db,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

test('an honest ledger has nothing to say, and is counted', async () => {
  await using hub = await hubWithSales()
  const unchecked = engine === 'sqlite' ? null : expect.stringContaining('amcheck is not installed')
  expect(await audit(hub.db)).toEqual({
    events: 5,
    sales: 5,
    movements: 5,
    levels: 1,
    heldBack: 0,
    history: [],
    shopify: [],
    findings: [],
    unchecked,
  })
})

const corruptions: readonly [string, string, (tx: Tx) => Promise<unknown>][] = [
  [
    'a record’s body was changed',
    'chain',
    tx => tx.updateTable('event').set({ body: '{"kind":"sale.completed"}' }).where('seq', '=', 3).execute(),
  ],
  [
    'a record’s body and its own hash were changed',
    'chain',
    tx => tx.updateTable('event').set({ body: '{}', hash: 'x' }).where('seq', '=', 5).execute(),
  ],
  ['the last record is gone', 'chain', tx => tx.deleteFrom('event').where('seq', '=', 5).execute()],
  ['all records are gone', 'chain', tx => tx.deleteFrom('event').execute()],
  ['a stream’s position was put back', 'chain', tx => tx.updateTable('stream_in').set({ seq: 4 }).execute()],
  [
    'a movement and its level were changed together',
    'line-has-movement',
    async tx => {
      await tx.updateTable('movement').set({ quantity: -2000 }).where('cause', '=', 2).execute()
      await tx.updateTable('level').set({ quantity: -6000 }).execute()
    },
  ],
  [
    'a receipt was marked void without its reversal',
    'line-has-movement',
    tx => tx.updateTable('sale').set({ state: 'voided' }).where('receipt_number', '=', '2').execute(),
  ],
  ['what is due was changed', 'due-is-sum', tx => tx.updateTable('due').set({ quantity: -1 }).execute()],
  [
    'a waiting movement is gone',
    'due-is-sum',
    tx => tx.deleteFrom('due_movement').where('cause', '=', 3).execute(),
  ],
  [
    'a fraction is held back that nothing left over',
    'rest-is-held-back',
    tx => addRemainders(tx, [{ store: 'HAR', warehouse: '0', sku: 'SHIRT-M', quantity: -500 }]),
  ],
  [
    'a whole unit is held back',
    'rest-is-held-back',
    tx => addRemainders(tx, [{ store: 'HAR', warehouse: '0', sku: 'SHIRT-M', quantity: 2000 }]),
  ],
  ['a record is gone', 'chain', tx => tx.deleteFrom('event').where('seq', '=', 2).execute()],
  ['a level was changed', 'level-is-sum', tx => tx.updateTable('level').set({ quantity: -4000 }).execute()],
  ['a level is gone', 'level-is-sum', tx => tx.deleteFrom('level').execute()],
  [
    'a movement is gone',
    'line-has-movement',
    tx => tx.deleteFrom('movement').where('cause', '=', 4).execute(),
  ],
  [
    'more is promised than is held',
    'promise-within-stock',
    tx =>
      writeMovements(tx, [
        {
          store: 'HAR',
          warehouse: '0',
          sku: 'SHIRT-M',
          kind: 'allocation',
          cause: 1,
          line: 1,
          revision: 1,
          quantity: 1000,
          origin: null,
          at: 0,
          posts: false,
        },
      ]),
  ],
]

test.each(corruptions)('%s: found', async (_what, invariant, corrupt) => {
  await using hub = await hubWithSales()
  await transaction(hub.db, corrupt)
  const { findings } = await audit(hub.db)
  expect(findings.map(finding => finding.invariant)).toContain(invariant)
  for (const { sentence, subject } of findings) expect([sentence, subject]).not.toContain('')
})
