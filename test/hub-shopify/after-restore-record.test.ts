import { expect, test, vi } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { recoverByClaim, recoveries } from '../../hub/stock/recovery.ts'
import { agree, allConnect, connects, hubWithSales, kinds, MUG, shown, sold } from './sales-and-restores.ts'
import { type ShopAndHub, tills } from './shop-and-hub.ts'

const [till, second] = tills

/** The next send never leaves: the line to the internet is down. */
function whileAway(hub: ShopAndHub): void {
  const problem = 'Shopify cannot be reached (ECONNREFUSED).'
  vi.spyOn(hub.client, 'write').mockResolvedValueOnce({ kind: 'not-sent', problem, retryAfterMs: null })
}

/** The next note is on disk, and the hub is killed before its database says the same. */
function killedAfterNote({ sends }: ShopAndHub): void {
  const ended = sends.ended.bind(sends)
  vi.spyOn(sends, 'ended').mockImplementationOnce((key, end) => {
    ended(key, end)
    throw new Error('killed')
  })
}

/** The next send is counted, and the hub is killed before it notes it. */
function killedBeforeNote({ sends }: ShopAndHub): void {
  vi.spyOn(sends, 'sending').mockImplementationOnce(() => {
    throw new Error('killed')
  })
}

/** A hub with one sale posted, backed up, and a second sale that is not posted yet. */
async function soldSinceBackup(count = 2) {
  const { hub, before } = await hubWithSales({ receipt: 'r9', count: 3 })
  await hub.writeAll()
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count })
  return { hub, before: before - 3 }
}

/** The backup is put back; the tills send what it lacks, and all is posted. */
async function putBackAndHeard(hub: ShopAndHub, count = 2): Promise<void> {
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count })
  await allConnect(hub)
  await hub.writeAll()
  await hub.writeAll()
}

/** Shopify takes the next send, and its answer is lost. */
async function takenWithoutAnswer(hub: ShopAndHub): Promise<void> {
  hub.shop.faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
  hub.advance(600_000)
  await hub.write()
}

test('a send noted as not carried out, by a hub killed before its database says so, is noted again when it is carried out', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  whileAway(hub)
  killedAfterNote(hub)
  await hub.write()
  await hub.restart()
  await takenWithoutAnswer(hub)
  expect(shown(hub)).toBe(before - 2)
  await putBackAndHeard(hub)
  await agree(hub, before - 2)
  expect(await kinds(hub)).toEqual([])
})

test('a second send of a key is noted though the first was noted as not carried out', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  whileAway(hub)
  await hub.write()
  hub.advance(600_000)
  killedBeforeNote(hub)
  await hub.write()
  await hub.restart()
  await takenWithoutAnswer(hub)
  expect(shown(hub)).toBe(before - 2)
  await putBackAndHeard(hub)
  await agree(hub, before - 2)
  expect(await kinds(hub)).toEqual([])
})

test.each([2, 2.5])(
  'a request that was tried three times is one request after a restore (%s units)',
  async count => {
    const { hub, before } = await soldSinceBackup(count)
    await using _ = hub
    for (let attempt = 0; attempt < 3; attempt += 1) {
      whileAway(hub)
      await hub.write()
      hub.advance(60_000)
    }
    await hub.writeAll()
    expect(shown(hub)).toBe(before - 2)
    await putBackAndHeard(hub, count)
    expect(shown(hub)).toBe(before - 2)
    expect(await hub.db.selectFrom('lost_posting').selectAll().execute()).toEqual([])
    expect(await kinds(hub)).toEqual([])
    expect(await recoveries(hub.db)).toEqual([])
  },
)

test('numbers under which a full disk let nothing leave are gaps in the record: a person is asked, and nothing is posted twice', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  for (let attempt = 0; attempt < 3; attempt += 1) {
    killedBeforeNote(hub)
    await hub.write()
    hub.advance(600_000)
  }
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  await putBackAndHeard(hub)
  await agree(hub, before - 2)
  expect(await kinds(hub)).toEqual(['stock-write-unknown'])
})

test('what the clock of another month dates is forgotten in the order of sending, so that it leaves no gap', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r9', count: 3 })
  await using _ = hub
  await hub.writeAll()
  await hub.backUp()
  const { clock } = hub.world
  const now = clock.now.bind(clock)
  const behind = vi.spyOn(clock, 'now').mockImplementation(() => now() - 30 * 86_400_000)
  await sold(hub, { receipt: 'r1', count: 2 })
  await hub.writeAll()
  behind.mockRestore()
  hub.advance(60_000)
  await sold(hub, { receipt: 'r2', count: 1 })
  await hub.writeAll()
  await hub.restart()
  await hub.restart()
  await hub.putBack()
  await sold(hub, { receipt: 'r2', count: 1 })
  await sold(hub, { receipt: 'r1', count: 2 })
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 6)
})

test('the record lost with the first restore: the second to the same backup posts nothing of before a second time', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await hub.putBack('lost')
  await hub.writeAll()
  expect(await kinds(hub)).toContain('stock-write-unknown')
  await hub.putBack()
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  expect(await kinds(hub)).toContain('stock-write-unknown')
})

test('a folder put back with its record, found by a till’s claim: a later restore posts nothing of before a second time', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  await hub.writeAll()
  await hub.putBack('restored')
  const now = hub.world.clock.now()
  await transaction(hub.db, tx =>
    recoverByClaim(tx, { device: till.device, store: till.store, since: 0, now }),
  )
  await sold(hub, { receipt: 'r1', count: 2, soldAt: 1 })
  await allConnect(hub)
  await hub.writeAll()
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count: 2, soldAt: 1 })
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
})

test('a backup of while a restored hub that knows nothing waits for a till: put back, it knows no more', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r9', count: 1 })
  await using _ = hub
  await hub.writeAll()
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count: 2, device: second.device })
  await hub.writeAll()
  await hub.putBack('lost')
  await connects(hub, till)
  await hub.writeAll()
  await hub.backUp()
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count: 2, device: second.device, soldAt: 1 })
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub, MUG)).toBe(before - 3)
})
