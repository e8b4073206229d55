import {
  type Body,
  type Entry,
  type Grammar,
  ignored,
  one,
  plain,
  prefix,
  reading,
  skip,
  tableOf,
} from '../command.ts'
import {
  askStatus,
  endLine,
  flushLine,
  kickDrawer,
  leavePage,
  type Printer,
  printPage,
  tab,
} from '../printer.ts'
import { escEntries, pinOf } from './esc.ts'
import { fsEntries } from './fs.ts'
import { gsEntries } from './gs.ts'

/** FF: prints the page and leaves page mode; in standard mode it ejects labels and sheets. */
function formFeed(printer: Printer, offset: number): void {
  if (printer.page === null) flushLine(printer, offset)
  else {
    printPage(printer, offset)
    leavePage(printer)
  }
}

/** CAN: what waits in the page's area is gone. */
function cancel(printer: Printer): void {
  if (printer.page === null) return
  printer.page.pieces = []
  printer.line.parts = []
  printer.line.text = ''
}

/** DLE EOT n, for some n with a second parameter (Epson ESC/POS reference, DLE EOT). */
const dleEot = reading(1, (printer, { bytes, at, offset }): Body | 'unknown' | undefined => {
  const n = bytes[at] ?? 0
  if (n === 7 || n === 8 || n === 18)
    return {
      kind: 'counted',
      length: 1,
      keep: 1,
      done: ([a = 0]) => void askStatus(printer, `DLE EOT ${n} ${a}`, offset),
    }
  if (n < 1 || n > 6) return 'unknown'
  askStatus(printer, `DLE EOT ${n}`, offset)
  return undefined
})

/** DLE DC4 fn …: 1 drawer kick, 2 power off, 3 buzzer off, 7 status, 8 clear the buffers. */
const dleDc4 = reading(1, (printer, { bytes, at, offset }): Body | 'unknown' | undefined => {
  switch (bytes[at]) {
    case 1:
      return {
        kind: 'counted',
        length: 2,
        keep: 1,
        done: ([m = 0]) => {
          if (printer.pulseEnabled) kickDrawer(printer, pinOf(m), offset)
          return undefined
        },
      }
    case 2:
      return skip(2)
    case 3:
      return skip(5)
    case 7:
      return {
        kind: 'counted',
        length: 1,
        keep: 1,
        done: ([m = 0]) => void askStatus(printer, `DLE DC4 7 ${m}`, offset),
      }
    case 8:
      return skip(7)
    default:
      return 'unknown'
  }
})

const controls: readonly Entry[] = [
  [0x00, ignored(0)],
  [0x07, ignored(0)], // a buzzer, where there is one
  [0x08, ignored(0)],
  [0x09, plain(tab)],
  [0x0a, plain(endLine)],
  [0x0b, ignored(0)],
  [0x0c, plain(formFeed)],
  // without automatic line feed, which is how serial, USB and network printers are set, CR does nothing
  [0x0d, ignored(0)],
  [
    0x10,
    prefix([
      [0x04, dleEot],
      [0x05, one((printer, n, offset) => askStatus(printer, `DLE ENQ ${n}`, offset))],
      [0x14, dleDc4],
    ]),
  ],
  [0x11, ignored(0)], // XON and XOFF of serial lines
  [0x13, ignored(0)],
  [0x18, plain(cancel)],
  [0x1b, prefix(escEntries)],
  [0x1c, prefix(fsEntries)],
  [0x1d, prefix(gsEntries)],
]

/** Epson's ESC/POS. */
export const escposGrammar: Grammar = { controls: tableOf(controls) }
