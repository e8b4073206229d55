import type { Tx } from '../db/db.ts'
import { endedStates } from './counts.ts'
import { changePickup, type Pickup, parsePickup } from './pickup-row.ts'

const NO_CUSTOMER = { name: '', phoneEnd: null } as const
/** Tills have forgotten what ended longer ago, so they need not be told. */
const TOLD_MS = 30 * 86_400_000

/** What a redaction touched. */
export interface Redacted {
  readonly pickups: readonly string[]
  /** Their tills are told: say `commands` after commit. */
  readonly stores: ReadonlySet<string>
}

/** Removes the customers' names, phone numbers and notes from the pickups of some orders, here and at the tills. */
export async function redactPickups(tx: Tx, orders: readonly string[], now: number): Promise<Redacted> {
  const rows =
    orders.length === 0
      ? []
      : await tx.selectFrom('pickup').selectAll().where('order_id', 'in', orders).execute()
  const stores = new Set<string>()
  for (const row of rows) {
    const pickup = parsePickup(row)
    if (!namesCustomer(pickup)) continue
    if (endedStates.includes(pickup.body.state) && Math.abs(now - row.updated_at) > TOLD_MS)
      await blank(tx, pickup)
    else {
      await changePickup(tx, pickup, { body: { customer: NO_CUSTOMER, note: null } }, now)
      stores.add(row.store)
    }
  }
  return { pickups: rows.map(({ pickup }) => pickup), stores }
}

/** What is held of customers in the pickups of some orders. */
export async function customersHeld(tx: Tx, orders: readonly string[]) {
  if (orders.length === 0) return []
  const rows = await tx.selectFrom('pickup').selectAll().where('order_id', 'in', orders).execute()
  return rows
    .map(parsePickup)
    .filter(namesCustomer)
    .map(({ body: { order, customer, note } }) => ({ order: order.name, ...customer, note }))
}

function namesCustomer({ body: { customer, note } }: Pickup): boolean {
  return customer.name !== '' || customer.phoneEnd !== null || note !== null
}

async function blank(tx: Tx, { row, body }: Pickup): Promise<void> {
  const body_json = JSON.stringify({ ...body, customer: NO_CUSTOMER, note: null })
  await tx.updateTable('pickup').set({ body_json }).where('pickup', '=', row.pickup).execute()
}
