import { openDecoder } from '../../agent/codecs/printer-commands/decode.ts'
import type { DecodedReceipt } from '../../agent/codecs/printer-commands/decoded.ts'
import type { ProfileName } from '../../agent/codecs/printer-commands/profiles.ts'

export const ESC = 0x1b
export const FS = 0x1c
export const GS = 0x1d
export const DLE = 0x10

/** Texts (a character a byte), single bytes and lists of bytes in a row. */
export function bytes(...parts: readonly (string | number | Iterable<number>)[]): Buffer {
  return Buffer.concat(
    parts.map(part => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1')
      return typeof part === 'number' ? Buffer.of(part) : Buffer.from([...part])
    }),
  )
}

/** Decodes a whole stream at once. */
export function decode(stream: Uint8Array, profile: ProfileName = 'epson'): DecodedReceipt[] {
  const decoder = openDecoder({ profile })
  return [...decoder.push(stream), ...decoder.end()]
}

/** Decodes a stream cut at these places. */
export function decodeInPieces(
  stream: Uint8Array,
  cuts: readonly number[],
  profile: ProfileName = 'epson',
): DecodedReceipt[] {
  const decoder = openDecoder({ profile })
  const receipts: DecodedReceipt[] = []
  let from = 0
  for (const cut of [...cuts, stream.length]) {
    // a copy that is spoilt afterwards: the decoder must not keep the caller's memory
    const piece = Uint8Array.from(stream.subarray(from, cut))
    receipts.push(...decoder.push(piece))
    piece.fill(0xee)
    from = Math.max(from, cut)
  }
  receipts.push(...decoder.end())
  return receipts
}

/** The texts of a receipt's lines. */
export const textsOf = (receipt: DecodedReceipt | undefined): string[] =>
  (receipt?.lines ?? []).map(line => line.text)
