import { type Body, type Command, keep, reading, skip, wordAt } from '../command.ts'
import { addImage, cutPaper, initialise, kickDrawer, type Printer } from '../printer.ts'

const ESC = 0x1b
const ROW = 0x62 // b: a row, and on to the next
const LAYER = 0x6b // k: a row of one colour, the next lies on it

/** What the end of a page cuts, by ESC * r E n. 0 is the printer's own setting, which as delivered is a partial cut. */
const CUTS: Readonly<Record<string, 'full' | 'partial'>> = {
  '0': 'partial',
  '8': 'full',
  '9': 'partial',
  '12': 'full',
  '13': 'partial',
}

/**
 * ESC * r: raster mode (Star Line mode command specifications). In it only rows, ESC * r and ESC FF are commands; any other byte
 * ends it here, so that a lost end cannot swallow the text of the next receipt.
 */
export const starEscStar: Command = reading(2, (printer, { bytes, at, offset }) => {
  if (bytes[at] !== 0x72) return 'unknown'
  return setting(printer, bytes[at + 1] ?? 0, offset, false)
})

/** Behind ESC * r. `inside`: raster mode is on. */
function setting(printer: Printer, letter: number, offset: number, inside: boolean): Body | undefined {
  const goOn = () => (inside ? next(printer, offset) : undefined)
  switch (String.fromCharCode(letter)) {
    case 'A':
      return next(printer, offset)
    case 'B':
      endOfPage(printer, offset, false)
      return undefined
    case 'R':
    case 'C':
      printer.stored.raster = null
      return goOn()
    case 'm': // m l n NUL, m r n NUL
      return keep(1, 1, () => number(() => goOn()))
    case 'D':
      return number(n => {
        kickDrawer(printer, n === '2' ? 5 : 2, offset)
        return goOn()
      })
    case 'E':
      return number(n => {
        printer.stored.rasterEnd = n
        return goOn()
      })
    case 'Y':
      return number(n => {
        const { raster } = printer.stored
        if (raster !== null) raster.height += Number(n)
        return goOn()
      })
    default: // F P Q T K V N: a number
      return number(() => goOn())
  }
}

/** Decimal digits ended by NUL. */
function number(done: (digits: string) => Body | undefined): Body {
  return {
    kind: 'until',
    terminator: 0,
    limit: 5,
    accepts: byte => (byte >= 0x30 && byte <= 0x39) || byte === 0x3b,
    done: data => done(Buffer.from(data).toString('latin1')),
  }
}

/** The next command of raster mode. */
function next(printer: Printer, offset: number): Body {
  return {
    kind: 'until',
    terminator: -1,
    limit: 1,
    accepts: byte => byte === ROW || byte === LAYER || byte === ESC || byte === 0,
    done([byte]) {
      if (byte === 0) return next(printer, offset)
      if (byte === ROW || byte === LAYER)
        return keep(2, 2, head => row(printer, wordAt(head, 0), byte === ROW, offset))
      if (byte === ESC) return keep(1, 1, ([kind = 0]) => command(printer, kind, offset))
      picture(printer)
      return undefined
    },
  }
}

function row(printer: Printer, bytes: number, advances: boolean, offset: number): Body {
  const raster = printer.stored.raster ?? { width: 0, height: 0, offset: printer.position - 3 }
  printer.stored.raster = raster
  raster.width = Math.max(raster.width, bytes * 8)
  if (advances) raster.height += 1
  return skip(bytes, () => next(printer, offset))
}

function command(printer: Printer, kind: number, offset: number): Body | undefined {
  switch (kind) {
    case 0x2a: // ESC * r
      return keep(2, 2, ([, letter = 0]) => setting(printer, letter, offset, true))
    case 0x0c: // ESC FF EOT, ESC FF NUL
      return keep(1, 1, ([which]) => {
        endOfPage(printer, printer.position - 3, which === 4)
        return next(printer, offset)
      })
    case 0x40:
      picture(printer)
      initialise(printer)
      return undefined
    default:
      picture(printer)
      return undefined
  }
}

/** Rows that were sent become one picture. */
export function picture(printer: Printer): boolean {
  const { raster } = printer.stored
  if (raster === null) return false
  printer.stored.raster = null
  addImage(printer, 'raster', { width: raster.width, height: raster.height }, raster.offset)
  return true
}

/** Cuts as ESC * r E says, after a picture or because the end of the page was asked for. */
function endOfPage(printer: Printer, offset: number, asked: boolean): void {
  const drawn = picture(printer)
  const cut = CUTS[printer.stored.rasterEnd]
  if (cut !== undefined && (asked || (drawn && printer.stored.rasterEnd !== '0')))
    cutPaper(printer, cut, offset)
}
