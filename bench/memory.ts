import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { agentPaths } from '../agent/config.ts'
import { type DeviceFile, writeDeviceFile } from '../agent/enrolment/device-file.ts'
import { DeviceId, EpochMs } from '../shared/ids.ts'
import { decodeFrame, encodeFrame, type Hello, signedHello } from '../shared/protocol.ts'
import { signingKey } from '../shared/signing.ts'
import { genesis } from '../shared/stream/chain.ts'
import { stores } from '../test/sandbox/catalogue.ts'
import { openPos } from '../test/sandbox/pos/pos.ts'
import { quietWorld } from './data/quiet-world.ts'
import { connectSocket, startSocketServer } from './floors/raw-socket.ts'
import { startChild } from './measure/child.ts'
import { type Row, rowOf, spread } from './measure/compare.ts'
import { enrolTills, startHub } from './measure/hub.ts'
import { inTempFolder } from './measure/temp-folder.ts'
import type { Scale } from './scale.ts'

const world = quietWorld()
const Collected = z.object({ rss: z.number(), heap: z.number() })
const MIB = 1024 * 1024

/** What an agent that waits holds, and what each till that is connected and silent costs the hub. */
export async function memory({ tiny }: Scale): Promise<Row[]> {
  return [
    await inTempFolder(folder => idleAgent(folder, tiny)),
    await inTempFolder(folder => idleConnections(folder, tiny)),
  ]
}

/** The real command with the till page and one SQLite source; the floor is Node that runs nothing. */
async function idleAgent(folder: string, tiny: boolean): Promise<Row> {
  const [store] = stores
  if (store === undefined) throw new Error('the catalogue has no store')
  const hubFolder = join(folder, 'hub')
  await using hub = await startHub(hubFolder)
  const [device] = await enrolTills({ url: hub.url, folder: hubFolder }, 1)
  if (device === undefined) throw new Error('no till was enrolled')
  const till = join(folder, 'till')
  const paths = agentPaths(till)
  world.files.ensureFolder(till)
  writeDeviceFile(world.files, paths.device, device)
  const file = join(folder, 'pos.db')
  openPos(file, store).close()
  const settings = {
    file,
    warehouse: store.posWarehouse,
    currency: 'EUR',
    zone: store.zone,
    startFrom: 'all',
  }
  world.files.writePrivate(
    paths.config,
    JSON.stringify({ till: { port: 0 }, sources: [{ source: 'pos', kind: 'unicenta', settings }] }),
  )
  const asked = ['--expose-gc', '--import', new URL('./processes/memory.ts', import.meta.url).href]
  await using agent = startChild(new URL('../agent/cli.ts', import.meta.url), {
    args: ['run', '--data', till, '--json'],
    execArgv: asked,
    env: { TILLBRIDGE_LOG: 'error' },
  })
  await agent.firstLine()
  await using bare = startChild(new URL('./processes/socket-server.ts', import.meta.url), { execArgv: asked })
  await bare.firstLine()
  await wait(tiny ? 200 : 30_000)
  const ours = (await agent.ask('resident', z.number())) / MIB
  const floor = (await bare.ask('resident', z.number())) / MIB
  const floors = [{ name: 'Node with a bare WebSocket server', value: spread([floor]), ratio: ours / floor }]
  return rowOf({
    bench: 'memory',
    what: 'an idle agent, one source',
    unit: 'MiB resident',
    ours: spread([ours]),
    floors,
    aim: { none: 'shown' },
  })
}

/** Authenticated connections that say nothing, against those of a bare server: heap and buffers after collection. */
async function idleConnections(folder: string, tiny: boolean): Promise<Row> {
  const count = tiny ? 5 : 500
  await using hub = await startHub(folder)
  const devices = await enrolTills({ url: hub.url, folder }, count)
  const before = await hub.ask('collected', Collected)
  const tills: WebSocket[] = []
  for (const device of devices) tills.push(await greet(hub.url, device))
  const after = await hub.ask('collected', Collected)
  await using bare = startSocketServer()
  const url = await bare.firstLine()
  const least = await bare.ask('collected', Collected)
  const sockets: WebSocket[] = []
  for (let n = 0; n < count; n += 1) sockets.push(await connectSocket(url))
  const most = await bare.ask('collected', Collected)
  for (const socket of [...tills, ...sockets]) socket.terminate()
  const each = (to: number, from: number) => (to - from) / count / 1024
  const ours = each(after.heap, before.heap)
  const floor = each(most.heap, least.heap)
  const floors = [
    { name: 'a bare WebSocket connection', value: spread([floor]), ratio: ours / floor },
    {
      name: 'our own, by resident memory',
      value: spread([each(after.rss, before.rss)]),
      ratio: each(after.rss, before.rss) / ours,
    },
  ]
  return rowOf({
    bench: 'memory',
    what: `the hub, for each of ${count} idle tills`,
    unit: 'KiB',
    ours: spread([ours]),
    floors,
    aim: { none: 'shown' },
  })
}

/** Connects as an enrolled till that has nothing to say. */
async function greet(hubUrl: string, device: DeviceFile): Promise<WebSocket> {
  const socket = new WebSocket(new URL('/device', hubUrl.replace(/^http/, 'ws')), {
    perMessageDeflate: false,
  })
  const [first] = (await once(socket, 'message')) as [Buffer]
  const challenge = decodeFrame(first.toString())
  if (challenge.t !== 'challenge') throw new Error(`the hub said ${challenge.t} first`)
  const start = { epoch: 1, seq: 0, hash: genesis('events', device.device, 1) }
  const said: Omit<Hello, 't' | 'signature'> = {
    protocol: 1,
    device: DeviceId.parse(device.device),
    version: 'bench',
    instance: 'run_bench',
    nonce: 'bench',
    clock: EpochMs.parse(Date.now()),
    events: { last: start, acked: start },
    commands: { epoch: 0, seq: 0, hash: genesis('commands', device.device, 0) },
  }
  socket.send(
    encodeFrame({
      t: 'hello',
      ...said,
      signature: signingKey(device.privateKey).sign(signedHello(challenge.hub, challenge.nonce, said)),
    }),
  )
  const [second] = (await once(socket, 'message')) as [Buffer]
  const answer = decodeFrame(second.toString())
  if (answer.t !== 'welcome') throw new Error(`the hub said ${second.toString()}`)
  return socket
}
