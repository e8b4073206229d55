import { expect } from 'vitest'
import { epochMs } from '../../shared/ids.ts'
import { type ShopAndHub, shopAndHub, tills } from '../hub-shopify/shop-and-hub.ts'
import { bothSides, numberOf, press, shown } from './at-the-till.ts'
import { order, settle } from './till-without-contact.ts'

export const MUG = 'MUG-BLU'
const [harbour, , market] = tills
type Till = (typeof tills)[number]
type View = Awaited<ReturnType<typeof shown>>

export async function shopThatMoves(): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await hub.sync()
  hub.shop.switches.turn({ moveStarted: 'allow' })
  return hub
}

/** Staff make it ready. @returns what their till shows */
export async function madeReady(hub: ShopAndHub, pickup: string, till: Till = harbour): Promise<View> {
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move, till)
  await settle(hub)
  return shown(hub, pickup)
}

export const moveTo = (hub: ShopAndHub, of: { name: string; pickup: string }, to: 'HAR' | 'MKT') =>
  hub.shop.act(of.name, { do: 'move', fulfilmentOrder: numberOf(of.pickup), to })

/** Ready at a till of the harbour, which has no contact from then on. `byHarbour` hands units over there, as the hub hears it later. */
export async function readyAtHarbour(hub: ShopAndHub, quantity: number) {
  const of = await order(hub, quantity)
  const view = await madeReady(hub, of.pickup)
  const at = hub.world.clock.now()
  const byHarbour = (units: number, till: Till = harbour) =>
    handOver(hub, of.pickup, { view, units, till, at: at + 2_000 })
  return { ...of, view, byHarbour }
}

/** The same, and Shopify has moved the order to the market since; the hub knows that. */
export async function movedAway(hub: ShopAndHub, quantity = 2) {
  const of = await readyAtHarbour(hub, quantity)
  moveTo(hub, of, 'MKT')
  await settle(hub, 2)
  return of
}

/** Staff of the market make it ready there. `byMarket` hands units over, by what their till showed then. */
export async function readyAtMarket(hub: ShopAndHub, pickup: string) {
  const view = await madeReady(hub, pickup, market)
  const at = hub.world.clock.now()
  return (units: number) => handOver(hub, pickup, { view, units, till: market, at: at + 2_000 })
}

interface HandOver {
  readonly view: View
  readonly units: number
  readonly till: Till
  readonly at: number
}

/** A till hands units of the first line over, by what it showed. */
function handOver(hub: ShopAndHub, pickup: string, { view, units, till, at }: HandOver): Promise<void> {
  const lines = [{ pickupLine: view?.lines[0]?.id ?? '', units }]
  const version = view?.version
  return press(hub, pickup, 'collect', till, view, {
    at: epochMs(at),
    till: till.till,
    from: 'ready',
    version,
    lines,
  })
}

/** Mugs on hand in the harbour and in the market, on which ledger and Shopify must agree. */
export async function stock(hub: ShopAndHub): Promise<readonly number[]> {
  const { shopify, ledger } = await bothSides(hub, MUG)
  expect(ledger).toEqual(shopify)
  return shopify.map(({ onHand }) => onHand)
}
