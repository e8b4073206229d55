import { expect, test, vi } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { isKnownLife } from '../../hub/generation/generation.ts'
import { recoverByClaim, recoveries } from '../../hub/stock/recovery.ts'
import type { HubLife } from '../../shared/protocol.ts'
import { agree, allConnect, connects, hubWithSales, kinds, MUG, shown, sold } from './sales-and-restores.ts'
import { type ShopAndHub, tills, writesOf } from './shop-and-hub.ts'

const [till, second, market] = tills

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
  await heardAgain(hub, count)
}

/** The tills send what a hub that was put back lacks, and all is posted. */
async function heardAgain(hub: ShopAndHub, count = 2): Promise<void> {
  await sold(hub, { receipt: 'r1', count })
  await allConnect(hub)
  await hub.writeAll()
  await hub.writeAll()
}

/** Till 1 of HAR says that the hub has lost records, `heard` having connected before. */
async function claims(hub: ShopAndHub, heard: readonly string[] = []): Promise<void> {
  const now = hub.world.clock.now()
  const claim = { ...till, since: 0, heard: new Set(heard), isOtherLife: false, now }
  await transaction(hub.db, tx => recoverByClaim(tx, claim))
}

/** Till 1 of HAR says which life of the hub served it last. */
async function saysServedBy(hub: ShopAndHub, life: HubLife): Promise<void> {
  if (await isKnownLife(hub.db, life)) return
  const now = hub.world.clock.now()
  const claim = { ...till, since: 0, heard: new Set<string>(), isOtherLife: true, now }
  await transaction(hub.db, tx => recoverByClaim(tx, claim))
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
  await claims(hub)
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

test('what a database sent before it had a record is in none: put back to that time, a person is asked', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await hub.beginRecord()
  await hub.putBack()
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  expect(await kinds(hub)).toContain('stock-write-unknown')
})

test('a database that has sent nothing has a whole record from its first start', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.beginRecord()
  await hub.backUp()
  await hub.writeAll()
  await hub.putBack()
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 2)
  expect(await kinds(hub)).toEqual([])
})

test('the record of another hub beside a new database is begun again: nothing of it is taken for this hub’s', async () => {
  const { hub, before } = await hubWithSales({ receipt: 'r1', count: 2 })
  await using _ = hub
  await hub.backUp()
  await hub.writeAll()
  await hub.beginRecord('another hub’s')
  await hub.restart()
  expect(await recoveries(hub.db)).toEqual([])
  await agree(hub, before - 2)
})

/** Each store sells after the backup, `claim` happens, and the backup is put back; the record is the one of a killed hub. */
async function putBackAfterClaim(claim: (hub: ShopAndHub) => Promise<void>) {
  const { hub } = await hubWithSales(
    { receipt: 'r9' },
    { receipt: 'r8', store: 'MKT', device: market.device },
  )
  await hub.writeAll()
  await hub.backUp()
  await sold(hub, { receipt: 'r1' })
  await sold(hub, { receipt: 'r2', store: 'MKT', device: market.device })
  await hub.writeAll()
  await claim(hub)
  await hub.putBack()
  const known = (await recoveries(hub.db)).map(({ store, recorded }) => [store, recorded])
  return { hub, known }
}

test('a claim leaves the record whole for the stores whose tills had been heard', async () => {
  const { hub, known } = await putBackAfterClaim(on => claims(on, [market.device]))
  await using _ = hub
  expect(known).toEqual([
    ['HAR', 0],
    ['MKT', 1],
  ])
})

test('a claim leaves the record of a store unwhole whose till was not heard yet', async () => {
  const { hub, known } = await putBackAfterClaim(on => claims(on))
  await using _ = hub
  expect(known).toEqual([
    ['HAR', 0],
    ['MKT', 0],
  ])
})

test('a claim is in the record at once, and before the next start closes the gaps of a kill', async () => {
  const { hub, known } = await putBackAfterClaim(async on => {
    await claims(on, [market.device])
    await on.noteUnknown()
    await claims(on, [market.device]) // under way already
    await on.restart()
  })
  await using _ = hub
  expect(known).toEqual([
    ['HAR', 0],
    ['MKT', 1],
  ])
})

test('a hub that runs on forgets what is older than three weeks, a part a minute', async () => {
  const { hub } = await soldSinceBackup()
  await using _ = hub
  await hub.writeAll()
  hub.advance(22 * 86_400_000)
  await sold(hub, { receipt: 'r2', count: 1 })
  await hub.writeAll()
  await hub.noteUnknown()
  const keys = (await writesOf(hub)).map(({ idempotency_key }) => idempotency_key)
  expect(keys.map(key => hub.sends.isNoted(key))).toEqual([false, false, true])
})

test('a folder put back, then its database alone once more: a till that the lost hub served says so, and nothing is posted twice', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  const { life } = hub
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  await hub.putBack('restored') // no till connects to this hub
  expect(await recoveries(hub.db)).toEqual([])
  await hub.putBack('kept') // the record is ahead, and whole as far as it goes
  expect((await recoveries(hub.db)).every(({ recorded }) => recorded === 1)).toBe(true)
  await saysServedBy(hub, life)
  const found = (await recoveries(hub.db)).map(({ store, recorded }) => [store, recorded])
  expect(found.filter(([, recorded]) => recorded === 0)).toEqual([[till.store, 0]])
  await heardAgain(hub)
  expect(shown(hub)).toBe(before - 2)
  expect(await kinds(hub)).toEqual(['stock-write-unknown'])
})

test('a folder put back is told by a till that has nothing to send: what others of its store send is not posted twice', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  const { life } = hub
  await hub.writeAll()
  await hub.putBack('restored')
  await saysServedBy(hub, life)
  await heardAgain(hub)
  expect(shown(hub)).toBe(before - 2)
  expect(await kinds(hub)).toEqual(['stock-write-unknown'])
})

test('lives of which only the record tells are known to a restored hub, also to one that is restored once more', async () => {
  const { hub, before } = await soldSinceBackup()
  await using _ = hub
  const first = hub.life
  await hub.restart()
  const second = hub.life
  await hub.writeAll()
  for (let times = 0; times < 2; times += 1) {
    await hub.putBack()
    for (const life of [first, second, hub.life]) expect(await isKnownLife(hub.db, life)).toBe(true)
  }
  await hub.restart()
  expect(await isKnownLife(hub.db, second)).toBe(true)
  expect(await isKnownLife(hub.db, { ...second, id: 'life_of_another' })).toBe(false)
  await sold(hub, { receipt: 'r1', count: 2 })
  await allConnect(hub)
  await hub.writeAll()
  await agree(hub, before - 2)
  expect(await kinds(hub)).toEqual([])
})
