import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { posArticleUnknown, posWriteRefused, posWriteUnavailable } from '../../agent/write-back/problems.ts'
import { hasMariaDb, withoutMariaDb } from '../sources/mariadb.ts'
import type { PosServer } from '../sources/pos-server.ts'
import { openPosDatabase, type PosDatabase, type Product, serverFor } from './engines.ts'
import { job, partsFor } from './parts.ts'

const products: readonly Product[] = ['sqlite', 'mysql', 'postgres']

const diary = (pos: PosDatabase) =>
  pos.rows('SELECT id, reason, location, product, units, price FROM stockdiary ORDER BY id')
const stock = async (pos: PosDatabase, product = 'p-tee') =>
  (await pos.rows(`SELECT units FROM stockcurrent WHERE product = '${product}'`)).map(row => row['units'])

describe.each(products)('uniCenta on %s', product => {
  const isMissing = product === 'mysql' && !hasMariaDb
  const why = isMissing ? withoutMariaDb : ''
  const tried = test.skipIf(isMissing)
  let server: PosServer | null = null
  beforeAll(async () => {
    if (!isMissing) server = await serverFor(product)
  })
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
  })

  tried(`a hand-over takes from stock and a return gives back, once however often${why}`, async () => {
    await using pos = await openPosDatabase(product, server)
    const target = await pos.open()
    for (let i = 0; i < 3; i += 1) {
      await target.write(job('hand-over', '1'))
      await target.write(
        job('return', '9', { lines: [{ sku: 'TEE-WHT-S', barcode: null, title: '', units: 1 }] }),
      )
    }
    await target.close()
    expect(await diary(pos)).toEqual([
      { id: 'tillbridge:hand-over:1:0', reason: -1, location: '0', product: 'p-tee', units: -2, price: 24.9 },
      { id: 'tillbridge:return:9:0', reason: 2, location: '0', product: 'p-tee', units: 1, price: 24.9 },
    ])
    expect(await stock(pos)).toEqual([9])
  })

  tried(`an item without stock so far gets a row; one is found by its barcode too${why}`, async () => {
    await using pos = await openPosDatabase(product, server)
    const target = await pos.open()
    const line = { sku: null, barcode: '9520110000055', title: 'Mug', units: 3 }
    await target.write(job('hand-over', '1', { lines: [line, { ...line, sku: 'NOT-THERE' }] }))
    await target.close()
    expect(await stock(pos, 'p-mug')).toEqual([-6])
  })

  tried(`an item that the POS lacks refuses the whole, and leaves nothing of it${why}`, async () => {
    await using pos = await openPosDatabase(product, server)
    const target = await pos.open()
    const unknown = { sku: 'GONE', barcode: null, title: 'Gone', units: 1 }
    const both = job('hand-over', '1', { lines: [...job('hand-over', '1').lines, unknown] })
    await expect(target.write(both)).rejects.toSatisfy(posArticleUnknown.is)
    expect(await diary(pos)).toEqual([])
    expect(await stock(pos)).toEqual([10])
    await pos.rows(
      product === 'sqlite' ? `SELECT 1` : `INSERT INTO products VALUES ('p-gone', 'GONE', 'x', 'Gone', 1)`,
    )
    if (product !== 'sqlite') {
      await target.write(both)
      expect(await stock(pos)).toEqual([8])
    }
    await target.close()
  })

  tried(`an order is in the POS's orders, once, its texts as they are${why}`, async () => {
    await using pos = await openPosDatabase(product, server)
    const target = await pos.open()
    const order = job('order', 'gid://shopify/FulfillmentOrder/123456789012', {
      lines: [
        { sku: 'TEE-WHT-S', barcode: null, title: `Tee'); DROP TABLE orders; --`, units: 2 },
        { sku: null, barcode: null, title: `${'ü'.repeat(300)}`, units: 1 },
      ],
    })
    await target.write(order)
    await target.write(order)
    await target.close()
    const rows = await pos.rows('SELECT orderid, qty, details, notes, ticketid FROM orders ORDER BY id')
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({
      qty: 2,
      details: `Tee'); DROP TABLE orders; --`,
      notes: 'A. Customer',
      ticketid: '#1001',
    })
    expect(rows[1]).toMatchObject({ details: 'ü'.repeat(255) })
    expect(new Set(rows.map(row => row['orderid'])).size).toBe(1)
  })

  test.skipIf(isMissing || product === 'sqlite')(
    `two agents of one store that write the same things at once leave each once${why}${product === 'sqlite' ? ' (as processes: see kill.test.ts)' : ''}`,
    async () => {
      await using pos = await openPosDatabase(product, server)
      const agents = await Promise.all([
        pos.open(partsFor('dev_one')),
        pos.open(partsFor('dev_two')),
        pos.open(partsFor('dev_three')),
      ])
      const jobs = Array.from({ length: 20 }, (_, i) => [
        job('hand-over', String(i)),
        job('order', String(i)),
      ]).flat()
      const untilWritten = async (write: () => Promise<void>): Promise<void> => {
        for (let left = 50; ; left -= 1)
          try {
            return await write()
          } catch (error) {
            if (left === 0 || !posWriteUnavailable.is(error)) throw error
          }
      }
      await Promise.all(
        agents.map(async agent => {
          for (const each of jobs) await untilWritten(() => agent.write(each))
        }),
      )
      await Promise.all(agents.map(agent => agent.close()))
      expect(await diary(pos)).toHaveLength(20)
      expect(await stock(pos)).toEqual([10 - 40])
      expect(await pos.rows('SELECT orderid FROM orders')).toHaveLength(20)
    },
  )

  tried(`a statement that the POS's tables don't fit is a no that names it${why}`, async () => {
    await using pos = await openPosDatabase(product, server)
    await pos.rows('SELECT 1')
    const target = await pos.open()
    const tooLong = job('hand-over', 'x'.repeat(230), { lines: job('hand-over', '1').lines })
    const long = { ...tooLong, externalId: `${tooLong.externalId}${'y'.repeat(240)}` }
    if (product === 'sqlite')
      await target.write(long) // SQLite does not count characters
    else await expect(target.write(long)).rejects.toSatisfy(posWriteRefused.is)
    await target.close()
  })
})

test('an SQLite file that is locked or gone is not now, and nothing half is left', async () => {
  await using pos = await openPosDatabase('sqlite', null)
  const target = await pos.open()
  const { default: SQLite } = await import('better-sqlite3')
  const cashier = new SQLite(String(pos.database['file']))
  cashier.exec('BEGIN EXCLUSIVE')
  await expect(target.write(job('hand-over', '1'))).rejects.toSatisfy(posWriteUnavailable.is)
  await expect(pos.open()).rejects.toSatisfy(posWriteUnavailable.is)
  cashier.exec('ROLLBACK')
  cashier.close()
  await target.write(job('hand-over', '1'))
  expect(await stock(pos)).toEqual([8])
  await target.close()
  const nowhere = { ...partsFor(), openDatabase: () => null }
  await expect(pos.open(nowhere)).rejects.toSatisfy(posWriteUnavailable.is)
})

test.skipIf(!hasMariaDb)(
  `a server that stops is not now, and goes on when it is back${withoutMariaDb}`,
  async () => {
    const server = await serverFor('mysql')
    try {
      await using pos = await openPosDatabase('mysql', server)
      const target = await pos.open()
      await target.write(job('hand-over', '1'))
      await pos.stop()
      await expect(target.write(job('hand-over', '2'))).rejects.toSatisfy(posWriteUnavailable.is)
      await expect(pos.open()).rejects.toSatisfy(posWriteUnavailable.is)
      await target.close()
      await pos.start()
      const anew = await pos.open()
      await anew.write(job('hand-over', '1'))
      await anew.write(job('hand-over', '2'))
      await anew.close()
    } finally {
      await server?.[Symbol.asyncDispose]()
    }
  },
)

test.skipIf(!hasMariaDb)(`tables that can't undo are not written to${withoutMariaDb}`, async () => {
  const server = await serverFor('mysql')
  try {
    await using pos = await openPosDatabase('mysql', server)
    await pos.rows('ALTER TABLE stockdiary ENGINE=MyISAM')
    await expect(pos.open()).rejects.toMatchObject({ code: 'POS_WRITE_UNSAFE' })
  } finally {
    await server?.[Symbol.asyncDispose]()
  }
})
