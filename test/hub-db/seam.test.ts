import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { codeFor, textsOf } from '../../hub/db/codes.ts'
import { insertRows, type ReadDb, type Tx, transaction } from '../../hub/db/db.ts'
import { readSetting, writeSetting } from '../../hub/db/setting.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

async function openDb() {
  const folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

const names = ['', 'A', 'B', 'C', 'D']
const level = (name: string, quantity: number) => ({
  store: 1,
  warehouse: 2,
  item: names.indexOf(name),
  state: 0,
  quantity,
})

test('a query beside the transaction under way is refused at once, with and without SQL of its own', async () => {
  await using on = await openDb()
  await transaction(on.db, async () => {
    await expect(readSetting(on.db, 'hub')).rejects.toThrow(
      expect.objectContaining({ code: 'READ_IN_TRANSACTION' }),
    )
    await expect(on.db.rows(sql`SELECT 1`)).rejects.toThrow(
      expect.objectContaining({ code: 'READ_IN_TRANSACTION' }),
    )
    await expect(transaction(on.db, async () => 1)).rejects.toThrow(
      expect.objectContaining({ code: 'READ_IN_TRANSACTION' }),
    )
  })
})

test('what a transaction has started may read when the transaction has ended', async () => {
  await using on = await openDb()
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const later = await transaction(on.db, async tx => {
    await writeSetting(tx, 'hub', 'hub_1')
    return { read: ended.then(() => readSetting(on.db, 'hub')) }
  })
  resolve()
  expect(await later.read).toBe('hub_1')
})

test('a reader sees the last commit and does not wait for the writer', async () => {
  await using on = await openDb()
  const { promise: written, resolve: tell } = Promise.withResolvers<void>()
  const { promise: looked, resolve: goOn } = Promise.withResolvers<void>()
  const writing = transaction(on.db, async tx => {
    await writeSetting(tx, 'hub', 'hub_1')
    tell()
    await looked
    expect(await readSetting(tx, 'hub')).toBe('hub_1')
  })
  await written
  expect(await readSetting(on.db, 'hub')).toBeNull()
  goOn()
  await writing
  expect(await readSetting(on.db, 'hub')).toBe('hub_1')
})

test('a reader cannot write, by its type nor by its connection', async () => {
  await using on = await openDb()
  // @ts-expect-error: a ReadDb has no way to write
  const way: unknown = on.db.insertInto
  expect(way).toBeUndefined()
  // @ts-expect-error: nor is it a transaction
  await expect(writeSetting(on.db, 'hub', 'x')).rejects.toThrow()
  await expect(
    on.db.rows(sql`INSERT INTO setting (key, value) VALUES ('hub', 'x') RETURNING key`),
  ).rejects.toThrow(/read-?only/)
  expect(await readSetting(on.db, 'hub')).toBeNull()
})

test('a transaction is not taken for a reader, nor a reader for a transaction', () => {
  const wantsReader = (_db: ReadDb) => true
  const wantsTx = (_tx: Tx) => true
  // @ts-expect-error: reading for yourself inside a transaction is what the types refuse
  const inTransaction = (tx: Tx) => wantsReader(tx)
  // @ts-expect-error: writing needs a transaction
  const outside = (db: ReadDb) => wantsTx(db)
  expect([inTransaction, outside]).toHaveLength(2)
})

test('rows whose key exists: refused, left, replaced, added up, or filled where empty', async () => {
  await using on = await openDb()
  const key = ['store', 'warehouse', 'item', 'state'] as const
  const put = (...put: Parameters<typeof insertRows<'level'>> extends [Tx, ...infer R] ? R : never) =>
    transaction(on.db, tx => insertRows(tx, ...put))
  const held = async () =>
    (await on.db.selectFrom('level').select(['item', 'quantity']).orderBy('item').execute()).map(
      row => `${names[row.item]} ${row.quantity}`,
    )

  await put('level', [level('A', 1), level('B', 2)])
  await put('level', [])
  await expect(put('level', [level('C', 9), level('A', 9)])).rejects.toThrow()
  expect(await held()).toEqual(['A 1', 'B 2'])
  await put('level', [level('A', 9), level('C', 3)], { key })
  expect(await held()).toEqual(['A 1', 'B 2', 'C 3'])
  await put('level', [level('B', 10), level('C', -1)], { key, add: ['quantity'] })
  expect(await held()).toEqual(['A 1', 'B 12', 'C 2'])
  await put('level', [level('A', 7)], { key, replace: ['quantity'] })
  expect(await held()).toEqual(['A 7', 'B 12', 'C 2'])

  const item = (sku: string, barcode: string | null) => ({ sku, state: 'unchecked' as const, barcode })
  const note = (...items: ReturnType<typeof item>[]) =>
    transaction(on.db, tx => insertRows(tx, 'item', items, { key: ['sku'], fill: 'barcode' }))
  await note(item('A', null), item('B', '1'))
  await note(item('A', '2'), item('B', '3'), item('C', null))
  await note(item('A', null), item('B', null), item('C', '4'))
  const items = await on.db.selectFrom('item').select(['sku', 'barcode']).orderBy('sku').execute()
  expect(items.map(row => row.barcode)).toEqual(['2', '1', '4'])
})

test.each(['NULL', '', 'a "b" \\ {c,d}', "it's\nnew", 'Grüße 🛒', '\\x00'])(
  'a text is stored as it is: %j',
  async text => {
    await using on = await openDb()
    await transaction(on.db, tx =>
      insertRows(tx, 'setting', [
        { key: 'before', value: 'x' },
        { key: 'text', value: text },
        { key: 'behind', value: 'y' },
      ]),
    )
    expect(await readSetting(on.db, 'text')).toBe(text)
    expect(await readSetting(on.db, 'behind')).toBe('y')
  },
)

test('a code learned in a transaction that was rolled back is forgotten: its number goes to another text', async () => {
  await using on = await openDb()
  const lost = transaction(on.db, async tx => {
    await codeFor(tx, 'lost')
    await codeFor(tx, 'lost') // read again, which is where it was remembered
    throw new Error('told by a test')
  })
  await expect(lost).rejects.toThrow(/told by a test/)
  const kept = await transaction(on.db, tx => codeFor(tx, 'kept'))
  const later = await transaction(on.db, tx => codeFor(tx, 'lost'))
  expect(later).not.toBe(kept)
  const texts = await textsOf(on.db, [kept, later])
  expect([texts.get(kept), texts.get(later)]).toEqual(['kept', 'lost'])
})
