import type { Body, Command, Grammar, Prefix } from './command.ts'
import { noteMacroBytes } from './macro.ts'
import { type Printer, printText } from './printer.ts'
import { openRealTimeScan, type RealTimeScan } from './real-time.ts'

/** Takes a stream's bytes as they arrive and has a printer carry them out. */
export interface CommandReader {
  push(bytes: Uint8Array): void
  /** The stream is over: half a command is unknown. */
  end(): void
  /** How many bytes have arrived. */
  offset(): number
}

const isIntroducer = (byte: number): boolean =>
  byte === 0x1b || byte === 0x1c || byte === 0x1d || byte === 0x10

const NONE = new Uint8Array(0)

/** The data that follows a command, as far as it has arrived. */
interface Progress {
  readonly body: Body
  /** Bytes of it that have arrived. */
  taken: number
  kept: number[] | null
}

interface Reading {
  readonly controls: Grammar['controls']
  readonly printer: Printer
  /** Null when the printer does not look for real-time commands inside data. */
  readonly scan: RealTimeScan | null
  /** The stream's offset of the first byte of the chunk. */
  base: number
  /** 0: the bytes come from the printer's memory, and all count as `base`, behind the command that asked for them. */
  readonly step: 0 | 1
  /** The bytes of a command whose end has not arrived. */
  carried: Uint8Array
  progress: Progress | null
}

/**
 * @param realTime look for real-time commands inside counted data, as Epson's printers do
 * @param from offset of the first byte in its stream
 */
export function openReader(
  grammar: Grammar,
  printer: Printer,
  realTime: boolean,
  from: number,
): CommandReader {
  const reading: Reading = {
    controls: grammar.controls,
    printer,
    scan: realTime ? openRealTimeScan(printer) : null,
    base: from,
    step: 1,
    carried: NONE,
    progress: null,
  }
  return {
    push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const { carried } = reading
      readChunk(reading, carried.length === 0 ? chunk : Buffer.concat([carried, chunk]))
    },
    end: () => endStream(reading),
    offset: () => reading.base + reading.carried.length,
  }
}

function readChunk(reading: Reading, bytes: Buffer): void {
  const { printer } = reading
  const end = bytes.length
  let at = 0
  while (at < end) {
    const { recording } = printer.macro
    const next = readOne(reading, bytes, at)
    if (next < 0) {
      reading.carried = Uint8Array.prototype.slice.call(bytes, at) // a copy: the chunk belongs to its sender
      reading.base += reading.step * at
      return
    }
    if (reading.step === 1 && recording === printer.macro.recording)
      noteMacroBytes(printer, bytes.subarray(at, next))
    at = next
    if (printer.macro.due !== null) carryOutMacro(reading, reading.base + at)
  }
  reading.carried = NONE
  reading.base += reading.step * end
}

/** @returns where the run of text, the command or the data at `at` ends; -1 when part of a command's head has not arrived */
function readOne(reading: Reading, bytes: Buffer, at: number): number {
  const byte = bytes[at] ?? 0
  if (reading.progress !== null) return readBody(reading, bytes, at, reading.progress)
  if (!reading.printer.selected && byte !== 0x1b && byte !== 0x10) return at + 1
  return byte >= 0x20 ? readText(reading, bytes, at) : readCommand(reading, bytes, at)
}

/** GS ^: as if the macro's bytes had been sent here. A definition holds no GS ^, so that this goes no deeper. */
function carryOutMacro({ controls, printer }: Reading, offset: number): void {
  const { due } = printer.macro
  printer.macro.due = null
  if (due === null) return
  const bytes = Buffer.concat(new Array<Uint8Array>(due.times).fill(due.bytes))
  const reading: Reading = {
    controls,
    printer,
    scan: null,
    base: offset,
    step: 0,
    carried: NONE,
    progress: null,
  }
  readChunk(reading, bytes)
  endStream(reading)
}

/** Prints up to the next control byte. @returns its place */
function readText({ printer, base, step }: Reading, bytes: Buffer, from: number): number {
  const end = bytes.length
  let at = from
  let all = 0
  while (at < end) {
    const each = bytes[at] ?? 0
    if (each < 0x20) break
    all |= each
    at += 1
  }
  printText(printer, bytes, from, at, all < 0x80, base + step * from, step)
  return at
}

/** @returns where the command at `start` ends; -1 when part of its head has not arrived */
function readCommand(reading: Reading, bytes: Uint8Array, start: number): number {
  const { printer, base, step } = reading
  let node: Command | Prefix | undefined = reading.controls[bytes[start] ?? 0]
  let at = start + 1
  while (node?.kind === 'prefix') {
    if (at >= bytes.length) return -1
    node = node.next[bytes[at] ?? 0]
    at += 1
  }
  if (node === undefined) return refuse(reading, bytes, start, at)
  const { head, within, run } = node
  if (!printer.selected && !isAllowedWhileDeselected(bytes, start)) return start + 1
  if (within !== undefined) {
    if (at >= bytes.length) return -1
    const n = bytes[at] ?? 0
    if (!within(n)) {
      if (isIntroducer(n)) return refuse(reading, bytes, start, at)
      printer.position = base + step * (at + 1)
      return at + 1
    }
  }
  if (at + head > bytes.length) return -1
  if (run === undefined) return at + head
  printer.position = base + step * (at + head)
  const body = run(printer, { bytes, at, offset: base + step * start })
  if (body === 'unknown') return refuse(reading, bytes, start, at + head)
  if (body !== undefined) beginBody(reading, body)
  return at + head
}

/** Lists bytes that no command has. The last one is read again when it may begin a command. */
function refuse({ printer, base, step }: Reading, bytes: Uint8Array, start: number, end: number): number {
  const last = bytes[end - 1] ?? 0
  const stop = end - start > 1 && isIntroducer(last) ? end - 1 : end
  if (printer.selected) {
    printer.position = base + step * stop
    printer.drafts.unknown(Buffer.from(bytes.subarray(start, stop)).toString('hex'), base + step * start)
  }
  return stop
}

function beginBody(reading: Reading, body: Body): void {
  reading.scan?.reset()
  reading.progress = { body, taken: 0, kept: null }
  if (body.kind === 'counted' && body.length <= 0) finishBody(reading, body.done?.(NONE))
}

function finishBody(reading: Reading, next: Body | undefined): void {
  reading.progress = null
  if (next !== undefined) beginBody(reading, next)
}

function readBody(reading: Reading, bytes: Uint8Array, at: number, of: Progress): number {
  return of.body.kind === 'counted'
    ? readCounted(reading, bytes, at, of, of.body)
    : readUntil(reading, bytes, at, of, of.body)
}

function readCounted(
  reading: Reading,
  bytes: Uint8Array,
  at: number,
  of: Progress,
  body: Extract<Body, { kind: 'counted' }>,
): number {
  const { printer, base, step } = reading
  const stop = Math.min(bytes.length, at + body.length - of.taken)
  reading.scan?.read(bytes, at, stop, base)
  if (of.taken === 0 && stop - at === body.length) {
    printer.position = base + step * stop
    finishBody(reading, body.done?.(bytes.subarray(at, at + body.keep)))
    return stop
  }
  of.kept ??= []
  for (let from = at; from < stop && of.kept.length < body.keep; from += 1) of.kept.push(bytes[from] ?? 0)
  of.taken += stop - at
  if (of.taken >= body.length) {
    printer.position = base + step * stop
    finishBody(reading, body.done?.(Uint8Array.from(of.kept)))
  }
  return stop
}

function readUntil(
  reading: Reading,
  bytes: Uint8Array,
  at: number,
  of: Progress,
  body: Extract<Body, { kind: 'until' }>,
): number {
  of.kept ??= []
  const { kept } = of
  for (let from = at; from < bytes.length; from += 1) {
    const byte = bytes[from] ?? 0
    const ended = byte === body.terminator
    if (ended || kept.length >= body.limit || !body.accepts(byte, kept.at(-1) ?? 0)) {
      const next = ended ? from + 1 : from
      reading.printer.position = reading.base + reading.step * next
      finishBody(reading, body.done(Uint8Array.from(kept), ended))
      return next
    }
    kept.push(byte)
  }
  return bytes.length
}

function endStream(reading: Reading): void {
  const { printer, carried } = reading
  if (carried.length > 0 && printer.selected)
    printer.drafts.unknown(Buffer.from(carried).toString('hex'), reading.base)
  reading.base += reading.step * carried.length
  reading.carried = NONE
  reading.progress = null
  printer.position = reading.base
}

/** A printer that is not selected obeys only ESC = and the real-time commands (Epson ESC/POS reference, ESC =). */
function isAllowedWhileDeselected(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x10 || (bytes[start] === 0x1b && bytes[start + 1] === 0x3d)
}
