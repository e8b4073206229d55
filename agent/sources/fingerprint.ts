import { hash } from 'node:crypto'

/** A hash of a JSON value, arrays and fields in their order: 43 characters. */
export function fingerprintOf(content: unknown): string {
  return hash('sha256', JSON.stringify(content), 'base64url')
}
