import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder'
import { usualLocales } from '../../shared/languages.ts'
import type { SlipWords } from './slip.messages.ts'
import type { SlipFormat } from './slip-format.ts'
import { demandSlipOpcodes } from './slip-opcodes.ts'
import { printable, wrapped } from './slip-text.ts'

/** What a slip says besides its pickup. `at`: now, milliseconds since 1970. `zone`: the store's. */
export interface SlipOccasion {
  readonly storeName: string
  readonly till: string
  readonly zone: string
  readonly at: number
  /** A reprint says that it is one. */
  readonly isCopy: boolean
}

const FEED_BEFORE_CUT = 4
/** Dots of the printable width, 8 a millimetre. */
export const DOTS = { 58: 384, 80: 576 } as const
const COLUMNS = { 58: 32, 80: 48 } as const
/** All printers of both languages hold these, under the same numbers. */
const CODE_PAGES: ('cp437' | 'cp858' | 'cp852' | 'cp866' | 'windows1252')[] = [
  'cp437',
  'cp858',
  'cp852',
  'cp866',
  'windows1252',
]
/** What CODE128 holds without an escape in either language: `{` is Epson's, `%` Star's. */
const BARCODE = /^[#A-Za-z0-9./_-]{1,32}$/
const ASCII = /^[\x20-\x7e]*$/
const QR = /^[\x20-\x7e]{1,64}$/

/** What is printed on one slip so far, and how its printer wants it. */
export interface SlipPaper {
  readonly encoder: ReceiptPrinterEncoder
  readonly columns: number
  /** Prints a text, broken between words. */
  say(text: string): void
  /** A moment as people read it. */
  when(ms: number): string
}

/** A slip's head: the store, what it is, and of which order, in large letters. */
export function beginSlip(
  head: { readonly titles: readonly string[]; readonly orderName: string },
  occasion: SlipOccasion,
  format: SlipFormat,
): SlipPaper {
  const columns = COLUMNS[format.paperMm]
  const encoder = new ReceiptPrinterEncoder({
    columns,
    language: format.language,
    codepageMapping: format.language === 'esc-pos' ? 'epson' : 'star',
    codepageCandidates: CODE_PAGES,
    newline: '\n',
    feedBeforeCut: FEED_BEFORE_CUT,
    autoFlush: false,
  })
    .initialize()
    .codepage('cp437')
  const say = (text: string) => {
    for (const line of wrapped(text, columns)) printLine(encoder, line)
  }
  encoder.align('center')
  say(printable(occasion.storeName, 2 * columns))
  encoder.bold(true).size(2, 2)
  for (const title of [...head.titles, printable(head.orderName, 64)])
    for (const line of wrapped(title, columns / 2)) printLine(encoder, line)
  encoder.size(1, 1).bold(false).align('left').rule()
  const when = (ms: number) => printable(moment(ms, occasion.zone, format.words), columns)
  return { encoder, columns, say, when }
}

/** A slip's foot and its bytes. @throws SLIP_UNSAFE, which would be a fault of ours */
export function endSlip(
  { encoder, columns, say, when }: SlipPaper,
  words: SlipWords,
  occasion: SlipOccasion,
  format: SlipFormat,
): Uint8Array {
  encoder.align('center')
  say(`${words.printed} ${when(occasion.at)}`)
  say(printable(occasion.till, 2 * columns))
  if (format.cut === 'none') encoder.newline(FEED_BEFORE_CUT)
  else encoder.cut(format.cut)
  const bytes = encoder.encode()
  demandSlipOpcodes(bytes, format.language)
  return bytes
}

/** Plain lines need no search for a code page that holds their characters, which takes milliseconds a line. */
export function printLine(paper: ReceiptPrinterEncoder, line: string): void {
  paper.codepage(ASCII.test(line) ? 'cp437' : 'auto').line(line)
}

/** The order's name to be scanned. A name that a scanner could not give back the same is not drawn at all. */
export function orderCodes(paper: ReceiptPrinterEncoder, name: string, { code, paperMm }: SlipFormat): void {
  const width = barcodeWidth(name, DOTS[paperMm])
  const hasBarcode = (code === 'barcode' || code === 'both') && BARCODE.test(name) && width !== null
  const wantsQr = code === 'qr' || code === 'both' || (code === 'barcode' && !hasBarcode)
  paper.align('center').newline()
  if (hasBarcode) paper.barcode(name, 'code128', { height: 60, width, text: 'none' }).newline()
  if (wantsQr && QR.test(name)) paper.qrcode(name, { model: 2, size: 6, errorlevel: 'm' }).newline()
}

/** The widest bars, in steps of the encoder (one dot more each), with which CODE128 still fits the paper. */
export function barcodeWidth(text: string, dots: number): 1 | 2 | null {
  const modules = 11 * (text.length + 2) + 13 + 20 // start, check, stop, and quiet zones of ten modules
  if (modules * 3 <= dots) return 2
  return modules * 2 <= dots ? 1 : null
}

/** In the store's time; in UTC, and saying so, where its zone is not one that this computer knows. */
function moment(ms: number, zone: string, words: SlipFormat['words']): string {
  const locale = usualLocales[words]
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(ms)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return `${new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(ms)} UTC`
  }
}
