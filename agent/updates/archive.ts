import { defineError } from '../../shared/errors.ts'

/**
 * The package of an update: a plain ustar file of folders and regular files, compressed with gzip. Written and read here, so
 * that nothing else that a tar file may hold (links, devices, paths out of its folder) can mean anything.
 */

export const packageTampered = defineError(
  'PACKAGE_TAMPERED',
  (f: { why: string }) =>
    `The package of the update is not what was signed, or is not a package: ${f.why}. It was thrown away, and nothing of it has run.`,
)

const BLOCK = 512
const PATH = /^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9@._+() -][A-Za-z0-9@._+() /-]{0,254}$/
const MOST_ENTRIES = 50_000

export interface ArchiveEntry {
  /** Below the folder into which it is unpacked, with `/`. */
  readonly path: string
  readonly isProgram: boolean
}

/** The bytes before an entry's content. @throws when its path does not fit */
export function entryHeader({ path, isProgram }: ArchiveEntry, size: number): Buffer {
  if (!PATH.test(path)) throw new Error(`a package can't hold this path: ${path}`)
  const [prefix, name] = splitPath(path)
  const header = Buffer.alloc(BLOCK)
  header.write(name, 0)
  header.write(isProgram ? '0000755\0' : '0000644\0', 100)
  header.write('0000000\0'.repeat(2), 108)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  header.write(prefix, 345)
  header.write(`${checksumOf(header).toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** What follows an entry's content, and, for a size of 0, nothing. */
export const entryPadding = (size: number) => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
export const archiveEnd = Buffer.alloc(2 * BLOCK)

function splitPath(path: string): [prefix: string, name: string] {
  if (path.length <= 100) return ['', path]
  const at = path.indexOf('/', path.length - 101)
  if (at === -1 || at > 155) throw new Error(`a package can't hold a path this long: ${path}`)
  return [path.slice(0, at), path.slice(at + 1)]
}

function checksumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)
}

/** Where an archive's content goes. */
export interface ArchiveSink {
  begin(entry: ArchiveEntry): void
  write(bytes: Uint8Array): void
  end(): void
}

/**
 * Reads an archive piece by piece.
 * @param most bytes of all content; more is refused, as a small package can unpack to fill a disk
 * @throws PACKAGE_TAMPERED, and what the sink throws
 */
export async function readArchive(
  pieces: AsyncIterable<Uint8Array>,
  sink: ArchiveSink,
  most: number,
): Promise<void> {
  const reader = new ArchiveReader(sink, most)
  for await (const piece of pieces) reader.take(piece)
  reader.finish()
}

class ArchiveReader {
  readonly #sink: ArchiveSink
  #left: number
  #held: Buffer = Buffer.alloc(0)
  /** Bytes of the entry under way that are still to come, and the padding behind them. */
  #content = 0
  #padding = 0
  #entries = 0
  #isOver = false

  constructor(sink: ArchiveSink, most: number) {
    this.#sink = sink
    this.#left = most
  }

  take(piece: Uint8Array): void {
    this.#held = this.#held.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#held, piece])
    while (!this.#isOver && this.#step());
  }

  finish(): void {
    if (!this.#isOver) throw packageTampered({ why: 'it ends too early' })
  }

  #step(): boolean {
    if (this.#content > 0) return this.#passContent()
    if (this.#padding > 0) {
      const skipped = this.#cut(this.#padding)
      this.#padding -= skipped.length
      return skipped.length > 0
    }
    if (this.#held.length < BLOCK) return false
    this.#open(this.#cut(BLOCK))
    return true
  }

  #passContent(): boolean {
    const bytes = this.#cut(this.#content)
    if (bytes.length === 0) return false
    this.#sink.write(bytes)
    this.#content -= bytes.length
    if (this.#content === 0) this.#sink.end()
    return true
  }

  #cut(most: number): Buffer {
    const bytes = this.#held.subarray(0, most)
    this.#held = this.#held.subarray(bytes.length)
    return bytes
  }

  #open(header: Buffer): void {
    if (header.every(byte => byte === 0)) {
      this.#isOver = true
      return
    }
    const { path, isProgram, size } = readHeader(header)
    this.#entries += 1
    this.#left -= size
    if (this.#left < 0 || this.#entries > MOST_ENTRIES)
      throw packageTampered({ why: 'it is larger than was signed' })
    this.#sink.begin({ path, isProgram })
    this.#content = size
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK
    if (size === 0) this.#sink.end()
  }
}

function readHeader(header: Buffer): ArchiveEntry & { readonly size: number } {
  const text = (at: number, length: number) =>
    header.toString('latin1', at, at + length).replace(/\0.*$/s, '')
  if (Number.parseInt(text(148, 8), 8) !== checksumOf(header))
    throw packageTampered({ why: 'a header is damaged' })
  if (text(156, 1) !== '0') throw packageTampered({ why: 'it holds something else than files' })
  const prefix = text(345, 155)
  const path = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`
  const size = Number.parseInt(text(124, 12), 8)
  if (!PATH.test(path) || !Number.isSafeInteger(size) || size < 0)
    throw packageTampered({ why: 'a header is wrong' })
  return { path, size, isProgram: (Number.parseInt(text(100, 8), 8) & 0o100) !== 0 }
}
