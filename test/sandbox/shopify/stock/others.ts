import { log, type Shop } from '../shop.ts'
import type { AdjustmentGroup, StockWriter, StoredState } from '../state/entities.ts'
import { keepGroup } from './adjustment.ts'
import { levelOf, type Movement, moveStock, quantityOf } from './ledger.ts'

/** Which level another writer changes, and who that is. */
export interface OthersChange {
  readonly by: StockWriter
  readonly itemId: number
  readonly locationId: number
}

/** Adds to one state or takes from it: a correction in the admin, another app's adjustment. */
export function adjustByOthers(
  shop: Shop,
  at: OthersChange,
  wish: { readonly name: StoredState; readonly delta: number; readonly reason?: string | undefined },
): AdjustmentGroup | null {
  return write(shop, at, wish.reason ?? 'correction', [{ ...place(at), name: wish.name, delta: wish.delta }])
}

/** Sets `available` or `on_hand` to a number: an edit in the admin, a CSV import, a stocktake. */
export function setByOthers(
  shop: Shop,
  at: OthersChange,
  wish: {
    readonly name: 'available' | 'on_hand'
    readonly quantity: number
    readonly reason?: string | undefined
  },
): AdjustmentGroup | null {
  const before = quantityOf(levelOf(shop, at.itemId, at.locationId), wish.name)
  const movement = { ...place(at), name: 'available' as const, delta: wish.quantity - before }
  return write(shop, at, wish.reason ?? 'correction', [movement])
}

/** Moves units from one state to another: reserved for a wholesale order, found damaged, held as safety stock. */
export function moveByOthers(
  shop: Shop,
  at: OthersChange,
  wish: {
    readonly from: StoredState
    readonly to: StoredState
    readonly quantity: number
    readonly reason?: string | undefined
  },
): AdjustmentGroup | null {
  return write(shop, at, wish.reason ?? 'other', [
    { ...place(at), name: wish.from, delta: -wish.quantity },
    { ...place(at), name: wish.to, delta: wish.quantity },
  ])
}

function place({ itemId, locationId }: OthersChange): Pick<Movement, 'itemId' | 'locationId'> {
  return { itemId, locationId }
}

function write(
  shop: Shop,
  { by }: OthersChange,
  reason: string,
  movements: readonly Movement[],
): AdjustmentGroup | null {
  const group = shop.store.transaction(() => {
    log(shop, 'stock changed by others', { by, reason, movements })
    return keepGroup(shop, { reason, by }, moveStock(shop, movements))
  })
  shop.wake()
  return group
}
