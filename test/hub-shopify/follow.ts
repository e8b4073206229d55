import { openOrderFollowing } from '../../hub/shopify/orders/follow-orders.ts'
import { oneAtATime } from '../../shared/turns.ts'
import type { ShopAndHub } from './shop-and-hub.ts'

/** What follows the goods of orders; `can`: the capabilities that the app has, all when left out. */
export function followOrders(hub: ShopAndHub, can: (capability: string) => boolean = () => true) {
  const { db, client, signals, world } = hub
  const now = () => world.clock.now()
  const turn = oneAtATime()
  return openOrderFollowing({ db, client, signals, turn, now, world, can }, hub.settings.pollOverlapMs)
}
