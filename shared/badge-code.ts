import { hash } from 'node:crypto'
import type { Random } from './world.ts'

/** 16 letters of 32: 80 bits. Without I, L, O and U, which people misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A badge's code as a scanner read it. */
const plainBadge = (code: string) => code.trim().toUpperCase()

/** A code for a badge that can't be guessed. */
export function drawBadgeCode(random: Random): string {
  return `TBS${[...random.bytes(16)].map(byte => ALPHABET[byte % 32]).join('')}`
}

/** What is kept of a badge's code. */
export const badgeHash = (code: string) =>
  hash('sha256', `tillbridge badge\n${plainBadge(code)}`, 'base64url')
