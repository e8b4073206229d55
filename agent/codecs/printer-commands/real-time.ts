import { askStatus, kickDrawer, type Printer } from './printer.ts'

const DLE = 0x10
const EOT = 0x04
const ENQ = 0x05
const DC4 = 0x14

export interface RealTimeScan {
  /** Looks through `bytes[from..to)`, which are another command's data; `base`: the stream's offset of `bytes[0]`. */
  read(bytes: Uint8Array, from: number, to: number, base: number): void
  /** Other data begins. */
  reset(): void
}

/**
 * Epson's reference says of DLE EOT, DLE ENQ and DLE DC4 that the printer obeys the sequence wherever it is received,
 * "even if it appears as part of another command". We decide the same way inside data whose length is counted (pictures,
 * codes, stored graphics): status requests, recovery requests and drawer kicks with parameters in range are noted, marked
 * `insideData`. The bytes stay part of the data, so lengths never get out of step. Parameters of a command are not searched.
 */
export function openRealTimeScan(printer: Printer): RealTimeScan {
  /** What matched so far: at most DLE DC4 1 m. */
  let seen: number[] = []

  /** Takes a byte after DLE; true when the match goes on or is complete. */
  const follows = (byte: number, offset: number): boolean => {
    const [, second, third, fourth] = seen
    if (second === undefined) return keepIf(byte === EOT || byte === ENQ || byte === DC4, byte)
    if (second === EOT) {
      if (third === undefined) {
        if (byte >= 1 && byte <= 4) return done(() => askStatus(printer, `DLE EOT ${byte}`, offset - 2, true))
        return keepIf(byte === 7 || byte === 8 || byte === 18, byte)
      }
      if (byte < 1 || byte > 3) return false
      return done(() => askStatus(printer, `DLE EOT ${third} ${byte}`, offset - 3, true))
    }
    if (second === ENQ) {
      if (byte > 2) return false
      return done(() => askStatus(printer, `DLE ENQ ${byte}`, offset - 2, true))
    }
    if (third === undefined) return keepIf(byte === 1, byte)
    if (fourth === undefined) return keepIf(byte <= 1, byte)
    if (byte < 1 || byte > 8 || !printer.pulseEnabled) return false
    return done(() => kickDrawer(printer, fourth === 0 ? 2 : 5, offset - 4, true))
  }
  const keepIf = (matches: boolean, byte: number): boolean => {
    if (matches) seen.push(byte)
    return matches
  }
  const done = (note: () => void): true => {
    note()
    seen = []
    return true
  }

  return {
    read(bytes, from, to, base) {
      let at = from
      while (at < to) {
        if (seen.length === 0) {
          const found = bytes.subarray(at, to).indexOf(DLE)
          if (found < 0) return
          seen.push(DLE)
          at += found + 1
          continue
        }
        const byte = bytes[at] ?? 0
        printer.position = base + at + 1
        if (!follows(byte, base + at)) seen = byte === DLE ? [DLE] : []
        at += 1
      }
    },
    reset() {
      seen = []
    },
  }
}
