import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { agentPaths } from '../../../agent/config.ts'
import { readDeviceFile } from '../../../agent/enrolment/device-file.ts'
import { hubPin } from '../../../agent/enrolment/hub-pin.ts'
import { runConnection } from '../../../agent/uplink/connection.ts'
import { nodeWorld } from '../../../shared/node-world.ts'
import { signingKey } from '../../../shared/signing.ts'
import { genesis } from '../../../shared/stream/chain.ts'
import { quietLog } from '../../manual-world.ts'
import { copyDatabase } from '../copy-database.ts'
import { HUB_URL } from '../hub-machine.ts'
import { startProcess } from '../process.ts'
import type { Scenario } from '../scenarios.ts'
import { fileOf, type Scene, scene } from '../scene.ts'
import { SHOP_DOMAIN } from '../shop-machine.ts'
import { adjustOnline, MUG, sellOneByOne, TEE, whileHubIsOff, wrongOnline } from '../steps.ts'

const hubFile = (world: Scene) => fileOf(world.hub.machine, 'hub.db')
const recordFile = (world: Scene) => `${hubFile(world)}.record`
const backupOf = (world: Scene) => `${world.folder}/backup.db`

/** Enrols the first till of S1 again; `wipe`: on a new PC. */
async function enrolAgain(world: Scene, { store = 'S1', name = 'Till 1', wipe = false } = {}): Promise<void> {
  const { till } = world.counter('S1')
  await world.settle(till.stop())
  await world.pass(10_000)
  const { folder } = till.machine
  if (wipe) for (const file of readdirSync(folder)) if (file !== 'agent.json') rmSync(join(folder, file))
  await world.settle(till.enrol(await world.settle(world.hub.enrolCode(store, name)), name))
  till.start()
  await world.minutes(2)
}

/** Copies the hub's database, and the record beside it for a restore of the whole folder. */
function backUp(world: Scene): Promise<void> {
  return whileHubIsOff(world, () => {
    copyDatabase(hubFile(world), backupOf(world))
    copyDatabase(recordFile(world), `${backupOf(world)}.record`)
  })
}

/** @param record what becomes of the record: a backup of the database alone leaves it */
function putBack(world: Scene, record: 'kept' | 'lost' | 'restored' = 'kept'): Promise<void> {
  return whileHubIsOff(world, () => {
    copyDatabase(backupOf(world), hubFile(world))
    if (record === 'restored') copyDatabase(`${backupOf(world)}.record`, recordFile(world))
    if (record === 'lost') copyDatabase(`${backupOf(world)}.none`, recordFile(world))
  })
}

const shopIs = (world: Scene, state: 'cut' | 'good') => {
  world.universe.network.line(SHOP_DOMAIN).state = state
}

const isAskedAbout = async (world: Scene, sku = TEE.sku) =>
  (await world.exceptions()).some(text => text.startsWith('stock-write-unknown') && text.includes(sku))

/** Everything agrees without a person's help. */
async function agrees(world: Scene): Promise<string | null> {
  if (await isAskedAbout(world)) return 'A person is asked though everything is known'
  return (
    wrongOnline(world) ??
    (await world.broken('shelves-agree', 'receipt-once', 'order-agrees', 'queues-empty'))
  )
}

/**
 * Sales that only the lost hub held, of tills that hand theirs over once: Shopify is right, and an exception names what
 * the ledger lacks.
 */
async function isRightOnlineAndNamed(world: Scene): Promise<string | null> {
  const named = (await world.exceptions()).some(
    text => text.startsWith('hub-restored') && text.includes(TEE.sku),
  )
  return wrongOnline(world) ?? (named ? null : 'No exception names what no till has any more')
}

/** Shopify was told nothing twice: what it shows is right, or lacks what a person is asked about. */
async function isSafe(world: Scene): Promise<string | null> {
  const [shelf, online] = [world.truth.units('S1', TEE.sku), world.online('S1', TEE.sku)]
  if (online < shelf) return `${shelf} on the shelf, ${online} in Shopify: something was told twice`
  return world.broken('shelves-agree', 'receipt-once', 'queues-empty')
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
    sign: signingKey(device.privateKey).sign,
    pin: hubPin(rogue.world.log, device),
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

export const hubRestoredScenarios: readonly Scenario[] = [
  {
    says: 'A hub that is put back to a backup posts no sale to Shopify twice (security 1)',
    play: () =>
      scene(async world => {
        shopIs(world, 'cut')
        sellOneByOne(world, 5)
        await world.minutes(1)
        await backUp(world)
        shopIs(world, 'good')
        await world.minutes(3)
        if (wrongOnline(world) !== null) return 'it was not posted in the first place'
        await putBack(world)
        await world.minutes(12)
        return agrees(world)
      }),
  },
  {
    says: 'It posts nothing twice before any till connects, and what is new once they do',
    play: () =>
      scene(async world => {
        shopIs(world, 'cut')
        sellOneByOne(world, 3)
        await world.minutes(1)
        await backUp(world)
        shopIs(world, 'good')
        sellOneByOne(world, 2)
        await world.minutes(3)
        const { till } = world.counter('S1')
        world.universe.network.cut(till.machine.name)
        world.universe.network.line(till.machine.name).state = 'cut'
        await putBack(world)
        sellOneByOne(world, 1)
        await world.minutes(5)
        const alone = world.online('S1', TEE.sku) - world.truth.units('S1', TEE.sku)
        if (alone !== 1) return `Without its till Shopify is ${alone} off, and should lack the one new sale`
        world.universe.network.line(till.machine.name).state = 'good'
        await world.minutes(12)
        return agrees(world)
      }),
  },
  {
    says: 'After a restored hub no sale is taken for posted because a level happens to agree (Shopify 7)',
    play: () =>
      scene(async world => {
        sellOneByOne(world, 2)
        await world.minutes(1)
        adjustOnline(world, -1)
        world.truth.moveUnits('S1', TEE.sku, -1)
        await backUp(world)
        shopIs(world, 'cut')
        sellOneByOne(world, 1)
        await world.minutes(1)
        await putBack(world)
        shopIs(world, 'good')
        await world.minutes(15)
        return wrongOnline(world)
      }),
  },
  {
    says: 'A till that claims more than it ever sent stops no store’s stock (security 6)',
    play: () =>
      scene(async world => {
        await world.settle(world.counter('S1').till.stop())
        await claimTooMuch(world)
        world.counter('S1').till.start()
        await world.minutes(2)
        sellOneByOne(world, 5)
        await world.minutes(20)
        return agrees(world)
      }),
  },
  {
    says: 'A claim that comes again and again holds up no sale that is made after the first',
    play: () =>
      scene(
        async world => {
          await world.settle(world.counter('S1').till.stop())
          for (let time = 0; time < 4; time += 1) {
            await claimTooMuch(world)
            await world.minutes(3)
            sellOneByOne(world, 1, { till: 2 })
            await world.minutes(3)
            const wrong = wrongOnline(world)
            if (wrong !== null) return wrong
          }
          return null
        },
        { stores: 1, tills: 2 },
      ),
  },
  {
    says: 'Hub and till put back together: nothing tells the hub but its own record',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        const journal = fileOf(till.machine, 'journal.db')
        sellOneByOne(world, 4)
        await world.minutes(1)
        await world.settle(till.stop())
        copyDatabase(journal, `${world.folder}/image.db`)
        await backUp(world)
        till.start()
        sellOneByOne(world, 6)
        await world.minutes(3)
        await world.settle(till.stop())
        copyDatabase(`${world.folder}/image.db`, journal)
        await putBack(world)
        till.start()
        sellOneByOne(world, 2)
        await world.minutes(15)
        return isRightOnlineAndNamed(world)
      }),
  },
  {
    says: 'The hub is put back while a till’s journal is lost: nothing is told twice',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        const journal = fileOf(till.machine, 'journal.db')
        await backUp(world)
        sellOneByOne(world, 6)
        await world.minutes(3)
        await world.settle(till.stop())
        for (const end of ['', '-wal', '-shm']) if (existsSync(journal + end)) rmSync(journal + end)
        await putBack(world)
        till.start()
        sellOneByOne(world, 2)
        await world.minutes(15)
        return isRightOnlineAndNamed(world)
      }),
  },
  {
    says: 'The hub is put back while a till is replaced',
    play: () =>
      scene(async world => {
        const { till } = world.counter('S1')
        await backUp(world)
        sellOneByOne(world, 6)
        await world.minutes(3)
        await world.settle(till.stop())
        await putBack(world)
        const code = await world.settle(world.hub.enrolCode('S1', till.till))
        await world.settle(till.enrol(code))
        till.start()
        sellOneByOne(world, 2)
        await world.minutes(15)
        return (await agrees(world)) === null ? null : isRightOnlineAndNamed(world)
      }),
  },
  {
    says: 'The hub is put back to before its till was enrolled again, twice: the PC hands over what it sent as each',
    play: () =>
      scene(async world => {
        await backUp(world)
        for (let time = 0; time < 2; time += 1) {
          sellOneByOne(world, 2)
          await world.minutes(2)
          await enrolAgain(world)
        }
        const receipt = world.counter('S1').pos.sell([{ ...TEE, units: 2 }])
        await world.minutes(2)
        world.counter('S1').pos.cancel(receipt)
        await world.minutes(1)
        await putBack(world)
        await world.minutes(12)
        return agrees(world)
      }),
  },
  {
    says: 'The hub is put back to before a till moved to another store',
    play: () =>
      scene(
        async world => {
          await backUp(world)
          sellOneByOne(world, 3)
          await world.minutes(2)
          await enrolAgain(world, { store: 'S2', name: 'Till 9' })
          await putBack(world)
          await world.minutes(12)
          return agrees(world)
        },
        { stores: 2, tills: 2 },
      ),
  },
  {
    says: 'The hub is put back to before a till had a new PC: the new one goes on, and what is gone is named',
    play: () =>
      scene(async world => {
        await backUp(world)
        sellOneByOne(world, 3)
        await world.minutes(2)
        const { source, store } = world.counter('S1').till
        world.truth.loseJournal(source, store)
        await enrolAgain(world, { wipe: true })
        sellOneByOne(world, 2)
        await world.minutes(2)
        world.truth.putHubBack()
        await putBack(world)
        await world.minutes(12)
        const named = (await world.exceptions()).find(text => text.startsWith('records-lost'))
        if (named?.includes('"Till 1" in store S1') !== true) return `What is gone is not named: ${named}`
        return (
          (await isRightOnlineAndNamed(world)) ??
          world.broken('receipt-once', 'shelves-agree', 'queues-empty')
        )
      }),
  },
  {
    says: 'Answers were lost and the hub killed before the backup was put back',
    play: () =>
      scene(async world => {
        await backUp(world)
        const { faults } = world.shop.shop()
        faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
        sellOneByOne(world, 3)
        for (let second = 0; second < 60 && faults.active().length > 0; second += 1) await world.pass(200)
        world.hub.process()?.killAfter(0, 'kill')
        await world.pass(5_000)
        await world.settle(world.hub.ready())
        await putBack(world)
        await world.minutes(12)
        return agrees(world)
      }),
  },
  {
    says: 'An order that was handed over after the backup is fulfilled once, and leaves the shelf once',
    play: () =>
      scene(async world => {
        const order = await world.order('S1', TEE.sku, 2)
        await world.minutes(2)
        await backUp(world)
        await world.press('S1', 1, order, 'pick', 'finish', 'collect')
        order.state = 'collected'
        world.truth.moveUnits('S1', TEE.sku, -2)
        sellOneByOne(world, 3)
        await world.minutes(3)
        await putBack(world)
        await world.minutes(15)
        return agrees(world)
      }),
  },
  {
    says: 'Put back three times to one backup, with sales, voids and other items in between',
    play: () =>
      scene(async world => {
        await backUp(world)
        for (let time = 0; time < 3; time += 1) {
          const receipt = world.counter('S1').pos.sell([{ ...TEE, units: 2 }])
          sellOneByOne(world, 2, { good: MUG })
          await world.minutes(2)
          if (time !== 1) world.counter('S1').pos.cancel(receipt)
          await world.minutes(1)
          await putBack(world)
          await world.minutes(2)
        }
        await world.minutes(12)
        return agrees(world)
      }),
  },
  {
    says: 'The record is lost with the machine: what a level can’t prove is asked, and nothing is told twice',
    play: () =>
      scene(async world => {
        shopIs(world, 'cut')
        sellOneByOne(world, 5)
        await world.minutes(1)
        await backUp(world)
        shopIs(world, 'good')
        sellOneByOne(world, 3)
        await world.minutes(3)
        await putBack(world, 'lost')
        await world.minutes(5)
        sellOneByOne(world, 2)
        await world.minutes(15)
        if (!(await isAskedAbout(world))) return 'No person is asked'
        return isSafe(world)
      }),
  },
  {
    says: 'The whole folder is put back, its record too: the till’s word makes the hub ask before it sends',
    play: () =>
      scene(async world => {
        await backUp(world)
        sellOneByOne(world, 5)
        await world.minutes(3)
        await putBack(world, 'restored')
        await world.minutes(15)
        return isSafe(world)
      }),
  },
  {
    says: 'A hub that moves to another machine without its record, with nothing under way, asks no person',
    play: () =>
      scene(async world => {
        sellOneByOne(world, 5)
        await world.minutes(10)
        await whileHubIsOff(world, () => copyDatabase(`${world.folder}/none.db`, recordFile(world)))
        sellOneByOne(world, 2)
        await world.minutes(15)
        return agrees(world)
      }),
  },
  {
    says: 'A till that never comes back holds up no other till, and is named within two hours',
    play: () =>
      scene(
        async world => {
          await backUp(world)
          sellOneByOne(world, 2)
          sellOneByOne(world, 2, { till: 2 })
          await world.minutes(3)
          await world.settle(world.counter('S1', 2).till.stop())
          await putBack(world)
          sellOneByOne(world, 3)
          await world.minutes(75)
          const overdue = (await world.exceptions()).find(text => text.startsWith('recovery-overdue'))
          if (overdue === undefined) return 'No exception says that the recovery waits'
          return wrongOnline(world)
        },
        { stores: 1, tills: 2 },
      ),
  },
]
