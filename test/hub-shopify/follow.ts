import { openOrderFollowing } from '../../hub/shopify/orders/follow-orders.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import type { ShopAndHub } from './shop-and-hub.ts'

/** What follows the goods of orders; `can`: the capabilities that the app has, all when left out. */
export function followOrders(hub: ShopAndHub, can: (capability: string) => boolean = () => true) {
  const { db, client, signals, world } = hub
  const now = () => world.clock.now()
  const turns = intakeTurns()
  return openOrderFollowing({ db, client, signals, turns, now, world, can }, hub.settings.pollOverlapMs)
}
