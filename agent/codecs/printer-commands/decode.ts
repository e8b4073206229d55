import { commandLanguageOf, DECIDING_BYTES } from './auto.ts'
import type { Grammar } from './command.ts'
import type { DecodedReceipt, StatusRequest } from './decoded.ts'
import { escposGrammar } from './escpos/grammar.ts'
import { newPrinterMemory, type PrinterMemory } from './macro.ts'
import { flushLine, newPrinter, printPage } from './printer.ts'
import { type PrinterProfile, type Profile, type ProfileName, profileWith } from './profiles.ts'
import { openReader } from './reader.ts'
import { openDrafts } from './receipt-splitter.ts'
import { starGrammar } from './star/grammar.ts'
import { picture } from './star/raster.ts'

/** Reads what is sent to a receipt printer. Gives each receipt once; where the bytes are cut makes no difference. */
export interface Decoder {
  /** Takes the next bytes; gives the receipts that became complete by them. Keeps no reference to `bytes`. */
  push(bytes: Uint8Array): DecodedReceipt[]
  /**
   * To be called when nothing came for a while: gives the receipt that a cut ended. Without it a receipt waits until the next one
   * begins, because a drawer kick or a status request may still follow its cut.
   */
  quiet(): DecodedReceipt[]
  /** No more bytes come: gives what is left. */
  end(): DecodedReceipt[]
  /** Status requests that no receipt was there to hold. Known after `end`. */
  leftOver(): readonly StatusRequest[]
  /** What is decoded with; of `auto` what it decided for, null as long as it has not. */
  profile(): Exclude<ProfileName, 'auto'> | null
}

const grammars: Readonly<Record<Profile['language'], Grammar>> = {
  escpos: escposGrammar,
  star: starGrammar,
}

/**
 * Opens a decoder. It never throws, whatever the bytes; its memory is bounded by one receipt (5,000 lines or a million characters,
 * then it is given as it is).
 * @param memory what the printer kept of earlier jobs, and keeps for later ones; left out: it was switched on just now
 */
export function openDecoder(
  { profile, codePages = {} }: PrinterProfile,
  memory: PrinterMemory = newPrinterMemory(),
): Decoder {
  return profile === 'auto' ? openAuto(codePages, memory) : openNamed(profile, codePages, 0, memory)
}

type CodePages = NonNullable<PrinterProfile['codePages']>

function openNamed(
  name: Exclude<ProfileName, 'auto'>,
  codePages: CodePages,
  from: number,
  memory: PrinterMemory,
): Decoder {
  const profile = profileWith(name, codePages)
  const drafts = openDrafts(from)
  const printer = newPrinter(profile, drafts, memory)
  const reader = openReader(grammars[profile.language], printer, profile.language === 'escpos', from)
  return {
    push(bytes) {
      reader.push(bytes)
      return drafts.take()
    },
    quiet() {
      drafts.quiet(reader.offset())
      return drafts.take()
    },
    end() {
      reader.end()
      picture(printer)
      printPage(printer, reader.offset())
      flushLine(printer, reader.offset())
      drafts.finish(reader.offset())
      return drafts.take()
    },
    leftOver: () => drafts.leftOver(),
    profile: () => name,
  }
}

/** Holds the first bytes back until they tell the language; a pause before they do is read as ESC/POS, and the next bytes decide. */
function openAuto(codePages: CodePages, memory: PrinterMemory): Decoder {
  let decoder: Decoder | null = null
  let held: Uint8Array[] = []
  let heldBytes = 0
  let from = 0

  const decide = (): { decoder: Decoder; given: DecodedReceipt[]; sure: boolean } => {
    const bytes = Buffer.concat(held)
    const language = commandLanguageOf(bytes, countUnknown)
    const chosen = openNamed(language === 'star' ? 'star' : 'epson', codePages, from, memory)
    held = []
    heldBytes = 0
    from += bytes.length
    return { decoder: chosen, given: chosen.push(bytes), sure: language !== null }
  }
  return {
    push(bytes) {
      if (decoder !== null) return decoder.push(bytes)
      const room = DECIDING_BYTES - heldBytes
      held.push(Uint8Array.from(bytes.subarray(0, room))) // a copy: the chunk is its sender's
      heldBytes += Math.min(room, bytes.length)
      if (heldBytes < DECIDING_BYTES) return []
      const decided = decide()
      decoder = decided.decoder
      return [...decided.given, ...decoder.push(bytes.subarray(room))]
    },
    quiet() {
      if (decoder !== null) return decoder.quiet()
      if (heldBytes === 0) return []
      const decided = decide()
      if (!decided.sure) return [...decided.given, ...decided.decoder.end()]
      decoder = decided.decoder
      return [...decided.given, ...decoder.quiet()]
    },
    end() {
      if (decoder !== null) return decoder.end()
      const decided = decide()
      decoder = decided.decoder
      return [...decided.given, ...decoder.end()]
    },
    leftOver: () => decoder?.leftOver() ?? [],
    profile: () => decoder?.profile() ?? null,
  }
}

function countUnknown(language: Profile['language'], bytes: Uint8Array): number {
  const decoder = openNamed(language === 'star' ? 'star' : 'epson', {}, 0, newPrinterMemory())
  const receipts = [...decoder.push(bytes), ...decoder.end()]
  let count = 0
  for (const { unknown, unlisted } of receipts) {
    count += unlisted
    for (const each of unknown) count += each.bytes.length / 2
  }
  return count
}
