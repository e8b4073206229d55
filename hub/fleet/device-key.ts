import { createPublicKey, verify } from 'node:crypto'

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
