import { transaction } from '../../hub/db/db.ts'
import { noteHello } from '../../hub/stock/recovery.ts'
import { epochMs } from '../../shared/ids.ts'
import { openExceptions, type ShopAndHub, shopLevel, tills } from '../hub-shopify/shop-and-hub.ts'
import { numberOf, press, shown } from './at-the-till.ts'

const MUG = 'MUG-BLU'
const [, second] = tills
/** Mugs on hand in the first store, by Shopify. */
export const onHand = (hub: ShopAndHub) => shopLevel(hub, MUG, 'HAR').on_hand
/** What is open for people. */
export const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)

/** Time goes on: the hub looks at Shopify, and tells it what it has to. */
export async function settle(hub: ShopAndHub, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    hub.advance(15_000)
    await hub.poll()
    await hub.writeAll()
  }
}

/** An order of mugs that its store knows. */
export async function order(hub: ShopAndHub, quantity: number) {
  const wish = { location: 'HAR', lines: [{ sku: MUG, quantity }], customer: { name: 'Ada' } }
  const { name, fulfillmentOrders } = hub.shop.createOrder(wish)
  await settle(hub)
  const pickup = fulfillmentOrders[0]?.id ?? ''
  return { name, pickup, line: (await shown(hub, pickup))?.lines[0]?.id ?? '' }
}

/** Each till has told a restored hub how far it is. */
export async function allConnect(hub: ShopAndHub): Promise<void> {
  for (const { device, store } of tills)
    await transaction(hub.db, async tx => {
      await noteHello(tx, { device, store, last: { epoch: 1, seq: 0 }, at: hub.world.clock.now() })
      await tx
        .insertInto('stream_in')
        .values({ device, epoch: 1, seq: 0, hash: 'h' })
        .onConflict(c => c.column('device').doUpdateSet({ epoch: 1, seq: 0 }))
        .execute()
    })
}

/** Ready at the till, which has no contact from then on. @returns hands units over there, as the hub hears it later */
export async function readyAtTill(hub: ShopAndHub, quantity: number) {
  const of = await order(hub, quantity)
  for (const move of ['pick', 'finish'] as const) await press(hub, of.pickup, move)
  const view = await shown(hub, of.pickup)
  await settle(hub)
  const at = hub.world.clock.now()
  const handOver = (units: number, by: (typeof tills)[number] = second, shownThere = view) => {
    const lines = [{ pickupLine: of.line, units }]
    const version = shownThere?.version
    const said = { at: epochMs(at), till: by.till, from: 'ready' as const, version, lines }
    return press(hub, of.pickup, 'collect', by, shownThere, said)
  }
  return { ...of, handOver }
}

interface Ordered {
  readonly name: string
  readonly pickup: string
}

/** Staff of the shop have Shopify fulfil units. */
export const fulfil = (hub: ShopAndHub, { name, pickup }: Ordered, quantity: number) =>
  hub.shop.act(name, {
    do: 'fulfil',
    fulfilmentOrder: numberOf(pickup),
    lines: [{ line: MUG, quantity }],
  })

/** Staff of the shop take units off an order. */
export const takeOff = (hub: ShopAndHub, { name }: Pick<Ordered, 'name'>, quantity: number) =>
  hub.shop.act(name, { do: 'refund', lines: [{ line: MUG, quantity }], restock: 'CANCEL' })
