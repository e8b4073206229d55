import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder'
import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { usualLocales } from '../../shared/languages.ts'
import { decimalFromMinor } from '../../shared/money.ts'
import { commandCodes } from '../../shared/pickup-codes.ts'
import type { PickupView } from '../till/api-schema.ts'
import { type SlipWords, slipMessages } from './slip.messages.ts'
import type { SlipFormat, SlipKind } from './slip-format.ts'
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

/** Printed lines of an order; the slip says how many more there are. */
const MOST_LINES = 100
const MOST_NOTE = 500
const FEED_BEFORE_CUT = 4
/** Dots of the printable width, 8 a millimetre. */
const DOTS = { 58: 384, 80: 576 } as const
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

/**
 * A slip as the bytes for its printer. The order's texts come from customers and the web: nothing in them becomes a
 * command, and card numbers in them are masked.
 * @throws SLIP_UNSAFE, which would be a fault of ours
 */
export function makeSlip(
  kind: SlipKind,
  pickup: PickupView,
  occasion: SlipOccasion,
  format: SlipFormat,
): Uint8Array {
  const words = slipMessages[format.words]
  const columns = COLUMNS[format.paperMm]
  const paper = new ReceiptPrinterEncoder({
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
  const when = (ms: number) => printable(moment(ms, occasion.zone, format.words), columns)
  const say = (text: string) => {
    for (const line of wrapped(text, columns)) printLine(paper, line)
  }

  paper.align('center')
  say(printable(occasion.storeName, 2 * columns))
  paper.bold(true).size(2, 2)
  for (const title of [titleOf(kind, words), ...(occasion.isCopy ? [words.copy] : [])])
    for (const line of wrapped(title, columns / 2)) printLine(paper, line)
  for (const line of wrapped(printable(pickup.order.name, 64), columns / 2)) printLine(paper, line)
  paper.size(1, 1).bold(false).align('left').rule()

  const name = printable(maskCardNumbers(pickup.customer.name), 100)
  const phone = pickup.customer.phoneEnd
  say(`${words.customer}: ${name}${phone === null ? '' : `, ${words.phone(printable(phone, 4))}`}`)
  say(`${words.ordered}: ${when(pickup.order.placedAt)}`)
  const { outstanding = null } = pickup
  if (kind === 'pick-slip' && outstanding !== null) {
    paper.bold(true)
    say(
      `${words.toPay}: ${decimalFromMinor(outstanding.minor, outstanding.currency)} ${outstanding.currency}`,
    )
    paper.bold(false)
  }
  if (kind === 'pick-slip') {
    if (pickup.promisedBy !== null) {
      paper.bold(true)
      say(`${words.promisedBy}: ${when(pickup.promisedBy)}`)
      paper.bold(false)
    }
  } else {
    const by = pickup.movedBy === null ? '' : ` ${words.by} ${printable(pickup.movedBy, 60)}`
    say(`${words.collectedAt}: ${when(pickup.movedAt ?? occasion.at)}${by}`)
  }
  paper.rule()
  for (const line of pickup.lines.slice(0, MOST_LINES)) article(paper, line, kind, words, columns)
  if (pickup.lines.length > MOST_LINES) say(words.moreLines(pickup.lines.length - MOST_LINES))
  say(words.items(pickup.lines.reduce((sum, { units }) => sum + units, 0)))
  if (pickup.note !== null && kind === 'pick-slip') {
    paper.rule()
    say(`${words.note}: ${printable(maskCardNumbers(pickup.note), MOST_NOTE)}`)
  }
  if (kind === 'collection-receipt') {
    paper.newline(3).rule()
    say(words.signature)
  }
  codes(paper, pickup.order.name, format)
  if (kind === 'pick-slip') commands(paper, format, words)
  paper.align('center')
  say(`${words.printed} ${when(occasion.at)}`)
  say(printable(occasion.till, 2 * columns))
  if (format.cut === 'none') paper.newline(FEED_BEFORE_CUT)
  else paper.cut(format.cut)

  const bytes = paper.encode()
  demandSlipOpcodes(bytes, format.language)
  return bytes
}

const titleOf = (kind: SlipKind, words: SlipWords) =>
  kind === 'pick-slip' ? words.pickSlip : words.collectionReceipt

/** Plain lines need no search for a code page that holds their characters, which takes milliseconds a line. */
function printLine(paper: ReceiptPrinterEncoder, line: string): void {
  paper.codepage(ASCII.test(line) ? 'cp437' : 'auto').line(line)
}

function article(
  paper: ReceiptPrinterEncoder,
  line: PickupView['lines'][number],
  kind: SlipKind,
  words: SlipWords,
  columns: number,
): void {
  const variant = line.variantTitle === null ? '' : `, ${printable(line.variantTitle, 80)}`
  const lead = kind === 'pick-slip' ? `[ ] ${line.units} x ` : `${line.units} x `
  const [first = '', ...rest] = wrapped(`${printable(line.title, 120)}${variant}`, columns - lead.length)
  printLine(paper, `${lead}${first}`)
  const indent = ' '.repeat(lead.length)
  for (const more of rest) printLine(paper, `${indent}${more}`)
  if (kind !== 'pick-slip') return
  const known = [
    ...(line.sku === null ? [] : [`${words.sku} ${printable(line.sku, 64)}`]),
    ...(line.barcode === null ? [] : [printable(line.barcode, 64)]),
  ]
  for (const more of wrapped(known.join(' '), columns - lead.length)) printLine(paper, `${indent}${more}`)
}

/** The order's name to be scanned. A name that a scanner could not give back the same is not drawn at all. */
function codes(paper: ReceiptPrinterEncoder, name: string, { code, paperMm }: SlipFormat): void {
  const width = barcodeWidth(name, DOTS[paperMm])
  const hasBarcode = (code === 'barcode' || code === 'both') && BARCODE.test(name) && width !== null
  const wantsQr = code === 'qr' || code === 'both' || (code === 'barcode' && !hasBarcode)
  paper.align('center').newline()
  if (hasBarcode) paper.barcode(name, 'code128', { height: 60, width, text: 'none' }).newline()
  if (wantsQr && QR.test(name)) paper.qrcode(name, { model: 2, size: 6, errorlevel: 'm' }).newline()
}

/** Codes that act on the order once its page is open: they spare staff the screen. */
function commands(paper: ReceiptPrinterEncoder, { code, paperMm }: SlipFormat, words: SlipWords): void {
  if (code === 'none') return
  for (const command of ['ready', 'collected'] as const) {
    const text = commandCodes[command]
    const width = barcodeWidth(text, DOTS[paperMm])
    paper.align('center').newline()
    printLine(paper, words.command[command])
    if (code === 'qr' || width === null) paper.qrcode(text, { model: 2, size: 4, errorlevel: 'm' }).newline()
    else paper.barcode(text, 'code128', { height: 40, width, text: 'none' }).newline()
  }
}

/** The widest bars, in steps of the encoder (one dot more each), with which CODE128 still fits the paper. */
function barcodeWidth(text: string, dots: number): 1 | 2 | null {
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
