import { isDeepStrictEqual } from 'node:util'
import type { CustomerAsked } from '../../../shared/customer-choice.ts'
import { epochMs } from '../../../shared/ids.ts'
import { isEnded } from '../../../shared/pickup-moves.ts'
import { closeException } from '../../checks/exceptions.ts'
import type { Reads, Tx } from '../../db/db.ts'
import { dueUnits, isAllMissing } from '../line-counts.ts'
import { cleanText } from '../order-text.ts'
import { changePickup, type Pickup, parsePickup, readPickup } from '../pickup-row.ts'
import { isUntoldReady } from '../write-plan.ts'
import {
  type CustomerQuestion,
  endQuestion,
  FOUND,
  isItemsGone,
  questionSubject,
  questionsAbout,
} from './questions.ts'

/** "2 × Mug, 1 × Tote bag". */
export function itemsText({ items }: Pick<CustomerQuestion, 'items'>): string {
  return cleanText(items.map(({ title, units }) => `${units} × ${title}`).join(', '), 500)
}

/** The name of the store that was chosen; null: none was. */
export function chosenStore({ row, offered }: CustomerQuestion): string | null {
  return offered.find(({ location }) => location === row.location)?.name ?? null
}

/** What the tills of a pickup's store are told of the question about it; null: its customer is not asked, or the items are not missing any more. */
export async function customerAskedAbout(
  db: Reads,
  { order, ...of }: AskedPickup,
): Promise<CustomerAsked | null> {
  return shownOn(await questionsAbout(db, order), of)
}

interface AskedPickup {
  readonly order: string
  readonly store: string
  readonly pickup: string
}

/** A part shows its own question, and what it was split off the first of its parts' questions that is not answered. */
function shownOn(
  all: readonly CustomerQuestion[],
  { store, pickup }: Omit<AskedPickup, 'order'>,
): CustomerAsked | null {
  const told = all.filter(one => one.row.store === store && one.row.state !== 'over' && !isUnanswered(one))
  const own = told.findLast(({ row }) => row.part === pickup)
  // an older version did not note what a part was split off
  const split = told.filter(({ row }) => row.pickup === pickup || row.pickup === null)
  const shown = own ?? split.find(({ row }) => row.state === 'open') ?? split.at(-1)
  return shown === undefined ? null : askedOf(shown)
}

/** Its link expired, and head office decides instead. */
export const isUnanswered = ({ row }: CustomerQuestion) => row.state === 'left' && row.choice === null

function askedOf(question: CustomerQuestion): CustomerAsked {
  const { link, expires_at, choice, state } = question.row
  const how = state === 'done' || state === 'left' ? state : 'under-way'
  const chosen = choice === null ? null : ({ choice, to: chosenStore(question), state: how } as const)
  return { link, until: epochMs(expires_at), goods: itemsText(question), chosen }
}

/** Tells the tills of a store how far the questions about an order have come, with each of its pickups that has not ended. */
export async function showAsked(tx: Tx, order: string, store: string, now: number): Promise<void> {
  const all = await questionsAbout(tx, order)
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', order)
    .where('store', '=', store)
    .orderBy('pickup')
    .execute()
  for (const pickup of rows.map(parsePickup)) {
    const asked = shownOn(all, { store, pickup: pickup.row.pickup })
    if (!isEnded(pickup.body.state) && !isDeepStrictEqual(asked, pickup.body.asked ?? null))
      await changePickup(tx, pickup, { body: { asked } }, now)
  }
}

/** Whether a question has an exception of its own, which says what becomes of its items. */
const isNamed = ({ row: { state } }: CustomerQuestion) =>
  state === 'open' || state === 'chosen' || state === 'left'

/** Whether a question is about just this pickup, and not what was split off it. */
const isAbout = ({ row: asked }: CustomerQuestion, { row }: Pick<Pickup, 'row'>) =>
  asked.part === row.pickup && asked.store === row.store

/** Whether the customer is asked about just this pickup, so that the exception about the question says what is missing of it. */
export async function isNamedByQuestion(db: Reads, pickup: Pick<Pickup, 'row'>): Promise<boolean> {
  const all = await questionsAbout(db, pickup.row.order_id)
  return all.some(one => isNamed(one) && isAbout(one, pickup))
}

/** The pickups among some of an order that none of its questions is about. */
export function notAskedAbout(all: readonly CustomerQuestion[], some: readonly Pickup[]): readonly Pickup[] {
  const told = all.filter(({ row }) => row.state !== 'over')
  return some.filter(pickup => !told.some(one => isAbout(one, pickup)))
}

/** Whether the items of a question, missing or found, are still to be handed over by the store that was to prepare them. */
export async function isStillWaitedFor(db: Reads, { row }: CustomerQuestion): Promise<boolean> {
  const part = await readPickup(db, row.part)
  if (part === null) return true // the hub has not seen it yet
  // one that its store refused is still to be handed over, by whichever store
  const isOver = isEnded(part.body.state) && part.body.state !== 'refused'
  if (part.row.store !== row.store || isOver) return false
  return part.lines.lines.some(line => dueUnits(line) > 0)
}

/** Whether its store has nothing of a pickup: all that is due of it is missing, or its store gave it back. */
export function isNotFound({ body, lines }: Pickup): boolean {
  if (body.state === 'refused') return lines.committed && lines.lines.some(line => dueUnits(line) > 0)
  return isAllMissing(lines.lines)
}

interface ShortOrder {
  readonly all: readonly CustomerQuestion[]
  readonly short: readonly Pickup[]
  readonly unasked: readonly Pickup[]
}

/**
 * Ends the questions of an order whose items are not missing any more, with the exceptions about them: found, refunded, edited away or moved.
 * One that was left to head office stays until the store has nothing of it to hand over, and one whose items went without what the customer chose
 * until a person closes its exception. @param all the order's questions @param short its pickups that miss something, `unasked` those that no question is about @returns the stores whose tills are told
 */
export async function endOverQuestions(
  tx: Tx,
  order: string,
  { all, short, unasked }: ShortOrder,
  now: number,
): Promise<readonly string[]> {
  const stores = new Set<string>()
  for (const question of all) {
    const { id, store, state, choice, problem } = question.row
    if (state !== 'open' && state !== 'left') continue
    // Shopify may have put them under another fulfilment order
    if (short.some(pickup => isAbout(question, pickup)) || unasked.some(({ row }) => row.store === store))
      continue
    // staff may take it back as long as Shopify has not heard that it is ready
    if (choice === null && (await isUntoldReady(tx, question.row.part))) continue
    const isLeft = state === 'left' && choice !== null
    const isThere = await isStillWaitedFor(tx, question)
    if (isLeft && (isItemsGone(problem) || isThere)) continue
    await endQuestion(tx, id, { state: 'over', problem: isThere ? FOUND : problem }, now)
    await closeException(tx, 'pickup-short', questionSubject(question), now)
    stores.add(store)
  }
  for (const store of stores) await showAsked(tx, order, store, now)
  return [...stores]
}
