import { useEffect, useEffectEvent, useState } from 'react'
import type { z } from 'zod'

/** The connection to the page's own server. `since`: when it came to this state, by this computer's clock. */
export interface Live {
  readonly state: 'connecting' | 'connected' | 'lost'
  readonly since: number
}

const firstRetryMs = 500
const lastRetryMs = 8_000
/** A server that beats and then says nothing for so long has frozen, or the line is dead; so has one that never answers. */
const longestSilenceMs = 9_000

/**
 * Listens to a stream of server-sent events and reconnects when it breaks or when its server's beat stops. Messages may be
 * missed while it is broken, so `open` must read everything again. A message of an unknown shape is ignored.
 * @param url the stream's address, or a function that gives one for each connection; the same value each time
 */
export function useLive<T>(
  url: string | (() => Promise<string>),
  schema: z.ZodType<T>,
  on: { message: (message: T) => void; open: () => void; lost: () => void },
): Live {
  const [live, setLive] = useState<Live>(() => ({ state: 'connecting', since: Date.now() }))
  const onOpen = useEffectEvent(on.open)
  const onLost = useEffectEvent(on.lost)
  const onMessage = useEffectEvent((data: unknown) => {
    const parsed = schema.safeParse(parse(data))
    if (parsed.success) on.message(parsed.data)
  })
  useEffect(() => {
    let retryMs = firstRetryMs
    let timer: ReturnType<typeof setTimeout> | undefined
    let watch: ReturnType<typeof setTimeout> | undefined
    let source: EventSource | undefined
    const become = (state: Live['state']) =>
      setLive(before => (before.state === state ? before : { state, since: Date.now() }))
    let isOver = false
    const again = () => {
      clearTimeout(watch)
      source?.close()
      become('lost')
      onLost()
      timer = setTimeout(connect, retryMs)
      retryMs = Math.min(retryMs * 2, lastRetryMs)
    }
    const heard = () => {
      clearTimeout(watch)
      watch = setTimeout(again, longestSilenceMs)
    }
    const connect = () => {
      if (typeof url === 'string') listen(url)
      else
        url().then(
          address => !isOver && listen(address),
          () => !isOver && again(),
        )
    }
    const listen = (address: string) => {
      const opened = new EventSource(address)
      source = opened
      let beats = false
      heard()
      opened.onopen = () => {
        if (!beats) clearTimeout(watch)
        retryMs = firstRetryMs
        become('connected')
        onOpen()
      }
      opened.addEventListener('beat', () => {
        beats = true
        heard()
      })
      opened.onmessage = event => {
        if (beats) heard()
        onMessage(event.data)
      }
      // The browser gives up for ever on an HTTP error, and retries others in its own time; ours is the same for both.
      opened.onerror = again
    }
    connect()
    return () => {
      isOver = true
      clearTimeout(timer)
      clearTimeout(watch)
      source?.close()
    }
  }, [url])
  return live
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : undefined
  } catch {
    return undefined
  }
}
