import { hash } from 'node:crypto'
import { defineError } from '../../shared/errors.ts'
import { DeviceId } from '../../shared/ids.ts'
import { type EnrolAnswer, EnrolRequest, firstIssue, signedEnrolment } from '../../shared/protocol.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import { isSignedBy } from '../../shared/signing.ts'
import { randomId, type World } from '../../shared/world.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { isTakenForConnected, startedAt } from './connected.ts'
import { addDevice, type DeviceRow, RE_ENROLLED, shownName, supersedeDevices } from './devices.ts'
import { letSendFirst } from './lost-history.ts'
import { describeStore, storeUnknown } from './stores.ts'
import { tillNameKey } from './till-named.ts'

const WHY_WRONG = {
  unknown: 'This hub does not know this code. Check what was typed, and whether it is this hub’s.',
  used: 'This code was used already: each enrols one till, once.',
} as const

/** `endedAt`: hub clock, ms. */
type Wrong =
  | { readonly because: 'unknown' | 'used' }
  | { readonly because: 'ended'; readonly endedAt: number }

export const enrolCodeWrong = defineError(
  'ENROL_CODE_WRONG',
  (wrong: Wrong) =>
    `${wrong.because === 'ended' ? `This code was valid until ${shownMinute(wrong.endedAt)}.` : WHY_WRONG[wrong.because]} Make a new one with: tillbridge-hub enrol-code STORE.`,
)
export const enrolMalformed = defineError(
  'ENROL_MALFORMED',
  (f: { why: string }) => `The enrolment can't be read: ${f.why}.`,
)
export const enrolThrottled = defineError(
  'ENROL_THROTTLED',
  () => 'Too many wrong codes came from this address. Wait a minute, then try again.',
)

export const tillNameTaken = defineError(
  'TILL_NAME_TAKEN',
  (f: { store: string; till: string; free: string }) =>
    `Store ${f.store} has a till "${f.till}" already. For another PC leave --till out (it becomes "${f.free}"). To replace that till's PC add --replace: its device is then revoked, and what it has not sent stays on it until it is enrolled again.`,
)
export const tillConnected = defineError(
  'TILL_CONNECTED',
  (f: { store: string; till: string }) =>
    `Till "${f.till}" of store ${f.store} is connected now. Stop its agent first. With --replace --force it is revoked at once, and what it has not sent stays on that PC until it is enrolled again.`,
)

/** What a code may do to a till of the same name: replace one that is not connected, or any. */
export type Replaces = 'disconnected' | 'any'

const VALID_MS = 24 * 3_600_000
/** A code that is valid for longer was made while the clock was ahead. */
export const longestCodeDays = 30
const LONGEST_MS = longestCodeDays * VALID_MS
/** 16 letters of 32: 80 bits. Without I, L, O and U, which people misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

const hashOf = (code: string) => hash('sha256', code.replace(/[\s-]/g, '').toUpperCase(), 'base64url')

/** Makes a code that enrols one till of a store, once, within a day or `validMs`. Only its hash is kept. */
export async function createEnrolCode(
  tx: Tx,
  world: Pick<World, 'random' | 'clock'>,
  store: string,
  till: string,
  replaces: Replaces | null = 'disconnected',
  validMs = VALID_MS,
): Promise<string> {
  if (
    (await tx.selectFrom('store').select('code').where('code', '=', store).executeTakeFirst()) === undefined
  )
    throw storeUnknown({ store })
  const letters = [...world.random.bytes(16)].map(byte => ALPHABET[byte % 32]).join('')
  const code = letters.replace(/(.{4})(?!$)/g, '$1-')
  const expires_at = world.clock.now() + Math.min(validMs, LONGEST_MS)
  await tx
    .insertInto('enrol_code')
    .values({
      code_hash: hashOf(code),
      store,
      till: shownName(till),
      expires_at,
      used_at: null,
      device: null,
      replaces,
    })
    .execute()
  return code
}

/** The devices of a till's name that may still connect: one, and after a restore those that owe records. */
async function holdersOf(db: Reads, store: string, till: string): Promise<DeviceRow[]> {
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('store', '=', store)
    .where('state', '=', 'active')
    .execute()
  return rows.filter(row => isSameTill(row.till, till))
}

const isSameTill = (one: string, other: string) => tillNameKey(one) === tillNameKey(other)

/** A till's name as its devices have it: who writes it in another way means the same till. */
async function knownSpelling(db: Reads, store: string, till: string): Promise<string> {
  const devices = await db
    .selectFrom('device')
    .select(['till', 'state'])
    .where('store', '=', store)
    .orderBy('enrolled_at', 'desc')
    .execute()
  const same = devices.filter(row => isSameTill(row.till, till))
  return (same.find(({ state }) => state !== 'revoked') ?? same[0])?.till ?? till
}

export const tillHasCode = defineError(
  'TILL_HAS_CODE',
  (f: { store: string; till: string; endsAt: number }) =>
    `Store ${f.store} has a code for "${f.till}" that works until ${shownMinute(f.endsAt)}. Use that one, or end it: add --replace-codes.`,
)

function openCodes(db: Reads, store: string, now: number) {
  return db
    .selectFrom('enrol_code')
    .select(['code_hash', 'till', 'expires_at'])
    .where('store', '=', store)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where('expires_at', '<=', now + LONGEST_MS)
    .orderBy('expires_at')
    .execute()
}

/** @throws TILL_HAS_CODE when a code for this till has been made and still works */
export async function demandNoOpenCode(
  db: Reads,
  { store, till }: { readonly store: string; readonly till: string },
  now: number,
): Promise<void> {
  const open = (await openCodes(db, store, now)).find(row => isSameTill(row.till, till))
  if (open !== undefined) throw tillHasCode({ store, till: open.till, endsAt: open.expires_at })
}

export const tillUnnamed = defineError(
  'TILL_UNNAMED',
  (f: { store: string; till: string; endsAt: number }) =>
    `This row names no till, and store ${f.store} has a code for "${f.till}", a name that was free, which works until ${shownMinute(f.endsAt)}. Use that code, or name the till that the new one is for.`,
)

const isFreeName = (till: string) => /^till \d+$/.test(tillNameKey(till))

/**
 * A list that is run again makes no second till of a row without a name.
 * @param listed tills of this store that the list names
 * @throws TILL_UNNAMED when a code for the next free name of before still works
 */
export async function demandNoUnnamedCode(
  db: Reads,
  { store, listed }: { readonly store: string; readonly listed: readonly string[] },
  now: number,
): Promise<void> {
  const open = (await openCodes(db, store, now)).find(
    ({ till }) => isFreeName(till) && !listed.some(name => isSameTill(name, till)),
  )
  if (open !== undefined) throw tillUnnamed({ store, till: open.till, endsAt: open.expires_at })
}

/** The codes that were made for this till work no more. */
export async function endOpenCodes(
  tx: Tx,
  { store, till }: { readonly store: string; readonly till: string },
  now: number,
): Promise<void> {
  const ended = (await openCodes(tx, store, now)).filter(row => isSameTill(row.till, till))
  for (const { code_hash } of ended)
    await tx.updateTable('enrol_code').set({ expires_at: now }).where('code_hash', '=', code_hash).execute()
}

/** "Till 1", or the next number that no till and no open code of the store has. */
export async function freeTillName(db: Reads, store: string, now: number): Promise<string> {
  const devices = await db
    .selectFrom('device')
    .select('till')
    .where('store', '=', store)
    .where('state', '<>', 'revoked')
    .execute()
  const codes = await openCodes(db, store, now)
  const taken = new Set([...devices, ...codes].map(({ till }) => tillNameKey(till)))
  for (let number = 1; ; number += 1) if (!taken.has(`till ${number}`)) return `Till ${number}`
}

/**
 * Refuses a name that would push another till out.
 * @throws TILL_NAME_TAKEN, TILL_CONNECTED
 */
export async function demandTillName(
  db: Reads,
  { store, till, replaces }: { store: string; till: string; replaces: string | null },
  now: number,
): Promise<void> {
  const holders = await holdersOf(db, store, till)
  if (holders.length === 0 || replaces === 'any') return
  if (replaces === null) throw tillNameTaken({ store, till, free: await freeTillName(db, store, now) })
  const started = await startedAt(db)
  if (holders.some(holder => isTakenForConnected(holder, now, started))) throw tillConnected({ store, till })
}

export interface EnrolmentParts {
  readonly db: Db
  readonly world: Pick<World, 'random' | 'clock'>
  readonly hub: string
  /** The hub's public key, which the device is to keep. */
  key(): Promise<string>
  /** What a new device must be told at once: its store's open pickups. */
  sendSnapshot(tx: Tx, device: string, now: number): Promise<void>
}

/** Said only to those who have the code: it is too long to be guessed. */
async function whyWrong(db: Reads, code: string): Promise<Wrong> {
  const known = await db
    .selectFrom('enrol_code')
    .select(['used_at', 'expires_at'])
    .where('code_hash', '=', hashOf(code))
    .executeTakeFirst()
  if (known === undefined) return { because: 'unknown' }
  return known.used_at === null ? { because: 'ended', endedAt: known.expires_at } : { because: 'used' }
}

/** Tells a new device what its store is, and which pickups are open there. @throws STORE_UNKNOWN */
export async function greetDevice(
  tx: Tx,
  { sendSnapshot }: Pick<EnrolmentParts, 'sendSnapshot'>,
  device: string,
  now: number,
): Promise<void> {
  await describeStore(tx, device, now)
  await sendSnapshot(tx, device, now)
}

/**
 * Enrols a device by its one-time code. The code is spent in the transaction that makes the device.
 * @throws ENROL_MALFORMED, ENROL_CODE_WRONG, TILL_NAME_TAKEN, TILL_CONNECTED; the code is not spent then
 */
export async function enrolDevice(parts: EnrolmentParts, body: unknown): Promise<EnrolAnswer> {
  const request = EnrolRequest.safeParse(body)
  if (!request.success) throw enrolMalformed({ why: firstIssue(request.error) })
  const { code, publicKey, proof, till } = request.data
  if (!isSignedBy(publicKey, signedEnrolment(code, publicKey), proof))
    throw enrolMalformed({ why: 'its proof does not fit its key' })
  const now = parts.world.clock.now()
  const hubKey = await parts.key()
  return transaction(parts.db, async tx => {
    const found = await tx
      .selectFrom('enrol_code')
      .innerJoin('store', 'store.code', 'enrol_code.store')
      .select([
        'enrol_code.code_hash',
        'enrol_code.till',
        'enrol_code.replaces',
        'store.code',
        'store.name',
        'store.zone',
      ])
      .where('code_hash', '=', hashOf(code))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .where('expires_at', '<=', now + LONGEST_MS)
      .executeTakeFirst()
    if (found === undefined) throw enrolCodeWrong(await whyWrong(tx, code))
    const device = DeviceId.parse(randomId(parts.world.random, 'dev'))
    const name = await knownSpelling(tx, found.code, shownName(till ?? found.till) || found.till)
    await demandTillName(tx, { store: found.code, till: name, replaces: found.replaces }, now)
    await tx
      .updateTable('enrol_code')
      .set({ used_at: now, device })
      .where('code_hash', '=', found.code_hash)
      .execute()
    const former = { store: found.code, till: name }
    await supersedeDevices(tx, former, await letSendFirst(tx, former, RE_ENROLLED), now)
    await addDevice(tx, { device, store: found.code, till: name, publicKey }, now)
    await greetDevice(tx, parts, device, now)
    const { code: store, name: storeName, zone } = found
    return { device, hub: parts.hub, hubKey, store, storeName, till: name, zone }
  })
}
