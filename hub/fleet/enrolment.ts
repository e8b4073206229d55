import { hash } from 'node:crypto'
import { defineError } from '../../shared/errors.ts'
import { DeviceId, StoreCode } from '../../shared/ids.ts'
import { type EnrolAnswer, EnrolRequest, firstIssue, signedEnrolment } from '../../shared/protocol.ts'
import { randomId, type World } from '../../shared/world.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { isSignedBy } from './device-key.ts'
import { addDevice, supersedeDevices } from './devices.ts'
import { describeStore, storeUnknown } from './stores.ts'

export const enrolCodeWrong = defineError(
  'ENROL_CODE_WRONG',
  () =>
    'This code is unknown, used or older than a day. Make a new one with: tillbridge-hub enrol-code STORE.',
)
export const enrolMalformed = defineError(
  'ENROL_MALFORMED',
  (f: { why: string }) => `The enrolment can't be read: ${f.why}.`,
)
export const enrolThrottled = defineError(
  'ENROL_THROTTLED',
  () => 'Too many wrong codes came from this address. Wait a minute, then try again.',
)

const VALID_MS = 24 * 3_600_000
/** 16 letters of 32: 80 bits. Without I, L, O and U, which people misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const hashOf = (code: string) => hash('sha256', code.replace(/[\s-]/g, '').toUpperCase(), 'base64url')

/** Makes a code that enrols one till of a store, once, within a day. Only its hash is kept. */
export async function createEnrolCode(
  tx: Tx,
  world: Pick<World, 'random' | 'clock'>,
  store: string,
  till: string,
): Promise<string> {
  if (
    (await tx.selectFrom('store').select('code').where('code', '=', store).executeTakeFirst()) === undefined
  )
    throw storeUnknown({ store })
  const letters = [...world.random.bytes(16)].map(byte => ALPHABET[byte % 32]).join('')
  const code = letters.replace(/(.{4})(?!$)/g, '$1-')
  const expires_at = world.clock.now() + VALID_MS
  await tx
    .insertInto('enrol_code')
    .values({ code_hash: hashOf(code), store, till, expires_at, used_at: null, device: null })
    .execute()
  return code
}

export interface EnrolmentParts {
  readonly db: Db
  readonly world: Pick<World, 'random' | 'clock'>
  readonly hub: string
  /** What a new device must be told at once: its store's open pickups. */
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
}

/**
 * Enrols a device by its one-time code. The code is spent in the transaction that makes the device.
 * @throws ENROL_MALFORMED, ENROL_CODE_WRONG
 */
export async function enrolDevice(parts: EnrolmentParts, body: unknown): Promise<EnrolAnswer> {
  const request = EnrolRequest.safeParse(body)
  if (!request.success) throw enrolMalformed({ why: firstIssue(request.error) })
  const { code, publicKey, proof, till } = request.data
  if (!isSignedBy(publicKey, signedEnrolment(code, publicKey), proof))
    throw enrolMalformed({ why: 'its proof does not fit its key' })
  const now = parts.world.clock.now()
  return transaction(parts.db, async tx => {
    const found = await tx
      .selectFrom('enrol_code')
      .innerJoin('store', 'store.code', 'enrol_code.store')
      .select(['enrol_code.code_hash', 'enrol_code.till', 'store.code', 'store.name', 'store.zone'])
      .where('code_hash', '=', hashOf(code))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    if (found === undefined) throw enrolCodeWrong({})
    const device = DeviceId.parse(randomId(parts.world.random, 'dev'))
    const name = till ?? found.till
    await tx
      .updateTable('enrol_code')
      .set({ used_at: now, device })
      .where('code_hash', '=', found.code_hash)
      .execute()
    await supersedeDevices(tx, found.code, name, now)
    await addDevice(tx, { device, store: found.code, till: name, publicKey }, now)
    await describeStore(
      tx,
      device,
      { code: StoreCode.parse(found.code), name: found.name, till: name, zone: found.zone },
      now,
    )
    await parts.sendSnapshot(tx, device, now)
    return { device, hub: parts.hub, store: found.code, storeName: found.name, till: name, zone: found.zone }
  })
}
