import { codeFor } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { itemNumbers, numberIn, siblingsOf } from '../items/item-table.ts'
import { baseOf } from './level-base.ts'
import { movementKinds } from './movement-kinds.ts'
import { openedAt } from './opening-balance.ts'
import type { StockPlace } from './places.ts'

/** Shopify's times are whole seconds, and its clock is not the hub's: within a second it can't be told which came first. */
const SECOND_MS = 1_000

/**
 * Whether what the ledger of an item was set to last, by its opening or by a difference that was accepted, counts what Shopify
 * did at a moment of its clock.
 */
export async function isInBase(
  tx: Tx,
  place: StockPlace,
  { item, sku }: { readonly item: string; readonly sku: string },
  madeAt: number,
): Promise<boolean> {
  const base = await baseOf(tx, place, item)
  if (base !== null) return madeAt <= base
  const set = await setByHubClock(tx, place, sku)
  return set !== null && set >= madeAt + SECOND_MS
}

/** Older versions did not keep what moment of Shopify's a level was of: the hub's clock when it was booked is what is known. */
async function setByHubClock(tx: Tx, { store, warehouses }: StockPlace, sku: string): Promise<number | null> {
  const [warehouse] = warehouses
  const opened = await openedAt(tx, { store, warehouse, sku })
  if (opened === null) return null
  const siblings = (await siblingsOf(tx, [sku])).get(sku) ?? [sku]
  const numbers = await itemNumbers(tx, new Set(siblings))
  const { accepted } = await tx
    .selectFrom('movement')
    .select(e => e.fn.max<number | string | null>('at').as('accepted'))
    .where('store', '=', await codeFor(tx, store))
    .where('kind', '=', movementKinds['accepted-change'])
    .where(
      'cause',
      'in',
      siblings.map(one => numberIn(numbers, one)),
    )
    .where('line', '=', await codeFor(tx, warehouse))
    .executeTakeFirstOrThrow()
  return Math.max(opened, Number(accepted ?? 0))
}
