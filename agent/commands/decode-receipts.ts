import { maskCardNumbers, maskLines } from '../../shared/card-numbers/mask.ts'
import { openDecoder } from '../codecs/printer-commands/decode.ts'
import type { DecodedReceipt, PrintedCode, StatusRequest } from '../codecs/printer-commands/decoded.ts'
import type { PrinterProfile, ProfileName } from '../codecs/printer-commands/profiles.ts'
import { bytesOfHex } from './hex-text.ts'

/** A captured print job. A name that ends in `.hex` holds hexadecimal text, with white space and `#` comments. */
export interface CapturedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** What `agent receipts decode --json` prints of a receipt: as decoded, its lines as plain texts, card numbers masked. */
export type ReceiptView = Omit<DecodedReceipt, 'lines'> & { readonly lines: readonly string[] }

/** What `agent receipts decode --json` prints of a file. */
export interface FileView {
  readonly file: string
  /** What it was decoded with; of `auto` what that decided for. */
  readonly profile: ProfileName
  readonly bytes: number
  readonly receipts: readonly ReceiptView[]
  /** Only in a file without a receipt: what it asked the printer. */
  readonly statusRequests?: readonly StatusRequest[]
}

/**
 * Decodes each file as a stream of its own.
 * @throws HEX_TEXT_INVALID for a `.hex` file that holds anything but hexadecimal digits
 */
export function decodeFiles(files: readonly CapturedFile[], printer: PrinterProfile): FileView[] {
  return files.map(({ name, bytes: content }) => {
    const bytes = name.toLowerCase().endsWith('.hex') ? bytesOfHex(name, content) : content
    const decoder = openDecoder(printer)
    const receipts = [...decoder.push(bytes), ...decoder.end()].map(viewOf)
    const leftOver = decoder.leftOver()
    return {
      file: name,
      profile: decoder.profile() ?? printer.profile,
      bytes: bytes.length,
      receipts,
      ...(leftOver.length > 0 ? { statusRequests: leftOver } : {}),
    }
  })
}

function viewOf(receipt: DecodedReceipt): ReceiptView {
  return {
    ...receipt,
    lines: maskLines(receipt.lines.map(line => line.text)),
    codes: receipt.codes.map(code => ({ ...code, data: maskCode(code) })),
  }
}

/** Symbols that hold item numbers, one in ten of which would pass for a card number. */
const ARTICLE_NUMBERS = /^(EAN|UPC|GS1)/

const maskCode = ({ symbology, data }: PrintedCode): string =>
  ARTICLE_NUMBERS.test(symbology) ? data : maskCardNumbers(data)
