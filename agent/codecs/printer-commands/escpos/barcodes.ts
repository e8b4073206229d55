import {
  asGiven,
  code39,
  code128,
  ean8,
  ean13,
  gs1Elements,
  gtin14,
  symbolText,
  upcA,
  upcE,
} from '../barcode.ts'
import { type Body, type Command, type CommandCall, keep, reading, skip, wordAt } from '../command.ts'
import { addCode, askStatus, type Printer } from '../printer.ts'

/** More than any symbol holds: QR takes 7,089 digits. */
const MOST_SYMBOL_BYTES = 8_192

type Reading = (data: Uint8Array) => { symbology: string; data: string }

const named =
  (symbology: string, read: (data: Uint8Array) => string): Reading =>
  data => ({ symbology, data: read(data) })

const UPC_A = named('UPC-A', upcA)
const UPC_E = named('UPC-E', upcE)
const EAN_13 = named('EAN-13', ean13)
const EAN_8 = named('EAN-8', ean8)
const CODE_39 = named('CODE39', code39)
const ITF = named('ITF', asGiven)
const CODABAR = named('CODABAR', asGiven)
const CODE_93 = named('CODE93', asGiven)

/** GS k m, data ended by NUL. 7 and 8 are other makers'. */
const ENDED: readonly Reading[] = [UPC_A, UPC_E, EAN_13, EAN_8, CODE_39, ITF, CODABAR, CODE_93, code128]

/** GS k m from 65 on, data counted. */
const COUNTED: readonly Reading[] = [
  UPC_A,
  UPC_E,
  EAN_13,
  EAN_8,
  CODE_39,
  ITF,
  CODABAR,
  CODE_93,
  code128,
  named('GS1-128', gs1Elements),
  named('GS1-DATABAR', gtin14),
  named('GS1-DATABAR-TRUNCATED', gtin14),
  named('GS1-DATABAR-LIMITED', gtin14),
  named('GS1-DATABAR-EXPANDED', gs1Elements),
  named('CODE128', asGiven),
]

/** GS k: a barcode, its data either ended by NUL or counted (Epson ESC/POS reference, GS k). */
export const gsK: Command = reading(1, (printer, { bytes, at, offset }) => {
  const m = bytes[at] ?? 0
  const ended = ENDED[m]
  if (ended !== undefined) return untilNul(printer, ended, offset)
  const counted = COUNTED[m - 65]
  if (counted === undefined) return 'unknown'
  return keep(1, 1, ([n = 0]) =>
    keep(n, 255, data => {
      print(printer, counted, data, offset)
    }),
  )
})

/** No symbology of this form holds control characters: one of them means that the NUL is missing and nothing is drawn. */
function untilNul(printer: Printer, read: Reading, offset: number): Body {
  return {
    kind: 'until',
    terminator: 0,
    limit: 255,
    accepts: byte => byte >= 0x20,
    done(data, terminated) {
      if (terminated) print(printer, read, data, offset)
      else printer.drafts.unknown('1d6b', offset)
      return undefined
    },
  }
}

function print(printer: Printer, read: Reading, data: Uint8Array, offset: number): void {
  const { symbology, data: text } = read(data)
  if (text !== '') addCode(printer, symbology, text, offset)
}

/** GS ( k cn: two-dimensional symbols. */
const SYMBOLS: Readonly<Record<number, string>> = {
  48: 'PDF417',
  49: 'QR',
  50: 'MAXICODE',
  51: 'GS1-DATABAR-STACKED',
  52: 'GS1-COMPOSITE',
  54: 'DATAMATRIX',
  55: 'AZTEC',
}
const STORE = 80
const PRINT = 81
const SIZE = 82

/** GS ( k pL pH cn fn …: stores, prints, or asks the size of a symbol (Epson ESC/POS reference, GS ( k). */
export function gsParenthesisK(printer: Printer, length: number, { offset }: CommandCall): Body {
  return keep(length, 3 + MOST_SYMBOL_BYTES, data => {
    const [cn = 0, fn = 0] = data
    const symbology = SYMBOLS[cn]
    if (symbology === undefined) return
    if (fn === STORE && length >= 3) store(printer, cn, Uint8Array.from(data.subarray(2)))
    else if (fn === PRINT) printStored(printer, cn, symbology, offset)
    else if (fn === SIZE) askStatus(printer, `GS ( k ${cn} 82`, offset)
  })
}

/** Keeps a copy's bytes. Behind `m` comes the data, of some symbols behind the kind of it. */
function store(printer: Printer, cn: number, data: Uint8Array): void {
  const { symbols } = printer.stored
  if (cn === 52) {
    // a composite's two halves are stored one by one: a (48 linear, 49 two-dimensional), kind, data
    symbols.set(data[0] === 49 ? 521 : 520, data.subarray(2))
    symbols.set(cn, joined(symbols.get(520), symbols.get(521)))
  } else if (cn === 50) symbols.set(cn, data.subarray(1))
  else if (cn === 51) symbols.set(cn, data.subarray(2))
  else symbols.set(cn, data.subarray(1))
}

const joined = (linear: Uint8Array = new Uint8Array(), second: Uint8Array = new Uint8Array()): Uint8Array =>
  Buffer.concat([linear, second.length > 0 ? Buffer.from('|') : Buffer.alloc(0), second])

function printStored(printer: Printer, cn: number, symbology: string, offset: number): void {
  const data = printer.stored.symbols.get(cn)
  if (data === undefined || data.length === 0) return
  const text = cn === 51 ? stackedText(data) : symbolText(data)
  addCode(printer, symbology, text, offset)
}

const stackedText = (data: Uint8Array): string => (data.length === 13 ? gtin14(data) : gs1Elements(data))

const ESC_Z_SYMBOLS = ['PDF417', 'DATAMATRIX', 'QR'] as const

/** ESC Z v r k nL nH: draws a symbol of the kind that GS Z chose; Chinese makers' command. */
export const escZ: Command = reading(5, (printer, { bytes, at, offset }) => {
  const length = wordAt(bytes, at + 3)
  const symbology = ESC_Z_SYMBOLS[printer.stored.symbolOfEscZ]
  if (symbology === undefined) return skip(length)
  return keep(length, MOST_SYMBOL_BYTES, data => {
    if (data.length > 0) addCode(printer, symbology, symbolText(data), offset)
  })
})
