import { hash } from 'node:crypto'
import type { StreamName } from './log.ts'

/** Head of an epoch that holds no record yet. Binds the chain to its device, direction and epoch. */
export function genesis(stream: StreamName, device: string, epoch: number): string {
  return hash('sha256', `tillbridge stream 1\n${stream}\n${device}\n${epoch}`, 'base64url')
}

/** A record's hash: SHA-256, base64url, of its predecessor's hash, a newline, and its body as sent. */
export function link(previous: string, body: string): string {
  return hash('sha256', `${previous}\n${body}`, 'base64url')
}
