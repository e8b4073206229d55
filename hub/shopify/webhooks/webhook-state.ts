import type { Log } from '../../../shared/world.ts'
import { reconcileExceptions } from '../../checks/exceptions.ts'
import type { SubjectProblem } from '../../checks/problem.ts'
import { listed } from '../../checks/words/listed.ts'
import { type Db, transaction } from '../../db/db.ts'
import type { ShopSettings } from '../shop-settings.ts'
import type { Subscribed } from './subscriptions.ts'

type Shop = Pick<ShopSettings, 'domain' | 'webhookUrl' | 'pollOrdersMs'>

/** Why Shopify can't post webhooks to an address at all; null: it may. A sandbox on this machine takes any. */
export function addressProblem(url: string, isLoopback: boolean): 'not-https' | null {
  return isLoopback || url.startsWith('https://') ? null : 'not-https'
}

/** Opens or closes `webhooks-refused`: one exception, whatever the number of topics. */
export async function reportSubscribed(
  parts: { readonly db: Db; readonly log: Log; readonly now: number },
  shop: Shop,
  outcome: Subscribed | 'not-https',
): Promise<void> {
  const { db, log, now: at } = parts
  const problem = outcome === 'not-https' ? wrongAddress(shop) : refusedTopics(shop, outcome)
  if (outcome !== 'not-https' && outcome.removed.length > 0)
    log.info({ addresses: outcome.removed }, 'webhooks of earlier addresses were removed')
  // of what was not answered nothing is known, so what is open stays
  if (problem === null && outcome !== 'not-https' && outcome.unknown > 0) return
  if (problem !== null)
    log.warn({ code: problem.code, ...problem.evidence }, 'Shopify refuses webhooks; polling goes on')
  const found = problem === null ? [] : [problem]
  const scope = { subjects: [shop.domain] }
  await transaction(db, tx =>
    reconcileExceptions(tx, { kind: 'webhooks-refused', scope, found, at, seen: 'still' }),
  )
}

function wrongAddress({ domain: subject, webhookUrl, pollOrdersMs }: Shop): SubjectProblem {
  const url = webhookUrl ?? ''
  const fields = { url, seconds: pollOrdersMs / 1_000 }
  return { code: 'webhooks-refused.address', subject, store: null, fields, evidence: { url } }
}

function refusedTopics(
  { domain: subject, pollOrdersMs }: Shop,
  { refused }: Subscribed,
): SubjectProblem | null {
  const [problem] = refused.values()
  if (problem === undefined) return null
  const topics = [...refused.keys()]
  const fields = { count: topics.length, topics: listed(topics), problem, seconds: pollOrdersMs / 1_000 }
  const evidence = { refused: Object.fromEntries(refused) }
  return { code: 'webhooks-refused', subject, store: null, fields, evidence }
}
