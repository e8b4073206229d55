import { argon2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from './world.ts'

/** Passwords and PINs as they are kept: argon2id with a salt each, as `argon2id$SALT$HASH`, base64url. */

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 } as const
const derive = promisify(argon2)

async function argon2id(secret: string, nonce: Buffer): Promise<Buffer> {
  return derive('argon2id', { ...COST, message: secret, nonce })
}

/** What is kept of a secret. */
export async function hashSecret(random: Random, secret: string): Promise<string> {
  const salt = Buffer.from(random.bytes(16))
  return `argon2id$${salt.toString('base64url')}$${(await argon2id(secret, salt)).toString('base64url')}`
}

/** Whether `stored` was made of this secret. Takes as long for any secret. */
export async function secretFits(secret: string, stored: string): Promise<boolean> {
  const [, salt = '', expected = ''] = stored.split('$')
  const given = await argon2id(secret, Buffer.from(salt, 'base64url'))
  const wanted = Buffer.from(expected, 'base64url')
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** No secret fits it. What the secret of an unknown name is compared with, so that names can't be told by the time that an answer takes. */
export const NO_SECRET = `argon2id$${'A'.repeat(22)}$${'A'.repeat(43)}`
