import { createHash } from 'node:crypto'

const digest = (...parts: readonly string[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\n')
  return hash.digest().subarray(0, 16)
}

/** What a receipt or a stock entry is found by, whatever its POS calls it: 16 bytes. The event keeps the POS's own key. */
export function receiptKey(source: string, key: string): Buffer {
  return digest(source, key)
}

/** A content's fingerprint as the hub compares it: 16 bytes, whatever the source's own looks like. */
export function fingerprintKey(fingerprint: string): Buffer {
  return digest(fingerprint)
}

/** For maps: bytes as text. */
export function keyText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
