import { z } from 'zod'

const characters = z
  .string()
  .max(16)
  .refine(text => [...text].every(character => character <= '\xff'), 'only characters of one byte (Latin-1)')

/** Where one code ends and the next begins, as the scanner's own settings have it. */
export const framingSettings = {
  /** Characters before each code, Latin-1. Bytes before them are noise. Empty: none. */
  prefix: characters.default(''),
  /**
   * `line-end`: CR, LF or CR LF. `stx-etx`: STX before, ETX behind. `none`: a pause of `pauseMs` ends the code.
   * `text`: these characters, Latin-1.
   */
  suffix: z
    .union([z.enum(['line-end', 'stx-etx', 'none']), z.strictObject({ text: characters.min(1) })])
    .default('line-end'),
  /** Silence after which a code counts as over (suffix `none`) or as broken off. Left out: 100 or 1,000 ms. */
  pauseMs: z.int().min(5).max(10_000).optional(),
}
const Framing = z.strictObject(framingSettings)
export type Framing = z.infer<typeof Framing>

/** Longer data is not a code that a till needs, although QR version 40 holds up to 4,296 characters. */
export const MAX_CODE_BYTES = 4_096
/** A scanner with a memory sends all of it at once; more than that is a fault, or an attack. */
const BURST_CODES = 2_000
const CODES_PER_SECOND = 50

const STX = 0x02
const ETX = 0x03
const CR = 0x0d
const LF = 0x0a

export interface FramingOut {
  code(bytes: Uint8Array): void
  dropped(bytes: number, why: DropReason): void
}
export type DropReason = 'broken-off' | 'too-long' | 'no-prefix' | 'flood'

export interface ScanFraming {
  /** `nowMs`: monotonic. Never throws, whatever the bytes; holds at most one code. */
  take(bytes: Uint8Array, nowMs: number): void
  /** The silence after which `paused` must be called, or null while nothing is held. */
  waitMs(): number | null
  paused(nowMs: number): void
  /** The line is lost: what is held will never be whole. */
  reset(): void
}

/** Cuts a scanner's bytes into codes, without prefix and suffix. Pure but for what it holds. */
export function frameScans(framing: Framing, out: FramingOut): ScanFraming {
  const isStxEtx = framing.suffix === 'stx-etx' && framing.prefix === ''
  const prefix = isStxEtx ? Uint8Array.of(STX) : latin1(framing.prefix)
  const suffix = typeof framing.suffix === 'object' ? latin1(framing.suffix.text) : null
  const isByPause = framing.suffix === 'none'
  const pauseMs = framing.pauseMs ?? (isByPause ? 100 : 1_000)
  const held = new Uint8Array(MAX_CODE_BYTES + 16)
  let length = 0
  /** Bytes of a code that grew too long, which are let go until it ends. */
  let overrun = 0
  let allowed = BURST_CODES
  let countedAt: number | null = null
  let flooded = 0

  const mayTell = (nowMs: number): boolean => {
    if (countedAt !== null)
      allowed = Math.min(BURST_CODES, allowed + (Math.max(0, nowMs - countedAt) * CODES_PER_SECOND) / 1_000)
    countedAt = nowMs
    if (allowed < 1) return false
    allowed -= 1
    return true
  }

  const tell = (code: Uint8Array, nowMs: number): void => {
    if (!mayTell(nowMs)) {
      flooded += code.length
      return
    }
    if (flooded > 0) out.dropped(flooded, 'flood')
    flooded = 0
    out.code(code)
  }

  const end = (bytes: number, nowMs: number): void => {
    const code = held.slice(0, bytes)
    const over = overrun
    length = 0
    overrun = 0
    if (over > 0) {
      out.dropped(over, 'too-long')
      return
    }
    const start = isStxEtx ? code.lastIndexOf(STX) : indexOf(code, prefix) // a second STX: the first broke off
    if (start === -1) {
      if (code.length > 0) out.dropped(code.length, 'no-prefix')
      return
    }
    if (start > 0) out.dropped(start, 'no-prefix')
    const bare = code.subarray(start + prefix.length)
    if (bare.length > MAX_CODE_BYTES) out.dropped(bare.length, 'too-long')
    else if (bare.length > 0) tell(bare, nowMs)
  }

  const endsHere = (byte: number): number => {
    switch (framing.suffix) {
      case 'none':
        return 0
      case 'line-end':
        return byte === CR || byte === LF ? 1 : 0
      case 'stx-etx':
        return byte === ETX ? 1 : 0
      default:
        return suffix !== null && endsWith(held, length, suffix) ? suffix.length : 0
    }
  }

  const takeByte = (byte: number, nowMs: number): void => {
    if (length === held.length) {
      // the last bytes stay, for a suffix of several characters may lie across the end
      overrun += held.length - 16
      held.copyWithin(0, held.length - 16)
      length = 16
    }
    held[length] = byte
    length += 1
    const suffixBytes = endsHere(byte)
    if (suffixBytes === 0) return
    if (overrun > 0) overrun += length - suffixBytes
    end(length - suffixBytes, nowMs)
  }

  return {
    take(bytes, nowMs) {
      for (const byte of bytes) takeByte(byte, nowMs)
    },
    waitMs: () => (length > 0 || flooded > 0 ? pauseMs : null),
    paused(nowMs) {
      if (length > 0) {
        if (overrun > 0) overrun += length
        if (isByPause || overrun > 0) end(length, nowMs)
        else {
          out.dropped(length, 'broken-off')
          length = 0
        }
      }
      if (flooded > 0) out.dropped(flooded, 'flood')
      flooded = 0
    },
    reset() {
      if (length + overrun > 0) out.dropped(length + overrun, 'broken-off')
      length = 0
      overrun = 0
    },
  }
}

const latin1 = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0) & 0xff)

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at += 1)
    if (part.every((byte, i) => bytes[at + i] === byte)) return at
  return -1
}

const endsWith = (bytes: Uint8Array, length: number, part: Uint8Array) =>
  length >= part.length && part.every((byte, i) => bytes[length - part.length + i] === byte)

/** What happened, for a person at the till. */
export function dropSentence(why: DropReason, bytes: number): string {
  switch (why) {
    case 'broken-off':
      return `The scanner sent ${bytes} bytes without a suffix and then stopped. Scan the item again. If this keeps happening, set the scanner to the suffix that is set here.`
    case 'too-long':
      return `The scanner sent ${bytes} bytes in one code; the limit is ${MAX_CODE_BYTES}. If this keeps happening, set the scanner to the suffix that is set here.`
    case 'no-prefix':
      return `The scanner sent ${bytes} bytes without the prefix that is set here. Set the same prefix in the scanner.`
    case 'flood':
      return `The scanner keeps sending codes; ${bytes} bytes of them were dropped. Check whether its trigger is stuck or it is lying in front of a code.`
  }
}
