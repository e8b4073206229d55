import { transaction } from '../../../hub/db/db.ts'
import { writeMovements } from '../../../hub/stock/movements.ts'
import { TOLD_AFTER_MS } from '../../../shared/pickup-moves.ts'
import { units } from '../../../shared/quantity.ts'
import { manyGoods } from '../goods.ts'
import type { Scenario } from '../scenarios.ts'
import { type Scene, scene } from '../scene.ts'
import type { Order } from '../truth.ts'

/** What a small shop may ask of Shopify, with less in hand than it really has: a short burst is a long one then. */
const STANDARD = { costBucket: { maximumAvailable: 500, restoreRate: 100 } }
/** A shop of a developer. */
const TINY = { costBucket: { maximumAvailable: 200, restoreRate: 10 } }
const LOOK_EVERY_MS = 100

/** Every item of every store has sold one unit, all at once, as the hub has it in its ledger. */
async function sellEverything(world: Scene, skus: readonly string[]): Promise<void> {
  const at = world.universe.epoch + world.universe.time.elapsedMs()
  const sales = world.stores.flatMap(({ code: store, warehouse }) =>
    skus.map((sku, line) => ({ store, warehouse, sku, line })),
  )
  for (const { store, sku } of sales) world.truth.moveUnits(store, sku, -1)
  const sold = { kind: 'sale', cause: 900_000_000 + at, revision: 0, quantity: -units(1) } as const
  await world.settle(
    world.hub.look(db =>
      transaction(db, tx =>
        writeMovements(
          tx,
          sales.map(sale => ({ ...sale, ...sold, origin: null, at, posts: true })),
        ),
      ),
    ),
  )
}

/** What is waited for after it was asked: when that was, and how long it may take. */
interface Awaited {
  readonly what: string
  readonly since: number
  readonly mostMs: number
  holds(): boolean | Promise<boolean>
}

/** Time passes while each is looked at until it holds. Gives in words what took too long, and what is still open. */
async function watch(world: Scene, open: Set<Awaited>, forMs: number): Promise<readonly string[]> {
  const { time } = world.universe
  const slow: string[] = []
  for (let waited = 0; waited < forMs && open.size > 0; waited += LOOK_EVERY_MS) {
    for (const one of open) {
      if (!(await one.holds())) continue
      open.delete(one)
      const took = time.elapsedMs() - one.since
      if (took > one.mostMs) slow.push(`${one.what} took ${took} ms`)
    }
    await world.pass(LOOK_EVERY_MS)
  }
  return slow
}

/** Staff press "ready" for an order; the hub keeps that back for a moment, as it may be undone. */
async function pressReady(world: Scene, order: Order): Promise<Awaited> {
  await world.settle(world.counter('S1').staff.press(order.name, 'finish'))
  return {
    what: `"ready" of ${order.name}`,
    since: world.universe.time.elapsedMs(),
    mostMs: TOLD_AFTER_MS + 2_000,
    holds: () =>
      world.shop
        .shop()
        .order(order.name)
        .fulfillmentOrders.some(one => one.prepared),
  }
}

/** A customer orders, and the till of the store is to show it. */
function orderOnline(world: Scene, sku: string): Awaited {
  const lines = [{ sku, quantity: 1 }]
  const { name } = world.shop.shop().createOrder({ location: 'S1', lines, customer: { name: 'Ana Ruiz' } })
  return {
    what: `the new order ${name}`,
    since: world.universe.time.elapsedMs(),
    mostMs: 5_000,
    holds: async () => (await world.settle(world.counter('S1').staff.shows(name))) !== null,
  }
}

async function pickedOrders(world: Scene, skus: readonly string[]): Promise<readonly Order[]> {
  const picked: Order[] = []
  for (const sku of skus) {
    const order = await world.order('S1', sku, 1)
    await world.press('S1', 1, order, 'pick')
    picked.push(order)
  }
  return picked
}

/** Something was heard of every level, so that each has to be read before it is written. */
const doubtEverything = (world: Scene) =>
  world.settle(
    world.hub.look(db =>
      transaction(db, async tx => {
        await tx.deleteFrom('known_level').execute()
      }),
    ),
  )

const isPosted = (world: Scene) =>
  world.settle(
    world.hub.look(
      async db => (await db.selectFrom('due').select('item').limit(1).executeTakeFirst()) === undefined,
    ),
  )

/** Whether each store shows what lies on its shelves; gives the first that does not. */
function firstWrong(world: Scene, skus: readonly string[]): string | null {
  for (const { code } of world.stores)
    for (const sku of skus) {
      const [shelf, online] = [world.truth.units(code, sku), world.online(code, sku)]
      if (shelf !== online) return `${sku} in ${code}: ${shelf} on the shelf, ${online} in Shopify`
    }
  return null
}

export const burstScenarios: readonly Scenario[] = [
  {
    says: 'While very much stock is posted, "ready" reaches Shopify within 2 s and a new order the till within 5 s',
    play: () => {
      const goods = manyGoods(100)
      const skus = goods.map(({ sku }) => sku)
      return scene(
        async world => {
          await world.minutes(5)
          const picked = await pickedOrders(world, skus.slice(0, 4))
          await world.minutes(2)
          await doubtEverything(world)
          await sellEverything(world, skus)
          await world.pass(6_000)
          const open = new Set<Awaited>()
          const slow: string[] = []
          for (const order of picked) {
            open.add(await pressReady(world, order)).add(orderOnline(world, order.lines[0]?.sku ?? ''))
            slow.push(...(await watch(world, open, 2_000)))
          }
          if (await isPosted(world)) return 'the stock was posted before staff did anything'
          slow.push(...(await watch(world, open, 60_000)))
          for (const { what } of open) slow.push(`${what} took more than a minute`)
          return slow.length === 0 ? null : slow.join(', ')
        },
        { stores: 8, tills: 1, goods, shop: STANDARD },
      )
    },
  },
  {
    says: 'What 400 items of eight stores sold is posted within 10 s on very few points, again and again',
    play: () => {
      const goods = manyGoods(50)
      const skus = goods.map(({ sku }) => sku)
      return scene(
        async world => {
          await world.minutes(5)
          for (let round = 0; round < 3; round += 1) {
            await sellEverything(world, skus)
            await world.pass(10_000)
            if (!(await isPosted(world))) return `round ${round + 1} is not posted after 10 s`
          }
          return firstWrong(world, skus)
        },
        { stores: 8, tills: 1, goods, shop: TINY },
      )
    },
  },
  {
    says: 'An item that customers order online each second does not keep what a hundred others sold from Shopify',
    play: () => {
      const goods = manyGoods(100)
      const [hot = '', ...skus] = goods.map(({ sku }) => sku)
      return scene(
        async world => {
          await world.minutes(5)
          await doubtEverything(world)
          const lines = [{ sku: hot, quantity: 1 }]
          for (let second = 0; second < 20; second += 1) {
            if (second === 5) await sellEverything(world, [hot, ...skus])
            world.shop.shop().createOrder({ location: 'S1', lines, customer: { name: 'Ana Ruiz' } })
            await world.pass(1_000)
          }
          const wrong = firstWrong(world, skus)
          if (wrong !== null) return wrong
          await world.minutes(3)
          return firstWrong(world, [hot])
        },
        { stores: 1, tills: 1, goods, shop: STANDARD },
      )
    },
  },
]
