import { momentOf } from '../../shared/moment.ts'
import { addVersion, type ContractVersion, contractOf, type Terms } from '../contract/contract.ts'
import { textsOf } from '../db/codes.ts'
import type { Reads, Tx } from '../db/db.ts'
import { type DueMovement, dropDue, releaseWrite } from '../outbox/postings.ts'
import { openWrites, refuseWrite } from '../outbox/writes.ts'
import { historyFrom, holdMovements, releaseHistory, storeCode } from './history.ts'
import { movementKinds } from './movement-kinds.ts'

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
  const held = await dueBefore(db, store, number, goLive)
  const released = await historyFrom(db, number, goLive, Number.MAX_SAFE_INTEGER)
  return {
    held: held.length,
    released: released.length,
    posted: await postedBefore(db, number, goLive),
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
  const goLive = next.terms.goLive ?? before?.terms.goLive ?? now
  const onDifference = next.terms.onDifference ?? before?.terms.onDifference ?? 'ask'
  const version = await addVersion(tx, { store, terms: { goLive, onDifference }, by, why }, now)
  const number = await storeCode(tx, store)
  if (number === null || goLive === before?.terms.goLive) return version
  await withdrawUnsent(tx, store, now)
  const held = await dueBefore(tx, store, number, goLive)
  await dropDue(tx, held)
  await holdMovements(tx, held)
  await releaseHistory(tx, number, goLive)
  return version
}

/**
 * What became due again, because a request that was under way when the go-live moment was changed was not carried out,
 * becomes history when it happened before that moment.
 */
export async function keepHistory(tx: Tx, store: string): Promise<void> {
  const agreed = await contractOf(tx, store)
  const number = await storeCode(tx, store)
  if (agreed === null || agreed.version === 0 || number === null) return
  const held = await dueBefore(tx, store, number, agreed.terms.goLive)
  await dropDue(tx, held)
  await holdMovements(tx, held)
}

async function withdrawUnsent(tx: Tx, store: string, now: number): Promise<void> {
  for (const write of await openWrites(tx, { kinds: ['adjust'], store })) {
    if (write.first_sent_at !== null) continue
    await releaseWrite(tx, write.id)
    await refuseWrite(tx, write.id, { problem: 'The go-live moment of its store was changed first.', now })
  }
}

/** What is due and happened before a moment. */
async function dueBefore(db: Reads, store: string, number: number, before: number): Promise<DueMovement[]> {
  const rows = await db
    .selectFrom('due_movement as d')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'd.store')
        .onRef('m.kind', '=', 'd.kind')
        .onRef('m.cause', '=', 'd.cause')
        .onRef('m.line', '=', 'd.line')
        .onRef('m.revision', '=', 'd.revision'),
    )
    .leftJoin('sale as s', join =>
      join
        .onRef('s.store', '=', 'd.store')
        .onRef('s.sale', '=', 'd.cause')
        .on('d.kind', '=', movementKinds.sale)
        .on('d.revision', '=', 0),
    )
    .selectAll('d')
    .select(['m.at', 'm.moved_at as movedAt', 's.sold_at as soldAt'])
    .where('d.store', '=', number)
    .execute()
  const zone = await zoneOf(db, store)
  // an older version did not note when goods moved
  const momentIn = (at: number, soldAt: number | null) =>
    soldAt === null
      ? at
      : Math.min(at, momentOf({ wall: new Date(soldAt).toISOString().slice(0, 19), zone }) ?? at)
  return rows
    .filter(({ at, movedAt, soldAt }) => (movedAt ?? momentIn(at, soldAt)) < before)
    .map(({ at: _at, movedAt: _movedAt, soldAt: _soldAt, ...due }) => due)
}

async function zoneOf(db: Reads, store: string): Promise<string> {
  const row = await db.selectFrom('store').select('zone').where('code', '=', store).executeTakeFirst()
  return row?.zone ?? 'UTC'
}

async function postedBefore(db: Reads, store: number, before: number): Promise<number> {
  const row = await db
    .selectFrom('posting as p')
    .innerJoin('movement as m', join =>
      join
        .onRef('m.store', '=', 'p.store')
        .onRef('m.kind', '=', 'p.kind')
        .onRef('m.cause', '=', 'p.cause')
        .onRef('m.line', '=', 'p.line')
        .onRef('m.revision', '=', 'p.revision'),
    )
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('p.store', '=', store)
    .where(e => e(e.fn.coalesce('m.moved_at', 'm.at'), '<', before))
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
