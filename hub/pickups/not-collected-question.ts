import { z } from 'zod'
import { closeException, isExceptionOpen, openEvidence, openException } from '../checks/exceptions.ts'
import type { FieldValue, PhraseCode } from '../checks/words/message.ts'
import type { Reads, Tx } from '../db/db.ts'
import { cleanText } from './order-text.ts'
import type { Pickup } from './pickup-row.ts'
import { ASKED_OF_ANOTHER, isHindrance, refundHindrances } from './refund-hindrances.ts'
import { customerOf } from './short.ts'

const KIND = 'pickup-not-collected'

const codes = [
  'pickup-not-collected',
  'pickup-not-collected.not-told',
  'pickup-not-collected.refund-refused',
  'pickup-not-collected.cancelled',
  'pickup-not-collected.nothing-left',
  'pickup-not-collected.reopened',
  'pickup-not-collected.under-way',
] as const

/** What is asked about one pickup. */
export const Asked = z.object({
  code: z.enum(codes),
  /** For how many days it was ready, or is reopened. */
  days: z.int(),
  items: z.string(),
  /** Why it was not paid back as agreed: a hindrance, or Shopify's words. Left out: that is not what is asked. */
  problem: z.string().optional(),
})
export type Asked = z.infer<typeof Asked>

const Reminder = z.object({ number: z.int(), how: z.string(), by: z.string(), at: z.int() })
const Part = Asked.extend({ pickup: z.string(), store: z.string(), reminders: z.array(Reminder) })
type Part = z.infer<typeof Part>

/** The pickups that the question of an order is about, the one that was asked about last at the end. An older version asked about each alone. */
const Evidence = z.object({ parts: z.array(Part).default([]) })

type OfOrder = Pick<Pickup, 'row'>

/** What head office is asked about the pickups of an order, of each its own; empty: nothing, or an older version asks. */
export async function partsAsked(db: Reads, { row }: OfOrder): Promise<readonly Part[]> {
  const evidence = await openEvidence(db, KIND, row.order_id)
  return evidence === null ? [] : Evidence.parse(evidence).parts
}

/** What head office is asked about a pickup; null: nothing. An older version does not say what. */
export async function askedAbout(db: Reads, of: OfOrder): Promise<Asked | 'asked' | null> {
  const { pickup } = of.row
  const part = (await partsAsked(db, of)).find(one => one.pickup === pickup)
  if (part !== undefined) return part
  return (await isExceptionOpen(db, KIND, pickup)) ? 'asked' : null
}

/** Whether head office is asked about another pickup of the order. */
export async function isOtherAsked(db: Reads, { row }: OfOrder): Promise<boolean> {
  if ((await partsAsked(db, { row })).some(one => one.pickup !== row.pickup)) return true
  const others = await db
    .selectFrom('pickup')
    .select('pickup')
    .where('order_id', '=', row.order_id)
    .where('pickup', '<>', row.pickup)
    .execute()
  for (const { pickup } of others) if (await isExceptionOpen(db, KIND, pickup)) return true
  return false
}

/** Asks head office about a pickup that was not collected: one question of an order, whatever it is about its pickups. */
export async function askNotCollected(tx: Tx, pickup: Pickup, asked: Asked, now: number): Promise<void> {
  const { row, body } = pickup
  const before = await partsAsked(tx, pickup)
  const others = before.filter(one => one.pickup !== row.pickup)
  const reminders = (body.reminders ?? []).map(({ number, how, staff, at }) => ({
    number,
    how,
    by: staff,
    at,
  }))
  const own = { pickup: row.pickup, store: row.store, reminders, ...alike(asked, others) }
  await closeException(tx, KIND, row.pickup, now) // as an older version asked it
  const known = before.find(one => one.pickup === row.pickup)
  // what is asked as before keeps its place
  const isAsBefore = known?.code === own.code && known.problem === own.problem
  const after = isAsBefore ? before.map(one => (one === known ? own : one)) : [...others, own]
  await show(tx, pickup, { before, after }, now)
}

/** What becomes of a pickup is decided: the question goes on for the other pickups of its order, or closes. */
export async function closeNotCollected(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  await closeException(tx, KIND, pickup.row.pickup, now) // as an older version asked it
  const before = await partsAsked(tx, pickup)
  const after = before.filter(one => one.pickup !== pickup.row.pickup)
  if (after.length < before.length) await show(tx, pickup, { before, after }, now)
}

/** One that is only asked about because another pickup of the order is, is asked about in the same words. */
function alike(asked: Asked, others: readonly Part[]): Asked {
  const last = others.at(-1)
  // what else is asked of another one is not true of this one
  const isAlike = last?.code === 'pickup-not-collected.refund-refused' || last?.code === asked.code
  if (asked.problem !== ASKED_OF_ANOTHER || last === undefined || !isAlike) return asked
  const { problem: _, ...rest } = asked
  return { ...rest, code: last.code, ...(last.problem === undefined ? {} : { problem: last.problem }) }
}

/** The question in the words of what was asked last, with the goods of all of which the same is asked; what is asked of the others in a line of its own. */
async function show(
  tx: Tx,
  pickup: Pickup,
  { before, after }: { readonly before: readonly Part[]; readonly after: readonly Part[] },
  now: number,
): Promise<void> {
  const { order_id: subject, order_name: order } = pickup.row
  const last = after.at(-1)
  // an exception keeps the store that it was opened for
  if (last === undefined || before.at(-1)?.store !== last.store) await closeException(tx, KIND, subject, now)
  if (last === undefined) return
  const { code, store, days, problem = '' } = last
  const isAlike = (one: Part) => one.code === code && one.problem === last.problem
  const others = after.filter(one => !isAlike(one))
  const fields = {
    order,
    store,
    days,
    items: textOf(after.filter(isAlike), store),
    customer: customerOf(pickup),
    problem: wordsOf(problem),
    more: moreOf(others, store),
  }
  const evidence = { days, reminders: after.flatMap(({ reminders }) => reminders), parts: after }
  await openException(tx, { code, subject, store, fields, evidence }, now)
}

/** The goods of some parts, those of another store with its code. */
function textOf(parts: readonly Part[], store: string): string {
  const texts = parts
    .toReversed()
    .map(one => (one.store === store ? one.items : `${one.items} (${one.store})`))
  return cleanText(texts.join(', '), 500)
}

const WHATS = {
  'pickup-not-collected': 'phrase.part-not-collected',
  'pickup-not-collected.not-told': 'phrase.part-not-told',
  'pickup-not-collected.refund-refused': 'phrase.part-refused',
  'pickup-not-collected.cancelled': 'phrase.part-cancelled',
  'pickup-not-collected.nothing-left': 'phrase.part-nothing-left',
  'pickup-not-collected.reopened': 'phrase.part-reopened',
  'pickup-not-collected.under-way': 'phrase.part-under-way',
} as const satisfies Readonly<Record<Asked['code'], PhraseCode>>

/** What is asked of other parts of the order than those that the sentence is about. */
function moreOf([one, ...others]: readonly Part[], store: string): FieldValue {
  if (one === undefined) return ''
  const { days, problem = '' } = one
  const what = { phrase: WHATS[one.code], fields: { days, problem: wordsOf(problem) } }
  return {
    phrase: 'phrase.part-too',
    fields: { items: textOf([one], store), what, more: moreOf(others, store) },
  }
}

/** Shopify's own words may end without a stop. */
const wordsOf = (problem: string): FieldValue =>
  isHindrance(problem) ? { phrase: refundHindrances[problem] } : problem.replace(/(?<=[^.!?…\s])\s*$/, '.')
