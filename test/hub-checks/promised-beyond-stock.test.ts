import { expect, test } from 'vitest'
import { promisedBeyondStock } from '../../hub/checks/promised-beyond-stock.ts'
import { transaction } from '../../hub/db/db.ts'
import { audit } from '../../hub/stock/audit.ts'
import { type NewMovement, writeMovements } from '../../hub/stock/movements.ts'
import { units } from '../../shared/quantity.ts'
import { openLedger } from '../hub-sales/ledger-of.ts'

test('promises beyond stock are named with exactly what is missing, across an item’s codes', async () => {
  await using ledger = await openLedger()
  const { db } = ledger
  let cause = 0
  const move = (sku: string, kind: NewMovement['kind'], count: number) => {
    cause += 1
    const movement = {
      store: 'HAR',
      warehouse: '0',
      sku,
      kind,
      cause,
      line: 0,
      revision: 0,
      quantity: units(count),
      origin: null,
      at: 0,
      posts: false,
    }
    return transaction(db, tx => writeMovements(tx, [movement]))
  }
  const found = async () =>
    (await promisedBeyondStock.find(db, 0)).map(({ subject, fields }) => [subject, fields])

  await move('A', 'opening', 10)
  await move('A', 'allocation', 4)
  await move('B', 'allocation', 3) // nothing is known of its stock
  expect(await found()).toEqual([])
  await move('A', 'sale', -9)
  expect(await found()).toEqual([
    ['HAR/0/A', { store: 'HAR', warehouse: '0', sku: 'A', promised: 4, held: 1, missing: 3, orders: '–' }],
  ])
  await move('A', 'sale', -3)
  expect(await found()).toMatchObject([['HAR/0/A', { held: -2, missing: 4 }]])
  await transaction(db, tx =>
    tx.updateTable('item').set({ inventory_item_id: 'gid://1' }).where('sku', '=', 'A').execute(),
  )
  await move('A-OLD', 'opening', 6)
  await transaction(db, tx =>
    tx.updateTable('item').set({ inventory_item_id: 'gid://1' }).where('sku', '=', 'A-OLD').execute(),
  )
  expect(await found()).toEqual([]) // 4 promised, 6 - 2 held under two codes
})

test('what the audit says of promises beyond stock, the page says as well', async () => {
  await using ledger = await openLedger()
  const movement = {
    store: 'HAR',
    warehouse: '0',
    sku: 'B',
    kind: 'allocation' as const,
    cause: 1,
    line: 0,
    revision: 0,
    quantity: units(3),
    origin: null,
    at: 0,
    posts: false,
  }
  await transaction(ledger.db, tx => writeMovements(tx, [movement]))
  const said = (await audit(ledger.db)).findings.map(({ invariant, subject }) => `${invariant} ${subject}`)
  const shown = (await promisedBeyondStock.find(ledger.db, 0)).map(
    ({ subject }) => `promise-within-stock ${subject}`,
  )
  expect(said).toEqual(shown)
})
