import { z } from 'zod'
import type { Reads, Tx } from '../db/db.ts'
import { readSetting, writeSetting } from '../db/setting.ts'
import { defineCheck } from './check.ts'

const KEY = 'shopify.webhooks.heard'
const MINUTE_MS = 60_000
/** A webhook comes within seconds; what polling finds so soon after one was probably told. */
const TOLD_MS = 10 * MINUTE_MS
/** Orders that change for so long without a webhook: none comes any more. */
const SILENT_MS = 120 * MINUTE_MS

const Heard = z.object({
  /** When the last webhook about an order was applied. Hub clock, as all of these. */
  heard: z.int(),
  /** The first and the last time that polling found a change since, of which no webhook had told; null: it found none. */
  unheard: z.object({ first: z.int(), last: z.int() }).nullable(),
})
type Heard = z.infer<typeof Heard>

async function read(db: Reads): Promise<Heard> {
  const value = await readSetting(db, KEY)
  return value === null ? { heard: 0, unheard: null } : Heard.parse(JSON.parse(value))
}

/** A webhook about an order has come. Writes once a minute at most. */
export async function noteHeard(tx: Tx, now: number): Promise<void> {
  const before = await read(tx)
  if (before.unheard === null && Math.abs(now - before.heard) < MINUTE_MS) return
  await writeSetting(tx, KEY, JSON.stringify({ heard: now, unheard: null } satisfies Heard))
}

/** Polling has found an order that changed since the last poll. */
export async function noteFoundByPolling(tx: Tx, now: number): Promise<void> {
  const { heard, unheard } = await read(tx)
  if (Math.abs(now - heard) < TOLD_MS) return
  // a first time that is ahead was noted while the clock was wrong
  const first = unheard === null || unheard.first > now ? now : unheard.first
  if (unheard !== null && first === unheard.first && now - unheard.last < MINUTE_MS) return
  await writeSetting(tx, KEY, JSON.stringify({ heard, unheard: { first, last: now } } satisfies Heard))
}

/** Orders change, and Shopify's webhooks do not say so. Polling finds them, later. */
export const webhooksSilent = defineCheck({
  kind: 'webhooks-silent',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 5,
  async find(db) {
    const { unheard, heard } = await read(db)
    if (unheard === null || unheard.last - unheard.first < SILENT_MS || (await isRefused(db))) return []
    const hours = Math.floor((unheard.last - unheard.first) / 3_600_000)
    const evidence = { lastHeard: heard === 0 ? null : heard, ...unheard }
    return [
      { code: 'webhooks-silent' as const, subject: 'shopify', store: null, fields: { hours }, evidence },
    ]
  },
})

/** That Shopify refuses webhooks has an exception of its own. */
async function isRefused(db: Reads): Promise<boolean> {
  const row = await db
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', 'webhooks-refused')
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
