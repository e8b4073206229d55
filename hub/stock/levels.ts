import { knownCodes } from '../db/codes.ts'
import { insertRows, type Reads, type Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { siblingsOf } from '../items/item-table.ts'
import { stockStates } from './movement-kinds.ts'

export interface LevelSum {
  readonly sku: string
  readonly state: 'on_hand' | 'committed'
  readonly quantity: number
}

/** What the ledger holds of some items at some warehouses of a store, in thousandths of a unit. */
export async function levelSums(
  db: Reads,
  place: { readonly store: string; readonly warehouses: readonly string[] },
  skus: readonly string[],
): Promise<LevelSum[]> {
  const codes = await knownCodes(db, [place.store, ...place.warehouses])
  const store = codes.get(place.store)
  const warehouses = place.warehouses.flatMap(code => codes.get(code) ?? [])
  if (store === undefined || warehouses.length === 0 || skus.length === 0) return []
  const rows = await db
    .selectFrom('level as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(['i.sku', 'l.state', 'l.quantity'])
    .where('l.store', '=', store)
    .where('l.warehouse', 'in', warehouses)
    .where('i.sku', 'in', skus)
    .execute()
  return rows.map(({ sku, state, quantity }) => ({
    sku,
    state: state === stockStates.committed ? 'committed' : 'on_hand',
    quantity,
  }))
}

type LevelChange = Schema['level']

/** Carries changes into the levels, in the order of their key, so that two stores never wait for each other crosswise. */
export async function changeLevels(tx: Tx, changes: readonly LevelChange[]): Promise<void> {
  const sums = new Map<string, LevelChange>()
  for (const { store, warehouse, item, state, quantity } of changes) {
    const key = `${warehouse}/${item}/${state}`
    const sum = sums.get(key)
    sums.set(key, { store, warehouse, item, state, quantity: quantity + (sum?.quantity ?? 0) })
  }
  const rows = [...sums.values()].toSorted(
    (a, b) => a.warehouse - b.warehouse || a.item - b.item || a.state - b.state,
  )
  await insertRows(tx, 'level', rows, { key: ['store', 'warehouse', 'item', 'state'], add: ['quantity'] })
}

/** The stores that have some of these items on hand by the ledger, under any of their SKUs. */
export async function storesThatHold(db: Reads, skus: readonly string[]): Promise<ReadonlySet<string>> {
  const siblings = await siblingsOf(db, skus)
  const all = new Set([...skus, ...skus.flatMap(sku => siblings.get(sku) ?? [])])
  if (all.size === 0) return new Set()
  const rows = await db
    .selectFrom('level as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .innerJoin('code as s', 's.id', 'l.store')
    .select('s.text as store')
    .distinct()
    .where('i.sku', 'in', [...all])
    .where('l.state', '=', stockStates.on_hand)
    .where('l.quantity', '>', 0)
    .execute()
  return new Set(rows.map(({ store }) => store))
}
