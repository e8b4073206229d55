import { z } from 'zod'
import type { Cancel, Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers, OpenChannels } from '../channel.ts'
import type { PosConnection } from './pass-through.ts'
import { SerialTransport } from './transport.ts'

/** Where the POS prints to. */
export const PosSide = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('tcp'),
    /** The loopback address, unless the POS runs on another machine: any program that reaches this address can print. */
    host: z.string().min(1).max(255).default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(9100),
  }),
  SerialTransport,
])
export type PosSide = z.infer<typeof PosSide>

const RETRY_MS = 2_000
const MOST_EARLY_BYTES = 64 * 1_024

/**
 * The doors stand open while the printer can be reached, and are shut while it can't: then a POS is refused, as the
 * printer itself would refuse it, instead of being told that its receipt was taken.
 */
export function posDoors(options: {
  from: PosSide
  channels: OpenChannels
  timers: Timers
  came(pos: PosConnection): void
  /** Told at each `open` that finds them open or opens them. */
  opened(): void
  failed(error: unknown): void
}): { open(): void; shut(): void } {
  const { from, channels, timers } = options
  let isWanted = false
  let isOpening = false
  let stopRetry: Cancel = () => {}
  let shutNow: (() => void) | null = null
  /** Port 0 is drawn once and kept. */
  let port = from.by === 'tcp' ? from.port : 0

  async function openTcp(host: string): Promise<() => void> {
    const server = await channels.tcpServer({
      host,
      port,
      connected: channel => options.came(posConnection(channel)),
    })
    port = server.port
    return () => void server.close()
  }
  async function openSerial(settings: Extract<PosSide, { by: 'serial' }>): Promise<() => void> {
    const channel = await channels.serial(settings)
    const pos = posConnection(channel, () => {
      shutNow = null
      retry()
    })
    options.came(pos)
    return () => void channel.close()
  }

  function retry(): void {
    stopRetry()
    if (isWanted) stopRetry = timers.after(RETRY_MS, open)
  }
  function open(): void {
    isWanted = true
    if (shutNow !== null) options.opened()
    if (shutNow !== null || isOpening) return
    isOpening = true
    const opening = from.by === 'tcp' ? openTcp(from.host) : openSerial(from)
    opening.then(
      shut => {
        isOpening = false
        if (!isWanted) return shut()
        shutNow = shut
        options.opened()
      },
      (error: unknown) => {
        isOpening = false
        options.failed(error)
        retry()
      },
    )
  }

  return {
    open,
    shut() {
      isWanted = false
      stopRetry()
      shutNow?.()
      shutNow = null
    },
  }
}

/** Holds a POS up until it is attended to. */
export function posConnection(channel: Channel, wasClosed: () => void = () => {}): PosConnection {
  let handlers: ChannelHandlers | null = null
  const early: Uint8Array[] = []
  let hasEnded = false
  let closing: { problem: Error | null } | null = null
  channel.pause?.()
  channel.listen({
    data(bytes) {
      if (handlers !== null) return handlers.data(bytes)
      early.push(bytes) // a channel that can't be held up
      if (early.reduce((sum, part) => sum + part.length, 0) > MOST_EARLY_BYTES) void channel.close()
    },
    ended() {
      hasEnded = true
      handlers?.ended?.()
    },
    closed(problem) {
      closing = { problem }
      handlers?.closed(problem)
      wasClosed()
    },
  })
  return {
    channel,
    attach(given) {
      handlers = given
      for (const bytes of early.splice(0)) given.data(bytes)
      if (hasEnded) given.ended?.()
      if (closing !== null) given.closed(closing.problem)
      else channel.resume?.()
    },
  }
}
