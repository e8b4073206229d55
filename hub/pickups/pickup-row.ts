import { z } from 'zod'
import { PickupPut } from '../../shared/commands.ts'
import { MissingUnits } from '../../shared/pickup-lines.ts'
import type { SentNotice } from '../../shared/pickup-notices.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { sendToStore } from '../streams/command-log.ts'

export const PickupBody = PickupPut.omit({ seen: true })
/** A pickup as the hub holds it: the command it sends, without `seen`, which differs by device. */
export type PickupBody = z.infer<typeof PickupBody>

/** What the ledger and `fulfillmentCreate` need of a pickup. */
export const LedgerLines = z.object({
  warehouse: z.string(),
  /** The ledger holds these units as committed; false once they are released. */
  committed: z.boolean(),
  /** Since when something of the order is to be paid, by Shopify's clock. Left out: it is paid, or was never paid whole. */
  owedSince: z.int().optional(),
  /** When a hold of it was released last, by the hub's clock. Left out: it was not held. */
  heldUntil: z.int().optional(),
  /**
   * When the hub heard that it is ready, and when Shopify confirmed that its customer was told; hub clock. Null: it has not. Left out: it
   * was never ready, or an older version did not note it.
   */
  ready: z.object({ heardAt: z.int(), toldAt: z.int().nullable() }).optional(),
  /** For how many days it was ready when it expired last. Left out: it did not, or an older version did not note it. */
  daysReady: z.int().optional(),
  /** When staff reopened it after it had expired, by the hub's clock. Left out: they did not, or head office was asked about it since. */
  reopenedAt: z.int().optional(),
  lines: z.array(
    z.object({
      id: z.string(),
      /** The order's line; older versions did not keep it. */
      orderLine: z.string().optional(),
      sku: z.string().nullable(),
      tracked: z.boolean(),
      /** Still to hand over, as Shopify says. */
      quantity: z.int().min(0),
      /** Handed over, as Shopify says. */
      fulfilled: z.int(),
      /** Of what is still to hand over, so much lies packed. Left out: none, or an older version did not note it. */
      packed: z.int().min(0).optional(),
      /** As many as the order has of it here, handed over and cancelled ones too. Older versions did not note it. */
      total: z.int().min(0).optional(),
      /** Of what is still to hand over, so much has left with the customer by a till's word, and Shopify is being told. */
      handed: z.int().min(0).optional(),
      /** Besides, so much has left with the customer by a till's word that Shopify will not have as handed over. Left out: none, or an older version did not note it. */
      beyond: z.int().min(0).optional(),
      /** Of what is still to hand over, what staff could not find. */
      missing: MissingUnits.optional(),
    }),
  ),
})
export type LedgerLines = z.infer<typeof LedgerLines>

/** One pickup, read and parsed. */
export interface Pickup {
  readonly row: Schema['pickup']
  readonly body: PickupBody
  readonly lines: LedgerLines
}

export function parsePickup(row: Schema['pickup']): Pickup {
  return {
    row,
    body: PickupBody.parse(JSON.parse(row.body_json)),
    lines: LedgerLines.parse(JSON.parse(row.lines_json)),
  }
}

/** The same for who goes on without a row that is damaged: null. */
export function readablePickup(row: Schema['pickup']): Pickup | null {
  try {
    return parsePickup(row)
  } catch {
    return null // the caller says what becomes of it
  }
}

export async function readPickup(db: Reads, id: string): Promise<Pickup | null> {
  const row = await db.selectFrom('pickup').selectAll().where('pickup', '=', id).executeTakeFirst()
  return row === undefined ? null : parsePickup(row)
}

type Change = Partial<
  Pick<
    PickupBody,
    | 'state'
    | 'movedBy'
    | 'movedAt'
    | 'shopify'
    | 'note'
    | 'customer'
    | 'promisedBy'
    | 'lines'
    | 'moreLines'
    | 'goneLines'
    | 'outstanding'
    | 'isTest'
    | 'keptAt'
    | 'handedTo'
    | 'reminders'
    | 'asked'
  >
> & { readonly notice?: SentNotice | null }

export interface PickupChange {
  readonly body: Change
  readonly lines?: LedgerLines
  readonly shopifyUpdatedAt?: number
}

/**
 * Writes a changed pickup under its next version and sends it to every device of its store. After commit, say
 * `commands` for the store and `now`.
 */
export async function changePickup(
  tx: Tx,
  pickup: Pickup,
  change: PickupChange,
  now: number,
): Promise<Pickup> {
  const version = pickup.row.version + 1
  const body = PickupBody.parse({ ...pickup.body, ...change.body, version, at: now })
  const lines = change.lines ?? pickup.lines
  const row: Schema['pickup'] = {
    ...pickup.row,
    version,
    state: body.state,
    body_json: JSON.stringify(body),
    lines_json: JSON.stringify(lines),
    promised_by: body.promisedBy,
    shopify_updated_at: change.shopifyUpdatedAt ?? pickup.row.shopify_updated_at,
    updated_at: now,
  }
  await tx.updateTable('pickup').set(row).where('pickup', '=', row.pickup).execute()
  await sendToStore(tx, row.store, body)
  return { row, body, lines }
}

/** Writes what no till shows of a pickup. */
export async function noteLines(tx: Tx, { row }: Pickup, lines: LedgerLines): Promise<void> {
  await tx
    .updateTable('pickup')
    .set({ lines_json: JSON.stringify(lines) })
    .where('pickup', '=', row.pickup)
    .execute()
}

/** Writes a new pickup, or one that has come to another store, and sends it to that store's devices. */
export async function putPickup(tx: Tx, pickup: Pickup): Promise<void> {
  await tx
    .insertInto('pickup')
    .values(pickup.row)
    .onConflict(conflict => conflict.column('pickup').doUpdateSet(pickup.row))
    .execute()
  await sendToStore(tx, pickup.row.store, pickup.body)
}
