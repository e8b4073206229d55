import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import type { Failure } from './failure.ts'
import { isSaid, type OpenException, unitsListed } from './said.ts'
import type { Order } from './truth.ts'
import type { World } from './world.ts'

/** A pickup of an order, as the hub has it. */
export interface PickupOfOrder {
  readonly pickup: string
  readonly state: string
  /** Units that it is about. */
  readonly units: number
}

/** An order on every side. */
interface Sides {
  readonly order: Order
  readonly pickups: readonly PickupOfOrder[]
  /** In Shopify. */
  readonly isCancelled: boolean
  /** Units that Shopify shows as handed over. */
  readonly delivered: number
  /** Shopify has told the customer that it is ready. */
  readonly isPrepared: boolean
}

/** Each customer has what was paid for, once, and every side says so: invariants 12 and 13. */
export function ordersAgree(
  world: World,
  pickups: ReadonlyMap<string, readonly PickupOfOrder[]>,
  open: readonly OpenException[],
): readonly Failure[] {
  return [...world.truth.orders.values()].flatMap(order => {
    const sides = { order, pickups: pickups.get(order.name) ?? [], ...asShopHasIt(world, order.name) }
    const wrong = [
      handedOverAtHub(sides, open),
      handedOverInShopify(sides, open),
      readyInShopify(sides, open),
      cancelledAtHub(sides, open),
      keptForCustomer(sides),
    ]
    return wrong.flatMap(detail =>
      detail === null ? [] : [{ invariant: 'order-agrees', subject: order.name, detail }],
    )
  })
}

const Lines = z.object({ lines: z.array(z.object({ units: z.number() })) })

export async function pickupsOfOrders(db: Db): Promise<Map<string, PickupOfOrder[]>> {
  const rows = await db.selectFrom('pickup').select(['pickup', 'order_name', 'state', 'body_json']).execute()
  const pickups = new Map<string, PickupOfOrder[]>()
  for (const { pickup, order_name, state, body_json } of rows) {
    const units = unitsOf(Lines.parse(JSON.parse(body_json)).lines)
    pickups.set(order_name, [...(pickups.get(order_name) ?? []), { pickup, state, units }])
  }
  return pickups
}

function asShopHasIt(world: World, name: string): Pick<Sides, 'isCancelled' | 'delivered' | 'isPrepared'> {
  const order = world.shop.shop().order(name)
  const delivered = order.fulfillments
    .filter(one => one.status === 'SUCCESS')
    .reduce((sum, one) => sum + one.lines.reduce((units, quantity) => units + quantity, 0), 0)
  return {
    isCancelled: order.cancelledAt !== null,
    delivered,
    isPrepared: order.fulfillmentOrders.some(one => one.prepared),
  }
}

type Excuses = readonly OpenException[]
const idsOf = ({ pickups }: Sides) => pickups.map(({ pickup }) => pickup)
const statesOf = ({ pickups }: Sides) => pickups.map(({ state }) => state).join(', ') || 'nothing'
const unitsOf = (lines: readonly { readonly units: number }[]) =>
  lines.reduce((sum, { units }) => sum + units, 0)

function handedOverAtHub(sides: Sides, open: Excuses): string | null {
  const { order, pickups } = sides
  if (order.handOvers > 1) return `It was handed over ${order.handOvers} times.`
  if (order.state !== 'collected' || pickups.some(({ state }) => state === 'collected')) return null
  const codes = ['handed-over-after-move', 'pickup-move-refused.collect', 'pickup-move-refused.foreign']
  if (isSaid(open, idsOf(sides), codes)) return null
  return `It was handed over; the hub says ${statesOf(sides)}.`
}

/** What Shopify does not count as handed over is listed to the unit, or Shopify has not taken the step at all. */
function handedOverInShopify(sides: Sides, open: Excuses): string | null {
  const { order, delivered } = sides
  if (order.state !== 'collected')
    return delivered > 0 ? `No customer collected it; Shopify says ${delivered} units.` : null
  const units = unitsOf(order.lines)
  if (delivered === units) return null
  const listed = unitsListed(open, idsOf(sides), ['cancelled-but-collected', 'handed-over-after-move'])
  if (listed === units - delivered) return null
  const codes = ['', '-retried'].map(end => `pickup-write-refused.collected${end}`)
  if (isSaid(open, idsOf(sides), [...codes, 'pickup-write-stuck.collected'])) return null
  return `${units} units were handed over; Shopify says ${delivered}, and ${listed ?? 'no'} are named.`
}

function readyInShopify(sides: Sides, open: Excuses): string | null {
  const { pickups, isCancelled, isPrepared } = sides
  if (isPrepared || isCancelled || !pickups.some(({ state }) => state === 'ready')) return null
  const codes = ['ready', 'short'].flatMap(step => [
    `pickup-write-refused.${step}`,
    `pickup-write-refused.${step}-retried`,
    `pickup-write-stuck.${step}`,
  ])
  return isSaid(open, idsOf(sides), codes) ? null : 'The hub says ready; Shopify does not know.'
}

function cancelledAtHub(sides: Sides, open: Excuses): string | null {
  const { order, pickups } = sides
  if (order.state !== 'cancelled') return null
  if (pickups.every(({ state }) => ['cancelled', 'refused'].includes(state))) return null
  const codes = ['cancelled-but-collected', 'cancelled-but-collected.part']
  return isSaid(open, idsOf(sides), codes) ? null : `It is cancelled; the hub says ${statesOf(sides)}.`
}

function keptForCustomer(sides: Sides): string | null {
  const { order, pickups } = sides
  if (order.state !== 'waiting') return null
  const kept = unitsOf(pickups.filter(({ state }) => !ENDED.has(state)))
  const due = unitsOf(order.lines) - unitsOf(order.paidBack ?? [])
  if (kept === due) return null
  return `Its customer may still come for ${due} units; the hub keeps ${kept} (${statesOf(sides)}).`
}
const ENDED = new Set(['collected', 'cancelled', 'expired'])
