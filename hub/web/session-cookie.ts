import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieOf } from '../../shared/http-security.ts'

const SESSION_SECONDS = 12 * 3_600

/** The cookie that carries a session's token. */
export interface SessionCookie {
  /** Null when the request carries none. */
  read(request: FastifyRequest): string | null
  set(reply: FastifyReply, token: string): void
  clear(reply: FastifyReply): void
}

/** @param secure whether the hub is reached by https: the cookie is then bound to its host and never sent in the clear */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-tillbridge' : 'tillbridge'
  const put = (reply: FastifyReply, value: string, maxAge: number) =>
    void reply.header(
      'set-cookie',
      `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`,
    )
  return {
    read: request => cookieOf(request.headers.cookie, name),
    set: (reply, token) => put(reply, token, SESSION_SECONDS),
    clear: reply => put(reply, '', 0),
  }
}
