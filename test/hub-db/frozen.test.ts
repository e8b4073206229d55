import { copyFileSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHubDb } from '../../hub/db/db.ts'
import { audit } from '../../hub/stock/audit.ts'
import { levelSums } from '../../hub/stock/levels.ts'
import { deferredRecords } from '../../hub/streams/event-records.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const frozen = globSync('test/hub-db/frozen/hub-*.db')

test('there is a frozen database of the first version', () => {
  expect(frozen.map(path => path.replaceAll('\\', '/'))).toContain('test/hub-db/frozen/hub-0.1.0.db')
})

test.each(frozen)('%s opens, migrates, passes the recount and keeps what it held', async path => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'hub.db')
  copyFileSync(path, file)
  const db = await openHubDb(manualWorld().files, file)
  try {
    expect((await audit(db)).findings).toEqual([])
    expect(await levelSums(db, { store: 'HAR', warehouses: ['0'] }, ['SHIRT-M'])).toEqual([
      { sku: 'SHIRT-M', state: 'on_hand', quantity: 20_000 },
    ])
    const sales = await db
      .selectFrom('sale')
      .select(['receipt_number', 'state', 'tendered'])
      .orderBy('sale')
      .execute()
    expect(sales).toEqual([
      { receipt_number: '1', state: 'sold', tendered: 2_000 },
      { receipt_number: '2', state: 'sold', tendered: 1_000 },
      { receipt_number: '3', state: 'voided', tendered: 5_000 },
    ])
    expect(
      (await deferredRecords(db, { kinds: ['kind.of-a-later-version'], after: null, limit: 9 })).map(
        record => record.kind,
      ),
    ).toEqual(['kind.of-a-later-version'])
    expect(await db.selectFrom('cash').select('amount').execute()).toEqual([{ amount: -5_000 }])
  } finally {
    await db.destroy()
  }
})
