import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Known } from '../known.ts'
import { fileOf, type Scene, scene } from '../scene.ts'

const TEE = { sku: 'TEE-1', price: 490 }

function sell(world: Scene, count: number, till = 1): void {
  for (let sale = 0; sale < count; sale += 1) world.counter('S1', till).pos.sell([{ ...TEE, units: 1 }])
}

/** Ends the agent, runs `off`, and starts it again. */
async function whileAgentIsOff(world: Scene, off: () => void | Promise<void>, till = 1): Promise<void> {
  const { till: agent } = world.counter('S1', till)
  await world.settle(agent.stop())
  await off()
  agent.start()
  await world.pass(10_000)
}

const PAGE = 4096

/** Writes rubbish over every third page that holds sales. @returns how many */
function ruinPages(file: string): number {
  const bytes = readFileSync(file)
  const handle = openSync(file, 'r+')
  let ruined = 0
  let seen = 0
  for (let at = PAGE; at + PAGE <= bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE)
    if (page[0] !== 13 || !page.includes('"kind":"sale.completed"')) continue
    seen += 1
    if (seen % 3 !== 0) continue
    writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, at)
    ruined += 1
  }
  closeSync(handle)
  return ruined
}

export const tillKnown: readonly Known[] = [
  {
    finding: 'security-3',
    says: 'Damaged pages of a journal keep no other sale from the hub, or the hub is told',
    scenario: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        world.universe.network.cut(till.machine.name)
        world.universe.network.line(till.machine.name).state = 'cut'
        sell(world, 120)
        await world.minutes(5)
        await whileAgentIsOff(world, () => void ruinPages(fileOf(till.machine, 'journal.db')))
        world.universe.network.line(till.machine.name).state = 'good'
        await world.minutes(20)
        if ((await world.exceptions()).some(text => /damage|journal|disk/i.test(text))) return null
        return world.broken('receipt-once')
      }),
  },
  {
    finding: 'shopify-9',
    says: 'An order that the cashier rings up and hands over leaves the shelf once',
    scenario: () =>
      scene(async world => {
        const order = await world.order('S1', TEE.sku, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        await world.minutes(1)
        world.counter('S1').pos.sell([{ ...TEE, units: 2 }])
        await world.press('S1', 1, order, 'collect')
        order.state = 'collected'
        await world.minutes(15)
        return world.broken('shelves-agree')
      }),
  },
  {
    finding: 'shopify-10',
    says: 'What staff could not find is not fulfilled in Shopify',
    scenario: () =>
      scene(async world => {
        const order = await world.order('S1', TEE.sku, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'miss', 'finish', 'collect')
        world.truth.moveUnits('S1', TEE.sku, -1)
        await world.minutes(15)
        const delivered = world.shop
          .shop()
          .order(order.name)
          .fulfillments.flatMap(({ lines }) => lines)
        return delivered.includes(2) ? 'One of two was there; Shopify says that two were handed over' : null
      }),
  },
  {
    finding: 'shopify-2',
    says: 'Without the scope for customers, orders still reach their stores',
    scenario: () =>
      scene(
        async world => {
          const order = await world.order('S1', TEE.sku, 1)
          await world.minutes(10)
          const shown = await world.settle(world.counter('S1').staff.shows(order.name))
          return shown === null ? 'Ten minutes later the till does not show the order' : null
        },
        { shop: { customerData: false } },
      ),
  },
  {
    finding: 'shopify-3',
    says: 'The hub keeps its access to a shop whose tokens end after a day',
    scenario: () =>
      scene(async world => {
        world.shop.shop().switches.turn({ staticToken: false })
        sell(world, 2)
        await world.minutes(15)
        return world.broken('shelves-agree')
      }),
  },
  {
    finding: 'shopify-29',
    says: 'Webhooks that Shopify does not deliver open an exception',
    scenario: () =>
      scene(
        async world => {
          await world.minutes(70)
          return (await world.exceptions()).length > 0
            ? null
            : 'Shopify refused every subscription; no exception says so'
        },
        { shop: { webhookHosts: 'loopback' } },
      ),
  },
]
