import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { setStoreUpdates, storesWithUpdates } from '../../hub/releases/release-stores.ts'
import {
  addRelease,
  demandRelease,
  offerRelease,
  pauseRelease,
  readFloor,
  stopRelease,
  withdrawRelease,
  writeFloor,
} from '../../hub/releases/releases.ts'
import { readRollOuts, takeInRollOuts } from '../../hub/releases/restored-roll-outs.ts'
import { type ShopAndHub, shopAndHub } from '../hub-shopify/shop-and-hub.ts'
import { madeRelease } from './made-release.ts'

const now = (hub: ShopAndHub) => hub.world.clock.now()
const add = (hub: ShopAndHub, version: string) =>
  transaction(hub.db, tx => addRelease(tx, madeRelease(version, now(hub)), now(hub)))
const offer = (hub: ShopAndHub, version: string) =>
  transaction(hub.db, tx => offerRelease(tx, version, { from: 'all', now: now(hub) }))

test('what a person decided about updates since the backup holds in a hub that is restored', async () => {
  await using hub = await shopAndHub()
  for (const version of ['0.2.0', '0.3.0', '0.4.0', '0.5.0']) await add(hub, version)
  for (const version of ['0.2.0', '0.3.0', '0.4.0']) await offer(hub, version)
  await transaction(hub.db, tx => setStoreUpdates(tx, 'HAR', { pinned: '0.2.0' }))
  await hub.backUp()
  await transaction(hub.db, tx => withdrawRelease(tx, '0.2.0', 'it loses sales'))
  await transaction(hub.db, tx => stopRelease(tx, '0.3.0', 'of 2 tills 1 could not keep it'))
  await transaction(hub.db, tx => pauseRelease(tx, '0.4.0', 'holidays'))
  await offer(hub, '0.5.0')
  await add(hub, '0.6.0')
  await transaction(hub.db, async tx => {
    await setStoreUpdates(tx, 'HAR', { pinned: null, isPaused: true })
    await writeFloor(tx, '0.4.0')
  })
  await hub.putBack()
  const states = ['0.2.0', '0.3.0', '0.4.0', '0.5.0', '0.6.0'].map(
    async version => (await demandRelease(hub.db, version)).state,
  )
  expect(await Promise.all(states)).toEqual(['withdrawn', 'stopped', 'paused', 'offered', 'added'])
  expect(await demandRelease(hub.db, '0.2.0')).toMatchObject({ why: 'it loses sales', attempt: 1 })
  expect((await storesWithUpdates(hub.db)).get('HAR')).toEqual({
    isCanary: false,
    isPaused: true,
    pinned: null,
  })
  expect(await readFloor(hub.db)).toBe('0.4.0')
})

test('a restored hub whose record is lost offers no release until a person does', async () => {
  await using hub = await shopAndHub()
  await add(hub, '0.2.0')
  await add(hub, '0.3.0')
  await offer(hub, '0.2.0')
  await hub.backUp()
  await transaction(hub.db, tx => withdrawRelease(tx, '0.2.0', 'it loses sales'))
  await hub.putBack('lost')
  expect(await demandRelease(hub.db, '0.2.0')).toMatchObject({
    state: 'paused',
    why: expect.stringContaining('backup'),
  })
  expect((await demandRelease(hub.db, '0.3.0')).state).toBe('added')
})

test('of a hub that went another way, the more careful word about each release counts', async () => {
  await using hub = await shopAndHub()
  for (const version of ['0.2.0', '0.3.0', '0.4.0']) {
    await add(hub, version)
    await offer(hub, version)
  }
  await transaction(hub.db, tx => stopRelease(tx, '0.3.0', 'it was bad'))
  const here = await readRollOuts(hub.db)
  const [first, second] = here.releases
  if (first === undefined || second === undefined) throw new Error('the releases are missing')
  const releases = [
    { ...first, state: 'withdrawn' as const, attempt: 4 },
    { ...second, state: 'offered' as const },
  ]
  const stores = [{ store: 'HAR', isCanary: true, isPaused: false, pinned: null }]
  const rollOuts = { releases, stores, floor: '0.1.0' }
  await transaction(hub.db, tx => takeInRollOuts(tx, { cause: 'forked', fleet: { rollOuts } }))
  expect((await readRollOuts(hub.db)).releases).toMatchObject([
    { version: '0.2.0', state: 'withdrawn', attempt: 4 },
    { version: '0.3.0', state: 'stopped', why: 'it was bad' },
    { version: '0.4.0', state: 'paused' },
  ])
  expect(await readFloor(hub.db)).toBe('0.1.0')
  expect((await storesWithUpdates(hub.db)).get('HAR')).toMatchObject({ isCanary: true })
})
