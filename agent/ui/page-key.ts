import { z } from 'zod'
import { PAGE_HEADER, signedPageRequest } from '../../shared/page-proof.ts'
import type { RequestSigner } from '../../shared/ui/json.ts'
import { PASS_HEADER } from '../till/api-schema.ts'
import { heldPass, renewPass } from './staff/pass.ts'

const STORED = 'tillbridge.page'
const Held = z.object({ page: z.string(), key: z.string() })
const Run = z.object({ run: z.string() })

/**
 * Takes the key that the page's link handed over out of the address, where it must not stay, into this tab's own storage: no
 * other port and no other site can read it there, and it survives a reload. Called before anything else reads the address.
 */
export function takePageKey(): void {
  const given = Held.safeParse(Object.fromEntries(new URLSearchParams(location.hash.slice(1))))
  if (!given.success) return
  sessionStorage.setItem(STORED, JSON.stringify(given.data))
  history.replaceState(null, '', '/')
}

function heldKey(): z.infer<typeof Held> | null {
  const held = Held.safeParse(parsed(sessionStorage.getItem(STORED) ?? ''))
  return held.success ? held.data : null
}

/** Which of the till's pages this is; null: it was not opened with the till's link. */
export const ownPage = (): string | null => heldKey()?.page ?? null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const bytesOf = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), letter => letter.charCodeAt(0))

/** An agent that has frozen never answers. */
const runTimeoutMs = 9_000
let run: Promise<string> | null = null

/** The life of the agent that this page talks to. */
async function currentRun(): Promise<string> {
  run ??= fetch('/api/run', { cache: 'no-store', signal: AbortSignal.timeout(runTimeoutMs) })
    .then(answer => answer.json())
    .then(json => Run.parse(json).run)
  try {
    return await run
  } catch (error) {
    run = null
    throw error
  }
}

/** What proves that this page was opened with the till's link; null when it was not. @throws what fetching throws */
async function pageProof(method: string, path: string, body: string): Promise<string | null> {
  const held = heldKey()
  if (held === null) return null
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(18)))
  const of = await currentRun()
  const text = signedPageRequest({ host: location.host, run: of, nonce, method, path, body })
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytesOf(held.key), hmac, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))
  return `${held.page}.${of}.${nonce}.${base64url(new Uint8Array(mac))}`
}

const RUN_CHANGED = 'TILL_RUN_CHANGED'
const PASS_NEEDED = 'STAFF_PASS_NEEDED'

/** Signs the page's requests, and shows the pass of who is at the till. */
export const pageSigner: RequestSigner = {
  async headers(method, path, body) {
    const proof = await pageProof(method, path, body)
    const held = heldPass()
    return {
      ...(proof === null ? {} : { [PAGE_HEADER]: proof }),
      ...(held === null ? {} : { [PASS_HEADER]: held.pass }),
    }
  },
  isStale: code => code === RUN_CHANGED || code === PASS_NEEDED,
  async renew(code) {
    if (code === PASS_NEEDED) return renewPass()
    run = null
    return true
  },
}

/** The address of the live stream, signed for one connection. */
export async function liveAddress(): Promise<string> {
  run = null // each connection may be to another life of the agent
  const proof = await pageProof('GET', '/api/live', '')
  return proof === null ? '/api/live' : `/api/live?page=${proof}`
}
