import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Db, transaction } from '../../hub/db/db.ts'
import { addDevice } from '../../hub/fleet/devices.ts'
import {
  canUnlock,
  listStaff,
  putStaff,
  removeStaff,
  setBadge,
  setPin,
  tellStaff,
} from '../../hub/fleet/staff.ts'
import { putStore } from '../../hub/fleet/stores.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { commandLog } from '../../hub/streams/command-log.ts'
import { badgeHash, drawBadgeCode } from '../../shared/badge-code.ts'
import { DeviceId } from '../../shared/ids.ts'
import { MOST_STAFF, StaffPut } from '../../shared/staff.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const PIN_HASH = `argon2id$${'s'.repeat(22)}$${'h'.repeat(43)}`
const device = (n: number) => DeviceId.parse(`dev_000000000000000${n}`)

async function hubOf(folder: string) {
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder, 'hub.db'))
  await transaction(db, async tx => {
    for (const [n, code] of ['HAR', 'MKT'].entries()) {
      await putStore(tx, { code, name: code, zone: 'Europe/Berlin', currency: 'EUR' }, 1)
      await addDevice(tx, { device: device(n + 1), store: code, till: 'Till 1', publicKey: `k${n}` }, 1)
    }
  })
  return { world, db }
}

/** The lists of staff that a device was told, as the codes in each. */
async function told(db: Db, of: number): Promise<string[]> {
  const rows = await db
    .selectFrom('command')
    .select(['body', 'epoch', 'seq'])
    .where('device', '=', device(of))
    .orderBy('epoch')
    .orderBy('seq')
    .execute()
  return rows
    .map(({ body }): unknown => JSON.parse(body))
    .flatMap(body => StaffPut.safeParse(body).data ?? [])
    .map(({ people }) => people.map(({ staff }) => staff).join(' '))
}

const maya = { staff: 'M17', name: 'Maya', stores: ['HAR'] }

test('the tills of the stores concerned are told who works there, whole, at each change', async () => {
  using folder = temporaryFolder()
  const { db } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  await transaction(db, tx => putStaff(tx, maya, 2))
  await transaction(db, tx => putStaff(tx, { staff: 'T2', name: 'Tom', stores: null }, 3))
  await transaction(db, tx => putStaff(tx, { ...maya, stores: ['MKT'] }, 4))
  await transaction(db, tx => removeStaff(tx, 'T2', 5))
  expect(await told(db, 1)).toEqual(['M17', 'M17 T2', 'T2', ''])
  expect(await told(db, 2)).toEqual(['T2', 'M17 T2', 'M17'])
  expect(await listStaff(db)).toEqual([
    { staff: 'M17', name: 'Maya', stores: ['MKT'], hasPin: false, badge: 'none' },
  ])
})

test('PIN and badge go to the tills as hashes, and are never listed', async () => {
  using folder = temporaryFolder()
  const { db, world } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  const code = drawBadgeCode(world.random)
  await transaction(db, async tx => {
    await putStaff(tx, maya, 2)
    await setPin(tx, 'M17', PIN_HASH, 3)
    await setBadge(tx, 'M17', { code, isAlone: true }, 4)
  })
  const bodies = await db.selectFrom('command').select('body').orderBy('seq', 'desc').execute()
  const newest = StaffPut.parse(JSON.parse(bodies[0]?.body ?? ''))
  expect(newest.people).toEqual([
    { staff: 'M17', name: 'Maya', pinHash: PIN_HASH, badgeHash: badgeHash(code), badgeAlone: true },
  ])
  expect(bodies.some(({ body }) => body.includes(code))).toBe(false)
  expect(JSON.stringify(await listStaff(db))).not.toMatch(/argon2id|TBS/)
})

test.each([
  ['a code with blanks', { ...maya, staff: 'M 17' }, 'STAFF_INVALID'],
  ['a code that a card has', { ...maya, staff: '4111111111111111' }, 'STAFF_INVALID'],
  ['a name of nothing that shows', { ...maya, name: '\u200b\u202e' }, 'STAFF_INVALID'],
  ['a store that is not there', { ...maya, stores: ['XXX'] }, 'STORE_UNKNOWN'],
  ['the name of a colleague', { ...maya, staff: 'M18', name: 'tom' }, 'STAFF_NAME_TAKEN'],
])('%s is refused, and nothing is changed', async (_what, given, code) => {
  using folder = temporaryFolder()
  const { db } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  await transaction(db, tx => putStaff(tx, { staff: 'T2', name: 'Tom', stores: null }, 2))
  await expect(transaction(db, tx => putStaff(tx, given, 3))).rejects.toMatchObject({ code })
  expect(await listStaff(db)).toHaveLength(1)
  expect(await told(db, 1)).toEqual(['T2'])
})

test('people of every store who come before the first store are colleagues already', async () => {
  using folder = temporaryFolder()
  const db = await openTestHubDb(manualWorld(), join(folder.path, 'hub.db'))
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  const put = (staff: string, name: string) =>
    transaction(db, tx => putStaff(tx, { staff, name, stores: null }, 2))
  await put('M1', 'Maya')
  await expect(put('M2', 'maya')).rejects.toThrow('works in every store')
  for (let n = 2; n <= MOST_STAFF; n += 1) await put(`P${n}`, `Person ${n}`)
  await expect(put('P301', 'One more')).rejects.toMatchObject({ code: 'STAFF_TOO_MANY' })
  await transaction(db, tx =>
    putStore(tx, { code: 'HAR', name: 'H', zone: 'Europe/Berlin', currency: 'EUR' }, 1),
  )
  expect(await listStaff(db, 'HAR')).toHaveLength(MOST_STAFF)
})

test('a badge has one owner; one of the shop’s own always needs the PIN', async () => {
  using folder = temporaryFolder()
  const { db, world } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  const code = drawBadgeCode(world.random)
  const give = (staff: string, badge: { code: string; isAlone: boolean }) =>
    transaction(db, tx => setBadge(tx, staff, badge, 3))
  await transaction(db, async tx => {
    await putStaff(tx, maya, 2)
    await putStaff(tx, { staff: 'T2', name: 'Tom', stores: null }, 2)
  })
  await give('M17', { code, isAlone: false })
  await expect(give('T2', { code, isAlone: false })).rejects.toMatchObject({ code: 'BADGE_TAKEN' })
  await expect(give('T2', { code: '47110815', isAlone: true })).rejects.toMatchObject({
    code: 'BADGE_NEEDS_PIN',
  })
  await expect(give('T2', { code: '471', isAlone: false })).rejects.toMatchObject({ code: 'BADGE_REFUSED' })
  await expect(give('X9', { code, isAlone: false })).rejects.toMatchObject({ code: 'STAFF_UNKNOWN' })
  await give('T2', { code: '47110815', isAlone: false })
  expect((await listStaff(db)).map(({ badge }) => badge)).toEqual(['with-pin', 'with-pin'])
})

test('a store that requires PINs keeps at least one person who has one', async () => {
  using folder = temporaryFolder()
  const { db } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  await transaction(db, async tx => {
    await putStaff(tx, maya, 2)
    await setPin(tx, 'M17', PIN_HASH, 2)
    await agree(tx, { store: 'HAR', terms: { staffPin: 'required' }, by: 'Kim', why: 'who did it' }, 3)
  })
  const tries = [
    () => transaction(db, tx => removeStaff(tx, 'M17', 4)),
    () => transaction(db, tx => setPin(tx, 'M17', null, 4)),
    () => transaction(db, tx => putStaff(tx, { ...maya, stores: ['MKT'] }, 4)),
  ]
  for (const change of tries) await expect(change()).rejects.toMatchObject({ code: 'STAFF_LAST_ONE' })
  expect([await canUnlock(db, 'HAR'), await canUnlock(db, 'MKT')]).toEqual([true, false])
})

test('a device is told at its enrolment, but not by a hub that knows no staff: an older agent could not read it', async () => {
  using folder = temporaryFolder()
  const { db } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  await transaction(db, tx => tellStaff(tx, device(1), 2))
  expect(await told(db, 1)).toEqual([])
  await transaction(db, tx => putStaff(tx, { ...maya, stores: ['MKT'] }, 3))
  await transaction(db, tx => tellStaff(tx, device(1), 4))
  expect(await told(db, 1)).toEqual([''])
})

test('a device that comes back from long ago is told the newest list alone', async () => {
  using folder = temporaryFolder()
  const { db } = await hubOf(folder.path)
  await using _ = { [Symbol.asyncDispose]: () => db.destroy() }
  for (const name of ['Maya', 'Maya B', 'Maya Berg'])
    await transaction(db, tx => putStaff(tx, { ...maya, name }, 2))
  await commandLog(db, device(1), () => 3).renew?.('records-gone')
  expect(await told(db, 1)).toEqual(['M17'])
})
