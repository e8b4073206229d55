import type { Selectable } from 'kysely'
import { z } from 'zod'
import { type BackOff, backOffMs } from '../../../shared/back-off.ts'
import { describeError } from '../../../shared/errors.ts'
import { inParallel } from '../../../shared/turns.ts'
import type { World } from '../../../shared/world.ts'
import { openException } from '../../checks/exceptions.ts'
import { noteHeard } from '../../checks/webhooks-silent.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import type { Schema } from '../../db/schema.ts'
import { recheckItems } from '../../items/item-table.ts'
import { isRedacted } from '../../redactions/redacted-orders.ts'
import { type ShopifyClient, shopifyDenies, shopifyRefuses, shopifyUnreachable } from '../api/client.ts'
import { isAboutOneThing } from '../one-thing.ts'
import { type OrderWork, takeInOrders } from '../orders/order-intake.ts'
import { noteUnfinished } from '../orders/order-poll.ts'
import { readFulfillmentOrder } from '../orders/read-order.ts'
import { answerPrivacy, redactAgain } from './privacy.ts'
import { parseBody } from './receive.ts'
import { privacyTopics } from './subscriptions.ts'

const BATCH = 200
const RETRY: BackOff = { firstMs: 2_000, longestMs: 10 * 60_000 }
const ATTEMPTS = 12

type Webhook = Selectable<Schema['webhook']>

export interface WebhookWork extends OrderWork {
  readonly world: World
  /** Locations changed at Shopify: check the mapping again. */
  readonly onLocations: () => Promise<void>
  /** Items that we could not map have changed: look them up again. */
  readonly onItems: () => void
  /** The app was removed from the shop, or its scopes have changed. */
  readonly onApp: () => void
}

/**
 * Applies stored webhooks, orders first, those of one thing together. Each is only a hint to read that thing
 * again, so neither their order nor their number matters. What cannot be read is kept whole and reported.
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES: the webhooks stay and are tried again
 */
export async function runWebhooks(work: WebhookWork): Promise<void> {
  await answerDue(work)
  const due = await dueHooks(work, 'not in')
  const groups = [...Map.groupBy(due, hook => hook.subject ?? `${hook.topic} ${hook.event_id}`).values()]
  const aboutOrders = groups.filter(isAboutOrder)
  await inParallel(aboutOrders, ORDERS_AT_ONCE, hooks => applyOrPutOff(work, hooks))
  for (const hooks of groups) if (!isAboutOrder(hooks)) await applyOrPutOff(work, hooks)
}

/** People wait for orders, so they never wait for what else was told of. */
const ORDERS_AT_ONCE = 4
const isAboutOrder = ([first]: readonly Webhook[]) =>
  /^gid:\/\/shopify\/(Fulfillment)?Order\//.test(first?.subject ?? '')

async function applyOrPutOff(work: WebhookWork, hooks: readonly Webhook[]): Promise<void> {
  try {
    await applyGroup(work, hooks)
  } catch (error) {
    if (shopifyRefuses.is(error)) throw error
    const isUnreachable = shopifyUnreachable.is(error)
    if (isUnreachable && !(await isAboutOneThing(work.client, error))) throw error
    if (shopifyDenies.is(error) || isUnreachable) await wait(work, hooks, error)
    else await postpone(work, hooks, error)
  }
}

function dueHooks(work: WebhookWork, which: 'in' | 'not in'): Promise<Webhook[]> {
  return (
    work.db
      .selectFrom('webhook')
      .selectAll()
      .where('state', '=', 'stored')
      .where('topic', which, [...privacyTopics])
      // one that is further ahead was put off while the clock was wrong
      .where(e => e.or([e('due_at', '<=', work.now()), e('due_at', '>', work.now() + RETRY.longestMs)]))
      .orderBy('received_at')
      .limit(BATCH)
      .execute()
  )
}

/** What the law asks needs nothing of Shopify, so it waits for no other webhook, also when Shopify lets the app in no more. */
async function answerDue(work: WebhookWork): Promise<void> {
  try {
    await redactAgain(work)
  } catch (error) {
    work.world.log.error(describeError(error), 'what a backup held could not be redacted yet')
  }
  for (const hook of await dueHooks(work, 'in')) {
    try {
      await answerOne(work, hook)
    } catch (error) {
      await postpone(work, [hook], error)
    }
  }
}

async function applyGroup(work: WebhookWork, hooks: readonly Webhook[]): Promise<void> {
  const order = await orderOf(work.client, hooks)
  if (order !== null) {
    await takeInOrders(work, [order], async (tx, again) => {
      await noteUnfinished(tx, [order], again, work.now())
      await noteHeard(tx, work.now())
      await markApplied(tx, hooks)
    })
    return
  }
  const readable = hooks.filter(hook => isReadable(hook))
  const unreadable = hooks.filter(hook => !isReadable(hook))
  await applyOthers(work, readable)
  await transaction(work.db, async tx => {
    await markApplied(tx, readable)
    for (const hook of unreadable) await setAside(tx, hook, 'It does not say what it is about.', work.now())
  })
}

async function answerOne(work: WebhookWork, hook: Webhook): Promise<void> {
  const answer = await answerPrivacy(work, hook)
  await transaction(work.db, async tx => {
    if (answer === 'unreadable') return setAside(tx, hook, 'It does not say whom it is about.', work.now())
    const due_at = work.now() + RETRY.longestMs
    const problem = 'A till has not taken the redacted pickup yet.'
    if (answer === 'again') return defer(tx, hook, { attempts: hook.attempts, due_at, problem })
    await markApplied(tx, [hook])
  })
}

/** The order that some webhooks of one subject are about; null when they are about something else. */
async function orderOf(client: ShopifyClient, hooks: readonly Webhook[]): Promise<string | null> {
  const subject = hooks[0]?.subject ?? null
  if (subject === null) return null
  if (subject.startsWith('gid://shopify/Order/')) return subject
  if (!subject.startsWith('gid://shopify/FulfillmentOrder/')) return null
  return (await readFulfillmentOrder(client, subject))?.orderId ?? null
}

/** Topics whose body names nothing that we read, but which are news all the same. */
function isReadable(hook: Webhook): boolean {
  return hook.subject !== null || hook.topic.startsWith('locations/') || hook.topic.startsWith('app/')
}

const ProductBody = z.object({ variants: z.array(z.object({ sku: z.string().nullable() })) })

async function applyOthers(work: WebhookWork, hooks: readonly Webhook[]): Promise<void> {
  const skus = hooks
    .filter(hook => hook.topic.startsWith('products/'))
    .flatMap(hook => ProductBody.safeParse(parseBody(hook.body)).data?.variants ?? [])
    .flatMap(({ sku }) => (sku === null ? [] : [sku]))
  if (skus.length > 0) {
    await transaction(work.db, tx => recheckItems(tx, [...new Set(skus)]))
    work.onItems()
  }
  if (hooks.some(hook => hook.topic.startsWith('locations/'))) await work.onLocations()
  if (hooks.some(hook => hook.topic.startsWith('app/'))) work.onApp()
}

/** What they say of customers and orders is not kept: it was only a hint. */
async function markApplied(tx: Tx, hooks: readonly Webhook[]): Promise<void> {
  for (const { topic, event_id } of hooks)
    await tx
      .updateTable('webhook')
      .set({ state: 'applied', problem: null, body: '{}' })
      .where('topic', '=', topic)
      .where('event_id', '=', event_id)
      .execute()
}

/** The app has no right to read what they are about, or Shopify fails on it: they are asked for again until that ends. */
async function wait(work: WebhookWork, hooks: readonly Webhook[], error: unknown): Promise<void> {
  const problem = describeError(error).sentence
  const now = work.now()
  await transaction(work.db, async tx => {
    for (const hook of hooks) {
      // an outage may have ended just after it failed: it waits as long again as it has waited
      const waitMs = shopifyUnreachable.is(error) ? sinceMs(hook, now) : RETRY.longestMs
      await defer(tx, hook, { attempts: hook.attempts, due_at: now + waitMs, problem })
    }
  })
}

function sinceMs({ received_at }: Webhook, now: number): number {
  const { firstMs, longestMs } = RETRY
  return received_at > now ? longestMs : Math.min(Math.max(now - received_at, firstMs), longestMs)
}

async function postpone(work: WebhookWork, hooks: readonly Webhook[], error: unknown): Promise<void> {
  const { sentence } = describeError(error)
  work.world.log.warn({ subject: hooks[0]?.subject, problem: sentence }, 'a webhook could not be applied yet')
  await transaction(work.db, async tx => {
    for (const hook of hooks) {
      if (hook.attempts + 1 >= ATTEMPTS) await setAside(tx, hook, sentence, work.now())
      else await later(tx, work, hook, sentence)
    }
  })
}

function later(tx: Tx, { world, now }: WebhookWork, hook: Webhook, problem: string): Promise<void> {
  const due_at = now() + backOffMs(world, hook.attempts, RETRY)
  return defer(tx, hook, { attempts: hook.attempts + 1, due_at, problem })
}

async function defer(
  tx: Tx,
  hook: Webhook,
  to: { readonly attempts: number; readonly due_at: number; readonly problem: string },
): Promise<void> {
  await tx
    .updateTable('webhook')
    .set(to)
    .where('topic', '=', hook.topic)
    .where('event_id', '=', hook.event_id)
    .execute()
}

/** Kept whole. Nothing hangs on it: polling finds what it told of. */
async function setAside(tx: Tx, hook: Webhook, problem: string, now: number): Promise<void> {
  const isHidden =
    privacyTopics.has(hook.topic) || (hook.subject !== null && (await isRedacted(tx, hook.subject)))
  await tx
    .updateTable('webhook')
    .set({ state: 'failed', problem, ...(isHidden ? { body: '{}' } : {}) })
    .where('topic', '=', hook.topic)
    .where('event_id', '=', hook.event_id)
    .execute()
  const fields = { topic: hook.topic, problem }
  const body = isHidden ? '' : hook.body.slice(0, 16_384)
  const evidence = { topic: hook.topic, event: hook.event_id, body }
  await openException(
    tx,
    { code: 'webhook-unreadable', subject: hook.topic, store: null, fields, evidence },
    now,
  )
}

/** Failed webhooks that are kept at most; their exceptions hold what they said. */
const MOST_FAILED = 1_000

/** Applied and failed webhooks are kept a while for questions, then go; of the failed ones only the newest are kept. */
export async function pruneWebhooks(db: Db, before: number, mostFailed = MOST_FAILED): Promise<void> {
  await transaction(db, async tx => {
    const tooMany = await tx
      .selectFrom('webhook')
      .select('received_at')
      .where('state', '=', 'failed')
      .orderBy('received_at', 'desc')
      .offset(mostFailed)
      .limit(1)
      .executeTakeFirst()
    const goes = tx.deleteFrom('webhook')
    await goes.where('state', 'in', ['applied', 'failed']).where('received_at', '<', before).execute()
    if (tooMany !== undefined)
      await goes
        .where('state', '=', 'failed')
        .where('received_at', '<=', Number(tooMany.received_at))
        .execute()
  })
}
