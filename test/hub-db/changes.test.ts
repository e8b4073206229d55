import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { startLease } from '../../hub/db/lease.ts'
import { writeSetting } from '../../hub/db/setting.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const addStore = (db: Db, code: string) =>
  transaction(db, tx =>
    tx
      .insertInto('store')
      .values({ code, name: code, zone: 'UTC', currency: 'EUR', created_at: 0 })
      .execute(),
  )

test('what was committed here or by another process is told; what a hub writes of itself is not', async () => {
  using folder = temporaryFolder()
  const world = manualWorld()
  const path = join(folder.path, 'hub.db')
  const db = await openTestHubDb(world, path)
  const other = await openTestHubDb(world, path)
  try {
    const before = db.changes()
    if (engine === 'postgres') return expect(before).toBeNull() // the loops then ask each time
    await using lease = await startLease({ db, world, name: 'shopify', holder: 'hub' })
    await transaction(lease.fenced, tx => writeSetting(tx, 'watermark', '7'))
    await transaction(db, tx => tx.deleteFrom('store').where('code', '=', 'NONE').execute())
    await expect(
      transaction(db, async tx => {
        await tx.deleteFrom('store').execute()
        throw new RangeError('given up')
      }),
    ).rejects.toThrow('given up')
    const inside = await transaction(db, async tx => {
      await writeSetting(tx, 'watermark', '8')
      return db.changes()
    })
    expect(inside).toBe(before)

    await addStore(db, 'HAR')
    const own = db.changes()
    expect(own).not.toBe(before)
    expect(db.changes()).toBe(own)
    await addStore(other, 'MKT')
    expect(db.changes()).not.toBe(own)
  } finally {
    await other.destroy()
    await db.destroy()
  }
})
