import type { PickupReminded } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { MOST_REMINDERS, type Reminder, ReminderMeans } from '../../shared/reminders.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { isOfShopify, type MoveOrigin } from './move-log.ts'
import { changePickup, type Pickup, readPickup } from './pickup-row.ts'

type Row = Schema['pickup_reminder']

/**
 * Notes one reminder of a customer, or takes it back, in the ingest's transaction. Of two tills that record the same one, the first in
 * the hub's order counts. One of an order that is not known yet shows once it is. Never throws for what a till sent.
 * @returns the hints to send for its store after the commit
 */
export async function applyReminded(
  tx: Tx,
  at: MoveOrigin,
  event: PickupReminded,
): Promise<readonly 'commands'[]> {
  if (!isOfShopify(event.pickup)) return []
  const isNew = await noteReminder(tx, at.store, event)
  const pickup = await readPickup(tx, event.pickup)
  if (pickup === null || pickup.row.store !== at.store) return []
  const isShown = isNew && (await showReminders(tx, pickup, at.now))
  // the till keeps showing its own until it hears that the hub has read it
  if (!isShown) await sendToDevice(tx, at.device, pickup.body)
  return ['commands']
}

/** @returns whether it changed anything */
async function noteReminder(tx: Tx, store: string, event: PickupReminded): Promise<boolean> {
  const { pickup, readyAt: ready_at, number, how, staff, till, at: made_at, undoes } = event
  const key = { pickup, ready_at, number }
  const before = await tx
    .selectFrom('pickup_reminder')
    .selectAll()
    .where(e => e.and(key))
    .executeTakeFirst()
  if (undoes !== undefined) {
    if (before === undefined || before.undone_at !== null) return false
    if (before.made_at !== undoes || before.till !== till || before.store !== store) return false
    await tx
      .updateTable('pickup_reminder')
      .set({ undone_at: made_at })
      .where(e => e.and(key))
      .execute()
    return true
  }
  const isSentAgain = before !== undefined && before.made_at === made_at && before.till === till
  if (before !== undefined && (before.undone_at === null || isSentAgain)) return false
  const row: Row = { ...key, store, how, staff, till, made_at, undone_at: null }
  await tx
    .insertInto('pickup_reminder')
    .values(row)
    .onConflict(c => c.columns(['pickup', 'ready_at', 'number']).doUpdateSet(row))
    .execute()
  return true
}

/**
 * Tells the store's tills of the reminders since a pickup is ready. After commit, say `commands`.
 * @returns whether there was anything new to tell
 */
export async function showReminders(tx: Tx, pickup: Pickup, now: number): Promise<boolean> {
  const { state, movedAt, reminders: told = [] } = pickup.body
  if (state !== 'ready' || movedAt === null) return false
  const reminders = (await rowsOf(tx, pickup.row.pickup))
    .filter(row => row.ready_at === movedAt && row.undone_at === null)
    .map(toReminder)
  if (JSON.stringify(reminders) === JSON.stringify(told)) return false
  await changePickup(tx, pickup, { body: { reminders: reminders.slice(0, MOST_REMINDERS) } }, now)
  return true
}

const toReminder = ({ ready_at, number, how, staff, made_at }: Row): Reminder => ({
  readyAt: EpochMs.parse(ready_at),
  number,
  how: ReminderMeans.parse(how),
  staff,
  at: EpochMs.parse(made_at),
})

function rowsOf(db: Reads, pickup: string): Promise<Row[]> {
  return db
    .selectFrom('pickup_reminder')
    .selectAll()
    .where('pickup', '=', pickup)
    .orderBy('ready_at')
    .orderBy('number')
    .execute()
}

/** A reminder as `trace` shows it. */
export interface TracedReminder {
  readonly number: number
  readonly how: ReminderMeans
  readonly staff: string
  readonly till: string
  /** The till's clock, ms. */
  readonly madeAt: number
  /** Staff took it back within seconds. */
  readonly isUndone: boolean
}

/** All reminders of a pickup, also those from before it was made ready again; oldest first. */
export async function traceReminders(db: Reads, pickup: string): Promise<TracedReminder[]> {
  return (await rowsOf(db, pickup)).map(({ number, how, staff, till, made_at, undone_at }) => ({
    number,
    how: ReminderMeans.parse(how),
    staff,
    till,
    madeAt: made_at,
    isUndone: undone_at !== null,
  }))
}
