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
  const pickup = await readPickup(tx, event.pickup)
  const isOthers = pickup !== null && pickup.row.store !== at.store
  if (isOthers || !(await hasRoom(tx, at.store, event, pickup !== null))) return []
  await noteReminder(tx, at.store, event)
  if (pickup === null) return []
  // the till keeps showing its own until it hears that the hub has read it
  if (!(await showReminders(tx, pickup, at.now))) await sendToDevice(tx, at.device, pickup.body)
  return ['commands']
}

/** More than staff record of one order, however often it is made ready again. */
const MOST_OF_PICKUP = 100
/** More than a store's tills record while their orders are not known, as after a restore. */
const MOST_WAITING = 2_000

/** What a till makes up does not fill the table. */
async function hasRoom(
  db: Reads,
  store: string,
  { pickup, undoes }: PickupReminded,
  isKnown: boolean,
): Promise<boolean> {
  if (undoes !== undefined) return true
  const own = db.selectFrom('pickup_reminder').select('number').where('store', '=', store)
  const last = await own
    .where('pickup', '=', pickup)
    .limit(1)
    .offset(MOST_OF_PICKUP - 1)
    .executeTakeFirst()
  if (isKnown || last !== undefined) return last === undefined
  const lastWaiting = await own
    .where(e =>
      e.not(
        e.exists(
          e.selectFrom('pickup').select('state').whereRef('pickup.pickup', '=', 'pickup_reminder.pickup'),
        ),
      ),
    )
    .limit(1)
    .offset(MOST_WAITING - 1)
    .executeTakeFirst()
  return lastWaiting === undefined
}

async function noteReminder(tx: Tx, store: string, event: PickupReminded): Promise<void> {
  const { pickup, readyAt: ready_at, number, how, staff, till, at: made_at, undoes } = event
  const key = { pickup, ready_at, number }
  const before = await tx
    .selectFrom('pickup_reminder')
    .selectAll()
    .where(e => e.and(key))
    .executeTakeFirst()
  if (undoes !== undefined) {
    if (before === undefined || before.undone_at !== null) return
    if (before.made_at !== undoes || before.till !== till || before.store !== store) return
    await tx
      .updateTable('pickup_reminder')
      .set({ undone_at: made_at })
      .where(e => e.and(key))
      .execute()
    return
  }
  // one of another store, from before the order was known, is of no pickup
  const taken = before?.store === store ? before : undefined
  const isSentAgain = taken !== undefined && taken.made_at === made_at && taken.till === till
  if (taken !== undefined && (taken.undone_at === null || isSentAgain)) return
  const row: Row = { ...key, store, how, staff, till, made_at, undone_at: null }
  await tx
    .insertInto('pickup_reminder')
    .values(row)
    .onConflict(c => c.columns(['pickup', 'ready_at', 'number']).doUpdateSet(row))
    .execute()
}

/**
 * Tells the store's tills of the reminders since a pickup is ready. After commit, say `commands`.
 * @returns whether there was anything new to tell
 */
export async function showReminders(tx: Tx, pickup: Pickup, now: number): Promise<boolean> {
  const { state, movedAt, reminders: told = [] } = pickup.body
  if (state !== 'ready' || movedAt === null) return false
  const reminders = await remindersSince(tx, pickup, movedAt)
  if (JSON.stringify(reminders) === JSON.stringify(told)) return false
  await changePickup(tx, pickup, { body: { reminders } }, now)
  return true
}

/** The reminders of a pickup that is ready since a time, by its till's clock: those that were noted, and those that it has from another pickup. */
export async function remindersSince(db: Reads, { row, body }: Pickup, readyAt: number): Promise<Reminder[]> {
  const noted = (await rowsOf(db, row.pickup)).filter(
    ({ ready_at, store }) => ready_at === readyAt && store === row.store,
  )
  const numbers = new Set(noted.map(({ number }) => number))
  const inherited = (body.reminders ?? []).filter(one => one.readyAt === readyAt && !numbers.has(one.number))
  return [...inherited, ...noted.filter(({ undone_at }) => undone_at === null).map(toReminder)]
    .toSorted((one, other) => one.number - other.number)
    .slice(0, MOST_REMINDERS)
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
