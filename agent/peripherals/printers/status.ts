/**
 * What a printer sends back, told apart by fixed bits (Epson ESC/POS reference, "Identification of transmission
 * status"): `0xx1xx00` begins the four bytes of automatic status, `0xx1xx10` answers DLE EOT, `0xx0xxxx` answers GS r,
 * XON and XOFF stand alone, and a block runs from its header to a NUL. Anything else is not a status.
 */
export type Heard =
  | { readonly is: 'automatic'; readonly bytes: readonly [number, number, number, number] }
  | { readonly is: 'real-time'; readonly byte: number }
  /** One byte that answers GS r or GS I, whichever was asked. */
  | { readonly is: 'answer'; readonly byte: number }
  | { readonly is: 'flow' | 'block' | 'unknown' }

export const XON = 0x11
export const XOFF = 0x13
/** Headers of blocks: GS I, GS g, GS ( H, GS ( L, GS ( E, GS ( C. */
const blockHeaders: ReadonlySet<number> = new Set([0x35, 0x37, 0x3b, 0x3d, 0x5f])
/** The longest block that counts; after that its NUL has been lost. */
const LONGEST_BLOCK = 256

const isAutomatic = (byte: number) => (byte & 0x93) === 0x10
const isRealTime = (byte: number) => (byte & 0x93) === 0x12
const hasNoFourthBit = (byte: number) => (byte & 0x90) === 0

export interface StatusReader {
  /** Takes the next byte; null while a status is not whole. Never throws. */
  take(byte: number): Heard | null
  /** Drops a half status: the rest will not come. */
  forget(): void
}

export function statusReader(): StatusReader {
  let automatic: number[] = []
  let blockLength = 0

  function begin(byte: number): Heard | null {
    if (isAutomatic(byte)) {
      automatic = [byte]
      return null
    }
    if (blockHeaders.has(byte)) {
      blockLength = 1
      return null
    }
    return hasNoFourthBit(byte) ? { is: 'answer', byte } : { is: 'unknown' }
  }

  return {
    take(byte) {
      if (blockLength > 0) {
        blockLength = byte === 0 || blockLength >= LONGEST_BLOCK ? 0 : blockLength + 1
        return blockLength === 0 ? { is: 'block' } : null
      }
      if (byte === XON || byte === XOFF) return { is: 'flow' }
      if (isRealTime(byte)) return { is: 'real-time', byte } // may come between the bytes of an automatic status
      if (automatic.length === 0) return begin(byte)
      if (!hasNoFourthBit(byte)) {
        automatic = []
        return begin(byte)
      }
      automatic.push(byte)
      const [first, second, third, fourth] = automatic
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        return null
      automatic = []
      return { is: 'automatic', bytes: [first, second, third, fourth] }
    },
    forget() {
      automatic = []
      blockLength = 0
    },
  }
}
