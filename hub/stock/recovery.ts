import type { Selectable } from 'kysely'
import type { Position } from '../../shared/stream/log.ts'
import { closeException, reconcileExceptions } from '../checks/exceptions.ts'
import { hubRestored } from '../checks/hub-restored.ts'
import { awaitedTills, missingMovements } from '../checks/recovery-waits.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { noteUnknownSends } from '../generation/generation.ts'
import { type LostSend, lostPostings, takeInLostSends } from '../outbox/lost-postings.ts'
import { releaseWrite } from '../outbox/postings.ts'
import { countAsSent, openWrites, pickupWriteKinds, refuseWrite } from '../outbox/writes.ts'
import { markChanged } from './mark-changed.ts'
import { doubtCounts } from './pos-counts.ts'

/** A store whose movements are judged before they are posted. */
export type Recovery = Selectable<Schema['recovery']>
export type RecoveryCause = Recovery['cause']

/** That the database is older than it once was. */
export interface RecoveryFound {
  readonly cause: RecoveryCause
  /** Hub clock, ms: what the lost hub sent beyond this database, it sent after this. */
  readonly since: number
  readonly now: number
  /** All that the lost hub sent; null: no record of it is whole, and Shopify's levels must tell. */
  readonly lost: readonly LostSend[] | null
  /** Stores of which the record does not know everything, though it is whole for the others. */
  readonly unknown: ReadonlySet<string>
}

/**
 * Begins the recovery of some stores: nothing that waits for Shopify there, or arrives of what tills had
 * sent before, is posted unjudged. Requests under way are ended, and their movements are judged with the others;
 * pickup requests count as sent, so that Shopify is asked before they go again.
 */
export async function beginRecovery(tx: Tx, found: RecoveryFound, stores: readonly string[]): Promise<void> {
  const { cause, now, lost, unknown } = found
  for (const store of stores) {
    const former = await unendedUnknown(tx, store)
    const least = Math.min(found.since, await sentBefore(tx, store), former?.since ?? Number.MAX_SAFE_INTEGER)
    const since = least <= now ? least : 0 // the clock was ahead at the backup, which tells nothing of its age
    await forgetRecovery(tx, store)
    await tx
      .insertInto('recovery')
      .values({
        store,
        cause,
        begun_at: now,
        since,
        recorded: lost === null || unknown.has(store) || former !== null ? 0 : 1,
        ended_at: null,
      })
      .execute()
    await releaseOpen(tx, store, now)
    await doubtCounts(tx, store, now)
  }
  if (lost !== null) await takeInLostSends(tx, lost)
  await sayWhatIsUnderWay(tx, now)
}

/** Opens the exceptions of recoveries at once, and closes those that have ended; the check keeps them up to date. */
async function sayWhatIsUnderWay(tx: Tx, at: number): Promise<void> {
  const found = await hubRestored.find(tx, at)
  await reconcileExceptions(tx, { kind: 'hub-restored', scope: 'all', found, at, seen: 'still' })
}

/**
 * A till claims that the hub confirmed records which it does not hold, and nothing else says that the database is older.
 * The claim can't be checked, so it reaches no further than its own store, waits for no other till, and is taken up
 * once; a recovery under way is left as it is, unless it goes by a record that the claim shows to lack something. For a later restore more was sent in that store than any record knows, and
 * in those whose tills have not been heard yet: they may be about to claim the same. Have the record raised after the commit.
 * @param claim.since when the hub heard of the till last
 * @param claim.heard the devices that were connected to this process, and have claimed what they had to claim
 * @returns whether more is judged from now on
 */
export async function recoverByClaim(
  tx: Tx,
  claim: {
    readonly device: string
    readonly store: string
    readonly since: number
    readonly heard: ReadonlySet<string>
    /** The till was served by a life of the hub that no record knows: whatever record a recovery goes by is not whole. */
    readonly isOtherLife: boolean
    readonly now: number
  },
): Promise<boolean> {
  const { device, store, since, heard, isOtherLife, now } = claim
  const under = await recoveryOf(tx, store)
  const isUnderWay = under !== null && under.ended_at === null
  if (isUnderWay && (under.recorded === 0 || !isOtherLife)) return false
  const active = await tx
    .selectFrom('device')
    .select(['device', 'store'])
    .where('state', '=', 'active')
    .orderBy('device')
    .execute()
  const unheard = active.filter(one => !heard.has(one.device)).map(one => one.store)
  await noteUnknownSends(tx, [...new Set([store, ...unheard])], now)
  if (isUnderWay) {
    await distrustRecord(tx, under, since)
    return true
  }
  await beginRecovery(tx, { cause: 'till', since, now, lost: null, unknown: new Set() }, [store])
  for (const other of active)
    if (other.store === store && other.device !== device)
      await noteHello(tx, { device: other.device, store, last: { epoch: 0, seq: 0 }, at: now })
  return true
}

/** From now on Shopify's levels tell: the hub before the lost one sent more than the record says. */
async function distrustRecord(tx: Tx, { store, since }: Recovery, heardAt: number): Promise<void> {
  const least = Math.min(since, heardAt)
  await tx.updateTable('recovery').set({ recorded: 0, since: least }).where('store', '=', store).execute()
}

/** What the database itself says is under way may have been carried out before the backup was made. */
async function sentBefore(tx: Tx, store: string): Promise<number> {
  const open = await openWrites(tx, { kinds: ['adjust'], store })
  return Math.min(
    ...open.map(({ first_sent_at }) => first_sent_at ?? Number.MAX_SAFE_INTEGER),
    Number.MAX_SAFE_INTEGER,
  )
}

/** A recovery under way at the backup of which no record was whole: what it did not know is still not known. Null: none. */
async function unendedUnknown(tx: Tx, store: string): Promise<Recovery | null> {
  const former = await recoveryOf(tx, store)
  return former === null || former.recorded === 1 ? null : former
}

async function releaseOpen(tx: Tx, store: string, now: number): Promise<void> {
  const problem = 'The hub was restored from a backup; its movements are judged again.'
  for (const { id } of await openWrites(tx, { kinds: ['adjust'], store })) {
    await releaseWrite(tx, id)
    await refuseWrite(tx, id, { problem, now })
  }
  for (const write of await openWrites(tx, { kinds: pickupWriteKinds, store }))
    await countAsSent(tx, write, now)
}

/** Null: the store's movements are posted as they come. */
export async function recoveryOf(db: Reads, store: string): Promise<Recovery | null> {
  const row = await db.selectFrom('recovery').selectAll().where('store', '=', store).executeTakeFirst()
  return row ?? null
}

/** A restore left the ledger of a store incomplete: Shopify may differ from it only because something is missing there. */
export async function isJudged(db: Reads, store: string): Promise<boolean> {
  const recovery = await recoveryOf(db, store)
  return recovery !== null && recovery.ended_at === null
}

/** Every recovery that is under way or watched, oldest first. */
export function recoveries(db: Reads): Promise<Recovery[]> {
  return db.selectFrom('recovery').selectAll().orderBy('begun_at').orderBy('store').execute()
}

/**
 * A till has connected: during a recovery it is waited for until the hub holds what the till holds now. A later
 * connection speaks for itself, so a claim that no record can fulfil ends with the next hello of its till.
 */
export async function noteHello(
  tx: Tx,
  hello: { readonly device: string; readonly store: string; readonly last: Position; readonly at: number },
): Promise<void> {
  const { device, store, at } = hello
  const recovery = await recoveryOf(tx, store)
  if (recovery === null) return
  const { epoch, seq } = hello.last
  await tx
    .insertInto('recovery_device')
    .values({ device, store, epoch, seq, at })
    .onConflict(c => c.column('device').doUpdateSet({ store, epoch, seq, at }))
    .execute()
}

/** What a till held when it connected last during a recovery; null: it has not. */
export async function helloOf(db: Reads, device: string): Promise<Position | null> {
  const row = await db
    .selectFrom('recovery_device')
    .select(['epoch', 'seq'])
    .where('device', '=', device)
    .executeTakeFirst()
  return row ?? null
}

/**
 * Ends the recovery of a store when its tills have sent everything and nothing that the lost hub sent is missing. What
 * waits for its item to be mapped is still judged, and so is history that a later version of the contract may release,
 * so the row stays, out of sight, as long as there is some.
 */
export async function concludeRecovery(tx: Tx, store: string, now: number): Promise<void> {
  const recovery = await recoveryOf(tx, store)
  if (recovery === null) return
  if ((await awaitedTills(tx, store)).length > 0 || (await missingMovements(tx, store)).movements > 0) return
  if (recovery.recorded === 0 && recovery.ended_at === null && !(await isStore(tx, store))) return
  if (recovery.ended_at === null) await endRecovery(tx, store, now)
  if (!(await isUnjudged(tx, recovery))) await forgetRecovery(tx, store)
}

/** One that was added after the backup is not there yet: whatever the lost hub sent of it is judged once it is added again. */
async function isStore(db: Reads, store: string): Promise<boolean> {
  const row = await db.selectFrom('store').select('code').where('code', '=', store).executeTakeFirst()
  return row !== undefined
}

async function endRecovery(tx: Tx, store: string, now: number): Promise<void> {
  await tx.updateTable('recovery').set({ ended_at: now }).where('store', '=', store).execute()
  await sayItEnded(tx, store, now)
}

async function sayItEnded(tx: Tx, store: string, now: number): Promise<void> {
  await closeException(tx, 'hub-restored', store, now)
  await closeException(tx, 'recovery-overdue', store, now)
}

/**
 * Something is due of an item, or at a warehouse, that Shopify could not be asked about; or no whole record says what the
 * lost hub sent of what is history here.
 */
async function isUnjudged(tx: Tx, { store, recorded }: Recovery): Promise<boolean> {
  const row = await tx
    .selectFrom('due as d')
    .innerJoin('code as s', 's.id', 'd.store')
    .select('d.item')
    .where('s.text', '=', store)
    .executeTakeFirst()
  if (row !== undefined || recorded === 1) return row !== undefined
  const held = await tx
    .selectFrom('history_movement as h')
    .innerJoin('code as s', 's.id', 'h.store')
    .select('h.item')
    .where('s.text', '=', store)
    .limit(1)
    .executeTakeFirst()
  return held !== undefined
}

/**
 * A person ends the wait: what is missing will not come. Should it come after all, it is judged as before. Shopify may have it,
 * and the ledger lacks it: the levels of its items are looked at, and what differs is named.
 */
export async function dropRecovery(tx: Tx, store: string, now: number): Promise<void> {
  await endRecovery(tx, store, now)
  await markChanged(tx, await lostPostings(tx, store))
}

async function forgetRecovery(tx: Tx, store: string): Promise<void> {
  for (const table of ['recovery', 'recovery_device', 'recovery_level'] as const)
    await tx.deleteFrom(table).where('store', '=', store).execute()
}

/** How Shopify's level of an item looked when a recovery first asked; null: it has not asked yet. */
export async function firstLook(
  db: Reads,
  at: { readonly store: string; readonly location: string; readonly item: string },
): Promise<'clean' | 'changed' | null> {
  const row = await db
    .selectFrom('recovery_level')
    .select('clean')
    .where(e => e.and(at))
    .executeTakeFirst()
  if (row === undefined) return null
  return row.clean === 1 ? 'clean' : 'changed'
}

export async function keepFirstLook(
  tx: Tx,
  look: { readonly store: string; readonly location: string; readonly item: string; readonly shown: number },
  verdict: 'clean' | 'changed',
): Promise<void> {
  const { store, location, item, shown } = look
  await tx
    .insertInto('recovery_level')
    .values({ store, location, item, shown, clean: verdict === 'clean' ? 1 : 0 })
    .execute()
}
