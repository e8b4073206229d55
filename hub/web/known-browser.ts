import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieOf } from '../../shared/http-security.ts'
import { isSignedBy } from '../../shared/signing.ts'
import type { Random } from '../../shared/world.ts'
import type { HubKey } from '../fleet/hub-key.ts'

const KEPT_SECONDS = 365 * 24 * 3_600

/** The cookie of a browser that has logged in before. It opens nothing: it only gives that browser a limit of its own. */
export interface KnownBrowser {
  /** The browser's mark for this name; null when it has none that this hub signed. */
  read(request: FastifyRequest, name: string): Promise<string | null>
  set(reply: FastifyReply, name: string): Promise<void>
}

const signedMark = (name: string, mark: string) => `tillbridge known browser 1\n${name}\n${mark}`

/** @param secure whether the hub is reached by https */
export function knownBrowser(parts: { key: HubKey; random: Random; secure: boolean }): KnownBrowser {
  const { key, random, secure } = parts
  const cookie = secure ? '__Host-tillbridge-known' : 'tillbridge-known'
  return {
    async read(request, name) {
      const [mark = '', signature = ''] = (cookieOf(request.headers.cookie, cookie) ?? '').split('.')
      if (mark === '' || signature === '') return null
      return isSignedBy(await key.publicKey(), signedMark(name, mark), signature) ? mark : null
    },
    async set(reply, name) {
      const mark = Buffer.from(random.bytes(18)).toString('base64url')
      const { signature } = await key.prove(signedMark(name, mark))
      const rest = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${KEPT_SECONDS}${secure ? '; Secure' : ''}`
      reply.header('set-cookie', `${cookie}=${mark}.${signature}; ${rest}`)
    },
  }
}
