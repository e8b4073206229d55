import { z } from 'zod'
import { stockRules } from '../../shared/free-stock.ts'
import { handOverRules } from '../../shared/hand-over.ts'
import { ReminderRule } from '../../shared/reminders.ts'
import { returnRules } from '../../shared/returns.ts'
import { MOST_PIN_IDLE_MINUTES, staffPinRules, USUAL_PIN_IDLE_MINUTES } from '../../shared/staff.ts'
import type { Reads, Tx } from '../db/db.ts'

/** What a store's contract may say of the counts of its POS. */
export const countRules = ['ignore', 'follow'] as const
/** What a store's contract may say of units that may be sold while its tills give no word. */
export const holdBackRules = ['off', 'follow'] as const
/** `hold`: head office decides. `move`: a store that has them prepares them, if one does. `ask`: the customer chooses. */
export const shortLineRules = ['hold', 'move', 'ask'] as const
export type ShortLineRule = (typeof shortLineRules)[number]
/** `ask`: head office decides. `refund`: the order is cancelled in Shopify and paid back. */
export const notCollectedRules = ['ask', 'refund'] as const

/** What is agreed for a store. Fields are only added, each with what counted before it existed. */
export const Terms = z.object({
  /** Hub clock, ms. What was sold or moved before it is history: Shopify's stock at that moment counts it. */
  goLive: z.int(),
  /** When Shopify's stock differs from the ledger: a person is asked, or Shopify's number is taken into the ledger. */
  onDifference: z.enum(['ask', 'accept']).default('ask'),
  /** Whether staff must check who collects an order. */
  handOver: z.enum(handOverRules).default('free'),
  /** What the store may do with goods of online orders that customers bring back. */
  returns: z.enum(returnRules).default('none'),
  /** Whether stock follows what the POS's own stock table counts beyond what the POS told of its moves. */
  counts: z.enum(countRules).default('ignore'),
  /** By how many percent of what was expected a count may differ before a person is asked. One unit is never beyond it. */
  countLimit: z.int().min(0).max(100).default(20),
  /** What becomes of items of an order that staff did not find, once the rest is ready. */
  shortLines: z.enum(shortLineRules).default('hold'),
  /** What becomes of an order that its customer does not collect, once it has expired. */
  notCollected: z.enum(notCollectedRules).default('ask'),
  /** Whether its tills see the free stock of the stores that agreed on it, and those see this store's. */
  stock: z.enum(stockRules).default('none'),
  /** Whether units that the store is likely to sell while it is silent are held back from sale online. */
  holdBack: z.enum(holdBackRules).default('off'),
  /** The most that is held back of an item, in percent of what could be sold online. */
  holdBackShare: z.int().min(1).max(100).default(100),
  /** The most that is held back of an item, in units. */
  holdBackUnits: z.int().min(1).max(10_000).default(50),
  /** After how many days staff remind a customer whose goods are ready, and after as many again; null: never. */
  remindAfterDays: ReminderRule.shape.afterDays.nullable().default(null),
  /** The most reminders while a pickup waits. */
  reminders: ReminderRule.shape.most.default(2),
  /** Whether each step at its tills needs the PIN or the badge of a person that the hub knows. */
  staffPin: z.enum(staffPinRules).default('off'),
  /** Minutes without a touch after which a till asks for it again. */
  pinIdleMinutes: z.int().min(1).max(MOST_PIN_IDLE_MINUTES).default(USUAL_PIN_IDLE_MINUTES),
})
export type Terms = z.infer<typeof Terms>

/** When staff of the store remind customers; null: never. */
export function reminderRuleOf({ remindAfterDays, reminders }: Terms): ReminderRule | null {
  return remindAfterDays === null ? null : { afterDays: remindAfterDays, most: reminders }
}

/** One version of a store's contract. The newest one counts. */
export interface ContractVersion {
  readonly store: string
  /** Counts up from 1; 0: nothing was ever agreed, and defaults count. */
  readonly version: number
  readonly terms: Terms
  /** Hub clock, ms. */
  readonly changedAt: number
  readonly changedBy: string
  readonly why: string
}

/** What counts for a store that nothing was agreed for: it went live when it was added to the hub. */
function defaults(store: string, addedAt: number): ContractVersion {
  const terms = Terms.parse({ goLive: addedAt })
  return { store, version: 0, terms, changedAt: addedAt, changedBy: '', why: 'The store was added.' }
}

/** The contract that counts for a store; null: the hub does not know the store. */
export async function contractOf(db: Reads, store: string): Promise<ContractVersion | null> {
  const [newest] = await db
    .selectFrom('contract')
    .selectAll()
    .where('store', '=', store)
    .orderBy('version', 'desc')
    .limit(1)
    .execute()
  if (newest !== undefined) return versionOf(newest)
  const added = await db.selectFrom('store').select('created_at').where('code', '=', store).executeTakeFirst()
  return added === undefined ? null : defaults(store, added.created_at)
}

/** Every version of every store, oldest first; of one store when it is given. */
export async function contractVersions(db: Reads, store?: string): Promise<ContractVersion[]> {
  let query = db.selectFrom('contract').selectAll()
  if (store !== undefined) query = query.where('store', '=', store)
  return (await query.orderBy('store').orderBy('version').execute()).map(versionOf)
}

interface Row {
  readonly store: string
  readonly version: number
  readonly terms_json: string
  readonly changed_at: number
  readonly changed_by: string
  readonly why: string
}

function versionOf({ store, version, terms_json, changed_at, changed_by, why }: Row): ContractVersion {
  const terms = Terms.parse(JSON.parse(terms_json))
  return { store, version, terms, changedAt: changed_at, changedBy: changed_by, why }
}

/** Adds the next version of a store's contract. What it changes of movements that are known, the caller carries out. */
export async function addVersion(
  tx: Tx,
  next: { readonly store: string; readonly terms: Terms; readonly by: string; readonly why: string },
  now: number,
): Promise<ContractVersion> {
  const { store, terms, by, why } = next
  const version = ((await contractOf(tx, store))?.version ?? 0) + 1
  const added = { store, version, terms, changedAt: now, changedBy: by, why }
  await keepVersions(tx, [added])
  return added
}

/** Writes versions as they are given; one that the database has stays as it is. */
export async function keepVersions(tx: Tx, versions: readonly ContractVersion[]): Promise<void> {
  for (const { store, version, terms, changedAt, changedBy, why } of versions)
    await tx
      .insertInto('contract')
      .values({
        store,
        version,
        terms_json: JSON.stringify(terms),
        changed_at: changedAt,
        changed_by: changedBy,
        why,
      })
      .onConflict(c => c.columns(['store', 'version']).doNothing())
      .execute()
}

/** When a store went live, or will; null: the hub does not know the store, and nothing of it is history. */
export async function goLiveOf(db: Reads, store: string): Promise<number | null> {
  return (await contractOf(db, store))?.terms.goLive ?? null
}

/** Stores that may hold units back from sale online, by the newest version of their contract. */
export const storesThatHoldBack = (db: Reads) => storesWith(db, 'holdBack', 'follow')

/** Stores whose uncollected orders are paid back, by the newest version of their contract. */
export const storesThatPayBack = (db: Reads) => storesWith(db, 'notCollected', 'refund')

/** Stores whose customers choose what becomes of missing items, which may be their money back. */
export const storesThatAsk = (db: Reads) => storesWith(db, 'shortLines', 'ask')

async function storesWith<Term extends 'holdBack' | 'notCollected' | 'shortLines'>(
  db: Reads,
  term: Term,
  rule: Terms[Term],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('contract')
    .select('store')
    .distinct()
    .where('terms_json', 'like', `%"${term}":"${rule}"%`)
    .orderBy('store')
    .execute()
  const found: string[] = []
  for (const { store } of rows) if ((await contractOf(db, store))?.terms[term] === rule) found.push(store)
  return found
}
