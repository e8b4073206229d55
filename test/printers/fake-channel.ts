import type { Channel, ChannelHandlers } from '../../agent/peripherals/channel.ts'

export interface FakeChannel {
  readonly channel: Channel
  /** What was written to it. */
  written(): Buffer
  /** What the hardware sends. */
  comes(...bytes: number[]): void
  lose(error: Error): void
  isOpen(): boolean
  isPaused(): boolean
  /** Writes wait until this is called with false. */
  stall(is: boolean): void
}

/** A serial port in memory. Its own answers, if any, are given by `answer` for each chunk. */
export function fakeChannel(answer: (bytes: Uint8Array) => readonly number[] = () => []): FakeChannel {
  let handlers: ChannelHandlers | null = null
  let isOpen = true
  let isPaused = false
  let gate = Promise.resolve()
  let open = () => {}
  const written: Uint8Array[] = []
  const closed = (problem: Error | null) => {
    if (!isOpen) return
    isOpen = false
    handlers?.closed(problem)
  }
  const comes = (...bytes: number[]) => {
    if (isOpen && bytes.length > 0) handlers?.data(Uint8Array.from(bytes))
  }
  return {
    channel: {
      async write(bytes) {
        await gate
        if (!isOpen) throw new Error('closed')
        written.push(bytes)
        comes(...answer(bytes))
      },
      listen(given) {
        handlers = given
      },
      pause() {
        isPaused = true
      },
      resume() {
        isPaused = false
      },
      async close() {
        closed(null)
      },
    },
    written: () => Buffer.concat(written),
    comes,
    lose: closed,
    isOpen: () => isOpen,
    isPaused: () => isPaused,
    stall(is) {
      if (!is) return open()
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      open = resolve
    },
  }
}

/** Answers DLE EOT 1 to 4 and GS r 1 as a printer that is well. */
export function well(bytes: Uint8Array): readonly number[] {
  const hex = Buffer.from(bytes).toString('hex')
  if (/^10040[1-4]$/.test(hex) || /^1004/.test(hex)) return [0x12]
  return hex.endsWith('1d7201') ? [0x00] : []
}
