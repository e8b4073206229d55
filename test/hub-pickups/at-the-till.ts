import { transaction } from '../../hub/db/db.ts'
import { applyPickupMoved } from '../../hub/pickups/apply-move.ts'
import { readPickup } from '../../hub/pickups/pickup-row.ts'
import type { PickupMoved } from '../../shared/events.ts'
import { EpochMs, PickupId } from '../../shared/ids.ts'
import type { StaffMove } from '../../shared/pickup-moves.ts'
import { ledgerLevel, type ShopAndHub, shopLevel, tills } from '../hub-shopify/shop-and-hub.ts'

let made = 0

/** Staff of a till press a button; the hub hears of it at once. `shownThere`: what the till showed, else what the hub has. */
export async function press(
  hub: ShopAndHub,
  pickup: string,
  move: StaffMove,
  by: { readonly device: string; readonly store: string } = tills[0],
  shownThere?: Awaited<ReturnType<typeof shown>>,
  more: Partial<PickupMoved> = {},
): Promise<void> {
  made += 1
  const now = hub.world.clock.now()
  const at = { store: by.store, device: by.device, epoch: 1, seq: made, now }
  const view = shownThere ?? (await shown(hub, pickup))
  // what lies packed goes out, as the till page has it
  const unitsOf = (line: { units: number; packed?: number | undefined }) =>
    move === 'collect' && view?.state === 'ready' ? (line.packed ?? line.units) : line.units
  const all = view?.lines.map(line => ({ pickupLine: line.id, units: unitsOf(line) })) ?? []
  const lines = all.filter(({ units }) => units > 0)
  const event = {
    kind: 'pickup.moved' as const,
    // older than the time for an undo: Shopify hears of it at once
    at: EpochMs.parse(more.at ?? now - 60_000 + made),
    pickup: PickupId.parse(pickup),
    move,
    staff: 'Maya',
    till: 'Till 1',
    reason: null,
    ...(move === 'finish' || move === 'collect' ? { lines } : {}),
    ...more,
  }
  await transaction(hub.db, tx => applyPickupMoved(tx, at, event))
}

/** What the tills show of a pickup. */
export async function shown(hub: ShopAndHub, pickup: string) {
  return (await readPickup(hub.db, pickup))?.body ?? null
}

/** What Shopify and the ledger have of an item, to be the same: on hand and committed in both stores. */
export async function bothSides(hub: ShopAndHub, sku: string) {
  const stores = ['HAR', 'MKT'] as const
  const shopify = stores.map(store => {
    const { on_hand, committed } = shopLevel(hub, sku, store)
    return { onHand: on_hand, committed }
  })
  const ledger = await Promise.all(
    stores.map(async store => {
      const { posted, committed } = await ledgerLevel(hub, sku, store)
      return { onHand: posted, committed }
    }),
  )
  return { shopify, ledger }
}

/** The number at the end of a global id. */
export const numberOf = (gid: string | undefined): number => Number(gid?.split('/').at(-1))
