import { isDue } from '../../shared/back-off.ts'
import { troubles } from '../outbox/trouble.ts'
import { defineCheck } from './check.ts'
import { STUCK_MS } from './stock-write-stuck.ts'
import type { FieldValue, WordCode } from './words/message.ts'

/** The loops that work with Shopify, as people call them. */
const partOf: Readonly<Record<string, Extract<WordCode, `phrase.work-${string}`>>> = {
  locations: 'phrase.work-locations',
  catalogue: 'phrase.work-catalogue',
  items: 'phrase.work-catalogue',
  orders: 'phrase.work-orders',
  'open pickups': 'phrase.work-orders',
  levels: 'phrase.work-levels',
  'sweep of levels': 'phrase.work-levels',
  transfers: 'phrase.work-levels',
  webhooks: 'phrase.work-webhooks',
  subscriptions: 'phrase.work-webhooks',
  writes: 'phrase.work-writes',
  access: 'phrase.work-access',
}

/** Parts of the work with Shopify that have failed each time for ten minutes: one exception, whatever their number. */
export const shopifyWorkFails = defineCheck({
  kind: 'shopify-work-fails',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  async find(db, now) {
    const all = [...(await troubles(db, 'loop')), ...(await troubles(db, 'thing'))]
    const failing = all
      .filter(({ since }) => isDue(since + STUCK_MS, now, STUCK_MS))
      .toSorted((one, other) => one.since - other.since)
    const [oldest] = failing
    if (oldest === undefined) return []
    const phrases = new Set(failing.map(({ subject }) => partOf[subject]))
    const [phrase] = phrases
    const part: FieldValue =
      phrases.size === 1 && phrase !== undefined
        ? { phrase }
        : { phrase: 'phrase.work-several', fields: { count: phrases.size } }
    return [
      {
        code: 'shopify-work-fails' as const,
        subject: 'shopify',
        store: null,
        fields: { part, problem: oldest.problem },
        evidence: { failing },
      },
    ]
  },
})
