import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { maskCode } from '../../../shared/card-numbers/codes.ts'
import { maskJsonText } from '../../../shared/card-numbers/mask-texts.ts'
import { defineError } from '../../../shared/errors.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import type { Signals } from '../../signals.ts'
import type { ShopAddress, ShopSettings } from '../shop-settings.ts'
import type { LevelMarks } from './level-marks.ts'
import { privacyRequest } from './privacy-request.ts'
import { isWanted, privacyTopics } from './subscriptions.ts'

export const webhookForged = defineError(
  'WEBHOOK_FORGED',
  (f: { topic: string | null }) =>
    `A webhook (${f.topic ?? 'without topic'}) is not signed with this app's secret. It was not accepted; if Shopify sent it, check the app's client secret.`,
)
export const webhookForeign = defineError(
  'WEBHOOK_FOREIGN',
  (f: { shop: string | null; topic: string | null }) =>
    `A webhook came for shop ${f.shop ?? 'unnamed'}, topic ${f.topic ?? 'unnamed'}, which this hub does not serve. It was not accepted.`,
)

/** One for each change of a level, also for the hub's own. */
const LEVEL_CHANGED = 'inventory_levels/update'

const HEADER_MAX = 255
const BODY_MAX = 4 * 1024 * 1024

interface WebhookPart {
  readonly db: Db
  readonly settings: ShopSettings
  readonly address: ShopAddress
  readonly signals: Signals
  readonly levels: Pick<LevelMarks, 'take'>
  readonly now: () => number
}

/** Header names in lower case, as Node gives them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** Least time between two readings for webhooks that say the same. */
const AGAIN_MS = 60_000

/**
 * Takes one webhook: its signature over the raw bytes, its shop and its names are checked, and it is stored before this
 * returns, unless it is about a level, see `LevelMarks`; a second delivery of the same event changes nothing. Its headers are not signed, so a captured one may come
 * again under other ids: it makes no second row, and at most one reading a minute. Answer 200 when it returns, within five
 * seconds.
 * @throws WEBHOOK_FORGED (answer 401), WEBHOOK_FOREIGN (answer 404)
 */
export async function storeWebhook(
  part: WebhookPart,
  headers: WebhookHeaders,
  raw: Uint8Array,
): Promise<void> {
  const { db, settings, address, signals, now } = part
  const header = (name: string) => {
    const value = headers[`x-shopify-${name}`]
    return typeof value === 'string' && value.length <= HEADER_MAX ? maskCode(value) : null
  }
  const topic = header('topic')
  if (raw.length > BODY_MAX || !isSigned(raw, header('hmac-sha256'), settings.webhookSecrets()))
    throw webhookForged({ topic })
  const shop = header('shop-domain')
  // A sandbox plays a shop whose name is not its address.
  const ours = shop !== null && (address.loopback || shop.toLowerCase() === address.storeDomain)
  const event = header('event-id') ?? header('webhook-id')
  if (topic === null || event === null || !ours || !isWanted(topic)) throw webhookForeign({ shop, topic })
  const body = new TextDecoder().decode(raw)
  if (topic === LEVEL_CHANGED) return part.levels.take(body)
  const body_hash = hash('sha256', body, 'base64url')
  await transaction(db, async tx => {
    if (await isRepeated(tx, { topic, event, body, body_hash, now: now() })) return
    await tx
      .insertInto('webhook')
      .values({
        topic,
        event_id: event,
        shop,
        subject: subjectOf(topic, body),
        triggered_at: header('triggered-at'),
        received_at: now(),
        body: maskJsonText(keptBody(topic, body)),
        body_hash,
        state: 'stored',
        attempts: 0,
        due_at: now(),
        problem: null,
      })
      .onConflict(conflict => conflict.columns(['topic', 'event_id']).doNothing())
      .execute()
  })
  signals.say('webhooks')
}

/** Of a privacy webhook no more is kept than doing what it asks needs. */
function keptBody(topic: string, body: string): string {
  return privacyTopics.has(topic) ? JSON.stringify(privacyRequest(topic, parseBody(body))) : body
}

/** Whether another event's webhook said the very same: it is then due once more, a minute after its last time at the soonest. */
async function isRepeated(
  tx: Tx,
  {
    topic,
    event,
    body,
    body_hash,
    now,
  }: { topic: string; event: string; body: string; body_hash: string; now: number },
): Promise<boolean> {
  const same = await tx
    .selectFrom('webhook')
    .select(['event_id', 'state', 'due_at'])
    .where('topic', '=', topic)
    .where('body_hash', '=', body_hash)
    .executeTakeFirst()
  if (same === undefined || same.event_id === event) return false
  // what it said was not kept when it was applied, and what was set aside may be readable by now
  const again = {
    state: 'stored' as const,
    body: maskJsonText(keptBody(topic, body)),
    attempts: 0,
    due_at: Math.max(now, same.due_at + AGAIN_MS),
  }
  await tx
    .updateTable('webhook')
    .set({ received_at: now, ...(same.state === 'stored' ? {} : again) })
    .where('topic', '=', topic)
    .where('event_id', '=', same.event_id)
    .execute()
  return true
}

/** Every secret is tried, and each takes the same time for whatever is offered. An unset secret signs nothing. */
function isSigned(raw: Uint8Array, offered: string | null, secrets: readonly string[]): boolean {
  const given = Buffer.from(offered ?? '', 'base64')
  let found = false
  for (const secret of secrets) {
    const expected = createHmac('sha256', secret).update(raw).digest()
    const isSame = given.length === expected.length && timingSafeEqual(given, expected)
    if (isSame && secret !== '') found = true
  }
  return found
}

const Gid = z.string().regex(/^gid:\/\/shopify\/[A-Za-z]+\/[^/\s]+$/)
const OrderBody = z.object({ admin_graphql_api_id: Gid })
const FulfillmentBody = z.object({ order_id: z.int() })
const Brief = z.object({ id: Gid })
const FulfillmentOrderBody = z
  .object({
    fulfillment_order: Brief.optional(),
    original_fulfillment_order: Brief.optional(),
    moved_fulfillment_order: Brief.optional(),
  })
  .transform(
    body => body.fulfillment_order ?? body.original_fulfillment_order ?? body.moved_fulfillment_order,
  )
const CustomerBody = z.object({ customer: z.object({ id: z.int() }) })
const ProductBody = z.object({ admin_graphql_api_id: Gid })

/** The id that a webhook is about, which orders the webhooks of one thing; null: unreadable, or about the shop. */
export function subjectOf(topic: string, body: string): string | null {
  const parsed = parseBody(body)
  if (topic.startsWith('orders/')) return OrderBody.safeParse(parsed).data?.admin_graphql_api_id ?? null
  if (topic.startsWith('fulfillment_orders/')) return FulfillmentOrderBody.safeParse(parsed).data?.id ?? null
  if (topic.startsWith('fulfillments/')) {
    const order = FulfillmentBody.safeParse(parsed).data?.order_id
    return order === undefined ? null : `gid://shopify/Order/${order}`
  }
  if (topic.startsWith('customers/')) {
    const customer = CustomerBody.safeParse(parsed).data?.customer.id
    return customer === undefined ? null : `gid://shopify/Customer/${customer}`
  }
  if (topic.startsWith('products/')) return ProductBody.safeParse(parsed).data?.admin_graphql_api_id ?? null
  return null
}

export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // the worker names it unreadable and keeps it whole
  }
}
