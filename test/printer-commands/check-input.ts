import { isDeepStrictEqual } from 'node:util'
import type { DecodedReceipt } from '../../agent/codecs/printer-commands/decoded.ts'
import type { ProfileName } from '../../agent/codecs/printer-commands/profiles.ts'
import { decode, decodeInPieces } from './bytes.ts'
import { cutsOf } from './mutate.ts'

/** Profiles that take other ways through the decoder. */
const PROFILES = [
  'epson',
  'star',
  'epson-japanese',
  'auto',
  'citizen',
  'epson-chinese',
  'epson-korean',
] as const

/**
 * Decodes one input in every way that must not matter and looks at what may not be: throws when the decoder throws, says more
 * than a bounded amount, loses its place, or says something else when the stream is cut.
 */
export function checkInput(input: Uint8Array, pick: (below: number) => number, alsoInPieces: boolean): void {
  const profile: ProfileName = PROFILES[pick(PROFILES.length)] ?? 'epson'
  const receipts = decode(input, profile)
  checkBounds(input, receipts)
  if (alsoInPieces) {
    const cuts = pick(3) === 0 ? [...input.keys()] : cutsOf(input.length, pick)
    const again = decodeInPieces(input, cuts, profile)
    if (!isDeepStrictEqual(again, receipts))
      throw new Error(`cut at ${cuts}: ${JSON.stringify(again)} is not ${JSON.stringify(receipts)}`)
  }
}

/** Every command is at least a byte; a move to the right gives at most 400 blanks. */
function checkBounds(input: Uint8Array, receipts: readonly DecodedReceipt[]): void {
  let end = 0
  for (const receipt of receipts) {
    if (receipt.offset < end || receipt.end < receipt.offset || receipt.end > input.length)
      throw new Error(`receipt ${receipt.offset} to ${receipt.end} behind ${end} of ${input.length}`)
    end = receipt.end
    const items = [
      ...receipt.lines,
      ...receipt.codes,
      ...receipt.images,
      ...receipt.cuts,
      ...receipt.drawerKicks,
      ...receipt.statusRequests,
      ...receipt.unknown,
    ]
    // a macro of a few bytes may print up to a megabyte, and then 64 bytes for each that was sent
    const most = Buffer.from(input).includes('\x1d^', 'latin1')
      ? 1_048_576 + 66 * input.length
      : 2 * input.length
    if (items.length > most) throw new Error(`${items.length} things from ${input.length} bytes`)
    for (const { offset } of items)
      if (offset < receipt.offset || offset > receipt.end)
        throw new Error(`something at ${offset}, not ${receipt.offset} to ${receipt.end}`)
    for (const { text } of receipt.lines) if (text.length > 5_000) throw new Error(`a line of ${text.length}`)
  }
}
