import type { Body, Command, Grammar, Prefix } from './command.ts'
import { type Printer, printText } from './printer.ts'
import { openRealTimeScan } from './real-time.ts'

/** Takes a stream's bytes as they come and has a printer do what they say. */
export interface Reader {
  push(bytes: Uint8Array): void
  /** No more bytes come: what is half a command is unknown. */
  end(): void
  /** How many bytes came. */
  offset(): number
}

const isIntroducer = (byte: number): boolean =>
  byte === 0x1b || byte === 0x1c || byte === 0x1d || byte === 0x10

const NONE = new Uint8Array(0)

interface Progress {
  readonly body: Body
  /** Bytes of it that came so far. */
  taken: number
  kept: number[] | null
}

/**
 * @param realTime look for real-time commands inside counted data, as Epson's printers do
 * @param from offset of the first byte in its stream
 */
export function openReader(grammar: Grammar, printer: Printer, realTime: boolean, from: number): Reader {
  const { controls } = grammar
  const scan = realTime ? openRealTimeScan(printer) : null
  /** The stream's offset of `bytes[0]` of the piece at hand. */
  let base = from
  /** A command's bytes that came without its end. */
  let carried: Uint8Array = NONE
  let progress: Progress | null = null

  function read(bytes: Buffer): void {
    const end = bytes.length
    let at = 0
    while (at < end) {
      if (progress !== null) {
        at = readBody(bytes, at, progress)
        continue
      }
      const byte = bytes[at] ?? 0
      if (!printer.selected && byte !== 0x1b && byte !== 0x10) {
        at += 1
        continue
      }
      if (byte >= 0x20) {
        const from = at
        let all = 0
        while (at < end) {
          const each = bytes[at] ?? 0
          if (each < 0x20) break
          all |= each
          at += 1
        }
        printText(printer, bytes, from, at, all < 0x80, base + from)
        continue
      }
      const next = readCommand(bytes, at)
      if (next < 0) {
        carried = Uint8Array.prototype.slice.call(bytes, at) // a copy: the chunk is its sender's
        base += at
        return
      }
      at = next
    }
    carried = NONE
    base += end
  }

  /** Where the command at `start` ends, or -1 if its head is not all there. */
  function readCommand(bytes: Uint8Array, start: number): number {
    let node: Command | Prefix | undefined = controls[bytes[start] ?? 0]
    let at = start + 1
    while (node?.kind === 'prefix') {
      if (at >= bytes.length) return -1
      node = node.next[bytes[at] ?? 0]
      at += 1
    }
    if (node === undefined) return refuse(bytes, start, at)
    const { head, within, run } = node
    if (!printer.selected && !isAllowedWhileDeselected(bytes, start)) return start + 1
    if (within !== undefined) {
      if (at >= bytes.length) return -1
      const n = bytes[at] ?? 0
      if (!within(n)) {
        if (isIntroducer(n)) return refuse(bytes, start, at)
        printer.position = base + at + 1
        return at + 1
      }
    }
    if (at + head > bytes.length) return -1
    if (run === undefined) return at + head
    printer.position = base + at + head
    const body = run(printer, { bytes, at, offset: base + start })
    if (body === 'unknown') return refuse(bytes, start, at + head)
    if (body !== undefined) begin(body)
    return at + head
  }

  /** Nothing knows these bytes; the last of them is read again if it may begin a command. */
  function refuse(bytes: Uint8Array, start: number, end: number): number {
    const last = bytes[end - 1] ?? 0
    const stop = end - start > 1 && isIntroducer(last) ? end - 1 : end
    if (printer.selected) {
      printer.position = base + stop
      printer.drafts.unknown(Buffer.from(bytes.subarray(start, stop)).toString('hex'), base + start)
    }
    return stop
  }

  function begin(body: Body): void {
    scan?.reset()
    progress = { body, taken: 0, kept: null }
    if (body.kind === 'counted' && body.length <= 0) finish(body.done?.(NONE))
  }

  function finish(next: Body | undefined): void {
    progress = null
    if (next !== undefined) begin(next)
  }

  function readBody(bytes: Uint8Array, at: number, of: Progress): number {
    return of.body.kind === 'counted'
      ? readCounted(bytes, at, of, of.body)
      : readUntil(bytes, at, of, of.body)
  }

  function readCounted(
    bytes: Uint8Array,
    at: number,
    of: Progress,
    body: Extract<Body, { kind: 'counted' }>,
  ): number {
    const stop = Math.min(bytes.length, at + body.length - of.taken)
    scan?.read(bytes, at, stop, base)
    if (of.taken === 0 && stop - at === body.length) {
      printer.position = base + stop
      finish(body.done?.(bytes.subarray(at, at + body.keep)))
      return stop
    }
    of.kept ??= []
    for (let from = at; from < stop && of.kept.length < body.keep; from += 1) of.kept.push(bytes[from] ?? 0)
    of.taken += stop - at
    if (of.taken >= body.length) {
      printer.position = base + stop
      finish(body.done?.(Uint8Array.from(of.kept)))
    }
    return stop
  }

  function readUntil(
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
        printer.position = base + next
        finish(body.done(Uint8Array.from(kept), ended))
        return next
      }
      kept.push(byte)
    }
    return bytes.length
  }

  return {
    push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      read(carried.length === 0 ? chunk : Buffer.concat([carried, chunk]))
    },
    end() {
      if (carried.length > 0 && printer.selected) {
        const hex = Buffer.from(carried).toString('hex')
        printer.drafts.unknown(hex, base)
      }
      base += carried.length
      carried = NONE
      progress = null
      printer.position = base
    },
    offset: () => base + carried.length,
  }
}

/** A printer that is not selected hears ESC = and the real-time commands only (Epson ESC/POS reference, ESC =). */
function isAllowedWhileDeselected(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x10 || (bytes[start] === 0x1b && bytes[start + 1] === 0x3d)
}
