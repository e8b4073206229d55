import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { defineError } from '../../shared/errors.ts'
import { cookieOf } from '../../shared/http-security.ts'
import type { Random } from '../../shared/world.ts'

export const tillNotOpened = defineError(
  'TILL_NOT_OPENED',
  () =>
    'This page was not opened with its link. Open it with the link that this command prints: tillbridge-agent till-link.',
)
export const hostWrong = defineError('HOST_WRONG', () => 'This address is not the till’s own.')
export const originWrong = defineError(
  'ORIGIN_WRONG',
  () => 'This request does not come from the till’s own page.',
)

const COOKIE = 'tillbridge_till'

/** What of a request decides whether it may come in. */
export interface Asking {
  readonly method: string
  readonly headers: IncomingHttpHeaders
}

/**
 * Guards the loopback server. Any program and any web page on this PC can reach it, so: the Host must be exactly
 * ours (a rebound DNS name is not), a page must hold the cookie that this start's link gave it, and whatever changes
 * something must come from our own origin with a header that no form can send.
 * @param linkCode what the page's link carries: 256 random bits, new at each start
 */
export function openAccess(linkCode: string) {
  // Derived, so that pages stay signed in when the program that started the agent restarts it after a crash.
  const token = hash('sha256', `tillbridge till page\n${linkCode}`, 'base64url')

  function demandHost({ headers }: Asking, port: number): void {
    const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]
    if (!hosts.includes(headers.host ?? '')) throw hostWrong({})
  }
  function demandOwnOrigin({ method, headers }: Asking): void {
    const { origin, 'sec-fetch-site': site } = headers
    if (origin !== undefined && origin !== `http://${headers.host ?? ''}`) throw originWrong({})
    if (typeof site === 'string' && site !== 'same-origin' && site !== 'none') throw originWrong({})
    if (method !== 'GET' && headers['x-tillbridge'] !== '1') throw originWrong({})
  }

  return {
    demandHost,
    /** For the API. @throws HOST_WRONG, ORIGIN_WRONG, TILL_NOT_OPENED */
    demandPage(asking: Asking, port: number): void {
      demandHost(asking, port)
      demandOwnOrigin(asking)
      if (!same(cookieOf(asking.headers.cookie, COOKIE) ?? '', token)) throw tillNotOpened({})
    },
    /** The Set-Cookie header for who brings the link's code; null for another code. */
    cookieFor: (code: string): string | null =>
      same(code, linkCode) ? `${COOKIE}=${token}; Path=/; HttpOnly; SameSite=Strict` : null,
  }
}
/** 256 random bits as text: the code of the page's link, the POS's token. */
export function drawSecret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}
export type Access = ReturnType<typeof openAccess>

/** Compares in a time that tells nothing of the difference. */
export function same(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
