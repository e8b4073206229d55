import { ANSWER_MS, answerWithin, type LinkParts, type PrinterLink } from './printer-link.ts'
import { type StarStatus, starStatusReader } from './star-status.ts'

/** ESC ACK SOH: asks for one automatic status (Star Line Mode command specifications). */
const STATUS_REQUEST = Uint8Array.of(0x1b, 0x06, 0x01)
/** ETB: counted by the printer once all before it has been worked through (the same, "ETB counter"). */
const ETB = Uint8Array.of(0x17)
const ETB_COUNTS = 32
const ASK_EVERY_MS = 500

/** Talks STAR Line and StarPRNT. Its answers can't be told from those to a POS, so it asks only when there is none. */
export function starLink(parts: LinkParts): PrinterLink {
  const { channel, timers, state } = parts
  const lost = Promise.withResolvers<Error | null>()
  const reader = starStatusReader()
  let waiting: ((status: StarStatus | null) => void)[] = []

  channel.listen({
    data(bytes) {
      parts.passing(bytes)
      for (const byte of bytes) {
        const status = reader.take(byte)
        if (status === null) continue
        state.learn(status.facts)
        for (const answered of waiting.splice(0)) answered(status)
      }
    },
    closed(problem) {
      for (const answered of waiting.splice(0)) answered(null)
      lost.resolve(problem)
    },
    ...(parts.ended === undefined ? {} : { ended: parts.ended }),
  })

  function askOnce(): Promise<StarStatus | null> {
    return answerWithin<StarStatus>(timers, ANSWER_MS, answered => {
      waiting.push(answered)
      channel.write(STATUS_REQUEST).catch(() => answered(null)) // `lost` tells why
    })
  }

  /** Asks until the printer has counted to `count`. */
  async function countedTo(count: number, ms: number): Promise<boolean> {
    for (let left = ms; left > 0; left -= ASK_EVERY_MS) {
      const status = await askOnce()
      if (status?.etbCount === count) return true
      await new Promise<void>(resolve => void timers.after(ASK_EVERY_MS, resolve))
    }
    return false
  }

  return {
    channel,
    lost: lost.promise,
    answersApart: false,
    write: bytes => channel.write(bytes),
    pass: bytes => channel.write(bytes),
    async ask() {
      const status = await askOnce()
      if (status === null) state.notAnswered()
      waiting = []
      return status !== null
    },
    async confirmation() {
      const before = (await askOnce())?.etbCount ?? null
      if (before === null) return null
      return { bytes: ETB, within: ms => countedTo((before + 1) % ETB_COUNTS, ms) }
    },
  }
}
