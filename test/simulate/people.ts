import { z } from 'zod'
import { PickupView, ReturnFound, ReturnView } from '../../agent/till/api-schema.ts'
import { MOST_REMINDERS } from '../../shared/reminders.ts'
import { openedPage } from '../opened-page.ts'
import type { Chance } from './chance.ts'
import { basket, priceOf } from './goods.ts'
import { bystander } from './network.ts'
import type { Universe } from './process.ts'
import type { ShopMachine } from './shop-machine.ts'
import type { TillMachine } from './till-machine.ts'
import { type Order, paidOf, type Truth } from './truth.ts'

const MINUTE_MS = 60_000

/** The page of a till in front of a member of staff. */
export interface Staff {
  /** Looks at the till's list and does the next thing that it asks for. */
  work(): Promise<void>
  /** Whatever they have to pick next is nowhere to be found. */
  findNothing(then: () => void): void
  /** Presses one button for an order, whatever the list says. */
  press(order: string, move: string, more?: PressMore): Promise<Pressed>
  /** Everything that the till shows; null when it does not answer. */
  list(): Promise<readonly PickupView[] | null>
  /** What the till shows of an order; null when it shows none. */
  shows(order: string): Promise<PickupView | null>
  /** A customer brings units of an order back. The same `key` is the same return. */
  takeBack(order: string, units: number, key: string): Promise<Pressed>
  /** How far the till's returns are, newest first. */
  returns(): Promise<readonly ReturnView[]>
  /** A customer has come to this till. @returns whether the goods were handed over */
  handOver(order: Order): Promise<boolean>
}

export interface PeopleParts {
  readonly truth: Truth
  readonly shop: ShopMachine
  readonly chance: Chance
}

/** What a press of a button came to: `unknown` when no answer came. */
type Pressed = 'done' | 'refused' | 'unknown'

/** What a press of a button says besides; by default nothing. */
interface PressMore {
  readonly reason?: string
  /** Units that are not there, by the position of their line. */
  readonly missing?: readonly { readonly line: number; readonly units: number }[]
}

export function staffAt(universe: Universe, till: TillMachine, parts: PeopleParts): Staff {
  const { time, network, trace } = universe
  const { truth, chance, shop } = parts
  const name = till.machine.name
  const sockets = network.socketsOf(name, bystander)
  const staff = `Staff at ${till.till}`
  const whenNotFound: (() => void)[] = []
  const reminding = chance.fork('reminders')

  async function ask(path: string, body: object | null): Promise<{ status: number; json: unknown } | null> {
    const link = till.pageLink()
    if (link === null || till.isClosed) return null
    const giveUp = new AbortController()
    const cancel = time.after(5_000, () => giveUp.abort(new Error('no answer')))
    try {
      const { signal } = giveUp
      const door = await sockets.fetch(link, { signal, redirect: 'manual' })
      const run = z
        .object({ run: z.string() })
        .parse(await (await sockets.fetch(new URL('/api/run', link).href, { signal })).json()).run
      const asked = {
        method: body === null ? 'GET' : 'POST',
        path,
        body: body === null ? '' : JSON.stringify(body),
      }
      const answer = await sockets.fetch(new URL(path, link).href, {
        method: asked.method,
        headers: {
          ...openedPage(door).headers({ ...asked, host: new URL(link).host, run }),
          'x-tillbridge': '1',
          'content-type': 'application/json',
        },
        ...(body === null ? {} : { body: asked.body }),
        signal,
      })
      return { status: answer.status, json: await answer.json() }
    } catch {
      return null
    } finally {
      cancel()
    }
  }
  async function list(): Promise<readonly PickupView[] | null> {
    const answer = await ask('/api/pickups', null)
    return answer?.status === 200 ? z.array(PickupView).parse(answer.json) : null
  }
  async function press(pickup: PickupView, move: string, more: PressMore = {}): Promise<Pressed> {
    trace.tell(time.elapsedMs(), name, `presses ${move} for ${pickup.order.name}`)
    const path = `/api/pickups/${encodeURIComponent(pickup.pickup)}/moves`
    const missing = more.missing?.map(({ line, units }) => {
      const id = pickup.lines[line]?.id ?? ''
      return { line: id, units, reason: 'not-on-shelf', said: null }
    })
    const reason = more.reason ?? null
    const answer = await ask(path, { move, staff, reason, ...(missing === undefined ? {} : { missing }) })
    if (answer === null || answer.status >= 500) return 'unknown'
    return answer.status === 200 ? 'done' : 'refused'
  }

  /** Takes an order on, or refuses it: then the people online tell the customer and pay back. */
  async function begin(pickup: PickupView): Promise<void> {
    if (chance.once(12)) await refuse(pickup, 'No time today')
    else await press(pickup, 'pick')
  }
  async function finish(pickup: PickupView): Promise<void> {
    const found = whenNotFound.shift()
    if (found === undefined) return finishOrMiss(pickup)
    if ((await press(pickup, 'miss')) === 'done') found()
  }
  /** Usually all is there; now and then one unit is not, or staff pressed too early and take it back. */
  async function finishOrMiss(pickup: PickupView): Promise<void> {
    const all = pickup.lines.reduce((sum, { units }) => sum + units, 0)
    const isShort = all > 1 && chance.once(8)
    const done = await press(pickup, 'finish', isShort ? { missing: [{ line: 0, units: 1 }] } : {})
    if (done === 'done' && chance.once(12)) await press(pickup, 'undo')
    else if (done === 'done' && isShort) payBack(pickup)
  }
  /** The people online pay back what a store could not find. */
  function payBack({ order, lines: [missed] }: PickupView): void {
    const line = missed?.sku ?? ''
    time.after(chance.between(1, 20) * MINUTE_MS, () => {
      try {
        const lines = [{ line, quantity: 1 }]
        shop.shop().act(order.name, { do: 'refund', lines, restock: 'CANCEL' })
        const paid = truth.orders.get(order.name)
        if (paid !== undefined) {
          paid.paidBack = [...(paid.paidBack ?? []), { sku: line, units: 1 }]
          paid.paidBackMinor += priceOf(line)
        }
        trace.tell(time.elapsedMs(), 'office', `pays back 1 × ${line} of ${order.name}`)
      } catch {
        return // it was cancelled, or handed over after all
      }
    })
  }
  /** Customers who have not come are phoned; now and then the tick was meant for another order. */
  async function remind({ pickup, order, reminders }: PickupView): Promise<void> {
    const number = (reminders.at(-1)?.number ?? 0) + 1
    if (number > MOST_REMINDERS || !reminding.once(6)) return
    trace.tell(time.elapsedMs(), name, `reminds the customer of ${order.name}, ${number}`)
    const path = `/api/pickups/${encodeURIComponent(pickup)}/reminders`
    const answer = await ask(path, { number, how: 'phone', staff })
    if (answer?.status === 200 && reminding.once(4)) await ask(`${path}/undo`, { number, staff })
  }
  async function refuse(pickup: PickupView, reason: string): Promise<void> {
    if ((await press(pickup, 'refuse', { reason })) !== 'done') return
    const order = truth.orders.get(pickup.order.name)
    if (order !== undefined) time.after(3 * MINUTE_MS, () => cancelOrder(universe, order, parts))
  }

  return {
    list,
    findNothing: then => void whenNotFound.push(then),
    async work() {
      const pickups = await list()
      for (const pickup of pickups ?? []) {
        if (pickup.state === 'picking') await finish(pickup)
        else if (pickup.state === 'short') await refuse(pickup, 'Not found')
        else if (pickup.state === 'received' || pickup.state === 'accepted') await begin(pickup)
        else if (pickup.state === 'ready') await remind(pickup)
      }
    },
    async press(order, move, more) {
      const pickup = (await list())?.find(each => each.order.name === order)
      return pickup === undefined ? 'unknown' : press(pickup, move, more)
    },
    async takeBack(order, units, key) {
      trace.tell(time.elapsedMs(), name, `takes ${units} of ${order} back`)
      const asked = async (question: object) => {
        const answer = await ask('/api/returns/questions', question)
        return answer?.status === 200 ? ReturnFound.parse(answer.json) : null
      }
      const found = await asked({ ask: 'find-orders', text: order })
      const [one] = found?.is === 'orders' ? found.orders : []
      const opened = one === undefined ? null : await asked({ ask: 'returnable', order: one.order })
      if (opened?.is !== 'order') return 'refused'
      const [line] = opened.order.lines
      if (line === undefined) return 'refused'
      const { orderLine, title, variantTitle, sku, barcode } = line
      const back = { orderLine, title, variantTitle, sku, barcode, units }
      const lines = [{ ...back, condition: 'sellable', reason: 'unwanted' }]
      const { order: id, name: orderName } = opened.order
      const answer = await ask('/api/returns', { returnId: key, order: id, orderName, lines, staff })
      if (answer === null || answer.status >= 500) return 'unknown'
      return answer.status === 200 ? 'done' : 'refused'
    },
    async returns() {
      const answer = await ask('/api/returns', null)
      return answer?.status === 200 ? z.array(ReturnView).parse(answer.json) : []
    },
    shows: async order => (await list())?.find(each => each.order.name === order) ?? null,
    async handOver(order) {
      const cards = async () => (await list())?.filter(pickup => pickup.order.name === order.name) ?? []
      const shown = (await cards()).find(({ state }) => state === 'ready')
      if (shown === undefined) return false
      let pressed = await press(shown, 'collect')
      // the wrong button, which is taken back, and then the right one
      if (pressed === 'done' && chance.once(12)) {
        await press(shown, 'undo')
        pressed = 'unknown'
      }
      for (let look = 0; pressed === 'unknown' && look < 20; look += 1) {
        await new Promise<void>(resolve => void time.after(MINUTE_MS / 6, resolve))
        const now = (await cards()).find(({ pickup }) => pickup === shown.pickup)
        if (now?.state === 'collected') pressed = 'done'
        else if (now?.state === 'ready') pressed = await press(now, 'collect')
      }
      if (pressed !== 'done') return false
      const handed = shown.lines.flatMap(({ sku, picked: units }) =>
        sku === null || units === 0 ? [] : [{ sku, units }],
      )
      for (const { sku, units } of handed) truth.moveUnits(order.store, sku, -units)
      order.lines = handed
      order.state = 'collected'
      order.handOvers += 1
      trace.tell(time.elapsedMs(), name, `hands ${order.name} over`)
      return true
    },
  }
}

/** One customer's order from the web shop to the counter. */
export async function customer(
  universe: Universe,
  store: string,
  counters: readonly Staff[],
  parts: PeopleParts,
): Promise<void> {
  const { time, trace } = universe
  const { truth, shop, chance } = parts
  const lines = basket(chance).map(({ sku, units }) => ({ sku, units }))
  const wanted = { location: store, lines: lines.map(({ sku, units }) => ({ sku, quantity: units })) }
  const placed = tryToOrder(shop, wanted)
  if (placed === null) return
  const order: Order = {
    name: placed,
    store,
    lines,
    ordered: lines.reduce((sum, { units }) => sum + units, 0),
    state: 'waiting',
    handOvers: 0,
    paid: paidOf(lines),
    paidBackMinor: 0,
  }
  truth.orders.set(order.name, order)
  trace.tell(time.elapsedMs(), 'customer', `orders ${order.name} at ${store}`)
  const comes = chance.between(1, 10)
  const pause = (minutes: number) =>
    new Promise<void>(resolve => void time.after(minutes * MINUTE_MS, resolve))
  if (comes === 1) {
    await pause(chance.between(1, 6))
    return cancelOrder(universe, order, parts)
  }
  for (let look = 0; look < 30 && !isPrepared(shop, order); look += 1) {
    await pause(1)
    if (order.state !== 'waiting') return
  }
  if (comes === 2 || !isPrepared(shop, order)) return // does not come
  await pause(chance.between(1, 3))
  for (let attempt = 0; attempt < 10 && order.state === 'waiting'; attempt += 1) {
    if (await chance.pick(counters).handOver(order)) return
    await pause(1)
  }
}

/** Cancels it in the web shop, if the shop still allows that. */
export function cancelOrder(
  { time, trace }: Universe,
  order: Order,
  { shop }: Pick<PeopleParts, 'shop'>,
): void {
  if (order.state !== 'waiting') return
  try {
    shop.shop().cancelOrder(order.name)
  } catch {
    return // it is being handed over
  }
  order.state = 'cancelled'
  order.paidBackMinor = order.paid ?? 0
  trace.tell(time.elapsedMs(), 'customer', `cancels ${order.name}`)
}

function tryToOrder(
  shop: ShopMachine,
  wanted: { location: string; lines: { sku: string; quantity: number }[] },
): string | null {
  try {
    return shop.shop().createOrder({ ...wanted, customer: { name: 'Ana Ruiz' } }).name
  } catch {
    return null // sold out
  }
}

function isPrepared(shop: ShopMachine, order: Order): boolean {
  return shop
    .shop()
    .order(order.name)
    .fulfillmentOrders.some(one => one.prepared)
}
