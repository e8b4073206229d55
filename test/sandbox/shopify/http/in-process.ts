import { ConnectionBroken, type ShopRequest, type ShopResponse } from './messages.ts'

/** `fetch` as far as the shop and its clients use it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/**
 * A `fetch` that hands requests to the shop without a socket. A broken connection is the rejection real `fetch`
 * gives; an aborted request rejects with the signal's reason, though the shop goes on working on it.
 */
export function inProcessFetch(handle: (request: ShopRequest) => Promise<ShopResponse>): Fetch {
  return async (url, init = {}) => {
    const { pathname, search } = new URL(url)
    const request: ShopRequest = {
      method: init.method ?? 'GET',
      path: pathname + search,
      headers: Object.fromEntries(new Headers(init.headers)),
      body: bodyText(init.body),
    }
    const { status, headers, body } = await untilAborted(handle(request), init.signal ?? undefined)
    return new Response(status === 204 || status === 304 ? null : body, { status, headers })
  }
}

function bodyText(body: RequestInit['body']): string {
  if (body === null || body === undefined) return ''
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('The sandbox takes text bodies only')
}

async function untilAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    if (signal === undefined) return await answer
    signal.throwIfAborted()
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([answer, aborted])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  } catch (error) {
    if (error instanceof ConnectionBroken) throw new TypeError('fetch failed', { cause: error })
    throw error
  }
}
