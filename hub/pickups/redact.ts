import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { PickupPut } from '../../shared/commands.ts'
import type { MissingUnits } from '../../shared/pickup-lines.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { sendToDevice } from '../streams/command-log.ts'
import { endedStates } from './counts.ts'
import { changePickup, type LedgerLines, type Pickup, type PickupBody, readablePickup } from './pickup-row.ts'

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
 * Removes the customers' names, phone numbers and notes, and what staff typed, from the pickups of some orders, here and at every till that was
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
        const lines = linesWithoutWords(pickup)
        await changePickup(tx, pickup, { body: withoutCustomer(pickup.body), lines }, now)
        stores.add(row.store)
      }
    }
    await forgetWordsOfMoves(tx, row.pickup)
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
    await sendToDevice(tx, device, { ...put, ...withoutCustomer(put) })
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
    .filter(
      ({ body: { customer, note } }) => customer.name !== '' || customer.phoneEnd !== null || note !== null,
    )
    .map(({ body: { order, customer, note } }) => ({ order: order.name, ...customer, note }))
}

type Worded = Pick<PickupBody, 'customer' | 'note' | 'keptAt' | 'notice' | 'lines' | 'moreLines'>

function namesCustomer(body: Worded): boolean {
  const { customer, note, keptAt = null } = body
  const isNamed = customer.name !== '' || customer.phoneEnd !== null || note !== null || keptAt !== null
  return isNamed || !isDeepStrictEqual(withoutCustomer(body), body)
}

/** Without the customer, and without what staff typed of the order: they may have written who it is for. */
function withoutCustomer<Body extends Worded>(body: Body): Body {
  const { notice, moreLines } = body
  return {
    ...body,
    customer: NO_CUSTOMER,
    note: null,
    ...(body.keptAt == null ? {} : { keptAt: null }),
    notice:
      notice !== null && typeof notice === 'object' && 'reason' in notice
        ? { ...notice, reason: null }
        : notice,
    lines: body.lines.map(withoutWords),
    ...(moreLines === undefined ? {} : { moreLines: moreLines.map(withoutWords) }),
  }
}

function withoutWords<Line extends { readonly missing?: MissingUnits | undefined }>(line: Line): Line {
  return line.missing == null ? line : { ...line, missing: { ...line.missing, said: null } }
}

const linesWithoutWords = ({ lines }: Pickup): LedgerLines => ({
  ...lines,
  lines: lines.lines.map(withoutWords),
})

/** What staff typed at the steps that the hub keeps of a pickup. The events of the tills stay as they were sent. */
async function forgetWordsOfMoves(tx: Tx, pickup: string): Promise<void> {
  const rows = await tx
    .selectFrom('pickup_move')
    .select(['move', 'made_at', 'till', 'staff', 'body_json', 'before_json'])
    .where('pickup', '=', pickup)
    .execute()
  for (const { body_json, before_json, ...key } of rows) {
    const before = before_json === null ? null : textWithoutWords(before_json)
    await tx
      .updateTable('pickup_move')
      .set({ body_json: textWithoutWords(body_json), before_json: before })
      .where(e => e.and({ ...key, pickup }))
      .execute()
  }
}

/** JSON without what staff may have typed, whatever version wrote it. */
function textWithoutWords(json: string): string {
  const value: unknown = JSON.parse(json)
  return JSON.stringify(value, (key, one: unknown) => {
    if (key === 'keptAt') return undefined
    return key === 'reason' || key === 'said' ? null : one
  })
}

/** Nothing of a row that this version can't read is trusted to be without its customer. */
async function blankUnreadable(tx: Tx, { pickup }: Schema['pickup']): Promise<void> {
  await tx.updateTable('pickup').set({ body_json: '{}' }).where('pickup', '=', pickup).execute()
}

async function blank(tx: Tx, pickup: Pickup): Promise<void> {
  const { row, body } = pickup
  const body_json = JSON.stringify(withoutCustomer(body))
  const lines_json = JSON.stringify(linesWithoutWords(pickup))
  await tx.updateTable('pickup').set({ body_json, lines_json }).where('pickup', '=', row.pickup).execute()
}
