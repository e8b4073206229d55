import { copyDatabase } from '../copy-database.ts'
import type { Scenario } from '../scenarios.ts'
import { fileOf, type Scene, scene } from '../scene.ts'
import { firstOf, MUG, TEE as SHIRT } from '../steps.ts'
import type { Order } from '../truth.ts'

const TEE = 'TEE-1'
const TWO_TILLS = { stores: 1, tills: 2 } as const
const TWO_STORES = { stores: 2, tills: 2 } as const

/** Makes a backup of the hub, lets `between` happen, and puts the hub back to it; `off` happens while it is down. */
async function restoreHub(
  world: Scene,
  between: () => Promise<void>,
  off: () => void | Promise<void> = () => undefined,
): Promise<void> {
  const [file, backup] = [fileOf(world.hub.machine, 'hub.db'), `${world.folder}/backup.db`]
  const whileOff = async (work: () => void | Promise<void>) => {
    await world.settle(world.hub.stop())
    await work()
    world.hub.start()
    await world.settle(world.hub.ready())
  }
  await whileOff(() => copyDatabase(file, backup))
  await between()
  await whileOff(async () => {
    await off()
    copyDatabase(backup, file)
  })
}

/** The customer has the goods. */
function handedOver(world: Scene, order: Order): void {
  order.state = 'collected'
  order.handOvers += 1
  for (const { sku, units } of order.lines) world.truth.moveUnits(order.store, sku, -units)
}

async function shown(world: Scene, order: Order, till = 1): Promise<string> {
  return (await world.settle(world.counter('S1', till).staff.shows(order.name)))?.state ?? 'nothing'
}

/** What the till shows when it is not what it should; null when it is. */
async function unless(world: Scene, order: Order, state: string, till = 1): Promise<string | null> {
  const found = await shown(world, order, till)
  return found === state ? null : `The till shows ${order.name} as ${found}, not as ${state}`
}

const fullyAgrees = (world: Scene) =>
  world.broken('order-agrees', 'shelves-agree', 'receipt-once', 'queues-empty', 'no-unexpected-error')

export const pickupScenarios: readonly Scenario[] = [
  {
    says: 'After a hub was put back to before an order, its tills follow its word on the cancellation',
    play: () =>
      scene(async world => {
        let order: Order | null = null
        await restoreHub(world, async () => {
          order = await world.order('S1', TEE, 2)
          await world.minutes(2)
          await world.press('S1', 1, order, 'pick', 'finish')
        })
        if (order === null) return 'there is no order'
        await world.minutes(3)
        const still = await unless(world, order, 'ready')
        if (still !== null) return still
        const placed: Order = order
        world.shop.shop().cancelOrder(placed.name)
        placed.state = 'cancelled'
        await world.minutes(10)
        return (await unless(world, order, 'cancelled')) ?? (await fullyAgrees(world))
      }),
  },
  {
    says: 'An order that was handed over before the hub was put back to before it stays handed over',
    play: () =>
      scene(async world => {
        let order: Order | null = null
        await restoreHub(world, async () => {
          order = await world.order('S1', TEE, 2)
          await world.minutes(2)
          await world.press('S1', 1, order, 'pick', 'finish', 'collect')
          handedOver(world, order)
          await world.minutes(2)
        })
        if (order === null) return 'there is no order'
        await world.minutes(20)
        return (await unless(world, order, 'collected')) ?? (await fullyAgrees(world))
      }),
  },
  {
    says: 'A hand-over made while the hub was being put back is not undone at either till',
    play: () =>
      scene(async world => {
        let order: Order | null = null
        await restoreHub(
          world,
          async () => {
            order = await world.order('S1', TEE, 1)
            await world.minutes(2)
            await world.press('S1', 1, order, 'pick', 'finish')
          },
          async () => {
            if (order === null) return
            await world.press('S1', 1, order, 'collect')
            handedOver(world, order)
          },
        )
        if (order === null) return 'there is no order'
        await world.minutes(20)
        const first = await unless(world, order, 'collected')
        return first ?? (await unless(world, order, 'collected', 2)) ?? (await fullyAgrees(world))
      }, TWO_TILLS),
  },
  {
    says: 'An order cancelled and handed over while the hub was being put back is named, and its goods are booked',
    play: () =>
      scene(async world => {
        let order: Order | null = null
        await restoreHub(
          world,
          async () => {
            order = await world.order('S1', TEE, 1)
            await world.minutes(2)
            await world.press('S1', 1, order, 'pick', 'finish')
          },
          async () => {
            if (order === null) return
            await world.press('S1', 1, order, 'collect')
            handedOver(world, order)
            world.shop.shop().cancelOrder(order.name)
          },
        )
        if (order === null) return 'there is no order'
        await world.minutes(30)
        const { name } = order as Order
        const said = (await world.exceptions()).filter(text => text.includes(name))
        if (!said.some(text => text.startsWith('cancelled-but-collected')))
          return `Handed over and cancelled; the exceptions are ${said.join(' / ') || 'none'}`
        return (await unless(world, order, 'collected')) ?? (await fullyAgrees(world))
      }),
  },
  {
    says: 'What is moved away from a partly collected order has not left the shelf',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 3)
        await world.minutes(1)
        const shop = world.shop.shop()
        shop.switches.turn({ moveStarted: 'allow' }) // whether Shopify allows it is not known
        const fulfilmentOrder = firstOf(shop.order(order.name).fulfillmentOrders)
        shop.act(order.name, { do: 'fulfil', fulfilmentOrder, lines: [{ line: TEE, quantity: 1 }] })
        world.truth.moveUnits('S1', TEE, -1)
        shop.act(order.name, { do: 'move', fulfilmentOrder, to: 'S2' })
        await world.minutes(15)
        return world.broken('shelves-agree', 'queues-empty', 'no-unexpected-error')
      }, TWO_STORES),
  },
  {
    says: 'A hand-over that is cancelled in Shopify is taken back and named',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish', 'collect')
        handedOver(world, order)
        await world.minutes(3)
        const shop = world.shop.shop()
        shop.act(order.name, {
          do: 'cancel-fulfilment',
          fulfilment: firstOf(shop.order(order.name).fulfillments),
        })
        await world.minutes(20)
        const said = (await world.exceptions()).filter(text => text.startsWith('hand-over-cancelled'))
        if (said.length !== 1) return `Cancelled; the exceptions are ${said.join(' / ') || 'none'}`
        return world.broken('shelves-agree', 'queues-empty', 'no-unexpected-error')
      }),
  },
  {
    says: 'A line that is added to a ready order is picked before it is handed over',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 1)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        await world.minutes(1)
        world.shop.shop().act(order.name, { do: 'edit', add: [{ sku: MUG.sku, quantity: 1 }] })
        const whole: Order = { ...order, lines: [...order.lines, { sku: MUG.sku, units: 1 }] }
        world.truth.orders.set(order.name, whole)
        await world.minutes(10)
        const changed = await unless(world, order, 'picking')
        if (changed !== null) return changed
        world.shop.shop().act(order.name, { do: 'pay' }) // the added line
        await world.minutes(5)
        await world.press('S1', 1, whole, 'finish', 'collect')
        handedOver(world, whole)
        await world.minutes(5)
        return (await unless(world, whole, 'collected')) ?? (await fullyAgrees(world))
      }),
  },
  {
    says: 'The till says that an order is not paid, and no longer when it is',
    play: () =>
      scene(async world => {
        const shop = world.shop.shop()
        const { name } = shop.createOrder({
          location: 'S1',
          lines: [{ sku: TEE, quantity: 1 }],
          customer: { name: 'Ana Ruiz' },
          payment: 'pending',
        })
        await world.minutes(5)
        const owed = (await world.settle(world.counter('S1').staff.shows(name)))?.outstanding
        if (owed?.minor !== 490) return `Payment is pending; the till shows ${JSON.stringify(owed)}`
        shop.act(name, { do: 'pay' })
        await world.minutes(5)
        const left = (await world.settle(world.counter('S1').staff.shows(name)))?.outstanding
        return left === null ? null : `It is paid; the till shows ${JSON.stringify(left)}`
      }),
  },
  {
    says: 'Goods handed over by a till that did not know of a move leave their shelf in Shopify',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 2)
        await world.minutes(2)
        const { network } = world.universe
        const { name } = world.counter('S1').till.machine
        network.cut(name)
        network.line(name).state = 'cut'
        const shop = world.shop.shop()
        const fulfilmentOrder = firstOf(shop.order(order.name).fulfillmentOrders)
        shop.act(order.name, { do: 'move', fulfilmentOrder, to: 'S2' })
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish', 'collect')
        handedOver(world, order)
        network.line(name).state = 'good'
        await world.minutes(15)
        const said = (await world.exceptions()).filter(text => text.startsWith('handed-over-after-move'))
        if (said.length !== 1)
          return `Moved and handed over; the exceptions are ${said.join(' / ') || 'none'}`
        const before = await world.broken('shelves-agree', 'queues-empty')
        if (before !== null) return before
        shop.act(order.name, { do: 'fulfil' }) // as the runbook says
        await world.minutes(15)
        return world.broken('shelves-agree', 'queues-empty', 'no-unexpected-error')
      }, TWO_STORES),
  },
  {
    says: 'What staff could not find is not handed over in Shopify, and head office is told what it is',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick')
        const { staff } = world.counter('S1')
        await world.settle(staff.press(order.name, 'finish', { missing: [{ line: 0, units: 1 }] }))
        await world.minutes(2)
        if (!(await world.settle(staff.handOver(order)))) return 'The till does not hand the found item over'
        await world.minutes(15)
        const said = (await world.exceptions()).filter(text => text.startsWith('pickup-short'))
        if (said.length !== 1) return `One item is missing; the exceptions are ${said.join(' / ') || 'none'}`
        const before = await world.broken('shelves-agree', 'order-agrees', 'queues-empty')
        if (before !== null) return before
        const lines = [{ line: TEE, quantity: 1 }]
        world.shop.shop().act(order.name, { do: 'refund', lines, restock: 'CANCEL' })
        await world.minutes(15)
        if ((await world.exceptions()).length > 0) return 'The missing item was paid back; it is still named'
        return fullyAgrees(world)
      }),
  },
  {
    says: 'A hand-over by mistake that is undone at once leaves everything as it was',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        const { staff } = world.counter('S1')
        await world.settle(staff.press(order.name, 'collect'))
        await world.pass(5_000)
        await world.settle(staff.press(order.name, 'undo'))
        await world.minutes(10)
        return (await unless(world, order, 'ready')) ?? (await fullyAgrees(world))
      }),
  },
  {
    says: 'An order that is not collected for two months ends at its store, and head office is told',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE, 1)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        await world.minutes(1)
        world.universe.time.skip(62 * 86_400_000)
        await world.minutes(70)
        const said = (await world.exceptions()).filter(text => text.startsWith('pickup-not-collected'))
        if (said.length !== 1) return `Two months later the exceptions are ${said.join(' / ') || 'none'}`
        return unless(world, order, 'expired')
      }),
  },
  {
    says: 'An order that the cashier rings up and hands over leaves the shelf once, in either order',
    play: () =>
      scene(async world => {
        const orders = [await world.order('S1', TEE, 2), await world.order('S1', TEE, 2)]
        await world.minutes(2)
        for (const order of orders) {
          await world.press('S1', 1, order, 'pick', 'finish')
          const isFirst = order === orders[0]
          if (!isFirst) await world.press('S1', 1, order, 'collect')
          await world.minutes(1)
          world.counter('S1').pos.sell([{ ...SHIRT, units: 2 }], order.name)
          if (isFirst) await world.press('S1', 1, order, 'collect')
          order.state = 'collected'
          order.handOvers += 1
          await world.minutes(15)
        }
        return fullyAgrees(world)
      }),
  },
]
