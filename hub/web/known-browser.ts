import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieOf } from '../../shared/http-security.ts'
import { isSignedBy } from '../../shared/signing.ts'
import type { Clock, Random } from '../../shared/world.ts'
import type { HubKey } from '../fleet/hub-key.ts'

const KEPT_SECONDS = 365 * 24 * 3_600

/**
 * The cookie of a browser that has logged in before. It opens nothing: it only gives that browser a limit of its own,
 * for a year, for one name, and only as long as that name keeps its password.
 */
export interface KnownBrowser {
  /** The browser's mark for this name; null when it has none that this hub signed and that is still good. */
  read(request: FastifyRequest, name: string): Promise<string | null>
  /** To be called once the name's password was right. */
  set(reply: FastifyReply, name: string): Promise<void>
}

interface Mark {
  readonly name: string
  readonly mark: string
  /** Unix time in seconds. */
  readonly until: string
  /** The account's password as the hub keeps it. */
  readonly passwordHash: string
}

const signedMark = ({ name, mark, until, passwordHash }: Mark) =>
  `tillbridge known browser 2\n${name}\n${mark}\n${until}\n${hash('sha256', passwordHash, 'base64url')}`

/**
 * @param parts.passwordHash of an account, as the hub keeps it; null: there is no such account
 * @param parts.secure whether the hub is reached by https
 */
export function knownBrowser(parts: {
  key: HubKey
  random: Random
  clock: Pick<Clock, 'now'>
  passwordHash: (name: string) => Promise<string | null>
  secure: boolean
}): KnownBrowser {
  const { key, random, clock, secure } = parts
  const cookie = secure ? '__Host-tillbridge-known' : 'tillbridge-known'
  const nowSeconds = () => Math.floor(clock.now() / 1_000)
  return {
    async read(request, name) {
      const sent = cookieOf(request.headers.cookie, cookie) ?? ''
      const [mark = '', until = '', signature = ''] = sent.split('.')
      if (mark === '' || signature === '' || !(Number(until) > nowSeconds())) return null
      const passwordHash = await parts.passwordHash(name)
      if (passwordHash === null) return null
      const text = signedMark({ name, mark, until, passwordHash })
      return isSignedBy(await key.publicKey(), text, signature) ? mark : null
    },
    async set(reply, name) {
      const passwordHash = await parts.passwordHash(name)
      if (passwordHash === null) return // removed in the meantime
      const mark = Buffer.from(random.bytes(18)).toString('base64url')
      const until = String(nowSeconds() + KEPT_SECONDS)
      const { signature } = await key.prove(signedMark({ name, mark, until, passwordHash }))
      const rest = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${KEPT_SECONDS}${secure ? '; Secure' : ''}`
      reply.header('set-cookie', `${cookie}=${mark}.${until}.${signature}; ${rest}`)
    },
  }
}
