import { hash, timingSafeEqual } from 'node:crypto'
import type { Random } from '../../shared/world.ts'

/** 256 random bits as text: the code of the page's link, the POS's token. */
export function drawSecret(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64url')
}

/** Compares in a time that tells nothing of the difference. */
export function same(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
