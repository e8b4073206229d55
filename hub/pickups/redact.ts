import type { z } from 'zod'
import { PickupPut } from '../../shared/commands.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { endedStates } from './counts.ts'
import { changePickup, type Pickup, type PickupBody, readablePickup } from './pickup-row.ts'

const NO_CUSTOMER = { name: '', phoneEnd: null } as const
/** Tills have forgotten what ended longer ago, so they need not be told. */
const TOLD_MS = 30 * 86_400_000

/** What a redaction touched. */
export interface Redacted {
  readonly pickups: readonly { readonly pickup: string; readonly order: string }[]
  /** Their tills are told: say `commands` after commit. */
  readonly stores: ReadonlySet<string>
}

/**
 * Removes the customers' names, phone numbers and notes from the pickups of some orders, here and at every till that was
 * told of them, also in a store that has lost the pickup since. `orders`: a few hundred at most.
 */
export async function redactPickups(tx: Tx, orders: readonly string[], now: number): Promise<Redacted> {
  const rows =
    orders.length === 0
      ? []
      : await tx.selectFrom('pickup').selectAll().where('order_id', 'in', orders).execute()
  const stores = new Set<string>()
  for (const row of rows) {
    const pickup = readablePickup(row)
    if (pickup === null) await blankUnreadable(tx, row)
    else if (namesCustomer(pickup.body)) {
      if (isForgotten(pickup.body, row.updated_at, now)) await blank(tx, pickup)
      else {
        await changePickup(tx, pickup, { body: { customer: NO_CUSTOMER, note: null } }, now)
        stores.add(row.store)
      }
    }
    for (const store of await tellThoseWhoKnow(tx, row.pickup, now)) stores.add(store)
  }
  return { pickups: rows.map(({ pickup, order_id }) => ({ pickup, order: order_id })), stores }
}

/** Devices whose newest word of a pickup names its customer get the same word without it. @returns their stores */
async function tellThoseWhoKnow(tx: Tx, pickup: string, now: number): Promise<ReadonlySet<string>> {
  const told = await tx
    .selectFrom('command as c')
    .innerJoin('device as d', 'd.device', 'c.device')
    .select(['c.device', 'c.body', 'd.store'])
    .where('d.state', '=', 'active')
    .where('c.pickup', '=', pickup)
    .orderBy('c.device')
    .orderBy('c.epoch')
    .orderBy('c.seq')
    .execute()
  const newest = new Map<string, { readonly put: z.infer<typeof Told>; readonly store: string }>()
  for (const { device, body, store } of told) {
    const put = Told.safeParse(JSON.parse(body)).data
    if (put?.pickup === pickup) newest.set(device, { put, store })
  }
  const stores = new Set<string>()
  for (const [device, { put, store }] of newest) {
    if (!namesCustomer(put) || isForgotten(put, put.at, now)) continue
    await sendToDevice(tx, device, { ...put, customer: NO_CUSTOMER, note: null })
    stores.add(store)
  }
  return stores
}

const Told = PickupPut.omit({ seen: true })

function isForgotten({ state }: Pick<PickupBody, 'state'>, since: number, now: number): boolean {
  return endedStates.includes(state) && Math.abs(now - since) > TOLD_MS
}

/** What is held of customers in the pickups of some orders. */
export async function customersHeld(tx: Tx, orders: readonly string[]) {
  if (orders.length === 0) return []
  const rows = await tx.selectFrom('pickup').selectAll().where('order_id', 'in', orders).execute()
  return rows
    .flatMap(row => readablePickup(row) ?? [])
    .filter(({ body }) => namesCustomer(body))
    .map(({ body: { order, customer, note } }) => ({ order: order.name, ...customer, note }))
}

function namesCustomer({ customer, note }: Pick<PickupBody, 'customer' | 'note'>): boolean {
  return customer.name !== '' || customer.phoneEnd !== null || note !== null
}

/** Nothing of a row that this version can't read is trusted to be without its customer. */
async function blankUnreadable(tx: Tx, { pickup }: Schema['pickup']): Promise<void> {
  await tx.updateTable('pickup').set({ body_json: '{}' }).where('pickup', '=', pickup).execute()
}

async function blank(tx: Tx, { row, body }: Pickup): Promise<void> {
  const body_json = JSON.stringify({ ...body, customer: NO_CUSTOMER, note: null })
  await tx.updateTable('pickup').set({ body_json }).where('pickup', '=', row.pickup).execute()
}
