import type { Profile } from './profiles.ts'

type Language = Profile['language']

/** Decides by what came up to here, or at the end of a stream that is shorter. */
export const DECIDING_BYTES = 4_096

const ESC = 0x1b
const RS = 0x1e
const GS = 0x1d

/** Behind ESC GS, which begins nothing in ESC/POS; behind ESC RS; behind GS alone, which begins nothing in Star's language. */
const STAR_GS = letters('aAtRPSxy#)')
const STAR_RS = letters('FadrLEC')
const ESCPOS_GS = letters('!VkBHhwfvLWPra($I\\')

/**
 * Which language a stream speaks, by its first bytes; null: nothing tells. First by commands that only one of them has, then by which
 * leaves fewer bytes without a meaning (`countUnknown`). Star's ESC E takes no parameter, so a letter behind it, which ESC/POS
 * would swallow, speaks for Star.
 */
export function commandLanguageOf(
  bytes: Uint8Array,
  countUnknown: (language: Language, bytes: Uint8Array) => number,
): Language | null {
  const seen = signatures(bytes)
  if (seen.star > 0 && seen.escpos === 0) return 'star'
  if (seen.escpos > 0 && seen.star === 0) return 'escpos'
  const escpos = countUnknown('escpos', bytes) + seen.swallowed
  const star = countUnknown('star', bytes)
  if (star === escpos) return null
  return star < escpos ? 'star' : 'escpos'
}

function signatures(bytes: Uint8Array): { star: number; escpos: number; swallowed: number } {
  const seen = { star: 0, escpos: 0, swallowed: 0 }
  for (let at = 0; at + 1 < bytes.length; at += 1) {
    const [byte = 0, second = 0, third = 0] = [bytes[at], bytes[at + 1], bytes[at + 2]]
    if (byte === GS && bytes[at - 1] !== ESC && ESCPOS_GS.has(second)) seen.escpos += 1
    if (byte !== ESC) continue
    if (second === GS && STAR_GS.has(third)) seen.star += 1
    else if (second === RS && STAR_RS.has(third)) seen.star += 1
    else if (second === 0x2a && third === 0x72)
      seen.star += 1 // ESC * r
    else if (second === 0x45 && isLetter(third)) seen.swallowed += 1
  }
  return seen
}

function letters(text: string): ReadonlySet<number> {
  return new Set(Buffer.from(text))
}

/** Printable, and not a digit that stands for on or off. */
const isLetter = (byte: number): boolean => byte >= 0x20 && byte !== 0x30 && byte !== 0x31
