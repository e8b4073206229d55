import type { World } from '../../../shared/world.ts'
import { NoAnswerInTime, proxyWords } from './proxy-words.ts'
import type { Exchange } from './response.ts'

/**
 * Sends one HTTP request to Shopify and reads its whole answer. A redirect is not followed: it would carry the request's
 * secrets to any host it names.
 */
export async function sendRequest(
  parts: {
    readonly world: Pick<World, 'timers' | 'sockets'>
    readonly timeoutMs: number
    readonly stopped: AbortSignal
  },
  url: string,
  init: RequestInit,
): Promise<Exchange> {
  const { world, timeoutMs, stopped } = parts
  const giveUp = new AbortController()
  const cancel = world.timers.after(timeoutMs, () => giveUp.abort(new NoAnswerInTime(timeoutMs)))
  try {
    const signal = AbortSignal.any([giveUp.signal, stopped])
    const response = await world.sockets.fetch(url, { ...init, signal, redirect: 'manual' })
    return { status: response.status, headers: response.headers, body: await response.text() }
  } catch (failure) {
    const { host } = new URL(url)
    return { failure, proxy: proxyWords(failure, { host, proxy: world.sockets.proxy ?? null }) }
  } finally {
    cancel()
  }
}
