import type { ProxyCredentials, ProxySwitch } from './world.ts'

/** What keeps a connection from leaving through the proxy that is set: its request was not sent. */
export type ProxyFault =
  | {
      readonly kind: 'refused'
      /** What the proxy answered to CONNECT. */
      readonly status: number
      /** Whence the name and password are that it was given; null: it was given none. */
      readonly credentials: ProxyCredentials | null
    }
  | { readonly kind: 'unreachable'; readonly proxy: string }

/** Of a proxy that lets the connection through, and reaches nothing behind it. */
export const isFarEndAway = (status: number) => [502, 503, 504].includes(status)

/**
 * What a failed connection says of the proxy; null: nothing.
 * @param said an error, with its causes, or the words of one
 * @param proxy through which it was to go; null: through none
 */
export function proxyFault(
  said: unknown,
  proxy: Pick<ProxySwitch, 'shown' | 'credentials'> | null,
): ProxyFault | null {
  const text = wordsOfFailure(said)
  const refusal = /\bERR_PROXY_TUNNEL\b.*HTTP\/1\.\d (\d{3})\b|\bProxy response \((\d{3})\)/.exec(text) // Node's words
  if (refusal !== null)
    return {
      kind: 'refused',
      status: Number(refusal[1] ?? refusal[2]),
      credentials: proxy?.credentials() ?? null,
    }
  const shown = proxy?.shown() ?? null
  return shown !== null && isAbout(shown, text) ? { kind: 'unreachable', proxy: shown } : null
}

/** An error's code and message, and those of its causes. */
export function wordsOfFailure(said: unknown): string {
  if (!(said instanceof Error)) return String(said)
  const code = 'code' in said ? `${said.code} ` : ''
  return `${code}${said.message} ${said.cause === undefined ? '' : wordsOfFailure(said.cause)}`
}

/** Whether a failure to connect names the proxy: its host where that has no address, else address and port. */
function isAbout(proxy: string, text: string): boolean {
  const { hostname, port, protocol } = new URL(proxy)
  const isUnreached =
    /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)\b/.test(text)
  const usual = protocol === 'https:' ? '443' : '80'
  return isUnreached && (text.includes(hostname) || new RegExp(`:${port || usual}\\b`).test(text))
}
