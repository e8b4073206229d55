import { type BackOff, doubledMs } from '../../../shared/back-off.ts'
import { describeError } from '../../../shared/errors.ts'
import type { Cancel, Clock, Timers } from '../../../shared/world.ts'
import type { Channel } from '../channel.ts'

const RETRY: BackOff = { firstMs: 250, longestMs: 5_000 }
/** A channel that holds this long has come back for good; one that falls sooner is tried more and more seldom. */
const STEADY_MS = 5_000

export interface KeptChannelParts<Kept extends Channel> {
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly timers: Timers
  open(): Promise<Kept>
  /** It is there, at first and after each loss. */
  opened(channel: Kept): void
  data(bytes: Uint8Array): void
  /** Told once for each loss, and when the reason becomes another. */
  gone(code: string, sentence: string): void
}

export interface KeptChannel {
  /** The open channel; null while there is none. */
  channel(): Channel | null
  /** Drops the channel as if it were lost, and reopens it. */
  drop(problem: Error): void
  close(): Promise<void>
}

/** Keeps a channel open: tries 250 ms … 5 s apart until the hardware is there, and again whenever it is lost. */
export function keepChannelOpen<Kept extends Channel>(parts: KeptChannelParts<Kept>): KeptChannel {
  const { clock, timers } = parts
  let channel: Kept | null = null
  let said: string | null = null
  let failures = 0
  let isClosed = false
  let cancel: Cancel = () => {}

  const lost = (error: unknown): void => {
    if (isClosed) return
    const { code, sentence } = describeError(error)
    cancel = timers.after(doubledMs(failures, RETRY), () => {
      void attempt()
    })
    failures += 1
    if (said === sentence) return
    said = sentence
    parts.gone(code, sentence)
  }

  const take = (opened: Kept): void => {
    const since = clock.monotonicMs()
    channel = opened
    said = null
    opened.listen({
      data: parts.data,
      closed(problem) {
        if (channel !== opened) return
        channel = null
        if (clock.monotonicMs() - since >= STEADY_MS) failures = 0
        lost(problem ?? new Error('the channel was closed'))
      },
    })
    parts.opened(opened)
  }

  const attempt = async (): Promise<void> => {
    try {
      const opened = await parts.open()
      if (isClosed) await opened.close()
      else take(opened)
    } catch (error) {
      lost(error)
    }
  }

  void attempt()
  return {
    channel: () => channel,
    drop(problem) {
      const dropped = channel
      if (dropped === null) return
      channel = null
      void dropped.close()
      lost(problem)
    },
    async close() {
      isClosed = true
      cancel()
      const closing = channel
      channel = null
      await closing?.close()
    },
  }
}
