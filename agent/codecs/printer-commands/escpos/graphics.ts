import { type Body, type Command, type CommandCall, keep, longAt, reading, skip, wordAt } from '../command.ts'
import { addImage, askStatus, type Printer } from '../printer.ts'

const NEXT_IS_NOTHING = undefined

/** Bytes of a column and dots it is high, by the mode of ESC *; 8 and 24 dots are Epson's, 48 other makers'. */
function columnOf(m: number): { bytes: number; dots: number } | null {
  if (m === 0 || m === 1) return { bytes: 1, dots: 8 }
  if (m === 32 || m === 33) return { bytes: 3, dots: 24 }
  if (m >= 38 && m <= 40) return { bytes: 3, dots: 24 }
  return m >= 71 && m <= 73 ? { bytes: 6, dots: 48 } : null
}

/** ESC * m nL nH: a band of a picture in the line (Epson ESC/POS reference, ESC *). */
export const escStar: Command = reading(3, (printer, { bytes, at, offset }) => {
  const column = columnOf(bytes[at] ?? 0)
  if (column === null) return 'unknown'
  const width = wordAt(bytes, at + 1)
  if (width > 0) addImage(printer, 'column', { width, height: column.dots }, offset)
  return skip(width * column.bytes)
})

/** GS v 0 m xL xH yL yH: a raster picture, its width in bytes (Epson ESC/POS reference, GS v 0). */
export const gsV0: Command = reading(6, (printer, { bytes, at, offset }) => {
  if (bytes[at] !== 0x30) return 'unknown'
  const width = wordAt(bytes, at + 2)
  const height = wordAt(bytes, at + 4)
  if (width * height > 0) addImage(printer, 'raster', { width: width * 8, height }, offset)
  return skip(width * height)
})

/** GS Q 0 m xL xH yL yH: columns of y bytes each. */
export const gsQ0: Command = reading(6, (printer, { bytes, at, offset }) => {
  if (bytes[at] !== 0x30 && bytes[at] !== 0) return 'unknown'
  const width = wordAt(bytes, at + 2)
  const height = wordAt(bytes, at + 4)
  if (width * height > 0) addImage(printer, 'column', { width, height: height * 8 }, offset)
  return skip(width * height)
})

/** GS * x y: a picture for GS /, x × 8 dots wide and y × 8 high. */
export const gsStar: Command = reading(2, (printer, { bytes, at }) => {
  const x = bytes[at] ?? 0
  const y = bytes[at + 1] ?? 0
  if (printer.selected) printer.stored.downloaded = { width: x * 8, height: y * 8 }
  return skip(x * y * 8)
})

/** GS / m: prints what GS * defined. */
export const gsSlash: Command = reading(1, (printer, { offset }) => {
  const { downloaded } = printer.stored
  addImage(
    printer,
    'stored',
    { width: downloaded?.width ?? null, height: downloaded?.height ?? null },
    offset,
  )
  return NEXT_IS_NOTHING
})

/** FS p n m: prints the picture n of FS q. */
export const fsP: Command = reading(2, (printer, { bytes, at, offset }) => {
  addImage(printer, 'stored', { width: null, height: null, key: String(bytes[at] ?? 0) }, offset)
  return NEXT_IS_NOTHING
})

/** FS q n, then n times xL xH yL yH and x × y × 8 bytes. */
export const fsQ: Command = reading(1, (_, { bytes, at }) => storedPictures(bytes[at] ?? 0))

export function storedPictures(left: number): Body | undefined {
  if (left === 0) return undefined
  return keep(4, 4, size => skip(wordAt(size, 0) * wordAt(size, 2) * 8, () => storedPictures(left - 1)))
}

const PARAMETERS = 16

/** GS ( L pL pH m fn …, and GS 8 L with a longer count: graphics stored and printed (Epson ESC/POS reference, GS ( L). */
export function gsParenthesisL(printer: Printer, length: number, { offset }: CommandCall): Body {
  return keep(length, PARAMETERS, data => {
    if (!printer.selected || data.length < 2) return
    switch (data[1]) {
      case 112: // raster into the print buffer: a bx by c xL xH yL yH
      case 113: // columns
        if (data.length >= 10) printer.stored.graphics = { width: wordAt(data, 6), height: wordAt(data, 8) }
        break
      case 2:
      case 50:
        printStored(printer, offset)
        break
      case 69: // by key: kc1 kc2 x y
      case 85:
        addImage(
          printer,
          'stored',
          { width: null, height: null, key: Buffer.from(data.slice(2, 4)).toString('latin1') },
          offset,
        )
        break
      case 0:
      case 3:
      case 4:
      case 48:
      case 51:
      case 52:
      case 64:
      case 80:
        askStatus(printer, `GS ( L ${data[1]}`, offset)
        break
    }
  })
}

function printStored(printer: Printer, offset: number): void {
  const { graphics } = printer.stored
  if (graphics === null) return
  printer.stored.graphics = null
  addImage(printer, 'raster', graphics, offset)
}

/** GS 8 L p1 p2 p3 p4. */
export const gs8: Command = reading(5, (printer, call) => {
  if (call.bytes[call.at] !== 0x4c) return 'unknown'
  return gsParenthesisL(printer, longAt(call.bytes, call.at + 1), call)
})

/** GS D m fn a kc1 kc2 b c, then a Windows bitmap, whose bytes 2 to 5 are its length. */
export const gsD: Command = reading(7, () =>
  keep(6, 6, head => {
    if (head[0] !== 0x42 || head[1] !== 0x4d) return NEXT_IS_NOTHING
    return skip(Math.max(0, longAt(head, 2) - 6))
  }),
)

/** ESC & y c1 c2, then for each character its width x and x × y bytes: the POS's own drawings. */
export const escAmpersand: Command = reading(3, (printer, { bytes, at }) => {
  const y = bytes[at] ?? 0
  const first = bytes[at + 1] ?? 0
  const last = bytes[at + 2] ?? 0
  if (printer.selected) for (let code = first; code <= last; code += 1) printer.drawn.add(code)
  return drawings(y, last - first + 1)
})

function drawings(y: number, left: number): Body | undefined {
  if (left <= 0) return undefined
  return keep(1, 1, ([x = 0]) => skip(x * y, () => drawings(y, left - 1)))
}

/** FS g 1 m a1 a2 a3 a4 nL nH data: user memory; FS g 2 m a1 a2 a3 a4 nL nH: asks for it. */
export const fsG: Command = reading(8, (printer, { bytes, at, offset }) => {
  const kind = bytes[at]
  if (kind === 1 || kind === 0x31) return skip(wordAt(bytes, at + 6))
  if (kind !== 2 && kind !== 0x32) return 'unknown'
  askStatus(printer, 'FS g 2', offset)
  return NEXT_IS_NOTHING
})
