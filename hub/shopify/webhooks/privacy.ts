import { z } from 'zod'
import { openException } from '../../checks/exceptions.ts'
import { redactEvidence } from '../../checks/redact-evidence.ts'
import { listed } from '../../checks/words/listed.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { customersHeld, redactPickups } from '../../pickups/redact.ts'
import type { Signals } from '../../signals.ts'
import { redactCommands } from '../../streams/command-log.ts'
import { parseBody } from './receive.ts'
import { privacyTopics } from './subscriptions.ts'

const ORDERS_A_STEP = 100

interface PrivacyWork {
  readonly db: Db
  readonly signals: Signals
  readonly now: () => number
}

/** `again`: a till has not taken the redacted pickup yet, so the same is to be done once more later. */
type Answer = 'done' | 'again' | 'unreadable'

const Id = z.union([z.int(), z.string().regex(/^\d{1,20}$/)]).transform(String)
const Customer = z.object({ id: Id.nullish() }).nullish()
const DataRequest = z.object({
  customer: Customer,
  orders_requested: z.array(Id).nullish(),
  data_request: z.object({ id: Id }).nullish(),
})
const Redaction = z.object({ customer: Customer, orders_to_redact: z.array(Id).nullish() })

const orderId = (number: string) => `gid://shopify/Order/${number}`
const subjectOfCustomer = (id: string | null | undefined) => `customer ${id ?? 'without an account'}`

/** Does what a privacy webhook asks. Doing it again changes nothing. */
export async function answerPrivacy(
  work: PrivacyWork,
  hook: { readonly topic: string; readonly event_id: string; readonly body: string },
): Promise<Answer> {
  const body = parseBody(hook.body)
  if (hook.topic === 'shop/redact') return redactShop(work)
  if (hook.topic === 'customers/data_request') {
    const asked = DataRequest.safeParse(body)
    if (!asked.success) return 'unreadable'
    await transaction(work.db, tx => nameRequest(tx, asked.data, work.now()))
    return 'done'
  }
  const asked = Redaction.safeParse(body)
  if (!asked.success) return 'unreadable'
  const orders = (asked.data.orders_to_redact ?? []).map(orderId)
  const customer = asked.data.customer?.id
  const subjects = customer === null || customer === undefined ? [] : [subjectOfCustomer(customer)]
  return redactOrders(work, orders, subjects)
}

/** What the hub holds of them is listed for the person who answers the customer. */
async function nameRequest(tx: Tx, asked: z.infer<typeof DataRequest>, now: number): Promise<void> {
  const subject = subjectOfCustomer(asked.customer?.id)
  const orders = (asked.orders_requested ?? []).map(orderId)
  const held = await customersHeld(tx, orders)
  const names = [...new Set(held.map(({ order }) => order))]
  const none = { phrase: 'phrase.nothing-held' } as const
  const fields = {
    customer: asked.customer?.id ?? '—',
    request: asked.data_request?.id ?? '—',
    orders: names.length === 0 ? none : listed(names),
  }
  const code = 'customer-data-request'
  await openException(tx, { code, subject, store: null, fields, evidence: { orders, held } }, now)
}

async function redactOrders(
  { db, signals, now }: PrivacyWork,
  orders: readonly string[],
  subjects: readonly string[] = [],
): Promise<'done' | 'again'> {
  const { stores, isOnItsWay } = await transaction(db, async tx => {
    const { pickups, stores } = await redactPickups(tx, orders, now())
    const isOnItsWay = await redactCommands(tx, pickups)
    await redactWebhooks(tx, [...orders, ...pickups])
    const containing = orders.flatMap(order => [`${order}"`, `"id":${order.replace(/^.*\//, '')},`])
    await redactEvidence(tx, { subjects: [...orders, ...subjects], containing })
    return { stores, isOnItsWay }
  })
  for (const store of stores) {
    signals.say('commands', store)
    signals.say('now', store)
  }
  return isOnItsWay ? 'again' : 'done'
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
    await tx
      .updateTable('webhook')
      .set({ body: '{}' })
      .where('topic', '<>', 'shop/redact')
      .where('topic', 'not like', 'products/%')
      .execute()
    await redactEvidence(tx, { subjects: [], containing: ['gid://shopify/Order/', '"customer"', '"orders"'] })
  })
  return answer
}

/** The subject is all that is still needed of a webhook about an order. */
async function redactWebhooks(tx: Tx, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return
  const numbers = subjects.map(subject => subject.replace(/^.*\//, ''))
  await tx
    .updateTable('webhook')
    .set({ body: '{}' })
    .where(e =>
      e.or([
        e('subject', 'in', subjects),
        // those that were not understood name no subject
        ...numbers.map(number => e.and([e('subject', 'is', null), e('body', 'like', `%${number}%`)])),
      ]),
    )
    .where('topic', 'not in', [...privacyTopics])
    .execute()
}
