import { expect, test } from 'vitest'
import { closeException, isExceptionOpen, openException } from '../../hub/checks/exceptions.ts'
import { handedOverUnknown } from '../../hub/checks/handed-over-unknown.ts'
import { recoveryOverdue } from '../../hub/checks/recovery-overdue.ts'
import { transaction } from '../../hub/db/db.ts'
import { createEnrolCode, enrolDevice } from '../../hub/fleet/enrolment.ts'
import { hashPassword, openSession, putAccount, sessionOf } from '../../hub/web/accounts.ts'
import { signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { sendSnapshot } from '../gateway/till-and-hub.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const DAY_MS = 86_400_000

type Hub = Awaited<ReturnType<typeof openTillRecords>>

/** Does something while the hub's clock is a year ahead, and sets it right. */
async function ahead<T>(hub: Hub, act: () => Promise<T>): Promise<T> {
  const { world } = hub
  const right = world.clock.now()
  world.setWallClock(right + 365 * DAY_MS)
  const result = await act()
  world.setWallClock(right)
  return result
}

test('a session and an enrolment code made by a clock that was ahead are not good for a year', async () => {
  await using hub = await openTillRecords()
  const { db, world } = hub
  const password = 'correct horse battery'
  const password_hash = await hashPassword(world.random, password)
  await transaction(db, tx => putAccount(tx, 'kim', password_hash, 0))
  const log = () => openSession(db, world.random, 'kim', password, world.clock.now())
  const wrong = await ahead(hub, log)
  expect(await sessionOf(db, wrong.token, world.clock.now())).toBeNull()
  const good = await log() // which also clears the other away
  expect(await sessionOf(db, good.token, world.clock.now())).toMatchObject({ name: 'kim' })
  expect(await db.selectFrom('session').select('account').execute()).toHaveLength(1)
  const code = await ahead(hub, () => transaction(db, tx => createEnrolCode(tx, world, 'HAR', 'Till 9')))
  const key = newSigningKey(world.random)
  const proof = key.sign(signedEnrolment(code, key.publicKey))
  const enrolled = enrolDevice(
    { db, world, hub: 'hub_test', key: async () => 'key', sendSnapshot },
    { code, publicKey: key.publicKey, proof, till: null },
  )
  await expect(enrolled).rejects.toMatchObject({ code: 'ENROL_CODE_WRONG' })
})

test('what waits for a person is shown, although it came by a clock that was ahead', async () => {
  await using hub = await openTillRecords()
  const { db, world } = hub
  const till = await hub.enrol()
  await ahead(hub, async () => {
    await hub.receive(till, [
      {
        kind: 'pickup.moved',
        at: 1_700_000_000_000,
        pickup: 'gid://shopify/FulfillmentOrder/9',
        move: 'collect',
        staff: 'Maya',
        till: 'Till 1',
        reason: null,
      },
    ])
    const begun_at = world.clock.now()
    const row = { store: 'HAR', cause: 'older' as const, begun_at, since: 0, recorded: 1, ended_at: null }
    await transaction(db, tx => tx.insertInto('recovery').values(row).execute())
  })
  const now = world.clock.now()
  expect(await handedOverUnknown.find(db, now)).toMatchObject([{ store: 'HAR' }])
  expect(await recoveryOverdue.find(db, now)).toMatchObject([{ subject: 'HAR' }])
})

test('an exception last seen ahead of the clock closes when its problem is over', async () => {
  await using hub = await openTillRecords()
  const { db, world } = hub
  const fields = { topic: 'x', problem: 'y' }
  const problem = { code: 'webhook-unreadable', subject: 'x', store: null, fields, evidence: {} } as const
  await ahead(hub, () => transaction(db, tx => openException(tx, problem, world.clock.now())))
  const quiet = { quietForMs: DAY_MS }
  await transaction(db, tx => closeException(tx, 'webhook-unreadable', 'x', world.clock.now(), quiet))
  expect(await isExceptionOpen(db, 'webhook-unreadable', 'x')).toBe(false)
})
