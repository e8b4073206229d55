import { connect, type Socket } from 'node:net'
import type { OpenChannels } from '../../agent/peripherals/channel.ts'
import { tcpChannels } from '../../agent/peripherals/channels/tcp.ts'
import type { Peripheral, PeripheralSays } from '../../agent/peripherals/driver.ts'
import { printPath } from '../../agent/peripherals/printers/print-path.ts'
import { printer } from '../../agent/peripherals/printers/printer.ts'
import { type ManualWorld, manualWorld, until } from '../manual-world.ts'

const noChannel = () => Promise.reject(new Error('this test has no such channel'))
const TURNS = 300_000

/** Waits as `until` does, long enough for real sockets on a busy machine. */
export const soon = (what: string, holds: () => boolean) => until(what, holds, TURNS)

export interface Opened extends AsyncDisposable {
  readonly peripheral: Peripheral
  readonly world: ManualWorld
  /** All that it said. */
  readonly said: PeripheralSays[]
  /** The kinds of what it said, in order, neighbours alike only once. */
  kinds(): string[]
  conditions(): readonly string[]
  ended(job: string): Extract<PeripheralSays, { is: 'print-ended' }> | undefined
  print(job: string, bytes: Uint8Array): void
}

function opened(
  start: (
    parts: { channels: OpenChannels; say: (what: PeripheralSays) => void },
    world: ManualWorld,
  ) => Peripheral,
  channels: Partial<OpenChannels>,
  hear: (what: PeripheralSays) => void,
): Opened {
  const world = manualWorld()
  const said: PeripheralSays[] = []
  const peripheral = start(
    {
      channels: {
        ...tcpChannels(world.timers),
        serial: noChannel,
        usbPrinter: noChannel,
        usbHid: noChannel,
        ...channels,
      },
      say(what) {
        said.push(what)
        hear(what)
      },
    },
    world,
  )
  return {
    peripheral,
    world,
    said,
    kinds: () => said.map(({ is }) => is).filter((is, at, all) => is !== all[at - 1]),
    conditions: () => said.filter(what => what.is === 'conditions').at(-1)?.conditions ?? [],
    ended: job => said.filter(what => what.is === 'print-ended').find(what => what.job === job),
    print: (job, bytes) => peripheral.take({ is: 'print', job, bytes }),
    async [Symbol.asyncDispose]() {
      const closed = peripheral.close()
      await world.advance(2_000)
      await closed
    },
  }
}

/** A print path on a free port. `port` is 0 while its door is shut. */
export function openPath(
  to: { by: 'tcp'; host: string; port: number } | Record<string, unknown>,
  options: {
    channels?: Partial<OpenChannels>
    settings?: Record<string, unknown>
    hear?: (what: PeripheralSays) => void
  } = {},
): Opened & { readonly port: number } {
  let port = 0
  const result = opened(
    (parts, world) => {
      const tcp = tcpChannels(world.timers)
      const channels: OpenChannels = {
        ...parts.channels,
        async tcpServer(settings) {
          const server = await tcp.tcpServer(settings)
          port = server.port
          return {
            port: server.port,
            close() {
              port = 0
              return server.close()
            },
          }
        },
      }
      return printPath.configure({ from: { by: 'tcp', port: 0 }, to, ...options.settings })({
        ...world,
        ...parts,
        channels,
      })
    },
    options.channels ?? {},
    options.hear ?? (() => {}),
  )
  return Object.defineProperty(result, 'port', { get: () => port }) as Opened & { readonly port: number }
}

export function openPrinter(
  settings: Record<string, unknown>,
  options: { channels?: Partial<OpenChannels> } = {},
): Opened {
  return opened(
    (parts, world) => printer.configure(settings)({ ...world, ...parts }),
    options.channels ?? {},
    () => {},
  )
}

export interface Pos {
  readonly socket: Socket
  received(): Buffer
  /** How its connection ended; null: it has not. */
  ended(): 'closed' | 'failed' | null
  hasHeardEnd(): boolean
}

/** A POS that prints over TCP. */
export async function posOn(port: number): Promise<Pos> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  let chunks: Buffer[] = []
  let ended: 'closed' | 'failed' | null = null
  let hasHeardEnd = false
  let hasFailed = false
  socket.on('data', bytes => chunks.push(bytes))
  socket.on('end', () => {
    hasHeardEnd = true
    socket.end()
  })
  socket.on('error', () => {
    hasFailed = true
  })
  socket.on('close', () => {
    ended = hasFailed ? 'failed' : 'closed'
  })
  await new Promise<void>(resolve => {
    socket.once('connect', resolve)
    socket.once('close', () => resolve())
  })
  return {
    socket,
    received() {
      chunks = [Buffer.concat(chunks)]
      return chunks[0] ?? Buffer.alloc(0)
    },
    ended: () => ended,
    hasHeardEnd: () => hasHeardEnd,
  }
}

/** What was captured towards one side, all jobs together. */
export function captured(said: readonly PeripheralSays[], towards: 'printer' | 'pos'): Buffer {
  return Buffer.concat(
    said.flatMap(what => (what.is === 'captured' && what.towards === towards ? [what.bytes] : [])),
  )
}

export const CUT = '\x1dV\x00'
