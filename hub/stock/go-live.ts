import { addVersion, type ContractVersion, contractOf, Terms } from '../contract/contract.ts'
import { textsOf } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { type DueMovement, dropDue, dueMovements, postedMovements } from '../outbox/postings.ts'
import { openWrites, type Write } from '../outbox/writes.ts'
import { historyFrom, holdMovements, releaseHistory, storeCode } from './history.ts'
import { sizeHoldsAgain } from './hold-back.ts'
import { isCleared, movedBefore, type StoreMoment, storeMoment } from './moved-before.ts'
import { restartCounts } from './pos-counts.ts'
import { withdrawWrite } from './withdraw-write.ts'

/** What another go-live moment does to the movements that the hub holds of a store. */
export interface GoLiveChange {
  /** Movements that are due now and become history. */
  readonly held: number
  /** Movements that are history now and become due: they will be posted. */
  readonly released: number
  /** Movements from before the new moment that Shopify has, or is being told of: they stay as they are. */
  readonly posted: number
  /** The same by item, of what is held and released. Thousandths of a unit. */
  readonly items: readonly {
    readonly sku: string
    readonly warehouse: string
    readonly held: number
    readonly released: number
  }[]
}

/** What `agree` would do with another go-live moment. Changes nothing. */
export async function tryGoLive(db: Reads, store: string, goLive: number): Promise<GoLiveChange> {
  const number = await storeCode(db, store)
  if (number === null) return { held: 0, released: 0, posted: 0, items: [] }
  const moment = await storeMoment(db, store, goLive)
  const before = await contractOf(db, store)
  const kept = keptFrom(store, before, goLive)
  const unsent = await unsentBefore(db, store, moment, kept)
  const held = [...(await dueBefore(db, number, moment, { kept })), ...unsent]
  const released = await historyFrom(db, number, moment, Number.MAX_SAFE_INTEGER)
  return {
    held: held.length,
    released: released.length,
    posted: (await postedBefore(db, number, moment)) - unsent.length,
    items: await byItem(db, held, released),
  }
}

/**
 * Agrees on something else for a store. With another go-live moment, what happened before it and is due becomes history, and
 * what is history and happened since becomes due. Requests that have not left the hub are planned again; what Shopify has,
 * it keeps.
 */
export async function agree(
  tx: Tx,
  next: { readonly store: string; readonly terms: Partial<Terms>; readonly by: string; readonly why: string },
  now: number,
): Promise<ContractVersion> {
  const { store, by, why } = next
  const before = await contractOf(tx, store)
  const terms = Terms.parse({ goLive: now, ...before?.terms, ...next.terms })
  const { goLive } = terms
  const version = await addVersion(tx, { store, terms, by, why }, now)
  if (terms.counts !== before?.terms.counts || goLive !== before.terms.goLive)
    await restartCounts(tx, store, now)
  await sizeHoldsAgain(tx, store)
  const number = await storeCode(tx, store)
  if (number === null || goLive === before?.terms.goLive) return version
  await withdrawUnsent(tx, store, now)
  const moment = await storeMoment(tx, store, goLive)
  const held = await dueBefore(tx, number, moment, { kept: keptFrom(store, before, goLive) })
  await dropDue(tx, held)
  await holdMovements(tx, held)
  await releaseHistory(tx, number, moment)
  await noteCarried(tx, version)
  return version
}

/**
 * What became due again, because a request that was under way when the go-live moment was changed was not carried out,
 * becomes history when it happened before that moment. What a person has found to be missing from Shopify stays due.
 * `skus`: of these items; left out: of all.
 */
export async function keepHistory(tx: Tx, store: string, skus?: readonly string[]): Promise<void> {
  const agreed = await contractOf(tx, store)
  const number = await storeCode(tx, store)
  if (agreed === null || agreed.version === 0 || number === null) return
  const before = await storeMoment(tx, store, agreed.terms.goLive)
  const held = await dueBefore(tx, number, before, { kept: store, skus })
  await dropDue(tx, held)
  await holdMovements(tx, held)
}

/**
 * Carries out what a restored database has not: a version of the contract that the record beside the database brought
 * back. Call it before anything of the store is planned.
 */
export async function carryOut(tx: Tx, store: string): Promise<void> {
  const agreed = await contractOf(tx, store)
  const number = await storeCode(tx, store)
  if (agreed === null || agreed.version === 0 || number === null) return
  const carried = await tx
    .selectFrom('contract_carried')
    .select('version')
    .where('store', '=', store)
    .executeTakeFirst()
  if (carried?.version === agreed.version) return
  await keepHistory(tx, store)
  await releaseHistory(tx, number, await storeMoment(tx, store, agreed.terms.goLive))
  await noteCarried(tx, agreed)
}

async function noteCarried(tx: Tx, { store, version }: ContractVersion): Promise<void> {
  await tx
    .insertInto('contract_carried')
    .values({ store, version })
    .onConflict(c => c.column('store').doUpdateSet({ version }))
    .execute()
}

/**
 * A request that Shopify does not have is not sent with what has become history since it was planned: it ends, and all that
 * it carries is due again.
 * @returns whether it has ended
 */
export async function withdrawHistory(
  tx: Tx,
  write: { readonly id: number; readonly store: string },
  now: number,
): Promise<boolean> {
  const agreed = await contractOf(tx, write.store)
  if (agreed === null || agreed.version === 0) return false
  const moment = await storeMoment(tx, write.store, agreed.terms.goLive)
  const history = await postedMovements(tx)
    .select('m.cause')
    .where('p.write', '=', write.id)
    .where(e => movedBefore(e, moment))
    .where(e => e.not(isCleared(e, write.store)))
    .limit(1)
    .executeTakeFirst()
  if (history === undefined) return false
  await withdraw(tx, write.id, now)
  return true
}

/** Requests that have not left the hub are planned again. */
async function withdrawUnsent(tx: Tx, store: string, now: number): Promise<void> {
  for (const { id } of await unsentWrites(tx, store)) await withdraw(tx, id, now)
}

async function unsentWrites(db: Reads, store: string): Promise<readonly Write[]> {
  return (await openWrites(db, { kinds: ['adjust'], store })).filter(one => one.first_sent_at === null)
}

async function withdraw(tx: Tx, write: number, now: number): Promise<void> {
  await withdrawWrite(tx, write, { problem: 'The go-live moment of its store was changed first.', now })
}

/** What requests that have not left the hub carry, and happened before a moment. `kept`: as of `dueBefore`. */
async function unsentBefore(
  db: Reads,
  store: string,
  before: StoreMoment,
  kept: string | null,
): Promise<DueMovement[]> {
  const found: DueMovement[] = []
  for (const { id } of await unsentWrites(db, store)) {
    let query = postedMovements(db)
      .selectAll('p')
      .select(['m.warehouse', 'm.item', 'm.quantity'])
      .where('p.write', '=', id)
      .where(e => movedBefore(e, before))
    if (kept !== null) query = query.where(e => e.not(isCleared(e, kept)))
    found.push(...(await query.execute()))
  }
  return found
}

/** A later go-live was counted after whatever a person found out before; one that is not later leaves that as it is. */
function keptFrom(store: string, before: ContractVersion | null, goLive: number): string | null {
  return before !== null && goLive > before.terms.goLive ? null : store
}

/** What is due and happened before a moment. `kept`: a store, less what a person found Shopify not to have there. */
async function dueBefore(
  db: Reads,
  store: number,
  before: StoreMoment,
  { kept, skus }: { readonly kept: string | null; readonly skus?: readonly string[] | undefined },
): Promise<DueMovement[]> {
  if (skus?.length === 0) return []
  let query = dueMovements(db)
    .selectAll('d')
    .where('d.store', '=', store)
    .where(e => movedBefore(e, before))
  if (kept !== null) query = query.where(e => e.not(isCleared(e, kept)))
  if (skus !== undefined)
    query = query.where('d.item', 'in', e => e.selectFrom('item').select('id').where('sku', 'in', skus))
  return query.execute()
}

async function postedBefore(db: Reads, store: number, before: StoreMoment): Promise<number> {
  const row = await postedMovements(db)
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('p.store', '=', store)
    .where(e => movedBefore(e, before))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

async function byItem(
  db: Reads,
  held: readonly DueMovement[],
  released: readonly DueMovement[],
): Promise<GoLiveChange['items']> {
  const sums = new Map<string, { warehouse: number; item: number; held: number; released: number }>()
  const add = (movements: readonly DueMovement[], to: 'held' | 'released') => {
    for (const { warehouse, item, quantity } of movements) {
      const key = `${warehouse}/${item}`
      const sum = sums.get(key) ?? { warehouse, item, held: 0, released: 0 }
      sums.set(key, { ...sum, [to]: sum[to] + quantity })
    }
  }
  add(held, 'held')
  add(released, 'released')
  const rows = [...sums.values()]
  const warehouses = await textsOf(
    db,
    rows.map(row => row.warehouse),
  )
  const skus = await skusOf(db, new Set(rows.map(row => row.item)))
  return rows
    .map(({ warehouse, item, ...sum }) => ({
      sku: skus.get(item) ?? '',
      warehouse: warehouses.get(warehouse) ?? '',
      ...sum,
    }))
    .toSorted((a, b) => (`${a.warehouse}/${a.sku}` < `${b.warehouse}/${b.sku}` ? -1 : 1))
}

const ITEMS_A_QUERY = 500

async function skusOf(db: Reads, items: ReadonlySet<number>): Promise<ReadonlyMap<number, string>> {
  const ids = [...items]
  const found = new Map<number, string>()
  for (let start = 0; start < ids.length; start += ITEMS_A_QUERY) {
    const some = ids.slice(start, start + ITEMS_A_QUERY)
    const rows = await db.selectFrom('item').select(['id', 'sku']).where('id', 'in', some).execute()
    for (const { id, sku } of rows) found.set(id, sku)
  }
  return found
}
