import type { ServerResponse } from 'node:http'
import type { Cancel, Timers } from './world.ts'

/** Often enough that a page whose server froze says so within 10 s. */
const BEAT_MS = 3_000
/** A named event, which pages hear (of a comment they would not) and those of an older version ignore. */
const BEAT = 'event: beat\ndata:\n\n'
const MAX_LISTENERS = 200

/**
 * Server-sent events to any number of pages. Slow pages are cut rather than buffered for: they reconnect and read
 * everything again, so a message is only ever a hint or a small state.
 */
export function openEventStream(timers: Timers) {
  const pages = new Set<ServerResponse>()
  let cancel: Cancel = () => {}

  function write(text: string): void {
    for (const page of pages) if (!page.write(text) && page.writableLength > 64 * 1024) page.destroy()
  }
  function beat(): void {
    write(BEAT)
    cancel = timers.after(BEAT_MS, beat)
  }
  cancel = timers.after(BEAT_MS, beat)

  return {
    /** Takes over a response; false when there are too many already. */
    add(response: ServerResponse): boolean {
      if (pages.size >= MAX_LISTENERS) return false
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.write(`retry: 1000\n\n${BEAT}`)
      pages.add(response)
      response.on('close', () => pages.delete(response))
      return true
    },
    send(message: unknown): void {
      if (pages.size > 0) write(`data: ${JSON.stringify(message)}\n\n`)
    },
    close(): void {
      cancel()
      for (const page of pages) page.end()
      pages.clear()
    },
  }
}
