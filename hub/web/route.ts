import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import type { failureLimit } from '../../shared/failure-limit.ts'
import type { HashQueue } from '../../shared/hash-queue.ts'
import { firstIssue } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import type { WordLanguage } from '../checks/words/word.ts'
import type { Db } from '../db/db.ts'
import type { StorageProblem } from '../gateway/storage-watch.ts'
import type { CustomerLinks } from '../pickups/customer-choice/links.ts'
import type { ReleaseDownloads } from '../releases/release-files.ts'
import type { Signals } from '../signals.ts'
import type { Account } from './accounts.ts'
import type { NowView } from './api-schema.ts'
import type { Callers } from './callers.ts'
import type { ChoiceLimits } from './customer-page/choice-limits.ts'
import type { KnownBrowser } from './known-browser.ts'
import type { LivePages } from './live-pages.ts'
import type { LoginLimits } from './login-limits.ts'
import type { SessionCookie } from './session-cookie.ts'

type FailureLimit = ReturnType<typeof failureLimit>

export const requestMalformed = defineError(
  'REQUEST_MALFORMED',
  (f: { why: string }) => `The request can't be read: ${f.why}.`,
)

/**
 * Who may call a route. `anyone`: no account is asked for, the handler checks what the caller brings. `viewer`: every
 * account; viewers only read, so no route that changes something may be theirs. `owner`: owners only.
 */
export const routeRoles = ['anyone', 'viewer', 'owner'] as const
export type RouteRole = (typeof routeRoles)[number]

/** What the handlers of routes work with. */
export interface WebContext {
  readonly world: World
  readonly db: Db
  readonly signals: Signals
  readonly session: SessionCookie
  readonly callers: Callers
  readonly knownBrowser: KnownBrowser
  readonly logins: LoginLimits
  readonly hashing: HashQueue
  /** What Prometheus has to send from elsewhere; null: nothing opens the figures to others. */
  metricsToken(): string | null
  /** Failed enrolments, by caller. */
  readonly failedEnrolments: FailureLimit
  /** That the hub's database takes no writes; null while it does. */
  storage(): StorageProblem | null
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
  readNow(language: WordLanguage): Promise<NowView>
  enrol(body: unknown): Promise<unknown>
  readonly downloads: ReleaseDownloads
  /** Checks the links under which customers choose. */
  readonly links: CustomerLinks
  readonly choices: ChoiceLimits
  receiveWebhook(headers: IncomingMessage['headers'], rawBody: Buffer): Promise<void>
  /** The pages that are told of changes. */
  readonly pages: LivePages
}

/** Who sent a request, as limits count callers. */
export function callerOf({ callers }: Pick<WebContext, 'callers'>, request: FastifyRequest): string {
  return callers.of({ peer: request.socket.remoteAddress ?? '', headers: request.headers })
}

export interface Call<Body> {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Parsed by the route's schema. */
  readonly body: Body
  /** Who calls; null on a route for anyone. */
  readonly account: Account | null
}

interface Definition<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly role: RouteRole
  /** Only the hub's own page may call it: a form or script on another site is refused. */
  readonly ownPageOnly: boolean
  /** What the body must be; a GET has none, which is null. */
  readonly schema: Schema
  /** Takes the body as bytes, of at most this length, whatever its type says. */
  readonly rawBodyBytes?: number
  handler(context: WebContext, call: Call<z.output<Schema>>): Promise<unknown>
}

/** A route as the server mounts it. */
export interface HubRoute extends Omit<Definition<z.ZodType>, 'schema' | 'handler'> {
  /** @throws REQUEST_MALFORMED, and whatever the handler throws */
  handle(
    context: WebContext,
    call: Omit<Call<unknown>, 'body'> & { readonly body: unknown },
  ): Promise<unknown>
}

/** Declares a route: its body is parsed by its schema before the handler runs. */
export function defineRoute<Schema extends z.ZodType>(definition: Definition<Schema>): HubRoute {
  const { schema, handler, ...route } = definition
  return {
    ...route,
    handle(context, { body, ...call }) {
      const parsed = schema.safeParse(body)
      if (!parsed.success) throw requestMalformed({ why: firstIssue(parsed.error) })
      return handler(context, { ...call, body: parsed.data })
    },
  }
}
