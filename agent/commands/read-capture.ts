import { readFileSync } from 'node:fs'
import { defineError } from '../../shared/errors.ts'
import { openDecoder } from '../codecs/printer-commands/decode.ts'
import type { DecodedReceipt } from '../codecs/printer-commands/decoded.ts'
import type { PrinterProfile } from '../codecs/printer-commands/profiles.ts'
import { bytesOfHex } from './hex-text.ts'

export const captureUnreadable = defineError(
  'CAPTURE_UNREADABLE',
  (f: { file: string; why: string }) =>
    `${f.file} can't be read (${f.why}). Give the path of a captured print job.`,
)

/** @throws CAPTURE_UNREADABLE */
export function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw captureUnreadable({ file, why: cause instanceof Error ? cause.message : String(cause) }, cause)
  }
}

/** @throws CAPTURE_UNREADABLE, HEX_TEXT_INVALID */
export function receiptsIn(file: string, printer: PrinterProfile): DecodedReceipt[] {
  const content = bytesOf(file)
  const decoder = openDecoder(printer)
  const bytes = file.toLowerCase().endsWith('.hex') ? bytesOfHex(file, content) : content
  return [...decoder.push(bytes), ...decoder.end()]
}
