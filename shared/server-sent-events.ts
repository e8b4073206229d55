import type { ServerResponse } from 'node:http'
import type { Cancel, Timers } from './world.ts'

const KEEP_ALIVE_MS = 20_000
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
  function keepAlive(): void {
    write(': still here\n\n')
    cancel = timers.after(KEEP_ALIVE_MS, keepAlive)
  }
  cancel = timers.after(KEEP_ALIVE_MS, keepAlive)

  return {
    /** Takes over a response; false when there are too many already. */
    add(response: ServerResponse): boolean {
      if (pages.size >= MAX_LISTENERS) return false
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      response.write('retry: 1000\n\n')
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
