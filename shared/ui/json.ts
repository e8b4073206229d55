import { z } from 'zod'

/**
 * Why a request to our own server brought nothing: `unauthorised` (401), `refused` (the server said no or why
 * it could not, `message` is its sentence), `unreachable` (no answer, or a broken one), `unreadable` (an answer of another version's shape).
 */
export type ApiFailure = 'unauthorised' | 'refused' | 'unreachable' | 'unreadable'

/** A request that failed. `message` is for people when `refused`; `code` and `detail` are for IT. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly failure: ApiFailure
  readonly code: string
  readonly detail: string

  constructor(
    failure: ApiFailure,
    facts: { sentence: string; code: string; detail?: string; cause?: unknown },
  ) {
    super(facts.sentence, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.failure = failure
    this.code = facts.code
    this.detail = facts.detail ?? ''
  }
}

/** Whether a caught value means that the user is not logged in. */
export function isUnauthorised(error: unknown): boolean {
  return error instanceof ApiError && error.failure === 'unauthorised'
}

/** Adds to each request what its server wants as proof of who asks. */
export interface RequestSigner {
  /** Headers for one request. `path` is without its query, `body` is empty for a request without one. */
  headers(method: string, path: string, body: string): Promise<Record<string, string>>
  /** Whether a refusal's code says that what was shown no longer counts, so that the request goes once more with what counts now. */
  isStale(code: string): boolean
  /** Gets what counts now. False: there is nothing, and the request stays refused. */
  renew(code: string): Promise<boolean>
}

let signer: RequestSigner | null = null

/** From now on every request of this page is signed. */
export function signRequestsWith(by: RequestSigner): void {
  signer = by
}

const Refusal = z.object({ code: z.string(), sentence: z.string() })
const timeoutMs = 15_000

/**
 * Reads `url` and parses the answer.
 * @param language the language to be answered in; left out: the browser's own
 * @throws ApiError
 */
export async function getJson<T>(
  url: string,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
  language?: string,
): Promise<T> {
  const headers: Record<string, string> = language === undefined ? {} : { 'accept-language': language }
  return request(url, { method: 'GET', headers }, schema, signal)
}

/** Sends `body` as JSON and parses the answer. The header tells the server that its own page asks. @throws ApiError */
export async function postJson<T>(url: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-tillbridge': '1' }
  return request(url, { method: 'POST', headers, body: JSON.stringify(body) }, schema)
}

async function request<T>(url: string, init: Asked, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await requestOnce(url, init, schema, signal)
  } catch (error) {
    if (!(error instanceof ApiError) || signer?.isStale(error.code) !== true) throw error
    if (!(await signer.renew(error.code))) throw error
    return requestOnce(url, init, schema, signal)
  }
}

interface Asked {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: string
}

async function signed(url: string, { method, headers, body = '' }: Asked): Promise<Record<string, string>> {
  const [path = ''] = url.split('?', 1)
  return signer === null ? headers : { ...headers, ...(await signer.headers(method, path, body)) }
}

async function requestOnce<T>(
  url: string,
  init: Asked,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
  let status: number
  let text: string
  try {
    const headers = await signed(url, init)
    const response = await fetch(url, { ...init, headers, cache: 'no-store', signal: either })
    status = response.status
    text = await response.text()
  } catch (cause) {
    // TanStack Query's own abort must not count as a failure: it has to see the signal's reason.
    if (signal?.aborted === true) throw cause
    throw new ApiError('unreachable', { sentence: 'No answer', code: 'NO_ANSWER', detail: url, cause })
  }
  const answer = parseText(text)
  if (status >= 200 && status < 300) return parseAnswer(url, answer, schema)
  throw failureOf(url, status, answer)
}

function parseText(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function parseAnswer<T>(url: string, answer: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  const detail = `${url}: ${z.prettifyError(parsed.error).slice(0, 500)}`
  throw new ApiError('unreadable', { sentence: 'Unreadable answer', code: 'UNREADABLE', detail })
}

function failureOf(url: string, status: number, answer: unknown): ApiError {
  const refusal = Refusal.safeParse(answer)
  const facts = refusal.success ? refusal.data : { code: `HTTP_${status}`, sentence: `HTTP ${status}` }
  if (status === 401) return new ApiError('unauthorised', facts)
  if (refusal.success) return new ApiError('refused', facts)
  return new ApiError('unreachable', { ...facts, detail: `${url} ${status}` })
}
