import type ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder'
import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { decimalFromMinor } from '../../shared/money.ts'
import { commandCodes } from '../../shared/pickup-codes.ts'
import type { PickupView } from '../till/api-schema.ts'
import { type SlipWords, slipMessages } from './slip.messages.ts'
import type { SlipFormat, SlipKind } from './slip-format.ts'
import {
  barcodeWidth,
  beginSlip,
  DOTS,
  endSlip,
  orderCodes,
  printLine,
  type SlipOccasion,
} from './slip-paper.ts'
import { printable, wrapped } from './slip-text.ts'

/** Printed lines of an order; the slip says how many more there are. */
const MOST_LINES = 100
const MOST_NOTE = 500
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
  const titles = [titleOf(kind, words), ...(occasion.isCopy ? [words.copy] : [])]
  const slip = beginSlip({ titles, orderName: pickup.order.name }, occasion, format)
  const { encoder: paper, columns, say, when } = slip

  const name = printable(maskCardNumbers(pickup.customer.name), 100)
  const phone = pickup.customer.phoneEnd
  say(`${words.customer}: ${name}${phone === null ? '' : `, ${words.phone(printable(phone, 4))}`}`)
  say(`${words.ordered}: ${when(pickup.order.placedAt)}`)
  const { outstanding = null } = pickup
  if (pickup.isTest) {
    paper.bold(true)
    say(words.testOrder)
    paper.bold(false)
  }
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
  orderCodes(paper, pickup.order.name, format)
  if (kind === 'pick-slip') commands(paper, format, words)
  return endSlip(slip, words, occasion, format)
}

const titleOf = (kind: SlipKind, words: SlipWords) =>
  kind === 'pick-slip' ? words.pickSlip : words.collectionReceipt

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
