import { defineError } from '../../shared/errors.ts'

export const slipUnsafe = defineError(
  'SLIP_UNSAFE',
  (f: { offset: number; bytes: string }) =>
    `A slip was not printed: it holds the printer command ${f.bytes} at byte ${f.offset}, which no slip needs. Report it with the order's number.`,
)

export type SlipLanguage = 'esc-pos' | 'star-prnt' | 'star-line'

/** Where a command that begins at `at` ends; null: it is not one of ours. */
type Command = (bytes: Uint8Array, at: number) => number | null

const ESC = 0x1b
const GS = 0x1d
const LF = 0x0a

const starts = (bytes: Uint8Array, at: number, ...wanted: readonly number[]) =>
  wanted.every((byte, index) => bytes[at + index] === byte)
/** A command of fixed length: its opcode, then as many bytes as there are checks, each to pass its own. */
const fixed =
  (opcode: readonly number[], ...checks: readonly ((byte: number) => boolean)[]): Command =>
  (bytes, at) => {
    if (!starts(bytes, at, ...opcode)) return null
    const from = at + opcode.length
    const isFine = checks.every((check, index) => {
      const byte = bytes[from + index]
      return byte !== undefined && check(byte)
    })
    return isFine ? from + checks.length : null
  }
const any = () => true
const upTo = (most: number) => (byte: number) => byte <= most
const isText = (byte: number) => byte >= 0x20 && byte !== 0x7f

/** Data whose bytes are all text, `length` of them. */
function textEnd(bytes: Uint8Array, at: number, length: number): number | null {
  const data = bytes.subarray(at, at + length)
  return data.length === length && data.every(isText) ? at + length : null
}

const escPos: readonly Command[] = [
  fixed([ESC, 0x40]), // initialise
  fixed([0x1c, 0x2e]), // no double-byte characters
  fixed([ESC, 0x4d], upTo(1)), // font
  fixed([ESC, 0x45], upTo(1)), // bold
  fixed([ESC, 0x61], upTo(2)), // alignment
  fixed([ESC, 0x74], any), // code page
  fixed([GS, 0x21], upTo(0x77)), // size
  fixed([GS, 0x68], any), // barcode's height, width, text below
  fixed([GS, 0x77], upTo(6)),
  fixed([GS, 0x48], upTo(3)),
  fixed([GS, 0x56], upTo(1)), // cut
  (bytes, at) => (starts(bytes, at, GS, 0x6b, 0x49) ? textEnd(bytes, at + 4, bytes[at + 3] ?? 0) : null), // CODE128
  (bytes, at) => {
    if (!starts(bytes, at, GS, 0x28, 0x6b)) return null // QR code
    const length = (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0)
    const isStored = bytes[at + 6] === 0x50
    const end = at + 5 + length
    if (length < 3 || bytes[at + 5] !== 0x31 || end > bytes.length) return null
    return isStored ? textEnd(bytes, at + 8, length - 3) : length <= 4 ? end : null
  },
]

const star: readonly Command[] = [
  fixed([ESC, 0x40]), // initialise
  fixed([0x18]), // throws away what was half printed
  fixed([ESC, 0x45]), // bold on, off
  fixed([ESC, 0x46]),
  fixed([ESC, 0x69], upTo(5), upTo(5)), // size
  fixed([ESC, GS, 0x74], any), // code page
  fixed([ESC, GS, 0x61], upTo(2)), // alignment
  fixed([ESC, 0x64], upTo(3)), // cut
  (bytes, at) => {
    if (!starts(bytes, at, ESC, 0x62, 0x06)) return null // CODE128, ended by RS
    const end = bytes.indexOf(0x1e, at + 6)
    return end < 0 || textEnd(bytes, at + 6, end - at - 6) === null ? null : end + 1
  },
  fixed([ESC, GS, 0x79, 0x53], any, any), // QR code: settings, data, print
  (bytes, at) => {
    if (!starts(bytes, at, ESC, GS, 0x79, 0x44, 0x31, 0x00)) return null
    return textEnd(bytes, at + 8, (bytes[at + 6] ?? 0) + 256 * (bytes[at + 7] ?? 0))
  },
  fixed([ESC, GS, 0x79, 0x50]),
]

/**
 * Walks over a slip byte by byte and lets pass what slips are made of, and nothing else: no drawer kick, no stored
 * pictures, no settings, no status request. The last door before a printer, whatever was overlooked before it.
 * @throws SLIP_UNSAFE naming the first byte that is something else
 */
export function demandSlipOpcodes(bytes: Uint8Array, language: SlipLanguage): void {
  const commands = language === 'esc-pos' ? escPos : star
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0
    if (isText(byte) || byte === LF) {
      at += 1
      continue
    }
    const end = commands.map(command => command(bytes, at)).find(found => found !== null)
    if (end === undefined || end === null)
      throw slipUnsafe({ offset: at, bytes: Buffer.from(bytes.subarray(at, at + 3)).toString('hex') })
    at = end
  }
}
