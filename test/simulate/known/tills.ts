import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { agentPaths } from '../../../agent/config.ts'
import { readDeviceFile, signerOf } from '../../../agent/enrolment/device-file.ts'
import { runConnection } from '../../../agent/uplink/connection.ts'
import { nodeWorld } from '../../../shared/node-world.ts'
import { genesis } from '../../../shared/stream/chain.ts'
import { quietLog } from '../../manual-world.ts'
import { HUB_URL } from '../hub-machine.ts'
import type { Known } from '../known.ts'
import { startProcess } from '../process.ts'
import { copyDatabase, fileOf, type Scene, scene } from '../scene.ts'

const TEE = { sku: 'TEE-1', price: 490 }
const TWO_TILLS = { stores: 1, tills: 2 } as const

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

/** A hello with a till's own key that claims a record which the hub never had. */
async function claimTooMuch(world: Scene): Promise<void> {
  const { machine } = world.counter('S1').till
  const device = readDeviceFile(nodeWorld({ log: quietLog }).files, agentPaths(machine.folder).device)
  if (device === null) throw new Error('the till is not enrolled')
  const rogue = startProcess(world.universe, { ...machine, running: null }, world.chance.fork('rogue'))
  const far = { epoch: 1, seq: 1_000_000_000, hash: 'x'.repeat(43) }
  const none = { epoch: 0, seq: 0, hash: genesis('commands', device.device, 0) }
  const limits = { maxPayload: 1024 * 1024, handshakeTimeoutMs: 5_000 }
  const wire = rogue.world.sockets.connect(`${HUB_URL.replace('https', 'wss')}/device`, limits)
  const nothing = async () => null
  runConnection(wire, {
    world: rogue.world,
    identity: { device: device.device, hub: device.hub.id, version: 'rogue', instance: 'rogue' },
    sign: signerOf(device),
    events: {
      last: async () => far,
      acked: async () => far,
      oldest: nothing,
      hashAt: nothing,
      endOf: async () => 0,
      read: nothing,
      acknowledge: async () => undefined,
      renew: async () => undefined,
    },
    commands: { held: async () => none, hashAt: nothing, commit: async () => none },
    status: () => {
      throw new Error('it never comes so far')
    },
    online() {},
    ended() {},
  })
  await world.pass(3_000)
  rogue.killAfter(0, 'kill')
}

export const tillKnown: readonly Known[] = [
  {
    finding: 'security-2',
    says: 'After a hub was put back to a backup its tills follow its word on pickups',
    scenario: () =>
      scene(async world => {
        const [file, backup] = [fileOf(world.hub.machine, 'hub.db'), `${world.folder}/backup.db`]
        await world.settle(world.hub.stop())
        copyDatabase(file, backup)
        world.hub.start()
        await world.settle(world.hub.ready())
        const order = await world.order('S1', TEE.sku, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        await world.settle(world.hub.stop())
        copyDatabase(backup, file)
        world.hub.start()
        await world.settle(world.hub.ready())
        await world.minutes(3)
        world.shop.shop().cancelOrder(order.name)
        await world.minutes(10)
        const shown = await world.settle(world.counter('S1').staff.shows(order.name))
        return shown === null || shown.state === 'cancelled'
          ? null
          : `The order was cancelled ten minutes ago; the till still shows it as ${shown.state}`
      }),
  },
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
    finding: 'security-4',
    says: 'A re-enrolled till takes back a sale that its POS had posted before',
    scenario: () =>
      scene(async world => {
        const { till, pos } = world.counter('S1')
        const receipt = pos.sell([{ ...TEE, units: 1 }])
        await world.minutes(1)
        const code = await world.settle(world.hub.enrolCode('S1', till.till))
        await whileAgentIsOff(world, () => world.settle(till.enrol(code)))
        pos.cancel(receipt)
        await world.minutes(12)
        return world.broken('receipt-once')
      }),
  },
  {
    finding: 'security-6',
    says: 'A till that claims more than it ever sent stops no store’s stock',
    scenario: () =>
      scene(async world => {
        await whileAgentIsOff(world, () => claimTooMuch(world))
        await world.minutes(2)
        sell(world, 5)
        await world.minutes(20)
        return world.broken('shelves-agree')
      }),
  },
  {
    finding: 'security-10',
    says: 'A till PC that moves to another store takes no unsent sales of the former store along',
    scenario: () =>
      scene(
        async world => {
          const { till } = world.counter('S1')
          world.universe.network.cut(till.machine.name)
          world.universe.network.line(till.machine.name).state = 'cut'
          sell(world, 5)
          await world.minutes(1)
          const code = await world.settle(world.hub.enrolCode('S2', 'Till 9'))
          await whileAgentIsOff(world, async () => {
            world.universe.network.line(till.machine.name).state = 'good'
            await world.settle(till.enrol(code))
          })
          await world.minutes(15)
          return world.broken('shelves-agree')
        },
        { stores: 2, tills: 2 },
      ),
  },
  {
    finding: 'security-20',
    says: 'A second PC enrolled under one till’s name leaves the first one connected, or asks',
    scenario: () =>
      scene(async world => {
        const code = await world.settle(world.hub.enrolCode('S1', 'Till 1'))
        const { till } = world.counter('S1', 2)
        await world.settle(till.stop())
        await world.settle(till.enrol(code, 'Till 1'))
        await world.minutes(2)
        sell(world, 1)
        await world.minutes(12)
        return world.broken('receipt-once')
      }, TWO_TILLS),
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
