import { createHmac, hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { defineError } from '../../shared/errors.ts'
import { cookieOf } from '../../shared/http-security.ts'
import { PageProof, signedPageRequest } from '../../shared/page-proof.ts'
import type { Random } from '../../shared/world.ts'
import type { KeptPages } from './kept-pages.ts'
import type { LinkCodes } from './link-codes.ts'
import { drawSecret, same } from './secrets.ts'

export const tillNotOpened = defineError(
  'TILL_NOT_OPENED',
  () =>
    'This page was not opened with its link. Open it with the link that this command prints: tillbridge-agent till-link.',
)
export const tillRunChanged = defineError(
  'TILL_RUN_CHANGED',
  () => 'The agent was started again. The page tries again.',
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
 * Guards the loopback server. Any program and any web page on this PC can reach it, so: the Host must be exactly ours (a
 * rebound DNS name is not), whatever changes something must come from our own origin with a header that no form can send,
 * and a page must hold two secrets that its link gave it. The cookie goes to every port of this PC, so another program
 * may see it. The key never leaves the page: it signs each request, for this host, this run of the agent, once.
 */
export function openAccess(parts: { random: Random; codes: LinkCodes; pages: KeptPages }) {
  const { random, codes, pages } = parts
  const run = drawSecret(random)
  const used = new Set<string>()

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
  function demandUnused(nonce: string): void {
    if (used.has(nonce)) throw tillNotOpened({})
    used.add(nonce)
    const [oldest] = used
    if (used.size > MOST_NONCES && oldest !== undefined) used.delete(oldest)
  }

  return {
    demandHost,
    /** Public: a page signs for this run of the agent. */
    run: () => run,
    /** For the API, before the body is read. @throws HOST_WRONG, ORIGIN_WRONG, TILL_NOT_OPENED */
    demandPage(asking: Asking, port: number): void {
      demandHost(asking, port)
      demandOwnOrigin(asking)
      const cookie = cookieOf(asking.headers.cookie, COOKIE) ?? ''
      if (!pages.all().some(({ key }) => same(cookie, cookieOfKey(key)))) throw tillNotOpened({})
    },
    /** For the API, once the body is read. @throws TILL_NOT_OPENED, TILL_RUN_CHANGED */
    demandProof({ proof, path, body, method, headers }: Asking & Proven): void {
      const given = PageProof.safeParse(proof)
      if (!given.success) throw tillNotOpened({})
      const { page, nonce, mac } = given.data
      if (!same(given.data.run, run)) throw tillRunChanged({})
      const key = pages.of(page)?.key
      const text = signedPageRequest({ host: headers.host ?? '', run, nonce, method, path, body })
      if (key === undefined || !same(mac, pageMac(key, text))) throw tillNotOpened({})
      demandUnused(nonce)
      pages.used(page)
    },
    /** Lets the page in that brings a link's code: its cookie, and where the page finds its key. Null for another code. */
    open(code: string): { cookie: string; location: string } | null {
      if (!codes.use(code)) return null
      const opened = { page: drawSecret(random).slice(0, 16), key: drawSecret(random) }
      pages.add(opened)
      return {
        cookie: `${COOKIE}=${cookieOfKey(opened.key)}; Path=/; HttpOnly; SameSite=Strict`,
        // what follows # is never sent to a server, and the page takes it out of its address at once
        location: `/#page=${opened.page}&key=${opened.key}`,
      }
    },
  }
}

/** What a request says beside its headers. */
interface Proven {
  readonly proof: unknown
  readonly path: string
  readonly body: string
}

/** How many signed requests are remembered, so that none is taken twice. */
const MOST_NONCES = 200_000

const cookieOfKey = (key: string) => hash('sha256', `tillbridge till cookie\n${key}`, 'base64url')

/** The signature of a page's request. */
function pageMac(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest('base64url')
}

export type Access = ReturnType<typeof openAccess>
