import { WebSocket } from 'ws'
import type { Identity } from '../../agent/enrolment/device-file.ts'
import { startUplink, type Uplink } from '../../agent/uplink/uplink.ts'
import { wireOf } from '../../shared/node-wire.ts'
import type { Wire, World } from '../../shared/world.ts'
import { type MemoryJournal, memoryJournal } from './memory-journal.ts'

/** The agent's own uplink, with its signatures, credit and back-off, over a journal in memory. */
export interface LightTill {
  readonly journal: MemoryJournal
  isOnline(): boolean
  /** Whether the hub has acked all that was recorded. */
  isDrained(): boolean
  /** Drops the line without a word; the uplink connects again as it does after any failure. */
  cut(): void
  start(): void
}

export interface LightTillParts {
  readonly world: World
  readonly device: Identity
  /** The loopback address from which it connects: the hub limits connections by address. */
  readonly address: string
  attempted(): void
  /** It is online, or the hub acked something. */
  changed(): void
}

export function lightTill({ world, device, address, attempted, changed }: LightTillParts): LightTill {
  const journal = memoryJournal(device.device, changed)
  let wire: Wire | null = null
  let isCut = false
  let uplink: Uplink | null = null
  const own: World = {
    ...world,
    sockets: {
      ...world.sockets,
      connect(url, { maxPayload, handshakeTimeoutMs }) {
        attempted()
        isCut = false
        const socket = new WebSocket(url, {
          maxPayload,
          handshakeTimeout: handshakeTimeoutMs,
          perMessageDeflate: false,
          localAddress: address,
        })
        wire = wireOf(socket)
        return wire
      },
    },
  }
  return {
    journal,
    isOnline: () => !isCut && uplink?.state().link === 'online',
    isDrained: () => journal.unsent().events === 0,
    cut() {
      isCut = true
      wire?.terminate()
    },
    start() {
      uplink = startUplink({
        world: own,
        device,
        version: 'bench',
        journal,
        sources: () => [],
        writeBacks: () => [],
      })
      uplink.onChange(changed)
    },
  }
}
