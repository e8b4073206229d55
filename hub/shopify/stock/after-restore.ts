import { unitsForPeople } from '../../../shared/quantity.ts'
import { openException } from '../../checks/exceptions.ts'
import type { Tx } from '../../db/db.ts'
import { mappedItems } from '../../items/item-table.ts'
import { type DueMovement, takeMovements } from '../../outbox/postings.ts'
import { recordWithoutCall } from '../../outbox/writes.ts'
import { takeLostMovements } from '../../stock/lost-movements.ts'
import { type StockPlace, stockSubject } from '../../stock/places.ts'
import { firstLook, keepFirstLook, type Recovery } from '../../stock/recovery.ts'
import type { ItemLevel } from '../../stock/shop-level.ts'
import { suspectsAt } from '../../stock/suspects.ts'

/** Shopify's clock and the hub's may differ by so much. */
const CLOCKS_MS = 5 * 60_000

/**
 * Judges what is due of some items before any of it is posted, in the transaction that then plans the write. What the
 * record of the lost hub names is posted. Without a whole record Shopify's level tells: one that has not changed since
 * the backup has nothing of ours; of one that has, what happened before the restore is set aside for a person, and
 * nothing of it is sent.
 */
export async function judgeDue(
  tx: Tx,
  recovery: Recovery,
  place: StockPlace,
  seen: {
    readonly skus: readonly string[]
    readonly levels: ReadonlyMap<string, ItemLevel>
    readonly now: number
  },
): Promise<void> {
  await judgeLost(tx, recovery, place, seen.now)
  if (recovery.recorded === 1) return
  const items = await mappedItems(tx, seen.skus)
  for (const [sku, item] of items) {
    const level = seen.levels.get(item)
    if (level === undefined || (await look(tx, recovery, place, { item, level })) === 'clean') continue
    const movements = await suspectsAt(tx, recovery, place, [sku])
    if (movements.length === 0) continue
    await setAside(tx, recovery, {
      place,
      sku,
      movements: movements.map(({ sku: _, ...movement }) => movement),
      level,
      now: seen.now,
      facts: {},
    })
  }
}

/** Judges what the record of the lost hub names. Call it for a store whose movements may all be history: nothing of it is planned then. */
export async function judgeLost(tx: Tx, recovery: Recovery, place: StockPlace, now: number): Promise<void> {
  for (const { sku, warehouse, due, sent } of await takeLostMovements(tx, recovery))
    await setAside(tx, recovery, {
      place: { ...place, warehouses: [warehouse] },
      sku,
      movements: due,
      level: null,
      now,
      facts: { sentBefore: sent },
    })
}

/** Shopify's level of an item as the recovery found it first: later changes may be this hub's own. */
async function look(
  tx: Tx,
  recovery: Recovery,
  { store, location }: StockPlace,
  { item, level }: { readonly item: string; readonly level: ItemLevel },
): Promise<'clean' | 'changed'> {
  const known = await firstLook(tx, { store, location, item })
  if (known !== null) return known
  const isClean = level.onHandAt === null || level.onHandAt < recovery.since - CLOCKS_MS
  const verdict = isClean ? 'clean' : 'changed'
  await keepFirstLook(tx, { store, location, item, shown: level.onHand }, verdict)
  return verdict
}

async function setAside(
  tx: Tx,
  recovery: Recovery,
  found: {
    readonly place: StockPlace
    readonly sku: string
    readonly movements: readonly DueMovement[]
    readonly level: ItemLevel | null
    readonly now: number
    readonly facts: object
  },
): Promise<void> {
  const { place, sku, movements, level, now } = found
  const subject = stockSubject(place, sku)
  const moved = movements.reduce((sum, { quantity }) => sum + quantity, 0)
  const write = await recordWithoutCall(tx, {
    store: place.store,
    subject,
    why: 'The hub was restored, and it is not known whether these movements were posted before.',
    now,
    state: 'unknown',
    facts: { ...found.facts, begunAt: recovery.begun_at },
  })
  await takeMovements(tx, movements, write)
  const fields = {
    items: sku,
    warehouse: place.warehouses[0],
    store: place.store,
    shown: level === null ? ({ phrase: 'phrase.no-level' } as const) : level.onHand,
    moved: unitsForPeople(moved),
  }
  const evidence = { write, shopify: level, moved, ...found.facts }
  await openException(
    tx,
    { code: 'stock-write-unknown.restored', subject, store: place.store, fields, evidence },
    now,
  )
}
