import { z } from 'zod'
import { backOffMs } from '../../../shared/back-off.ts'
import { describeError, type TillbridgeError } from '../../../shared/errors.ts'
import type { World } from '../../../shared/world.ts'
import type { ClientCredentials, ShopAddress, ShopSettings } from '../shop-settings.ts'
import type { Exchange, Outcome } from './response.ts'
import { sendRequest } from './send-request.ts'

/** A token to call with, or why the hub got none. Nothing was sent to the shop then. */
export type TokenResult =
  | { readonly kind: 'token'; readonly token: string }
  | Extract<Outcome, { kind: 'refused' | 'not-sent' }>

export interface TokenKeeper {
  /** The token to call with now. Never throws. */
  current(): Promise<TokenResult>
  /** Shopify took this token. */
  accepted(token: string): void
  /** Shopify did not take this token. @returns whether `current` may now give another one */
  refused(token: string): boolean
}

interface KeeperParts {
  readonly settings: Pick<ShopSettings, 'access' | 'requestTimeoutMs'>
  readonly address: ShopAddress
  readonly world: Pick<World, 'clock' | 'timers' | 'sockets' | 'random' | 'log'>
  /** Ends requests under way. */
  readonly stopped: AbortSignal
}

/** Keeps the access to a shop: the token of a file, or one of the client credentials grant. */
export function openTokenKeeper(parts: KeeperParts): TokenKeeper {
  const { access } = parts.settings
  return 'token' in access ? tokenOfFile(access.token) : grantedToken(parts, access)
}

/** What a header may hold: an error about anything else would repeat the token in its words. */
const TOKEN = /^[\x21-\x7e]{1,1000}$/

/** The file is read at each call, so that a new token is used at once. */
function tokenOfFile(read: () => string): TokenKeeper {
  const current = () => {
    try {
      const token = read()
      if (TOKEN.test(token)) return { kind: 'token', token } as const
      const problem = 'The access token’s file holds spaces, line breaks or letters that a token never has.'
      return { kind: 'refused', problem } as const
    } catch (error) {
      return { kind: 'refused', problem: describeError(error).sentence } as const
    }
  }
  return {
    current: async () => current(),
    accepted: () => undefined,
    refused(token) {
      const now = current()
      return now.kind === 'token' && now.token !== token
    },
  }
}

/** A token is replaced when this part of its life is over, so that a failing renewal has time to succeed. */
const RENEW_AT = 0.8
/** What Shopify says of a token's life can't be shorter than this; a shorter one would be asked for at each call. */
const SHORTEST_LIFE_MS = 60_000
/** For an answer that names none. */
const UNKNOWN_LIFE_MS = 3_600_000
/** A token that Shopify gave and never took is not replaced sooner than this. */
const NEVER_TAKEN_MS = 60_000
/** A refusal is asked again after this, or at once when a secret has changed. */
const REFUSED_MS = 30_000
const RETRY = { firstMs: 1_000, longestMs: 60_000 }

interface Held {
  readonly token: string
  readonly grantedAt: number
  readonly renewAt: number
  readonly endsAt: number
  wasTaken: boolean
}

/**
 * A token of the client credentials grant, kept in memory alone and measured by a clock that can't jump. All callers wait
 * for one request. A failed renewal leaves the old token in use until its end.
 */
function grantedToken(parts: KeeperParts, credentials: ClientCredentials): TokenKeeper {
  const { world } = parts
  const now = world.clock.monotonicMs
  let held: Held | null = null
  let asking: Promise<TokenResult> | null = null
  let failed: { readonly until: number; readonly with: string; readonly result: TokenResult } | null = null
  let failures = 0

  async function ask(secrets: readonly string[]): Promise<TokenResult> {
    const result = await askForToken(parts, credentials.clientId, secrets)
    if (result.kind === 'granted') {
      const life = Math.max(SHORTEST_LIFE_MS, result.lifeMs ?? UNKNOWN_LIFE_MS)
      const [grantedAt, token] = [now(), result.token]
      held = {
        token,
        grantedAt,
        renewAt: grantedAt + life * RENEW_AT,
        endsAt: grantedAt + life,
        wasTaken: false,
      }
      failed = null
      failures = 0
      return { kind: 'token', token }
    }
    const waitMs = result.kind === 'refused' ? REFUSED_MS : backOffMs(world, failures, RETRY)
    failures += 1
    failed = { until: now() + waitMs, with: secrets.join('\n'), result }
    world.log.warn({ problem: result.problem, failures }, 'Shopify gave no access token')
    return result
  }

  async function renew(): Promise<TokenResult> {
    let secrets: readonly string[]
    try {
      secrets = credentials.secrets()
    } catch (error) {
      return { kind: 'refused', problem: describeError(error).sentence }
    }
    if (failed !== null && now() < failed.until && failed.with === secrets.join('\n')) return failed.result
    asking ??= ask(secrets).finally(() => {
      asking = null
    })
    return asking
  }

  return {
    async current() {
      if (held === null || now() >= held.endsAt) return renew()
      const { token, renewAt } = held
      if (now() >= renewAt) void renew() // calls go on with the old one meanwhile
      return { kind: 'token', token }
    },
    accepted(token) {
      if (held?.token === token) held.wasTaken = true
    },
    refused(token) {
      if (held?.token !== token) return true
      if (!held.wasTaken && now() < held.grantedAt + NEVER_TAKEN_MS) return false
      held = null
      return true
    },
  }
}

type Grant =
  | { readonly kind: 'granted'; readonly token: string; readonly lifeMs: number | null }
  | Extract<Outcome, { kind: 'refused' | 'not-sent' }>

/** During a rotation there are two secrets, and Shopify may know only one of them. */
async function askForToken(
  { settings, address, world, stopped }: KeeperParts,
  clientId: string,
  secrets: readonly string[],
): Promise<Grant> {
  const origin = address.loopback ? address.storeDomain : `https://${address.storeDomain}`
  let last: Grant = { kind: 'refused', problem: 'No client secret is set.' }
  for (const secret of secrets) {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
    })
    const exchange = await sendRequest(
      { world, timeoutMs: settings.requestTimeoutMs, stopped },
      `${origin}/admin/oauth/access_token`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: body.toString(),
      },
    )
    const { grant, code } = judgeGrant(exchange)
    last = grant
    if (code === null || !WRONG_CREDENTIALS.has(code)) return grant
  }
  return last
}

/** A life that can't be read is taken as an unknown one. */
const Seconds = z.coerce.number().min(0).nullish().catch(null)
const Granted = z.object({ access_token: z.string().regex(TOKEN), expires_in: Seconds })
const Refused = z.object({ error: z.string() })

const WRONG_CREDENTIALS = new Set(['invalid_client', 'application_cannot_be_found'])
const NOT_OF_THIS_SHOP =
  'Install the app in this shop. The app and the shop must belong to the same organization in the Dev Dashboard.'
/** What people can act on. Every other error passes: it is asked again. */
const wordsOf: ReadonlyMap<string, string> = new Map([
  ...[...WRONG_CREDENTIALS].map(
    code =>
      [
        code,
        'Shopify does not accept the client id and secret. Compare both with the app’s settings in the Dev Dashboard.',
      ] as const,
  ),
  ['shop_not_permitted', NOT_OF_THIS_SHOP],
  ['app_not_installed', NOT_OF_THIS_SHOP],
  [
    'unauthorized_client',
    'This app may not get tokens by its client id and secret. Make it in the Dev Dashboard.',
  ],
])

/** Never says what was sent or received: both hold secrets. */
function judgeGrant(exchange: Exchange): { readonly grant: Grant; readonly code: string | null } {
  const passing = (what: string, because: TillbridgeError | null = null) => ({
    grant: {
      kind: 'not-sent',
      problem: `Shopify gave no access token: ${what}`,
      retryAfterMs: null,
      ...(because === null ? {} : { because }),
    } as const,
    code: null,
  })
  const refused = (problem: string, code: string | null = null) => ({
    grant: { kind: 'refused', problem } as const,
    code,
  })
  if ('failure' in exchange) {
    const { proxy = null } = exchange
    return passing(proxy?.message ?? 'it could not be reached.', proxy)
  }
  const { status, body } = exchange
  const json = asJson(body)
  if (status >= 200 && status < 300) {
    const granted = Granted.safeParse(json).data
    if (granted === undefined) return passing('its answer could not be read.')
    const seconds = granted.expires_in ?? null
    const lifeMs = seconds === null ? null : seconds * 1_000
    return { grant: { kind: 'granted', token: granted.access_token, lifeMs }, code: null }
  }
  const code = Refused.safeParse(json).data?.error ?? /Oauth error ([a-z_]{1,60})\b/i.exec(body)?.[1] ?? null
  const words = status < 500 && code !== null ? wordsOf.get(code) : undefined
  if (words !== undefined) return refused(words, code)
  if (status === 401) return refused(wordsOf.get('invalid_client') ?? '', 'invalid_client')
  if (status === 404) return refused('Shopify has no shop at this address.')
  if (status === 402 || status === 423)
    return refused(`Shopify answered ${status}: this shop cannot be used.`)
  return passing(`it answered ${status}.`)
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // an error page
  }
}
