import { z } from 'zod'
import { describeError } from '../../../shared/errors.ts'
import type { Channel } from '../channel.ts'
import { type KeptChannel, keepChannelOpen } from '../channels/kept-open.ts'
import { serialSettings } from '../channels/serial-settings.ts'
import { type DriverParts, definePeripheral } from '../driver.ts'
import { framingSettings } from './scan-framing.ts'
import { readScans } from './scan-reader.ts'

/** What waits to be written to one side before the other side is held up, as a cable with flow control would. */
const HELD_UP_BYTES = 65_536
/** A POS that takes nothing for this long is not reading: its port is reopened and the waiting bytes are dropped. */
const POS_STALL_MS = 2_000

const Port = z.strictObject(serialSettings)

/**
 * Sits between a scanner and the POS: every byte passes both ways at once and unchanged, and scans are read on the
 * side. The POS opens the other end of `pos`: a null-modem pair, a virtual pair (com0com, tty0tty), a pty. Either
 * side may be away: without the POS scans are still read, and no fault of the reading holds a byte back.
 */
export const scannerTee = definePeripheral({
  kind: 'scanner-tee',
  what: 'scanner',
  settings: z.strictObject({ scanner: Port, pos: Port, ...framingSettings }),
  open({ scanner, pos, prefix, suffix, pauseMs }, parts) {
    const { clock, timers, channels, say } = parts
    const framing = pauseMs === undefined ? { prefix, suffix } : { prefix, suffix, pauseMs }
    const reader = readScans(framing, 'tee', parts)
    const toPos = passage(() => posSide)
    const toScanner = passage(() => scannerSide)

    const scannerSide = keepChannelOpen({
      clock,
      timers,
      open: () => channels.serial({ ...scanner, stallMs: null }), // what the POS tells a scanner may wait: scans go on
      opened(channel) {
        toScanner.reset()
        toPos.heldUpBy(channel)
        say({ is: 'connected' })
      },
      data(bytes) {
        toPos.pass(bytes)
        quietly(() => reader.take(bytes), say)
      },
      gone(code, sentence) {
        quietly(reader.reset, say)
        say({ is: 'gone', code, sentence })
      },
    })
    const posSide = keepChannelOpen({
      clock,
      timers,
      open: () => channels.serial({ ...pos, stallMs: POS_STALL_MS }),
      opened(channel) {
        toPos.reset()
        toScanner.heldUpBy(channel)
        say({ is: 'conditions', conditions: [] })
      },
      data: bytes => toScanner.pass(bytes),
      gone: (_code, sentence) =>
        say({
          is: 'conditions',
          conditions: ['offline'],
          sentence: `The POS gets no scans, though they are read here. ${sentence}`,
        }),
    })
    return {
      take: () => {}, // a scanner is asked for nothing; print jobs are refused by the host
      async close() {
        reader.close()
        await Promise.all([scannerSide.close(), posSide.close()])
      },
    }
  },
})

/** Reading what passes is a guest here: its own fault is told, and the bytes have gone on already. */
function quietly(read: () => void, say: DriverParts['say']): void {
  try {
    read()
  } catch (error) {
    say({ is: 'scan-dropped', bytes: 0, sentence: describeError(error).sentence })
  }
}

/** One direction. Nothing waits for a side that is away; a slow side holds the other up, a silent one is dropped. */
function passage(target: () => KeptChannel) {
  let waiting = 0
  let source: Channel | null = null
  let isHeldUp = false
  let round = 0

  const relax = (): void => {
    if (!isHeldUp || waiting > HELD_UP_BYTES / 2) return
    isHeldUp = false
    source?.resume?.()
  }

  return {
    pass(bytes: Uint8Array): void {
      const channel = target().channel()
      if (channel === null) return
      const ours = round
      waiting += bytes.length
      if (waiting > HELD_UP_BYTES && !isHeldUp) {
        isHeldUp = true
        source?.pause?.()
      }
      const done = (): void => {
        if (ours !== round) return
        waiting -= bytes.length
        relax()
      }
      channel.write(bytes).then(done, done) // a channel that fails says so itself, by `closed`
    },
    /** The channel that these bytes come from. */
    heldUpBy(channel: Channel): void {
      source = channel
      if (isHeldUp) channel.pause?.()
    },
    /** The target is a new channel: nothing waits for it yet. */
    reset(): void {
      round += 1
      waiting = 0
      relax()
    },
  }
}
