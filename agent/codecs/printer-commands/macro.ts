import type { Drafts } from './receipt-splitter.ts'

/**
 * What a printer keeps until it is switched off, over all jobs: the bytes that GS ^ has it carry out. Null: none that we
 * have seen.
 */
export interface PrinterMemory {
  macro: Uint8Array | null
}

export const newPrinterMemory = (): PrinterMemory => ({ macro: null })

/** Bytes that Epson's printers keep of a macro; of a longer one models keep different parts. */
const MOST_MACRO = 2_048

/**
 * A macro makes half a megabyte of five bytes. What is printed in this way may exceed what was sent by so much, and by
 * this many bytes in a row: no paper is that long.
 */
const MOST_TIMES = 64
const MOST_AT_ONCE = 1_048_576

/** A macro that is being defined, and how much may still be carried out. */
export interface MacroState {
  /** The bytes since GS :. Null: no definition is open. */
  recording: number[] | null
  room: number
  /** What GS ^ asked for; the reader carries it out. */
  due: { readonly bytes: Uint8Array; readonly times: number } | null
}

export const newMacroState = (): MacroState => ({ recording: null, room: MOST_AT_ONCE, due: null })

/** The part of a printer that has to do with macros. */
interface MacroPrinter {
  readonly macro: MacroState
  readonly memory: PrinterMemory
  readonly drafts: Pick<Drafts, 'notSeen'>
}

/** GS : begins a definition, or ends the one that is open (Epson ESC/POS reference, GS :). */
export function defineMacro({ macro, memory }: Omit<MacroPrinter, 'drafts'>): void {
  const { recording } = macro
  macro.recording = recording === null ? [] : null
  if (recording === null || recording.length === 0 || recording.length > MOST_MACRO) memory.macro = null
  else memory.macro = Uint8Array.from(recording)
}

/** GS ^ r t m: carries the macro out `times` times. During a definition it clears the macro instead (GS ^). */
export function runMacro(printer: MacroPrinter, times: number, offset: number): void {
  const { macro, memory, drafts } = printer
  if (macro.recording !== null) {
    macro.recording = null
    memory.macro = null
    return
  }
  if (times === 0) return
  const bytes = memory.macro
  if (bytes === null || bytes.length * times > macro.room) drafts.notSeen(offset)
  else {
    macro.room -= bytes.length * times
    macro.due = { bytes, times }
  }
}

/** Bytes were carried out: part of an open definition, which go on the paper as well. */
export function noteMacroBytes({ macro }: Pick<MacroPrinter, 'macro'>, bytes: Uint8Array): void {
  macro.room = Math.min(MOST_AT_ONCE, macro.room + MOST_TIMES * bytes.length)
  const { recording } = macro
  if (recording === null) return
  for (const byte of bytes.subarray(0, MOST_MACRO + 1 - recording.length)) recording.push(byte)
}
