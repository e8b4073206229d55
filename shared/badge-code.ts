import { hash } from 'node:crypto'
import type { Random } from './world.ts'

/** 16 letters of 32: 80 bits. Without I, L, O and U, which people misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const DRAWN = /^TBS[0-9A-HJKMNP-TV-Z]{16}$/

/** A badge's code as a scanner read it. */
const plainBadge = (code: string) => code.trim().toUpperCase()

/** A code for a badge that can't be guessed. */
export function drawBadgeCode(random: Random): string {
  return `TBS${[...random.bytes(16)].map(byte => ALPHABET[byte % 32]).join('')}`
}

/** Whether a code was drawn here for some badge: it is a secret, whosever it is. */
export const isDrawnBadge = (code: string) => DRAWN.test(plainBadge(code))

/** What is kept of a badge's code. */
export const badgeHash = (code: string) =>
  hash('sha256', `tillbridge badge\n${plainBadge(code)}`, 'base64url')
