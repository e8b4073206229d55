import { z } from 'zod'
import type { TillbridgeError } from '../../../shared/errors.ts'
import type { Denial } from './denials.ts'
import { shopifyProxyRefuses, shopifyProxyUnreachable } from './proxy-words.ts'
import type { ReportedCost } from './throttle.ts'

/** What a proxy on the way did, where that is the cause. */
type OfProxy = TillbridgeError

/** What became of one call, as far as anyone can know. */
export type Outcome =
  | { readonly kind: 'answered'; readonly data: unknown; readonly denials: readonly Denial[] }
  /** Shopify does not let the app in at all. Not carried out. */
  | { readonly kind: 'refused'; readonly problem: string }
  /**
   * The app has no right to what was asked, such as a scope. A mutation was not carried out, unless the denied field is
   * `belowRoot`.
   */
  | { readonly kind: 'denied'; readonly problem: string; readonly belowRoot: boolean }
  /** Shopify did not accept the request itself. Not carried out; trying again changes nothing. */
  | { readonly kind: 'invalid'; readonly problem: string }
  /** It never reached execution: no connection (`retryAfterMs` null), throttled, 429. */
  | {
      readonly kind: 'not-sent'
      readonly problem: string
      readonly retryAfterMs: number | null
      readonly because?: OfProxy
    }
  /** Sent, and no answer to believe: a mutation may or may not have been carried out. */
  | { readonly kind: 'unknown'; readonly problem: string; readonly because?: OfProxy }

/** One HTTP exchange as the client saw it: a response, or the error that came instead of one. */
export type Exchange =
  | { readonly status: number; readonly headers: Headers; readonly body: string }
  | { readonly failure: unknown; readonly proxy?: OfProxy | null }

const GraphQLError = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.object({ code: z.string().optional() }).nullish(),
})
type GraphQLError = z.infer<typeof GraphQLError>

const GraphQLErrors = z.union([z.array(GraphQLError), z.string()])

const Body = z.object({
  data: z.unknown().optional(),
  errors: GraphQLErrors.optional(),
  extensions: z
    .object({
      cost: z
        .object({
          requestedQueryCost: z.number().nullish(),
          throttleStatus: z
            .object({ maximumAvailable: z.number(), currentlyAvailable: z.number(), restoreRate: z.number() })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

/** Network errors that come before a single byte was sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** Judges an exchange. Whatever is not plainly an answer or plainly unsent is `unknown`. */
export function judge(exchange: Exchange): { outcome: Outcome; cost: ReportedCost | null } {
  if ('failure' in exchange)
    return { outcome: judgeFailure(exchange.failure, exchange.proxy ?? null), cost: null }
  const { status, headers, body } = exchange
  if (status === 401 || status === 403)
    return {
      outcome: { kind: 'refused', problem: `Shopify answered ${status}: the access token is not valid.` },
      cost: null,
    }
  if (status === 429) {
    const retryAfterMs = retryAfter(headers)
    return {
      outcome: { kind: 'not-sent', problem: 'Shopify answered 429: too many calls.', retryAfterMs },
      cost: null,
    }
  }
  if (status === 404 || status === 402 || status === 423)
    return {
      outcome: { kind: 'refused', problem: `Shopify answered ${status}: this shop cannot be used.` },
      cost: null,
    }
  const parsed = status >= 200 && status < 300 ? Body.safeParse(asJson(body)) : null
  if (parsed === null || !parsed.success)
    return {
      outcome: { kind: 'unknown', problem: `Shopify answered ${status} without a readable answer.` },
      cost: null,
    }
  return { outcome: judgeBody(parsed.data), cost: costOf(parsed.data) }
}

function judgeBody({ data, errors }: z.infer<typeof Body>): Outcome {
  if (errors === undefined) {
    if (data === undefined || data === null) return { kind: 'unknown', problem: 'Shopify answered nothing.' }
    return { kind: 'answered', data, denials: [] }
  }
  const list: readonly GraphQLError[] = typeof errors === 'string' ? [{ message: errors }] : errors
  const problem = list.map(error => error.message).join(' ')
  const codes = list.filter(error => !isDenial(error)).map(codeOf)
  if (codes.includes('THROTTLED')) return { kind: 'not-sent', problem: 'Shopify throttles.', retryAfterMs: 0 }
  const denials = list.filter(isDenial).map(({ path, message }) => ({ path: path ?? [], message }))
  if (codes.length === 0) {
    if (isSomething(data)) return { kind: 'answered', data, denials }
    return { kind: 'denied', problem, belowRoot: denials.some(({ path }) => path.length > 1) }
  }
  // A payload beside the errors, or an error of Shopify's own: something may have been carried out.
  const ours = codes.some(code => code !== '' && code !== 'INTERNAL_SERVER_ERROR' && code !== 'TIMEOUT')
  return isSomething(data) || !ours ? { kind: 'unknown', problem } : { kind: 'invalid', problem }
}

const codeOf = (error: GraphQLError) => error.extensions?.code ?? ''

/** Shopify names a missing scope by a code, and a missing approval for customer data by words alone. */
function isDenial(error: GraphQLError): boolean {
  return codeOf(error) === 'ACCESS_DENIED' || /\bnot approved to (access|use)\b/i.test(error.message)
}

function isSomething(data: unknown): boolean {
  return typeof data === 'object' && data !== null && Object.values(data).some(value => value !== null)
}

function costOf({ extensions }: z.infer<typeof Body>): ReportedCost | null {
  const cost = extensions?.cost
  if (cost === null || cost === undefined) return null
  const status = cost.throttleStatus ?? null
  return {
    requested: cost.requestedQueryCost ?? null,
    bucket:
      status === null
        ? null
        : {
            maximum: status.maximumAvailable,
            available: status.currentlyAvailable,
            restoreRate: status.restoreRate,
          },
  }
}

function judgeFailure(failure: unknown, proxy: OfProxy | null): Outcome {
  const problem = failure instanceof Error ? failure.message : String(failure)
  const codes = codesOf(failure)
  const unsent = codes.length > 0 && codes.every(code => NEVER_SENT.has(code))
  if (proxy !== null) {
    // a tunnel that was refused carried nothing
    const isUnsent = shopifyProxyRefuses.is(proxy) || (shopifyProxyUnreachable.is(proxy) && unsent)
    const { message } = proxy
    return isUnsent
      ? { kind: 'not-sent', problem: message, retryAfterMs: null }
      : { kind: 'unknown', problem: message }
  }
  return unsent
    ? { kind: 'not-sent', problem: `Shopify cannot be reached (${codes[0]}).`, retryAfterMs: null }
    : { kind: 'unknown', problem: `The connection to Shopify broke (${problem}).` }
}

/** The innermost error codes; an AggregateError holds one for each address tried. */
function codesOf(failure: unknown): readonly string[] {
  if (!(failure instanceof Error)) return []
  if (failure instanceof AggregateError && failure.errors.length > 0) return failure.errors.flatMap(codesOf)
  if (failure.cause !== undefined) return codesOf(failure.cause)
  return 'code' in failure && typeof failure.code === 'string' ? [failure.code] : []
}

/** `Retry-After` is in seconds, with a fraction: `2.0`. */
function retryAfter(headers: Headers): number | null {
  const seconds = Number(headers.get('Retry-After') ?? 'none')
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 600) * 1000 : null
}

function asJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined // an HTML page: no answer of ours
  }
}
