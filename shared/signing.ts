import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'
import type { Random } from './world.ts'

/** An Ed25519 key pair. */
interface SigningKey {
  /** SPKI DER, base64url. */
  readonly publicKey: string
  /** PKCS #8 DER, base64url. */
  readonly privateKey: string
  /** Ed25519 signature, base64url. */
  sign(text: string): string
}

/** PKCS #8's header for an Ed25519 private key (RFC 8410, section 7); the 32 secret bytes follow it. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Draws a new key pair. In the real world `random` is the system's own generator. */
export function newSigningKey(random: Random): SigningKey {
  return signingKey(Buffer.concat([PKCS8_ED25519, random.bytes(32)]).toString('base64url'))
}

/** The key pair of a stored private key (PKCS #8 DER, base64url). */
export function signingKey(privateKey: string): SigningKey {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' })
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64url'),
    privateKey,
    sign: text => signText(key, text),
  }
}

function signText(key: KeyObject, text: string): string {
  return sign(null, Buffer.from(text), key).toString('base64url')
}

/** Verifies an Ed25519 signature. @param publicKey SPKI DER, base64url @param signature base64url */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' })
    return (
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
    )
  } catch {
    return false // not a key at all: the same answer as a wrong signature
  }
}

/** A public key in a form that people can compare: `SHA256:` and 43 characters. */
export function keyFingerprint(publicKey: string): string {
  return `SHA256:${hash('sha256', Buffer.from(publicKey, 'base64url'), 'base64url')}`
}
