import { once } from 'node:events'
import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { agentPaths } from '../../agent/config.ts'
import { checkMachine } from '../../agent/doctor/machine-checks.ts'
import { followMachine, type MachineHost } from '../../agent/doctor/machine-figures.ts'
import { nodeMachine } from '../../agent/doctor/node-machine.ts'
import { writeDeviceFile } from '../../agent/enrolment/device-file.ts'
import { DeviceId } from '../../shared/ids.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { manualWorld, quietLog, temporaryFolder, turns } from '../manual-world.ts'
import { madeCertificate } from './made-certificate.ts'

const DAY_MS = 24 * 3_600_000
const GB = 1_000_000_000

/** A server that shows this certificate, until the test ends. */
async function shows(validity: Parameters<typeof madeCertificate>[0]) {
  const server = createServer(madeCertificate(validity))
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: urlOf(server.address()), [Symbol.dispose]: () => void server.close() }
}

function urlOf(address: ReturnType<ReturnType<typeof createServer>['address']>): URL {
  if (address === null || typeof address === 'string') throw new Error('no port')
  return new URL(`https://127.0.0.1:${address.port}`)
}

test('the disk and the certificate of a real server are read, also of one that nothing trusts', async () => {
  using folder = temporaryFolder()
  const { free, total } = nodeMachine.disk(folder.path)
  expect(total).toBeGreaterThanOrEqual(free)
  expect(total).toBeGreaterThan(0)
  const validity = { from: Date.UTC(2025, 0, 1), ends: Date.UTC(2026, 0, 1) }
  using server = await shows(validity)
  expect(await nodeMachine.certificate(server.url)).toEqual(validity)
})

test('a certificate of another name is a portal’s, and is not taken for the hub’s', async () => {
  using portal = await shows({ from: 0, ends: Date.UTC(2021, 0, 1), address: '10.0.0.1' })
  expect(await nodeMachine.certificate(portal.url)).toBeNull()
})

test('where no certificate can be had nothing is said of one, and nothing is thrown', async () => {
  const server = createPlainServer(socket => {
    socket.on('error', () => undefined)
    socket.resume()
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = urlOf(server.address())
  expect(await nodeMachine.certificate(url)).toBeNull()
  server.close()
  await once(server, 'close')
  expect(await nodeMachine.certificate(url)).toBeNull() // refused
})

/** Follows a PC whose figures the test sets. */
function followed(hubUrl = 'https://hub.example') {
  const world = manualWorld()
  const pc = {
    free: 40 * GB,
    certificate: null as { from: number; ends: number } | null,
    looks: 0,
    isReadable: true,
  }
  const host: MachineHost = {
    disk() {
      if (!pc.isReadable) throw new Error('the disk is gone')
      return { free: pc.free, total: 100 * GB }
    },
    certificate: async () => {
      pc.looks += 1
      return pc.certificate
    },
  }
  let changes = 0
  const changed = () => {
    changes += 1
  }
  const figures = followMachine({ world, host, folder: '.', hubUrl, changed })
  return { world, pc, figures, changes: () => changes }
}

test('the version of a desktop app is said once it was seen, and again when it is another', () => {
  const { figures, changes } = followed()
  expect(figures.report()).toMatchObject({ desktop: null })
  const before = changes()
  for (const version of ['0.3.0', '0.3.0', '0.4.0']) figures.desktopSeen(version)
  expect(figures.report()).toMatchObject({ desktop: '0.4.0' })
  expect(changes() - before).toBe(2)
})

test('free space is said again once it has changed by a twentieth, and as unknown while it can’t be read', async () => {
  const { world, pc, figures, changes } = followed()
  expect(figures.report()).toMatchObject({ disk: { free: 40 * GB, total: 100 * GB }, certificate: null })
  pc.free = 39 * GB
  await world.advance(60_000)
  expect([figures.report().disk?.free, changes()]).toEqual([40 * GB, 0])
  pc.free = 37 * GB
  await world.advance(60_000)
  expect([figures.report().disk?.free, changes()]).toEqual([37 * GB, 1])
  pc.isReadable = false
  await world.advance(60_000)
  expect([figures.report().disk, changes()]).toEqual([null, 2])
  figures[Symbol.dispose]()
  pc.isReadable = true
  await world.advance(600_000)
  expect(changes()).toBe(2)
})

test('what answers while the hub is not connected, a sign-in page for one, is not looked at', async () => {
  const { world, pc, figures, changes } = followed()
  pc.certificate = { from: 0, ends: 2 * DAY_MS }
  await world.advance(7 * 3_600_000)
  expect([pc.looks, figures.report().certificate]).toEqual([0, null])
  figures.linked(true)
  figures.linked(false) // before the answer has come
  await turns()
  expect([figures.report().certificate, changes()]).toEqual([null, 0])
  await world.advance(7 * 3_600_000)
  expect(pc.looks).toBe(1)
})

test('each connection looks at the certificate at once: it may be a new one', async () => {
  const { pc, figures } = followed()
  for (const ends of [5 * DAY_MS, 95 * DAY_MS]) {
    pc.certificate = { from: 0, ends }
    figures.linked(true)
    figures.linked(true)
    await turns()
    expect(figures.report().certificate).toEqual({ from: 0, ends })
    figures.linked(false)
  }
  expect(pc.looks).toBe(2)
})

test('a certificate is looked at every six hours, sooner while none could be had, and the known one stays meanwhile', async () => {
  const { world, pc, figures, changes } = followed()
  figures.linked(true)
  await turns()
  expect([pc.looks, figures.report().certificate]).toEqual([1, null])
  pc.certificate = { from: 0, ends: 5 * DAY_MS }
  await world.advance(10 * 60_000)
  expect([pc.looks, figures.report().certificate]).toEqual([2, { from: 0, ends: 5 * DAY_MS }])
  pc.certificate = null
  await world.advance(6 * 3_600_000)
  expect([pc.looks, figures.report().certificate]).toEqual([3, { from: 0, ends: 5 * DAY_MS }])
  pc.certificate = { from: 0, ends: 90 * DAY_MS }
  await world.advance(10 * 60_000)
  expect([pc.looks, figures.report().certificate, changes()]).toEqual([4, { from: 0, ends: 90 * DAY_MS }, 2])
  figures[Symbol.dispose]()
  await world.advance(7 * 3_600_000)
  expect(pc.looks).toBe(4)
})

test('a hub without TLS has no certificate to look at', async () => {
  const { world, pc, figures } = followed('http://10.0.0.1:8080')
  figures.linked(true)
  await world.advance(7 * 3_600_000)
  expect([pc.looks, figures.report().certificate]).toEqual([0, null])
})

test.each<[string, number, { from: number; ends: number } | null, readonly string[]]>([
  ['all is well', 40 * GB, { from: -80, ends: 90 }, ['disk ok', 'certificate ok']],
  ['little room', GB - 1, { from: -80, ends: 90 }, ['disk look', 'certificate ok']],
  ['it ends soon', 40 * GB, { from: -351, ends: 13 }, ['disk ok', 'certificate look']],
  ['a short life that is young', 40 * GB, { from: -1, ends: 5 }, ['disk ok', 'certificate ok']],
  ['a short life near its end', 40 * GB, { from: -5, ends: 1 }, ['disk ok', 'certificate look']],
  ['it ended', 40 * GB, { from: -90, ends: -1 }, ['disk ok', 'certificate wrong']],
  ['a clock that is behind', 40 * GB, { from: 2, ends: 90 }, ['disk ok', 'certificate wrong']],
  ['none could be had', 40 * GB, null, ['disk ok']],
])('the doctor looks at the disk and the certificate: %s', async (_what, free, days, expected) => {
  using folder = temporaryFolder()
  const world = { ...manualWorld(), log: quietLog }
  const { privateKey } = newSigningKey(world.random)
  writeDeviceFile(world.files, agentPaths(folder.path).device, {
    device: DeviceId.parse('dev_0123456789abcdefghij'),
    hub: { id: 'hub_test', url: 'https://hub.example' },
    store: 'HAR',
    storeName: 'Harbour Street',
    till: 'Till 1',
    zone: 'Europe/Berlin',
    privateKey,
  })
  const now = world.clock.now()
  const certificate = days && { from: now + days.from * DAY_MS, ends: now + days.ends * DAY_MS }
  const host: MachineHost = { disk: () => ({ free, total: 100 * GB }), certificate: async () => certificate }
  const found = await checkMachine(world, host, folder.path)
  expect(found.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual(expected)
  expect(found.every(({ verdict, advice }) => (verdict === 'ok') === (advice === null))).toBe(true)
})
