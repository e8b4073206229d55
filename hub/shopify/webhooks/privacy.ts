import { maskCode } from '../../../shared/card-numbers/codes.ts'
import { openException } from '../../checks/exceptions.ts'
import { namesOne, redactExceptions } from '../../checks/redact-evidence.ts'
import { storableSubject } from '../../checks/storable-subject.ts'
import { listed } from '../../checks/words/listed.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { customersHeld, type Redacted, redactPickups } from '../../pickups/redact.ts'
import { dueAgain, keepRedacted, noteAgain, WHOLE_SHOP } from '../../redactions/redacted-orders.ts'
import { noteWaits } from '../../redactions/redaction-waits.ts'
import type { Signals } from '../../signals.ts'
import { redactCommands } from '../../streams/command-log.ts'
import { PrivacyRequest } from './privacy-request.ts'
import { parseBody } from './receive.ts'
import { privacyTopics } from './subscriptions.ts'

const ORDERS_A_STEP = 100
/** A shorter number may be anything, wherever it is found. */
const SURE_DIGITS = 8

interface PrivacyWork {
  readonly db: Db
  readonly signals: Signals
  readonly now: () => number
}

/** `again`: a till has not taken the redacted pickup yet, so the same is to be done once more later. */
type Answer = 'done' | 'again' | 'unreadable'

/** Does what a privacy webhook asks. Doing it again changes nothing. */
export async function answerPrivacy(
  work: PrivacyWork,
  hook: { readonly topic: string; readonly event_id: string; readonly body: string },
): Promise<Answer> {
  const asked = PrivacyRequest.safeParse(parseBody(hook.body)).data
  if (asked === undefined) return 'unreadable'
  if (hook.topic === 'shop/redact') return redactShop(work)
  const { customer, orders } = asked
  if (hook.topic === 'customers/redact')
    return redactOrders(work, orders, customer === null ? [] : [customer])
  await transaction(work.db, tx => nameRequest(tx, asked, work.now()))
  return 'done'
}

/** What the hub holds of them is listed for the person who answers the customer. */
async function nameRequest(
  tx: Tx,
  { customer, orders, request }: PrivacyRequest,
  now: number,
): Promise<void> {
  const subject = customer ?? 'a customer without an account'
  const held: Awaited<ReturnType<typeof customersHeld>> = []
  for (let from = 0; from < orders.length; from += ORDERS_A_STEP)
    held.push(...(await customersHeld(tx, orders.slice(from, from + ORDERS_A_STEP))))
  const names = [...new Set(held.map(({ order }) => order))]
  const none = { phrase: 'phrase.nothing-held' } as const
  const fields = {
    customer: customer?.replace(/^.*\//, '') ?? '—',
    request: request ?? '—',
    orders: names.length === 0 ? none : listed(names),
  }
  const code = 'customer-data-request'
  await openException(tx, { code, subject, store: null, fields, evidence: { orders, held } }, now)
}

/** In slices, each in a transaction of its own: doing one of them again changes nothing. */
async function redactOrders(
  work: PrivacyWork,
  orders: readonly string[],
  subjects: readonly string[] = [],
): Promise<'done' | 'again'> {
  let answer: 'done' | 'again' = 'done'
  for (let from = 0; from === 0 || from < orders.length; from += ORDERS_A_STEP) {
    const step = await redactStep(work, orders.slice(from, from + ORDERS_A_STEP), subjects)
    if (step === 'again') answer = 'again'
  }
  return answer
}

async function redactStep(
  { db, signals, now }: PrivacyWork,
  orders: readonly string[],
  subjects: readonly string[],
): Promise<'done' | 'again'> {
  const { stores, isOnItsWay } = await transaction(db, async tx => {
    const at = now()
    const kept = orders.map(order => ({ order, at }))
    await keepRedacted(tx, kept)
    const { pickups, stores } = await redactPickups(tx, orders, at)
    const names = pickups.map(({ pickup }) => pickup)
    const onTheirWay = await redactCommands(tx, names)
    await noteWaits(tx, orders, waitsOf(pickups, onTheirWay), at)
    await redactWebhooks(tx, [...orders, ...names])
    const about = [...orders, ...subjects, ...names]
    await redactExceptions(tx, { subjects: new Set(about.map(storableSubject)), numbers: numbersOf(about) })
    return { stores, isOnItsWay: onTheirWay.length > 0 }
  })
  for (const store of stores) {
    signals.say('commands', store)
    signals.say('now', store)
  }
  return isOnItsWay ? 'again' : 'done'
}

/** The tills that an order's redaction waits for: one of its pickups is still on its way to them. */
function waitsOf(pickups: Redacted['pickups'], onTheirWay: Awaited<ReturnType<typeof redactCommands>>) {
  const orders = new Map(pickups.map(({ pickup, order }) => [pickup, order]))
  return onTheirWay.flatMap(({ pickup, device }) => {
    const order = orders.get(pickup)
    return order === undefined ? [] : [{ order, device }]
  })
}

/** Redacts what a database that was put back holds of orders that were redacted before, until every till has taken it. */
export async function redactAgain(work: PrivacyWork): Promise<void> {
  const orders = await dueAgain(work.db, work.now(), ORDERS_A_STEP)
  if (orders.length === 0) return
  const answer = orders.includes(WHOLE_SHOP) ? await redactShop(work) : await redactOrders(work, orders)
  await transaction(work.db, tx => noteAgain(tx, orders, answer === 'done', work.now()))
}

/** Everything that is known of the shop's customers, some orders at a time. */
async function redactShop(work: PrivacyWork): Promise<'done' | 'again'> {
  let answer: 'done' | 'again' = 'done'
  for (let last = ''; ; ) {
    const rows = await work.db
      .selectFrom('pickup')
      .select('order_id')
      .distinct()
      .where('order_id', '>', last)
      .orderBy('order_id')
      .limit(ORDERS_A_STEP)
      .execute()
    const end = rows.at(-1)
    if (end === undefined) break
    last = end.order_id
    const orders = rows.map(({ order_id }) => order_id)
    if ((await redactOrders(work, orders)) === 'again') answer = 'again'
  }
  await transaction(work.db, async tx => {
    await keepRedacted(tx, [{ order: WHOLE_SHOP, at: work.now() }])
    await tx
      .updateTable('webhook')
      .set({ body: '{}' })
      .where('topic', 'not in', [...privacyTopics])
      .where('topic', 'not like', 'products/%')
      .execute()
    await redactExceptions(tx, 'all')
  })
  return answer
}

/** The subject is all that is still needed of a webhook about an order. */
async function redactWebhooks(tx: Tx, subjects: readonly string[]): Promise<void> {
  for (let from = 0; from < subjects.length; from += ORDERS_A_STEP)
    await tx
      .updateTable('webhook')
      .set({ body: '{}' })
      .where('subject', 'in', subjects.slice(from, from + ORDERS_A_STEP))
      .where('topic', 'not in', [...privacyTopics])
      .execute()
  // those that were not understood name no subject
  const nameless = await tx
    .selectFrom('webhook')
    .select(['topic', 'event_id', 'body'])
    .where('subject', 'is', null)
    .where('body', '<>', '{}')
    .where('topic', 'not in', [...privacyTopics])
    .execute()
  const numbers = numbersOf(subjects)
  for (const { topic, event_id, body } of nameless)
    if (namesOne(body, numbers))
      await tx
        .updateTable('webhook')
        .set({ body: '{}' })
        .where('topic', '=', topic)
        .where('event_id', '=', event_id)
        .execute()
}

/** The numbers of global ids as texts hold them, masked where they look like a card's. */
function numbersOf(ids: readonly string[]): ReadonlySet<string> {
  const numbers = ids.map(id => id.replace(/^.*\//, '')).filter(number => number.length >= SURE_DIGITS)
  return new Set(numbers.flatMap(number => [number, maskCode(number)]))
}
