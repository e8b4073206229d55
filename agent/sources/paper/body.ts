import type { DecodedReceipt } from '../../codecs/printer-commands/decoded.ts'
import { maskedReceipt } from '../../codecs/receipt-templates/masked.ts'
import { MOST_CHARACTERS, MOST_LINES, type Printed } from '../../codecs/receipt-templates/paper.ts'
import type { CapturedBody } from './captured-receipts.ts'

const MOST_CODES = 50
const MOST_CODE = 1_000
const MOST_IMAGES = 200

/**
 * What is kept of a receipt, card numbers masked: at most 64,000 characters of 3,000 lines. Null: it put nothing on
 * paper, being a cut, a drawer kick or a question of the POS how the printer is.
 */
export function bodyOf(receipt: DecodedReceipt): CapturedBody | null {
  const kept: DecodedReceipt['lines'][number][] = []
  let characters = 0
  for (const line of receipt.lines) {
    characters += line.text.length
    if (characters > MOST_CHARACTERS || kept.length >= MOST_LINES) break
    kept.push(line)
  }
  const { lines, codes } = maskedReceipt({ lines: kept, codes: receipt.codes.slice(0, MOST_CODES) })
  const drawn = receipt.images.filter(image => image.kind !== 'stored')
  const isBlank = lines.every(line => line.text.trim() === '')
  const isSeen = receipt.notSeen.length === 0
  if (isBlank && isSeen && codes.length === 0 && drawn.length === 0) return null
  return {
    lines: lines.map(line => line.text),
    codes: codes.map(({ symbology, data, line }) => ({
      symbology: symbology.slice(0, 40),
      data: data.slice(0, MOST_CODE),
      line,
    })),
    images: receipt.images
      .slice(0, MOST_IMAGES)
      .map(({ kind, width, height, line }) => ({ kind, width, height, line })),
    ...(receipt.codePageNumbers.length === 0 ? {} : { codePages: [...receipt.codePageNumbers] }),
    ...(isSeen ? {} : { notSeen: true as const }),
    cut: kept.length < receipt.lines.length,
  }
}

/** A kept receipt as templates read it. */
export function printedOf(body: CapturedBody): Printed {
  return { lines: body.lines.map(text => ({ text })), images: body.images, codes: body.codes }
}
