import { z } from 'zod'
import { isDue } from '../../../shared/back-off.ts'
import type { CustomerChoice } from '../../../shared/customer-choice.ts'
import type { Reads, Tx } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'

/** A link takes a choice for so long. */
export const LINK_MS = 7 * 24 * 3_600_000
/** So far the clock may be set back, or be behind another hub's, before a new link counts as expired. */
const SLACK_MS = 3_600_000

/** The exception about a question: each has one, as an order may have several. */
export const questionSubject = ({ row }: { readonly row: Pick<Row, 'order_id' | 'id'> }) =>
  `${row.order_id}/choice/${row.id}`

/** Why a refund is left to head office: no items are left that could be taken off the order, and the customer has not had the money. */
export const MONEY_NOT_BACK = 'The items are gone from the order, and no money was paid back.'

/** Why a refund is left to head office: whether the customer has had the money already, the hub can't tell. */
export const PAID_BEFORE = 'Money of the order was paid back before.'
/** The same where the items are gone from the order. */
export const MONEY_MAY_BE_BACK = 'The items are gone from the order, and money of it was paid back.'
/** Why a refund is left to head office that Shopify has made: its payment failed, or has been under way for a day. */
export const MONEY_NOT_PAID = 'The payment back has not gone through.'
/** Why another choice is left to head office: the items are not where the customer was asked about them any more. */
export const ITEMS_GONE = 'The items are gone from the store.'
/** Why a question ended, or its choice was left to head office: staff have the items after all. */
export const FOUND = 'The store has found the items.'
/** Whether a choice was left without items that could still tell that it was done: a person says so. */
export const isItemsGone = (problem: string | null): boolean =>
  [MONEY_NOT_BACK, MONEY_MAY_BE_BACK, MONEY_NOT_PAID, ITEMS_GONE].some(one => one === problem)

type Row = Schema['customer_question']

/** An item that is missing: whole units, and what the ledger finds it by. */
const MissingItem = z.object({
  /** The order's line; null: it is not known. */
  orderLine: z.string().nullable(),
  sku: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  units: z.int().min(1),
})
export type MissingItem = z.infer<typeof MissingItem>

/** A store that may have the items, as Shopify and the ledger said when the customer was asked. */
const OfferedStore = z.object({ location: z.string(), store: z.string(), name: z.string() })
export type OfferedStore = z.infer<typeof OfferedStore>

/** A question as it is prepared before Shopify holds the items; it is asked once they are held. */
export const PreparedQuestion = z.object({
  id: z.string(),
  link: z.string(),
  until: z.int(),
  locale: z.string().nullable(),
  /** The fulfilment order that holds the items. */
  part: z.string(),
  items: z.array(MissingItem),
  offered: z.array(OfferedStore),
})
export type PreparedQuestion = z.infer<typeof PreparedQuestion>

/** One question to a customer. */
export interface CustomerQuestion {
  readonly row: Row
  readonly items: readonly MissingItem[]
  readonly offered: readonly OfferedStore[]
}

/** What a customer chose. `location`: of the store, with `move`. */
export interface ChosenOption {
  readonly choice: CustomerChoice
  readonly location: string | null
}

function parseQuestion(row: Row): CustomerQuestion {
  return {
    row,
    items: z.array(MissingItem).parse(JSON.parse(row.lines_json)),
    offered: z.array(OfferedStore).parse(JSON.parse(row.offered_json)),
  }
}

/** Null: this database has none of this id. */
export async function readQuestion(db: Reads, id: string): Promise<CustomerQuestion | null> {
  const row = await db.selectFrom('customer_question').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : parseQuestion(row)
}

/** All questions about an order, oldest first. */
export async function questionsAbout(db: Reads, order: string): Promise<readonly CustomerQuestion[]> {
  const rows = await db
    .selectFrom('customer_question')
    .selectAll()
    .where('order_id', '=', order)
    .orderBy('asked_at')
    .orderBy('id')
    .execute()
  return rows.map(parseQuestion)
}

/** Whether a customer's choice about just these items is to be carried out still, by the hub or by head office. */
export async function isChoiceOpen(
  db: Reads,
  { order_id, pickup }: { readonly order_id: string; readonly pickup: string },
): Promise<boolean> {
  const about = (await questionsAbout(db, order_id)).filter(({ row }) => row.part === pickup)
  return about.some(({ row }) => row.choice !== null && (row.state === 'chosen' || row.state === 'left'))
}

/** Whether the link takes no choice any more. One that was written while the clock was ahead does not stay open for longer. */
export function isLinkExpired({ row }: CustomerQuestion, now: number): boolean {
  return isDue(row.expires_at, now, LINK_MS + SLACK_MS)
}

/** Writes a question that is open. @param of.pickup the one that the missing items were split off */
export async function addQuestion(
  tx: Tx,
  of: Pick<Row, 'order_id' | 'order_name' | 'store' | 'pickup'>,
  { id, link, until, locale, part, items, offered }: PreparedQuestion,
  now: number,
): Promise<CustomerQuestion> {
  const row = await tx
    .insertInto('customer_question')
    .values({
      ...of,
      id,
      link,
      locale,
      part,
      // as it was prepared: a hub that was put back meanwhile may have asked before
      asked_at: Math.min(now, until - LINK_MS),
      expires_at: until,
      lines_json: JSON.stringify(items),
      offered_json: JSON.stringify(offered),
      state: 'open',
      choice: null,
      location: null,
      chosen_at: null,
      problem: null,
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return parseQuestion(row)
}

/** Notes the one choice of a question. Its link is kept no longer than it takes one. @returns null: it was answered before, or has ended */
export async function noteChoice(
  tx: Tx,
  id: string,
  { choice, location }: ChosenOption,
  now: number,
): Promise<CustomerQuestion | null> {
  const row = await tx
    .updateTable('customer_question')
    .set({ state: 'chosen', choice, location, chosen_at: now, link: '' })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : parseQuestion(row)
}

/** What became of a question. @param end.problem why head office has to do it; null where it does not */
export async function endQuestion(
  tx: Tx,
  id: string,
  end: { readonly state: 'done' | 'left' | 'over'; readonly problem: string | null },
  now: number,
): Promise<CustomerQuestion | null> {
  const row = await tx
    .updateTable('customer_question')
    .set({ ...end, ended_at: now, link: '' })
    .where('id', '=', id)
    .where('state', 'in', ['open', 'chosen', 'left'])
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : parseQuestion(row)
}
