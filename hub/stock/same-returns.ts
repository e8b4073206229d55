import { defineError } from '../../shared/errors.ts'
import { units } from '../../shared/quantity.ts'
import { codeFor } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { siblingsOf } from '../items/item-table.ts'
import { askAboutReturns } from './ask-returns.ts'
import { movementKinds } from './movement-kinds.ts'
import { writeMovements } from './movements.ts'
import { isSameName, openRestocks, type Restock, type TillReturn } from './returned-twice.ts'

export const nothingReturned = defineError(
  'NOTHING_RETURNED',
  (f: { store: string; sku: string }) =>
    `No return of ${f.sku} in store ${f.store} is asked about. List what is asked with: tillbridge-hub exceptions.`,
)

/** What a person found out: whether goods that a till took back are those that Shopify put back into stock. */
export interface ReturnsDecision {
  readonly store: string
  readonly sku: string
  readonly isSame: boolean
  readonly by: string
  readonly why: string
  readonly now: number
}

export interface DecidedReturn {
  readonly receiptNumber: string
  readonly till: string
  readonly order: string | null
  readonly sku: string
  /** Units that count once; 0: they are others. */
  readonly units: number
}

/**
 * Carries a person's decision out for every return of an item in a store that is asked about. Of goods that are the same, Shopify's
 * restock counts, and what the till moved is taken off again. After commit, say `stock`.
 * @throws NOTHING_RETURNED
 */
export async function decideReturns(tx: Tx, decision: ReturnsDecision): Promise<DecidedReturn[]> {
  const { store, sku, isSame, by, why, now } = decision
  const siblings = (await siblingsOf(tx, [sku])).get(sku) ?? [sku]
  const decided: DecidedReturn[] = []
  const meant = (await openRestocks(tx, now, store)).filter(one => siblings.includes(one.sku))
  for (const { kind, cause, line } of meant) {
    // what was decided of one leaves less for the next
    const restock = (await openRestocks(tx, now, store)).find(
      one => one.kind === kind && one.cause === cause && one.line === line,
    )
    if (restock === undefined) continue
    let left = restock.units
    for (const till of restock.tills) {
      const count = isSame ? Math.min(left, till.units) : 0
      left -= count
      await decide(tx, restock, till, { units: count, by, why, now })
      const { receiptNumber, till: at, sku: of } = till
      decided.push({ receiptNumber, till: at, order: restock.order, sku: of, units: count })
    }
  }
  if (decided.length === 0) throw nothingReturned({ store, sku })
  await askAboutReturns(tx, now)
  return decided
}

/**
 * What receipts prove needs no person: one that takes goods of an order back and names the order is of the goods that Shopify put
 * back for it. And a decision ends with its receipt: when that is voided or changed, what it took off is put back. After commit,
 * say `stock` for the stores. What is left is asked of people. @returns the stores whose stock changed
 */
export async function proveReturns(tx: Tx, now: number): Promise<ReadonlySet<string>> {
  const stores = new Set<string>()
  for (const row of await changedSince(tx)) {
    await move(tx, row, { units: -row.units, now })
    await tx
      .updateTable('same_return')
      .set({ units: 0 })
      .where(e => e.and(keyOf(row)))
      .execute()
    stores.add(row.store)
  }
  /** Units of a receipt's line that restocks of this run took: none counts for two. */
  const taken = new Map<string, number>()
  for (const restock of await openRestocks(tx, now)) {
    const { order } = restock
    if (order === null) continue
    let left = restock.units
    for (const till of restock.tills) {
      const receiptLine = JSON.stringify([restock.store, till.sale, till.line])
      const before = taken.get(receiptLine) ?? 0
      const count = Math.min(left, till.units - before)
      if (count === 0 || till.order === null || !isSameName(till.order, order)) continue
      left -= count
      taken.set(receiptLine, before + count)
      await decide(tx, restock, till, {
        units: count,
        by: 'Tillbridge',
        why: 'The receipt names the order.',
        now,
      })
      stores.add(restock.store)
    }
  }
  await askAboutReturns(tx, now)
  return stores
}

interface Verdict {
  readonly units: number
  readonly by: string
  readonly why: string
  readonly now: number
}

async function decide(tx: Tx, restock: Restock, till: TillReturn, verdict: Verdict): Promise<void> {
  const { kind, cause, line, store } = restock
  const row: Schema['same_return'] = {
    kind,
    cause,
    line,
    store,
    sale: till.sale,
    sale_line: till.line,
    units: verdict.units,
    revision: 0,
    sale_revision: till.revision,
    decided_by: verdict.by,
    why: verdict.why,
    decided_at: verdict.now,
  }
  const revision = verdict.units === 0 ? 0 : await move(tx, row, { units: verdict.units, now: verdict.now })
  const { units: count, sale_revision, decided_by, why, decided_at } = row
  const change = { units: count, revision, sale_revision, decided_by, why, decided_at }
  await tx
    .insertInto('same_return')
    .values({ ...row, revision })
    .onConflict(c => c.columns(['kind', 'cause', 'line', 'store', 'sale', 'sale_line']).doUpdateSet(change))
    .execute()
}

/** Takes units off again that a till's return moved, or puts them back. @returns the movement's revision */
async function move(
  tx: Tx,
  of: Pick<Schema['same_return'], 'store' | 'sale' | 'sale_line' | 'sale_revision'>,
  { units: count, now }: { readonly units: number; readonly now: number },
): Promise<number> {
  const store = await codeFor(tx, of.store)
  const kind = movementKinds['same-return']
  const { revision: last } = await tx
    .selectFrom('movement')
    .select(e => e.fn.max<number | string | null>('revision').as('revision'))
    .where('store', '=', store)
    .where('kind', '=', kind)
    .where('cause', '=', of.sale)
    .where('line', '=', of.sale_line)
    .executeTakeFirstOrThrow()
  const revision = last === null ? 0 : Number(last) + 1
  const { sku, warehouse } = await tx
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.item')
    .innerJoin('code as w', 'w.id', 'm.warehouse')
    .select(['i.sku', 'w.text as warehouse'])
    .where('m.store', '=', store)
    .where('m.kind', '=', movementKinds.sale)
    .where('m.cause', '=', of.sale)
    .where('m.line', '=', of.sale_line)
    .where('m.revision', '=', of.sale_revision)
    .executeTakeFirstOrThrow()
  const key = { kind: 'same-return' as const, cause: of.sale, line: of.sale_line, revision }
  const place = { store: of.store, warehouse, sku }
  await writeMovements(tx, [
    { ...key, ...place, quantity: -units(count), origin: null, at: now, posts: true },
  ])
  return revision
}

const keyOf = ({ kind, cause, line, store, sale, sale_line }: Schema['same_return']) => ({
  kind,
  cause,
  line,
  store,
  sale,
  sale_line,
})

/** Decisions that count units of a receipt that is void by now, or has other content. */
async function changedSince(tx: Tx): Promise<readonly Schema['same_return'][]> {
  return tx
    .selectFrom('same_return as r')
    .innerJoin('code as c', 'c.text', 'r.store')
    .innerJoin('sale as s', join => join.onRef('s.store', '=', 'c.id').onRef('s.sale', '=', 'r.sale'))
    .selectAll('r')
    .where('r.units', '>', 0)
    .where(e => e.or([e('s.state', '<>', 'sold'), e('s.revision', '<>', e.ref('r.sale_revision'))]))
    .execute()
}
