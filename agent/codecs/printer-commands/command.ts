import type { Printer, Settings } from './printer.ts'

/** A command in its chunk: `head` bytes from `at` on have arrived. */
export interface CommandCall {
  readonly bytes: Uint8Array
  readonly at: number
  /** Of the command's first byte, in the stream. */
  readonly offset: number
}

/**
 * What follows a command's head. `counted`: so many bytes, of which the first `keep` are handed on. `until`: up to
 * `terminator`; a byte that `accepts` refuses, or one beyond `limit`, ends it as well and is then read as the next command or text.
 */
export type Body =
  | {
      readonly kind: 'counted'
      readonly length: number
      readonly keep: number
      readonly done?: (data: Uint8Array) => Body | undefined
    }
  | {
      readonly kind: 'until'
      readonly terminator: number
      readonly limit: number
      readonly accepts: (byte: number, before: number) => boolean
      readonly done: (data: Uint8Array, terminated: boolean) => Body | undefined
    }

export interface Command {
  readonly kind: 'command'
  /** Bytes after the opcode that `run` wants to see. */
  readonly head: number
  /**
   * Whether the first byte of the head is within the reference's range. If it is not and begins a command itself, the
   * head is not taken: the opcode alone is unknown.
   */
  readonly within?: (n: number) => boolean
  readonly run?: (printer: Printer, call: CommandCall) => Body | 'unknown' | undefined
}

/** A byte that says what the next one means. */
export interface Prefix {
  readonly kind: 'prefix'
  readonly next: readonly (Command | Prefix | undefined)[]
}

/** All commands of a language: by control byte, 0x00 to 0x1F. */
export interface Grammar {
  readonly controls: readonly (Command | Prefix | undefined)[]
}

export type Entry = readonly [code: string | number, command: Command | Prefix]

/** A table of 256 places; a text key stands for its character's code. */
export function tableOf(entries: readonly Entry[]): (Command | Prefix | undefined)[] {
  const table = new Array<Command | Prefix | undefined>(256).fill(undefined)
  for (const [code, command] of entries) table[typeof code === 'number' ? code : code.charCodeAt(0)] = command
  return table
}

export const prefix = (entries: readonly Entry[]): Prefix => ({ kind: 'prefix', next: tableOf(entries) })

/** Takes its parameters and leaves no trace in what we decode. */
export const ignored = (head: number): Command => ({ kind: 'command', head })

/** No parameters. */
export const plain = (run: (printer: Printer, offset: number) => void): Command => ({
  kind: 'command',
  head: 0,
  run: (printer, { offset }) => void run(printer, offset),
})

/** One parameter of one byte. */
export const one = (
  run: (printer: Printer, n: number, offset: number) => void,
  within?: (n: number) => boolean,
): Command => ({
  kind: 'command',
  head: 1,
  ...(within === undefined ? {} : { within }),
  run: (printer, { bytes, at, offset }) => void run(printer, bytes[at] ?? 0, offset),
})

/** One parameter, of which a setting is made. */
export const sets = <K extends keyof Settings>(
  key: K,
  value: (n: number, printer: Printer) => Settings[K],
): Command =>
  one((printer, n) => {
    const settings: Settings = printer
    settings[key] = value(n, printer)
  })

/** No parameters; a setting becomes this. */
export const puts = <K extends keyof Settings>(key: K, value: Settings[K]): Command =>
  plain(printer => {
    const settings: Settings = printer
    settings[key] = value
  })

/** One parameter of two bytes, low byte first. */
export const word = (run: (printer: Printer, n: number) => void): Command => ({
  kind: 'command',
  head: 2,
  run: (printer, { bytes, at }) => void run(printer, wordAt(bytes, at)),
})

/** A command that reads its own head and says what follows. */
export const reading = (
  head: number,
  run: (printer: Printer, call: CommandCall) => Body | 'unknown' | undefined,
): Command => ({ kind: 'command', head, run })

export const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256

/** Four bytes, low byte first. */
export const longAt = (bytes: Uint8Array, at: number): number =>
  wordAt(bytes, at) + wordAt(bytes, at + 2) * 65_536

/** Data that only its length is known of. */
export const skip = (length: number, done?: () => Body | undefined): Body => ({
  kind: 'counted',
  length,
  keep: 0,
  ...(done === undefined ? {} : { done: () => done() }),
})

/** Data of which at most `most` bytes are looked at. */
export const keep = (length: number, most: number, done: (data: Uint8Array) => Body | undefined): Body => ({
  kind: 'counted',
  length,
  keep: Math.min(length, most),
  done,
})

/** The same, with nothing behind it. */
export const look = (length: number, most: number, at: (data: Uint8Array) => void): Body =>
  keep(length, most, data => {
    at(data)
    return undefined
  })

/** `0`, `1`, `48` and `49` are how the references spell off and on. */
export const isSwitch = (n: number): boolean => n === 0 || n === 1 || n === 48 || n === 49

/** A parameter that may be given as a number or as its digit. */
export const digit = (n: number): number => (n >= 48 && n <= 57 ? n - 48 : n)

/** Two bytes as a number with a sign, as relative positions come. */
export const signed = (n: number): number => (n >= 32_768 ? n - 65_536 : n)
