import { badgeHash } from '../../shared/badge-code.ts'
import { maskTexts } from '../../shared/card-numbers/mask-texts.ts'
import { defineError } from '../../shared/errors.ts'
import { EpochMs } from '../../shared/ids.ts'
import {
  isDrawnBadge,
  isEasyPin,
  MOST_STAFF,
  MOST_STAFF_NAME_LETTERS,
  StaffCode,
  StaffMember,
  StaffPin,
} from '../../shared/staff.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { contractOf } from '../contract/contract.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { sendToDevice, sendToStore } from '../streams/command-log.ts'
import { demandStore } from './stores.ts'

/** The one owner of the tables `staff` and `staff_store`: who works at the tills. */

export const staffInvalid = defineError(
  'STAFF_INVALID',
  (f: { field: string; value: string }) =>
    `"${f.value}" is not a ${f.field} of staff. A code has letters, digits and "-", at most 32; a name has at most ${MOST_STAFF_NAME_LETTERS} letters.`,
)
export const staffUnknown = defineError(
  'STAFF_UNKNOWN',
  (f: { staff: string }) =>
    `There is no ${f.staff} among the staff. See them with: tillbridge-hub staff list.`,
)
export const staffNameTaken = defineError(
  'STAFF_NAME_TAKEN',
  (f: { name: string; staff: string; where: string }) =>
    `"${f.name}" is also the name of ${f.staff}, who works in ${f.where}, too. Colleagues could not tell them apart: give another name.`,
)
export const staffTooMany = defineError(
  'STAFF_TOO_MANY',
  (f: { where: string }) =>
    `There would be more than ${MOST_STAFF} people in ${f.where}. Remove those who have left, or name the stores in which each one works.`,
)
export const staffLastOne = defineError(
  'STAFF_LAST_ONE',
  (f: { store: string }) =>
    `Store ${f.store} requires a PIN or a badge, and would have no one left who has one: its tills would be locked for all. First give another person one, or change it with: tillbridge-hub contract set ${f.store} --staff-pin off.`,
)
export const pinRefused = defineError(
  'PIN_REFUSED',
  () =>
    'A PIN has 4 to 8 digits. One digit again and again, or digits that count up or down, are too easy to guess.',
)
export const badgeRefused = defineError(
  'BADGE_REFUSED',
  () => 'The code of a badge has 6 to 64 letters, digits or signs, without blanks.',
)
export const badgeNeedsPin = defineError(
  'BADGE_NEEDS_PIN',
  () =>
    'A code of your own can be guessed or copied, so it always needs the PIN. Leave --code-file out: the hub then draws a code that may be used alone.',
)
export const badgeTaken = defineError(
  'BADGE_TAKEN',
  (f: { staff: string }) => `This badge belongs to ${f.staff} already.`,
)

type Row = Schema['staff']

/** A person as `staff list` shows them. */
export interface ListedStaff {
  readonly staff: string
  readonly name: string
  /** Null: every store. */
  readonly stores: readonly string[] | null
  readonly hasPin: boolean
  readonly badge: 'none' | 'with-pin' | 'alone'
}

export interface NewStaff {
  readonly staff: string
  readonly name: string
  /** Null: every store. */
  readonly stores: readonly string[] | null
}

/**
 * Adds a person, or changes the name and the stores of one. Every store concerned tells its tills.
 * @throws STAFF_INVALID, STORE_UNKNOWN, STAFF_NAME_TAKEN, STAFF_TOO_MANY, STAFF_LAST_ONE
 */
export async function putStaff(tx: Tx, given: NewStaff, now: number): Promise<'added' | 'changed'> {
  const code = StaffCode.safeParse(given.staff)
  if (!code.success) throw staffInvalid({ field: 'code', value: given.staff })
  const name = visibleText(given.name).trim()
  if (name === '' || name.length > MOST_STAFF_NAME_LETTERS)
    throw staffInvalid({ field: 'name', value: given.name })
  // a command to the tills holds no card number, and they could not read one that was masked
  if (JSON.stringify(maskTexts([code.data, name])) !== JSON.stringify([code.data, name]))
    throw staffInvalid({ field: 'code or name', value: name })
  for (const store of given.stores ?? []) await demandStore(tx, store)
  const staff = code.data
  const before = await storesOf(tx, staff)
  const former = await rowOf(tx, staff)
  const all_stores = given.stores === null ? 1 : 0
  await tx
    .insertInto('staff')
    .values({ staff, name, pin_hash: null, badge_hash: null, badge_alone: 0, all_stores, added_at: now })
    .onConflict(c => c.column('staff').doUpdateSet({ name, all_stores }))
    .execute()
  await tx.deleteFrom('staff_store').where('staff', '=', staff).execute()
  for (const store of new Set(given.stores ?? []))
    await tx.insertInto('staff_store').values({ staff, store }).execute()
  if (given.stores === null) {
    // they are colleagues in the first store as well, which may not be there yet
    const everywhere = (await allRows(tx)).filter(row => row.all_stores === 1)
    demandColleagues(everywhere, 'every store')
  }
  await tellStores(tx, new Set([...before, ...(await storesOf(tx, staff))]), now)
  return former === undefined ? 'added' : 'changed'
}

/** @throws STAFF_UNKNOWN, STAFF_LAST_ONE */
export async function removeStaff(tx: Tx, staff: string, now: number): Promise<void> {
  await demandStaff(tx, staff)
  const before = await storesOf(tx, staff)
  await tx.deleteFrom('staff_store').where('staff', '=', staff).execute()
  await tx.deleteFrom('staff').where('staff', '=', staff).execute()
  await tellStores(tx, before, now)
}

/** @throws PIN_REFUSED */
export function demandPin(pin: string): void {
  if (!StaffPin.safeParse(pin).success || isEasyPin(pin)) throw pinRefused({})
}

/** Sets what is kept of a person's PIN; null: none. @throws STAFF_UNKNOWN, STAFF_LAST_ONE */
export async function setPin(tx: Tx, staff: string, pin_hash: string | null, now: number): Promise<void> {
  await demandStaff(tx, staff)
  await tx.updateTable('staff').set({ pin_hash }).where('staff', '=', staff).execute()
  await tellStores(tx, await storesOf(tx, staff), now)
}

/**
 * Gives a person a badge in place of the one before; null: none.
 * @throws STAFF_UNKNOWN, BADGE_REFUSED, BADGE_NEEDS_PIN, BADGE_TAKEN, STAFF_LAST_ONE
 */
export async function setBadge(
  tx: Tx,
  staff: string,
  badge: { readonly code: string; readonly isAlone: boolean } | null,
  now: number,
): Promise<void> {
  await demandStaff(tx, staff)
  const badge_hash = badge === null ? null : badgeHash(badge.code)
  if (badge !== null) {
    if (!/^[!-~]{6,64}$/.test(badge.code.trim())) throw badgeRefused({})
    if (badge.isAlone && !isDrawnBadge(badge.code)) throw badgeNeedsPin({})
    const taken = await tx
      .selectFrom('staff')
      .select('staff')
      .where('badge_hash', '=', badge_hash)
      .executeTakeFirst()
    if (taken !== undefined && taken.staff !== staff) throw badgeTaken({ staff: taken.staff })
  }
  const badge_alone = badge?.isAlone === true ? 1 : 0
  await tx.updateTable('staff').set({ badge_hash, badge_alone }).where('staff', '=', staff).execute()
  await tellStores(tx, await storesOf(tx, staff), now)
}

/** Everyone, by their codes. @param store only those who work there */
export async function listStaff(db: Reads, store?: string): Promise<readonly ListedStaff[]> {
  const rows = store === undefined ? await allRows(db) : await rowsAt(db, store)
  const places = await db.selectFrom('staff_store').selectAll().orderBy('store').execute()
  return rows.map(row => ({
    staff: row.staff,
    name: row.name,
    stores: row.all_stores === 1 ? null : places.filter(one => one.staff === row.staff).map(one => one.store),
    hasPin: row.pin_hash !== null,
    badge: row.badge_hash === null ? 'none' : row.badge_alone === 1 ? 'alone' : 'with-pin',
  }))
}

/** Whether someone could work at the tills of a store that requires PINs. */
export async function canUnlock(db: Reads, store: string): Promise<boolean> {
  return (await rowsAt(db, store)).some(row => row.pin_hash !== null || row.badge_alone === 1)
}

/** Tells one device who works in its store. A hub that knows no staff at all says nothing: older agents can't read it. */
export async function tellStaff(tx: Tx, device: string, now: number): Promise<void> {
  const of = await tx.selectFrom('device').select('store').where('device', '=', device).executeTakeFirst()
  const some = await tx.selectFrom('staff').select('staff').limit(1).executeTakeFirst()
  if (of === undefined || some === undefined) return
  await sendToDevice(tx, device, await wordsFor(tx, of.store, now))
}

async function wordsFor(tx: Tx, store: string, now: number) {
  const people = (await rowsAt(tx, store)).map(row =>
    StaffMember.parse({
      staff: row.staff,
      name: row.name,
      pinHash: row.pin_hash,
      badgeHash: row.badge_hash,
      badgeAlone: row.badge_alone === 1,
    }),
  )
  return { kind: 'staff.put' as const, at: EpochMs.parse(now), people }
}

/** That colleagues can be told apart, and fit into what a till is told. @throws STAFF_NAME_TAKEN, STAFF_TOO_MANY */
function demandColleagues(people: readonly Row[], where: string): void {
  if (people.length > MOST_STAFF) throw staffTooMany({ where })
  const names = new Map<string, string>()
  for (const { staff, name } of people) {
    const other = names.get(name.toLowerCase())
    if (other !== undefined) throw staffNameTaken({ name, staff: other, where })
    names.set(name.toLowerCase(), staff)
  }
}

/** Checks what a change made of these stores, and tells their tills. */
async function tellStores(tx: Tx, stores: ReadonlySet<string>, now: number): Promise<void> {
  for (const store of [...stores].sort()) {
    demandColleagues(await rowsAt(tx, store), `store ${store}`)
    const isRequired = (await contractOf(tx, store))?.terms.staffPin === 'required'
    if (isRequired && !(await canUnlock(tx, store))) throw staffLastOne({ store })
    await sendToStore(tx, store, await wordsFor(tx, store, now))
  }
}

const allRows = (db: Reads): Promise<Row[]> => db.selectFrom('staff').selectAll().orderBy('staff').execute()

async function rowsAt(db: Reads, store: string): Promise<readonly Row[]> {
  const places = await db.selectFrom('staff_store').select('staff').where('store', '=', store).execute()
  const there = new Set(places.map(({ staff }) => staff))
  return (await allRows(db)).filter(row => row.all_stores === 1 || there.has(row.staff))
}

async function storesOf(db: Reads, staff: string): Promise<ReadonlySet<string>> {
  const row = await rowOf(db, staff)
  if (row === undefined) return new Set()
  if (row.all_stores === 1) {
    const all = await db.selectFrom('store').select('code').execute()
    return new Set(all.map(({ code }) => code))
  }
  const places = await db.selectFrom('staff_store').select('store').where('staff', '=', staff).execute()
  return new Set(places.map(({ store }) => store))
}

function rowOf(db: Reads, staff: string): Promise<Row | undefined> {
  return db.selectFrom('staff').selectAll().where('staff', '=', staff).executeTakeFirst()
}

/** @throws STAFF_UNKNOWN */
async function demandStaff(db: Reads, staff: string): Promise<void> {
  if ((await rowOf(db, staff)) === undefined) throw staffUnknown({ staff })
}
