import type { PrinterFacts } from './conditions.ts'

/** One automatic status of a Star printer, and how many ETB it has worked through (0 to 31), if it counts them. */
export interface StarStatus {
  readonly facts: PrinterFacts
  readonly etbCount: number | null
}

/** Shortest automatic status of Star's Line Mode reference: two headers and five status bytes. */
const SHORTEST = 7
const isHeader = (byte: number) => (byte & 0x91) === 0x01
const isInside = (byte: number) => (byte & 0x91) === 0
/** The second header's top bit says that more data follows; readers of today's printers see it set. */
const isSecondHeader = (byte: number) => (byte & 0x11) === 0
const numberIn = (byte: number) => ((byte & 0x0e) >> 1) | ((byte & 0x60) >> 2)

/**
 * Reads STAR automatic status out of what a printer sends (Star Line Mode command specifications, "Automatic status":
 * header `0xx0xxx1` with the length in bits 1–3 and 5–6, then bytes `0xx0xxx0`). Other bytes are skipped.
 */
export function starStatusReader() {
  let bytes: number[] = []
  let length = 0

  function begin(byte: number): void {
    length = isHeader(byte) ? numberIn(byte) : 0
    bytes = length >= SHORTEST ? [byte] : []
  }

  return {
    /** Takes the next byte; null while no status is whole. Never throws. */
    take(byte: number): StarStatus | null {
      if (byte === 0x11 || byte === 0x13) return null // XON, XOFF
      const fits = bytes.length === 1 ? isSecondHeader(byte) : isInside(byte)
      if (bytes.length === 0 || !fits) {
        begin(byte)
        return null
      }
      bytes.push(byte)
      if (bytes.length < length) return null
      const status = statusOf(bytes)
      bytes = []
      return status
    },
    forget(): void {
      bytes = []
    },
  }
}

function statusOf(bytes: readonly number[]): StarStatus {
  const [, , state = 0, errors = 0, , paper = 0, , etb] = bytes
  return {
    facts: {
      coverOpen: (state & 0x20) !== 0,
      offline: (state & 0x08) !== 0,
      drawerPinHigh: (state & 0x04) !== 0,
      cutterError: (errors & 0x08) !== 0,
      error: (errors & 0x66) !== 0, // head too hot, unrecoverable, mechanical, head's sensor
      paperOut: (paper & 0x08) !== 0,
      paperLow: (paper & 0x06) !== 0,
    },
    etbCount: etb === undefined ? null : numberIn(etb),
  }
}
