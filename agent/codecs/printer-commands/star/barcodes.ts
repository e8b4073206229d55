import {
  asGiven,
  code39,
  ean8,
  ean13,
  gs1Elements,
  gtin14,
  starCode128,
  symbolText,
  upcA,
  upcE,
} from '../barcode.ts'
import { type Body, type Command, digit, keep, reading, skip, wordAt } from '../command.ts'
import { addCode, askStatus, type Printer } from '../printer.ts'

const MOST_BARCODE_BYTES = 255
const MOST_SYMBOL_BYTES = 8_192
const RS = 0x1e

const named = (symbology: string, read: (data: Uint8Array) => string) => (data: Uint8Array) => ({
  symbology,
  data: read(data),
})

/** ESC b n1: symbologies by number or digit (Star Line mode command specifications, ESC b). */
const BARCODES = [
  named('UPC-E', upcE),
  named('UPC-A', upcA),
  named('EAN-8', ean8),
  named('EAN-13', ean13),
  named('CODE39', code39),
  named('ITF', asGiven),
  starCode128,
  named('CODE93', asGiven),
  named('CODABAR', asGiven),
  named('GS1-128', gs1Elements),
  named('GS1-DATABAR', gtin14),
  named('GS1-DATABAR-TRUNCATED', gtin14),
  named('GS1-DATABAR-LIMITED', gtin14),
  named('GS1-DATABAR-EXPANDED', gs1Elements),
]

/** ESC b n1 n2 n3 n4 d… RS. */
export const escB: Command = reading(4, (printer, { bytes, at, offset }): Body | 'unknown' => {
  const n1 = bytes[at] ?? 0
  const barcode = BARCODES[n1 >= 48 ? n1 - 48 : n1]
  if (barcode === undefined) return 'unknown'
  return {
    kind: 'until',
    terminator: RS,
    limit: MOST_BARCODE_BYTES,
    accepts: byte => byte >= 0x20,
    done(data, terminated) {
      const { symbology, data: text } = barcode(data)
      if (terminated && text !== '') addCode(printer, symbology, text, offset)
      else if (!terminated) printer.drafts.unknown('1b62', offset)
      return undefined
    },
  }
})

const PDF417 = 48
const QR = 49

const storing = (printer: Printer, symbol: number, length: number): Body =>
  keep(length, MOST_SYMBOL_BYTES, data => void printer.stored.symbols.set(symbol, Uint8Array.from(data)))

function printStored(printer: Printer, symbol: number, symbology: string, offset: number): void {
  const data = printer.stored.symbols.get(symbol)
  if (data !== undefined && data.length > 0) addCode(printer, symbology, symbolText(data), offset)
}

/** ESC GS x: PDF417 by S (settings), D nL nH (data), P (print), I (asks its size). */
export const escGsX: Command = reading(1, (printer, { bytes, at, offset }) => {
  switch (bytes[at]) {
    case 0x53: // S0 n p1 p2, S1 n, S2 n, S3 n
      return keep(1, 1, ([n = 0]) => skip(digit(n) === 0 ? 3 : 1))
    case 0x44:
      return keep(2, 2, length => storing(printer, PDF417, wordAt(length, 0)))
    case 0x50:
      printStored(printer, PDF417, 'PDF417', offset)
      return undefined
    case 0x49:
      askStatus(printer, 'ESC GS x I', offset)
      return undefined
    default:
      return 'unknown'
  }
})

/** ESC GS y: QR by S (settings), D 1 m nL nH (data), D 2 a (data in a parts), P (print), I (asks its size). */
export const escGsY: Command = reading(1, (printer, { bytes, at, offset }) => {
  switch (bytes[at]) {
    case 0x53:
      return skip(2)
    case 0x44:
      return keep(2, 2, ([kind = 0, n = 0]) => {
        if (digit(kind) === 1) return keep(2, 2, length => storing(printer, QR, wordAt(length, 0)))
        printer.stored.symbols.delete(QR)
        return qrParts(printer, n)
      })
    case 0x50:
      printStored(printer, QR, 'QR', offset)
      return undefined
    case 0x49:
      askStatus(printer, 'ESC GS y I', offset)
      return undefined
    default:
      return 'unknown'
  }
})

/** Each part has its kind, its length and its data. */
function qrParts(printer: Printer, left: number): Body | undefined {
  if (left === 0) return undefined
  return keep(3, 3, head =>
    keep(wordAt(head, 1), MOST_SYMBOL_BYTES, data => {
      const before = printer.stored.symbols.get(QR) ?? new Uint8Array()
      const whole = Buffer.concat([before, data]).subarray(0, MOST_SYMBOL_BYTES)
      printer.stored.symbols.set(QR, whole)
      return qrParts(printer, left - 1)
    }),
  )
}
