import { createAdminApiClient } from '@shopify/admin-api-client'
import { z } from 'zod'
import { backOffMs, pause } from '../../../shared/back-off.ts'
import { maskTexts } from '../../../shared/card-numbers/mask-texts.ts'
import { defineError, describeError, type TillbridgeError } from '../../../shared/errors.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import type { World } from '../../../shared/world.ts'
import { type ShopAddress, type ShopSettings, shopAddress } from '../shop-settings.ts'
import type { Capability } from './capabilities.ts'
import { judgeDenials, type Spares } from './denials.ts'
import { fileLines, isFileAddress } from './file-lines.ts'
import { isOfProxy, proxyWords } from './proxy-words.ts'
import { type Exchange, judge, type Outcome } from './response.ts'
import { sendRequest } from './send-request.ts'
import { type Lane, openThrottle, type ReportedCost } from './throttle.ts'
import { openTokenKeeper } from './token.ts'
import { openWithheld } from './withheld.ts'

const unanswered = defineError(
  'SHOPIFY_UNREACHABLE',
  (f: { operation: string; problem: string; isThrottled?: boolean }) =>
    `Shopify did not answer (${f.operation}): ${f.problem} Nothing is lost; it is retried automatically.`,
)
/** Also what a proxy on the way did is a Shopify that can't be reached. */
export const shopifyUnreachable = Object.assign(
  (...[facts, cause]: Parameters<typeof unanswered>) => unanswered(facts, cause),
  {
    code: unanswered.code,
    is: (value: unknown): value is TillbridgeError => unanswered.is(value) || isOfProxy(value),
  },
)
export const shopifyRefuses = defineError(
  'SHOPIFY_REFUSES',
  (f: { operation: string; problem: string }) =>
    `Shopify refuses Tillbridge (${f.operation}): ${f.problem} Check with: tillbridge-hub shop check.`,
)
export const shopifyDenies = defineError(
  'SHOPIFY_DENIES',
  (f: { operation: string; problem: string; capability: Capability | null }) =>
    `Shopify denies the Tillbridge app something it needs (${f.operation}): ${f.problem} Grant it in the Dev Dashboard; other work goes on.`,
)
export const shopifyInvalid = defineError(
  'SHOPIFY_REQUEST_INVALID',
  (f: { operation: string; problem: string }) =>
    `Shopify did not accept a request of Tillbridge's (${f.operation}): ${f.problem} Report this; other work goes on.`,
)
export const shopifyAnswerUnreadable = defineError(
  'SHOPIFY_ANSWER_UNREADABLE',
  (f: { operation: string; problem: string }) =>
    `Shopify's answer could not be understood (${f.operation}): ${f.problem} Report this; other work goes on.`,
)

/** A document with what its answer looks like and what it costs until Shopify has said so. */
export interface Operation<T> {
  readonly name: string
  readonly document: string
  readonly answer: z.ZodType<T>
  readonly points: { readonly fixed: number; readonly perRow: number }
  /** What the app can't do while Shopify denies this operation. */
  readonly capability?: Capability
  /** Fields that may be withheld from the app: they are null then. Left out: it needs all of them. */
  readonly spares?: Spares
}

/** What a file's failure calls itself. */
export const FILE_LINES = 'FileLines'

/** Errors that a mutation's payload names. Nothing was changed. */
export interface UserError {
  readonly code: string | null
  readonly field: readonly string[]
  readonly message: string
}

export interface Mutation<T> extends Operation<T> {
  readonly userErrors: (data: T) => readonly UserError[]
  /** Whether something was carried out, though the answer names errors. Left out: then nothing ever is. */
  readonly isCarriedOut?: (data: T) => boolean
}

/** What became of a write. `unknown`: it was sent and may have been carried out. */
export type WriteResult<T> =
  | { readonly kind: 'answered'; readonly data: T }
  | { readonly kind: 'user-errors'; readonly errors: readonly UserError[] }
  | { readonly kind: 'denied'; readonly problem: string }
  | Exclude<Outcome, { kind: 'answered' | 'denied' }>

type Variables = Readonly<Record<string, unknown>>

export type Reachability =
  | { readonly state: 'connected'; readonly problem: null }
  | { readonly state: 'unreachable' | 'refused'; readonly problem: string }

export interface ShopifyClient {
  readonly address: ShopAddress
  /**
   * Reads, trying again with jitter where that helps. Fields that the operation can do without may be null because
   * Shopify withholds them; see `withheld`.
   * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES, SHOPIFY_DENIES, SHOPIFY_REQUEST_INVALID, SHOPIFY_ANSWER_UNREADABLE
   */
  read<T>(operation: Operation<T>, variables: Variables, lane: Lane): Promise<T>
  /**
   * Writes, once. Never throws for what Shopify or the network did: the result says what is known.
   * @param onSending told when the bytes leave, which may be long after the call: points and a token are waited for
   */
  write<T>(
    mutation: Mutation<T>,
    variables: Variables,
    lane: Lane,
    onSending?: () => void,
  ): Promise<WriteResult<T>>
  /**
   * The lines of a file that Shopify wrote for this app, some at a time. The token is not sent: the address is the secret.
   * @throws SHOPIFY_UNREACHABLE when it ends early, SHOPIFY_ANSWER_UNREADABLE for an address that is not Shopify's to give
   */
  fileLines(url: string): AsyncGenerator<readonly string[], void, undefined>
  /** Waits, at most until the hub stops. */
  pause(ms: number): Promise<void>
  /** A page or list length that this shop's limits allow. */
  rowsThatFit(operation: Operation<unknown>, most: number): number
  /** As of the last call. */
  reachability(): Reachability
  /** The version that answered, when it is not the one asked for. */
  otherVersion(): string | null
  /** The points that this shop gives; null: it has not said so yet. */
  budget(): ReportedCost['bucket']
  /** By how much this machine's clock is ahead of Shopify's, in ms, to a second; null: not known. */
  clockAheadMs(): number | null
  /** What the last answers say of each capability: Shopify's words where something is withheld, null where it is given. */
  withheld(): ReadonlyMap<Capability, string | null>
  /** The app's scopes have changed: what `withheld` was told before counts no more. */
  forgetWithheld(): void
  /** The hub is stopping: what fails now says nothing about Shopify. */
  isClosed(): boolean
  [Symbol.dispose](): void
}

interface ClientOptions {
  readonly settings: ShopSettings
  readonly world: World
  /** Told when `reachability`, `otherVersion` or `withheld` changes. */
  readonly onChange: () => void
  /** Told of each call that Shopify denies: a scope may be missing. */
  readonly onDenied?: () => void
}

/** What tells two uses of one document apart by their cost: a page or a list. */
const Rows = z.object({
  first: z.number().optional(),
  ids: z.array(z.unknown()).optional(),
  input: z
    .looseObject({ changes: z.array(z.unknown()).optional() })
    .optional()
    .catch(undefined),
})

/** Opens a client for one shop. @throws SHOP_DOMAIN_REFUSED */
export function openShopifyClient({ settings, world, onChange, onDenied }: ClientOptions): ShopifyClient {
  const address = shopAddress(settings.domain)
  const throttle = openThrottle(world)
  const closing = new AbortController()
  const log = world.log
  const sending = { world, timeoutMs: settings.requestTimeoutMs, stopped: closing.signal }
  const tokens = openTokenKeeper({ settings, address, world, stopped: closing.signal })
  let reachability: Reachability = { state: 'unreachable', problem: 'Shopify has not been called yet.' }
  let otherVersion: string | null = null
  let clockAheadMs: number | null = null
  const withheld = openWithheld(onChange)

  /** One client a call: the token may have been renewed. The library builds the request; what became of it is ours. */
  async function exchange(
    operation: Operation<unknown>,
    variables: Variables,
    accessToken: string,
    onSending: () => void,
  ): Promise<Exchange> {
    const sent: Exchange[] = []
    const client = createAdminApiClient({
      storeDomain: address.storeDomain,
      apiVersion: settings.apiVersion,
      accessToken,
      retries: 0,
      logger: entry => log.debug({ type: entry.type }, 'shopify client'),
      async customFetchApi(url, init) {
        const target = address.loopback ? url.replace(/^https:/, 'http:') : url
        onSending()
        sent.push(await sendRequest(sending, target, init ?? {}))
        return new Response()
      },
    })
    await client.fetch(operation.document, { variables: { ...variables } })
    return sent[0] ?? { failure: new Error('nothing was sent') }
  }

  /** A token that Shopify no longer takes is renewed once, and the very same request goes again: a 401 carries nothing out. */
  async function exchangeWithToken(
    operation: Operation<unknown>,
    variables: Variables,
    onSending: () => void,
  ) {
    for (let attempt = 0; ; attempt += 1) {
      const token = await tokens.current()
      if (token.kind !== 'token') return token
      const result = await exchange(operation, variables, token.token, onSending)
      if ('failure' in result) return { kind: 'exchanged', result } as const
      if (result.status !== 401) {
        // 429, 5xx and pages of a proxy come before the token is looked at
        if (provesToken(judge(result).outcome)) tokens.accepted(token.token)
        return { kind: 'exchanged', result } as const
      }
      if (!tokens.refused(token.token) || attempt > 0) return { kind: 'exchanged', result } as const
    }
  }

  async function call(
    operation: Operation<unknown>,
    variables: Variables,
    lane: Lane,
    onSending: () => void = () => undefined,
  ): Promise<Outcome> {
    const { first, ids, input } = Rows.parse(variables)
    const size = first ?? ids?.length ?? input?.changes?.length ?? 0
    const guess = operation.points.fixed + operation.points.perRow * size
    const ticket = await throttle.enter({ document: operation.name, size, guess, lane })
    let cost = null
    try {
      if (closing.signal.aborted)
        return { kind: 'not-sent', problem: 'The hub is stopping.', retryAfterMs: null }
      const exchanged = await exchangeWithToken(operation, variables, onSending)
      if (exchanged.kind !== 'exchanged') {
        note(exchanged)
        return exchanged
      }
      const { result } = exchanged
      const judged = judge(result)
      const masked = maskTexts(judged.outcome) // whatever is read of it may be stored
      const outcome = 'failure' in result ? withCause(masked, result.proxy ?? null) : masked
      cost = judged.cost
      if (!('failure' in result)) noteHeaders(result.headers)
      note(outcome)
      if (outcome.kind === 'not-sent' && outcome.retryAfterMs !== null) throttle.holdFor(outcome.retryAfterMs)
      return outcome
    } finally {
      ticket.leave(cost)
    }
  }

  function note(outcome: Outcome): void {
    if (closing.signal.aborted) return
    const next = reachabilityAfter(outcome)
    if (next === null || (next.state === reachability.state && next.problem === reachability.problem)) return
    reachability = next
    onChange()
  }

  function noteHeaders(headers: Headers): void {
    const date = Date.parse(headers.get('Date') ?? '')
    if (!Number.isNaN(date)) clockAheadMs = world.clock.now() - date
    const version = headers.get('X-Shopify-API-Version')
    if (version === null) return
    const other = version === settings.apiVersion ? null : version
    if (other === otherVersion) return
    otherVersion = other
    onChange()
  }

  function denied(operation: Operation<unknown>, problem: string) {
    noteDenied(operation, problem)
    const { name, capability = null } = operation
    return shopifyDenies({ operation: name, problem, capability })
  }

  function noteDenied({ name, capability }: Operation<unknown>, problem: string): void {
    if (capability !== undefined) withheld.note(name, new Map([[capability, problem]]))
    onDenied?.()
  }

  function noteGiven(
    { name, capability }: Operation<unknown>,
    told: ReadonlyMap<Capability, string | null> = new Map(),
  ): void {
    withheld.note(name, capability === undefined ? told : new Map([[capability, null], ...told]))
  }

  /** What was answered, without the fields that Shopify withholds. */
  function parsed<T>(operation: Operation<T>, { data, denials }: Extract<Outcome, { kind: 'answered' }>): T {
    const { needed, withheld: told } = judgeDenials(data, denials, operation.spares ?? {})
    if (needed.length > 0) throw denied(operation, needed.map(({ message }) => message).join(' '))
    const result = operation.answer.safeParse(data)
    if (!result.success) {
      const [denial] = denials
      if (denial !== undefined) throw denied(operation, denial.message)
      throw shopifyAnswerUnreadable({ operation: operation.name, problem: firstIssue(result.error) })
    }
    noteGiven(operation, told)
    return result.data
  }

  return {
    address,
    async read(operation, variables, lane) {
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await call(operation, variables, lane)
        if (outcome.kind === 'answered') return parsed(operation, outcome)
        if (outcome.kind === 'denied') throw denied(operation, outcome.problem)
        const facts = { operation: operation.name, problem: outcome.problem }
        if (outcome.kind === 'refused') throw shopifyRefuses(facts)
        if (outcome.kind === 'invalid') throw shopifyInvalid(facts)
        const isThrottled = outcome.kind === 'not-sent' && outcome.retryAfterMs !== null
        if (attempt + 1 >= settings.readAttempts || closing.signal.aborted)
          throw outcome.because ?? shopifyUnreachable(isThrottled ? { ...facts, isThrottled } : facts)
        log.debug({ ...facts, attempt }, 'reading from Shopify again')
        await pause(
          world,
          backOffMs(world, attempt, { firstMs: settings.retryBaseMs, longestMs: 30_000 }),
          closing.signal,
        )
      }
    },
    async write(mutation, variables, lane, onSending) {
      const outcome = await call(mutation, variables, lane, onSending)
      if (outcome.kind === 'denied') {
        noteDenied(mutation, outcome.problem)
        return outcome.belowRoot ? { kind: 'unknown', problem: outcome.problem } : outcome
      }
      if (outcome.kind !== 'answered') return outcome
      noteGiven(mutation)
      // what is denied below the root was carried out all the same
      const data = mutation.answer.safeParse(outcome.data)
      if (!data.success) return { kind: 'unknown', problem: firstIssue(data.error) }
      const errors = mutation.userErrors(data.data)
      if (errors.length === 0) return { kind: 'answered', data: data.data }
      if (mutation.isCarriedOut?.(data.data) !== true) return { kind: 'user-errors', errors }
      return { kind: 'unknown', problem: `A part was carried out: ${errors[0]?.message ?? ''}` }
    },
    async *fileLines(url) {
      const operation = FILE_LINES
      if (!isFileAddress(url, address.loopback))
        throw shopifyAnswerUnreadable({ operation, problem: 'The address of a file is not over TLS.' })
      try {
        yield* fileLines(sending, url)
      } catch (failure) {
        const { host } = new URL(url)
        const { sentence } = describeError(
          proxyWords(failure, { host, proxy: world.sockets.proxy ?? null }) ?? failure,
        )
        throw shopifyUnreachable({ operation, problem: sentence }, failure)
      }
    },
    pause: ms => pause(world, ms, closing.signal),
    rowsThatFit: (operation, most) => throttle.rowsThatFit({ ...operation.points, most }),
    reachability: () => reachability,
    otherVersion: () => otherVersion,
    budget: throttle.bucket,
    clockAheadMs: () => clockAheadMs,
    withheld: withheld.now,
    forgetWithheld: withheld.forget,
    isClosed: () => closing.signal.aborted,
    [Symbol.dispose]: () => closing.abort(new Error('the hub is stopping')),
  }
}

function withCause(outcome: Outcome, because: TillbridgeError | null): Outcome {
  if (because === null || (outcome.kind !== 'not-sent' && outcome.kind !== 'unknown')) return outcome
  return { ...outcome, because }
}

/** Whether Shopify has looked into the request: its token was taken then. */
function provesToken({ kind }: Outcome): boolean {
  return kind === 'answered' || kind === 'denied' || kind === 'invalid'
}

/** Being throttled, denied one thing, or told that one request is wrong, says that Shopify is there. Null: it says nothing new. */
function reachabilityAfter(outcome: Outcome): Reachability | null {
  switch (outcome.kind) {
    case 'answered':
    case 'denied':
    case 'invalid':
      return { state: 'connected', problem: null }
    case 'refused':
      return { state: 'refused', problem: outcome.problem }
    case 'unknown':
      return { state: 'unreachable', problem: outcome.problem }
    case 'not-sent':
      return outcome.retryAfterMs === null ? { state: 'unreachable', problem: outcome.problem } : null
  }
}

export const UserErrors = z.array(
  z.object({
    code: z
      .string()
      .nullish()
      .transform(code => code ?? null),
    field: z
      .array(z.string())
      .nullish()
      .transform(field => field ?? []),
    message: z.string(),
  }),
)
