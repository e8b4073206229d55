import { sql } from 'kysely'
import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'
import { siblingsOf } from '../items/item-table.ts'
import { COMMITTED, movementKinds, stockStates } from './movement-kinds.ts'

/** So long staff may take to book in the POS what has left the store otherwise. */
const LOOK_BACK_MS = 7 * 86_400_000

/** Moves of the POS itself, and those of the hub that say nothing about goods. */
const OWN_KINDS: readonly number[] = [
  movementKinds.sale,
  movementKinds['sale-reversal'],
  movementKinds.entry,
  movementKinds['entry-reversal'],
  movementKinds.opening,
  movementKinds['count-correction'],
]
const OTHER_KINDS = Object.values(movementKinds).filter(
  kind => kind <= COMMITTED && !OWN_KINDS.includes(kind),
)
/** Written out, as in the index `movement_otherwise`: neither engine takes that index for numbers that are passed in. */
const isOtherKind = sql<boolean>`kind IN (${sql.raw(OTHER_KINDS.join(', '))})`

/**
 * Whether goods of an item are promised in a store, or moved there lately without the POS: staff may have booked them in the POS as
 * well, before or after. `since`: the time of the last count of which a person has said what it has.
 */
export async function movedOtherwise(
  db: Reads,
  { store, sku, since }: { readonly store: string; readonly sku: string; readonly since: number },
  now: number,
): Promise<boolean> {
  const number = (await knownCodes(db, [store])).get(store)
  if (number === undefined) return false
  const skus = (await siblingsOf(db, [sku])).get(sku) ?? [sku]
  const items = db.selectFrom('item').select('id').where('sku', 'in', skus)
  const promised = await db
    .selectFrom('level')
    .select('item')
    .where('store', '=', number)
    .where('item', 'in', items)
    .where('state', '=', stockStates.committed)
    .where('quantity', '<>', 0)
    .limit(1)
    .executeTakeFirst()
  if (promised !== undefined) return true
  const moved = await db
    .selectFrom('movement')
    .select('item')
    .where('store', '=', number)
    .where(isOtherKind)
    .where('item', 'in', items)
    .where('at', '>', Math.max(since, now - LOOK_BACK_MS))
    .limit(1)
    .executeTakeFirst()
  return moved !== undefined
}
