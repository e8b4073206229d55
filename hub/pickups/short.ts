import { z } from 'zod'
import { isEnded } from '../../shared/pickup-moves.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import { closeException, isExceptionOpen, openEvidence, openException } from '../checks/exceptions.ts'
import type { FieldValue } from '../checks/words/message.ts'
import type { Reads, Tx } from '../db/db.ts'
import { questionsAbout } from './customer-choice/questions.ts'
import { endOverQuestions, isNamedByQuestion, isNotFound, notAskedAbout } from './customer-choice/show.ts'
import type { LineUnits } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { missingUnits } from './line-counts.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'

/** What staff could not find of a pickup. */
export function missingOf({ lines }: Pick<Pickup, 'lines'>): readonly LineUnits[] {
  return lines.lines.flatMap(line => {
    const quantity = missingUnits(line)
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
}

/** The customer, as exceptions name them. */
export function customerOf({ body }: Pickup): FieldValue {
  return body.customer.name === '' ? { phrase: 'phrase.no-name' } : body.customer.name
}

/**
 * Opens `pickup-short` for an order of which a part was not found: head office decides about that part, once for each order. A part that its
 * customer is asked about is named with the question.
 */
export async function nameShort(
  tx: Tx,
  pickup: Pickup,
  what: { readonly staff: FieldValue; readonly evidence: Readonly<Record<string, unknown>> },
  now: number,
): Promise<void> {
  if (await isNamedByQuestion(tx, pickup)) return
  const { row } = pickup
  const { staff } = what
  const evidence = { ...what.evidence, pickup: row.pickup }
  const fields = {
    order: row.order_name,
    store: row.store,
    staff,
    items: goodsOf(pickup, missingOf(pickup)),
    customer: customerOf(pickup),
  }
  const { order_id: subject, store } = row
  await openException(tx, { code: 'pickup-short.rest', subject, store, device: null, fields, evidence }, now)
}

const ShortEvidence = z.looseObject({ pickup: z.string() })

/**
 * The customer is asked about what is missing of a pickup: the exception about the order is then about another one that misses something, or
 * closes.
 */
export async function nameOthersShort(tx: Tx, order: string, pickup: string, now: number): Promise<void> {
  const named = ShortEvidence.safeParse(await openEvidence(tx, 'pickup-short', order)).data
  if (named !== undefined && named.pickup !== pickup) return
  const short = await shortPickups(tx, order)
  const others = notAskedAbout(await questionsAbout(tx, order), short).filter(
    ({ row }) => row.pickup !== pickup,
  )
  const [other] = others.toSorted((one, another) => another.row.updated_at - one.row.updated_at)
  if (other === undefined) {
    await closeException(tx, 'pickup-short', order, now)
    return
  }
  const staff = other.body.movedBy ?? '?'
  await nameShort(tx, other, { staff, evidence: {} }, now)
}

/**
 * Closes `pickup-short` of an order once nothing that is due of it is missing, but what its customer is asked about: it was found, refunded, edited
 * away or moved. So do questions about it end. @returns the stores whose tills are told that: say `commands` for each after commit
 */
export async function closeShortWhenFound(tx: Tx, order: string, now: number): Promise<readonly string[]> {
  const pickups = await pickupsOf(tx, order)
  const short = pickups.filter(one => isMissingSome(one) && !isLetGo(one.body))
  const all = await questionsAbout(tx, order)
  const unasked = notAskedAbout(all, short)
  if (unasked.length === 0) await closeException(tx, 'pickup-short', order, now)
  await nameMovedOnHold(tx, pickups, now)
  // a store that gives them back leaves the choice to the customer
  const refused = pickups.filter(one => one.body.state === 'refused' && isNotFound(one))
  return endOverQuestions(tx, order, { all, short: [...short, ...refused], unasked }, now)
}

/**
 * Names the pickups of an order that came to their store on hold, after another store of it could not find items: the hub's hold of those moved with
 * them, and their new store waits for its release.
 */
async function nameMovedOnHold(tx: Tx, pickups: readonly Pickup[], now: number): Promise<void> {
  const from = await storeOfShort(tx, pickups)
  if (from === null) return
  for (const pickup of pickups) {
    const { order_id: order, order_name, store } = pickup.row
    const subject = `${order}/held/${pickup.row.pickup}`
    const notice = pickup.body.notice === null ? null : knownNotice(pickup.body.notice)
    const isHeld = notice?.code === 'on-hold' && notice.scheduledFor === undefined
    const isOpen = pickup.lines.committed && !isEnded(pickup.body.state)
    if (!isHeld || !isOpen || store === from || isMissingSome(pickup)) {
      await closeException(tx, 'pickup-short', subject, now)
      continue
    }
    if (await isExceptionOpen(tx, 'pickup-short', subject)) continue
    const items = goodsOf(pickup, dueOf(pickup))
    const fields = { order: order_name, store, from, items, customer: customerOf(pickup) }
    const evidence = { pickup: pickup.row.pickup }
    await openException(
      tx,
      { code: 'pickup-short.moved', subject, store, device: null, fields, evidence },
      now,
    )
  }
}

const dueOf = ({ lines }: Pickup): readonly LineUnits[] =>
  lines.lines.flatMap(({ id, quantity }) => (quantity > 0 ? [{ line: id, quantity }] : []))

/** The store for whose pickup of an order Shopify last held what was missing; null: none did. */
async function storeOfShort(db: Reads, pickups: readonly Pickup[]): Promise<string | null> {
  if (pickups.length === 0) return null
  const subjects = pickups.map(({ row }) => row.pickup)
  const row = await db
    .selectFrom('shopify_write')
    .select('store')
    .where('kind', '=', 'short')
    .where('state', '=', 'confirmed')
    .where('subject', 'in', subjects)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.store ?? null
}

/** The pickups of an order of which something that is due is missing. */
export async function shortPickups(db: Reads, order: string): Promise<readonly Pickup[]> {
  return (await pickupsOf(db, order)).filter(one => isMissingSome(one) && !isLetGo(one.body))
}

async function pickupsOf(db: Reads, order: string): Promise<readonly Pickup[]> {
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  return rows.map(parsePickup)
}

const isMissingSome = (pickup: Pickup): boolean => pickup.lines.committed && missingOf(pickup).length > 0

/** It was handed over, and what was missing of it then waits for Shopify's word: it is due until that says otherwise. */
function isLetGo({ state }: Pickup['body']): boolean {
  return isEnded(state) && state !== 'collected'
}
