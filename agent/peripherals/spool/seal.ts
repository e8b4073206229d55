import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'

/**
 * A print as the spool keeps it: a header with the print's id, then sealed pieces. Each print has a key of its own, made
 * from the spool's key and the id, so no nonce is ever used twice: it is the piece's number. A piece is only opened
 * in its place, behind all that came before it.
 */

const MAGIC = Buffer.from('TBPS1')
const ID_BYTES = 16
const HEADER_BYTES = MAGIC.length + ID_BYTES
const KEY_BYTES = 32
const TAG_BYTES = 16
const LENGTH_BYTES = 4
const TIME_BYTES = 6
const PURPOSE = 'tillbridge print spool 1'

const kinds = { bytes: 1, end: 2 } as const

/** Bytes of a print, and when they came (agent clock, ms). */
export interface SpooledPiece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** Seals one print's pieces. @param id 32 hexadecimal digits, drawn for this print alone */
export function sealPrint(key: Uint8Array, id: string, peripheral: string) {
  const header = Buffer.concat([MAGIC, Buffer.from(id, 'hex')])
  const own = keyOf(key, header)
  let next = 0

  const seal = (kind: number, at: number, bytes: Uint8Array): Uint8Array => {
    const content = Buffer.alloc(1 + TIME_BYTES + bytes.length)
    content.writeUInt8(kind)
    content.writeUIntBE(Math.max(0, Math.trunc(at)), 1, TIME_BYTES)
    content.set(bytes, 1 + TIME_BYTES)
    const cipher = createCipheriv('aes-256-gcm', own, nonceOf(next), { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(peripheral))
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(content.length)
    const sealed = Buffer.concat([length, cipher.update(content), cipher.final(), cipher.getAuthTag()])
    next += 1
    return next === 1 ? Buffer.concat([header, sealed]) : sealed
  }

  return {
    piece: ({ at, bytes }: SpooledPiece): Uint8Array => seal(kinds.bytes, at, bytes),
    /** The last piece: the print is whole. */
    end: (at: number): Uint8Array => seal(kinds.end, at, new Uint8Array()),
  }
}

/** What could be opened of a print. */
export interface OpenedPrint {
  readonly pieces: readonly SpooledPiece[]
  /** Everything up to the end is there. */
  readonly isWhole: boolean
}

/**
 * Opens a print as far as it is intact: up to the first piece that is cut off or changed. Never throws.
 * @param keys the spool's key and those before it
 */
export function openPrint(keys: readonly Uint8Array[], peripheral: string, file: Uint8Array): OpenedPrint {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  const header = bytes.subarray(0, HEADER_BYTES)
  const nothing: OpenedPrint = { pieces: [], isWhole: false }
  if (header.length < HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) return nothing
  for (const key of keys) {
    const opened = openWith(keyOf(key, header), peripheral, bytes)
    if (opened.pieces.length > 0 || opened.isWhole) return opened
  }
  return nothing
}

function openWith(own: Uint8Array, peripheral: string, bytes: Buffer): OpenedPrint {
  const pieces: SpooledPiece[] = []
  let at = HEADER_BYTES
  for (let n = 0; bytes.length - at >= LENGTH_BYTES; n += 1) {
    const length = bytes.readUInt32BE(at)
    const end = at + LENGTH_BYTES + length + TAG_BYTES
    if (length < 1 + TIME_BYTES || end > bytes.length) break
    const content = opened(own, n, peripheral, bytes.subarray(at + LENGTH_BYTES, end))
    if (content === null) break
    at = end
    if (content.readUInt8() === kinds.end) return { pieces, isWhole: at === bytes.length }
    pieces.push({ at: content.readUIntBE(1, TIME_BYTES), bytes: content.subarray(1 + TIME_BYTES) })
  }
  return { pieces, isWhole: false }
}

/** Null: it is not what was sealed, or not in this place. */
function opened(own: Uint8Array, n: number, peripheral: string, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(n), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(peripheral))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()])
  } catch {
    return null // the tag does not fit: this is how GCM says that the bytes are others
  }
}

function keyOf(key: Uint8Array, header: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, header, PURPOSE, KEY_BYTES))
}

function nonceOf(n: number): Uint8Array {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(n, 8)
  return nonce
}
