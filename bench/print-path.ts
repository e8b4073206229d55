import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { startChild } from './measure/child.ts'
import { quantile, type Row, rowOf, spread } from './measure/compare.ts'
import { atPace, type Paced } from './processes/at-pace.ts'
import type { Scale } from './scale.ts'

/** About a line of a receipt with its commands. */
const CHUNK = Buffer.alloc(96, 'Added latency of a receipt line ')

/** Less can't be told apart on a machine that does other things too. */
const LEAST_MS = 0.001

/**
 * What the print path adds: a line of a receipt to a printer that sends it back, straight and through the path, each
 * in a process of its own, in turns with a bare pipe in between. A round trip crosses the path twice. Added is a way's
 * time beside the straight way's median, so that the straight way's own outliers take nothing off.
 */
export async function printPath({ tiny }: Scale): Promise<Row[]> {
  const plan: Paced = { count: tiny ? 50 : 5_000, everyMs: 2 }
  const connections = tiny ? 10 : 300
  const rounds = tiny ? 1 : 5
  await using printer = startChild(new URL('./processes/echo-printer.ts', import.meta.url))
  const straight = Number(await printer.firstLine())
  const between = { args: [String(straight)] }
  await using path = startChild(new URL('./processes/print-path.ts', import.meta.url), between)
  await using relay = startChild(new URL('./processes/bare-relay.ts', import.meta.url), between)
  const ports = { ours: Number(await path.firstLine()), relay: Number(await relay.firstLine()), straight }
  const lines: Measured = { ours: [], relay: [], straight: [] }
  const jobs: Measured = { ours: [], relay: [], straight: [] }
  for (const port of Object.values(ports)) await roundTrips(port, { count: plan.count / 10, everyMs: 1 }) // they compile
  for (let round = 0; round < rounds; round += 1)
    for (const way of ways) {
      lines[way].push(await roundTrips(ports[way], plan))
      jobs[way].push(await newConnections(ports[way], connections))
    }
  return [
    addedRow('added to a line and its answer, p50', 0.5, lines, { none: 'shown' }),
    addedRow('added to a line and its answer, p99', 0.99, lines, { below: 2 }),
    addedRow('added to a new connection, p99', 0.99, jobs, { none: 'shown' }),
  ]
}

const ways = ['straight', 'ours', 'relay'] as const
/** Milliseconds of each round trip, round by round. */
type Measured = Record<(typeof ways)[number], number[][]>

function addedRow(what: string, share: number, measured: Measured, aim: Row['aim']): Row {
  const at = (values: readonly number[] | undefined, part: number) =>
    quantile(
      (values ?? []).toSorted((a, b) => a - b),
      part,
    )
  const added = (way: 'ours' | 'relay') =>
    measured[way].map((values, round) =>
      Math.max(LEAST_MS, at(values, share) - at(measured.straight[round], 0.5)),
    )
  const ours = added('ours')
  const floor = (name: string, values: readonly number[]) => ({
    name,
    value: spread(values),
    ratio: spread(ours.map((value, round) => value / (values[round] ?? Number.NaN))).median,
  })
  return rowOf({
    bench: 'print-path',
    what,
    unit: 'ms',
    ours: spread(ours),
    floors: [
      floor('added by a bare pipe', added('relay')),
      floor(
        'straight, the whole',
        measured.straight.map(values => at(values, share)),
      ),
    ],
    aim,
  })
}

/** @returns milliseconds of each round trip @throws when what comes back is not what was sent */
async function roundTrips(port: number, plan: Paced): Promise<number[]> {
  const socket = await connected(port)
  const latencies: number[] = []
  const waiting: { start: number; done: () => void }[] = []
  let came = 0
  socket.on('data', bytes => {
    for (const [at, byte] of bytes.entries())
      if (byte !== CHUNK[(came + at) % CHUNK.length]) throw new Error('what came back is not what was sent')
    came += bytes.length
    while (came >= (latencies.length + 1) * CHUNK.length) {
      const first = waiting.shift()
      if (first === undefined) throw new Error('more came back than was sent')
      latencies.push(performance.now() - first.start)
      first.done()
    }
  })
  await atPace(
    plan,
    () =>
      new Promise(done => {
        waiting.push({ start: performance.now(), done })
        socket.write(CHUNK)
      }),
  )
  await hungUp(socket)
  return latencies
}

/** From the start of the connection until the first line is back. */
async function newConnections(port: number, count: number): Promise<number[]> {
  const latencies: number[] = []
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    const socket = await connected(port)
    let came = 0
    const whole = new Promise<void>(resolve => {
      socket.on('data', bytes => {
        came += bytes.length
        if (came >= CHUNK.length) resolve()
      })
    })
    socket.write(CHUNK)
    await whole
    latencies.push(performance.now() - start)
    await hungUp(socket)
  }
  return latencies
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

async function hungUp(socket: Socket): Promise<void> {
  const closed = once(socket, 'close')
  socket.end()
  await closed
}
