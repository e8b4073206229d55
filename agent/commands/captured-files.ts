import { readFileSync } from 'node:fs'
import { defineError } from '../../shared/errors.ts'
import { openDecoder } from '../receipts/decode.ts'
import type { DecodedReceipt } from '../receipts/decoded.ts'
import { bytesOfHex } from '../receipts/hex-text.ts'
import type { ProfileName } from '../receipts/profiles.ts'

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
export function receiptsIn(file: string, profile: ProfileName): DecodedReceipt[] {
  const content = bytesOf(file)
  const decoder = openDecoder(profile)
  const bytes = file.toLowerCase().endsWith('.hex') ? bytesOfHex(file, content) : content
  return [...decoder.push(bytes), ...decoder.end()]
}
