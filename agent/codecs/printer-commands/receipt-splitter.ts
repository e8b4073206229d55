import type {
  DecodedReceipt,
  DrawerKick,
  PaperCut,
  PrintedCode,
  PrintedImage,
  PrintedLine,
  SelectedPage,
  StatusRequest,
} from './decoded.ts'

/** A receipt with so many lines, codes or pictures ends as at a cut: a journal printer never cuts. */
const MOST_PRINTED = 5_000
const MOST_CHARACTERS = 1_000_000
/** Of kicks, requests, cuts and unknown commands each; more than that are only counted. */
const MOST_LISTED = 1_000
/** Blank lines before anything is printed. */
const MOST_LEADING_BLANKS = 200
const MOST_UNKNOWN_BYTES = 64

interface Draft {
  offset: number
  end: number
  lines: PrintedLine[]
  characters: number
  codes: PrintedCode[]
  images: PrintedImage[]
  cuts: PaperCut[]
  drawerKicks: DrawerKick[]
  statusRequests: StatusRequest[]
  codePages: Set<string>
  /** The last of them. */
  codePage: string
  /** The last of them; null before the first. */
  codePageNumber: number | null
  codePageNumbers: SelectedPage[]
  unknown: { bytes: string; offset: number; end: number }[]
  unlisted: number
  notSeen: number[]
  /** Something was printed or is about to be. */
  begun: boolean
  /** Something is on paper. */
  printed: boolean
  /** The printer was initialised since the last cut, so what follows is a new job. */
  initialised: boolean
}

/** Collects what is printed into receipts, and decides where each ends. */
export interface Drafts {
  /** The first character of a line arrived: from here on everything belongs to the new receipt. */
  begin(): void
  /** `end`, here and below: of the first byte after the command. */
  line(line: PrintedLine, end: number): void
  code(code: Omit<PrintedCode, 'line'>, end: number): void
  image(image: Omit<PrintedImage, 'line'>, end: number): void
  cut(cut: PaperCut, end: number): void
  kick(kick: DrawerKick, end: number): void
  status(request: StatusRequest, end: number): void
  /** A command's bytes, or one stray byte, which joins its neighbours. */
  unknown(bytes: string, offset: number): void
  /** Something was printed that is not in the bytes. */
  notSeen(offset: number): void
  /** Text was printed in a code page. `number`: what selected it, when the text has characters outside ASCII, else null. */
  codePage(encoding: string, number: number | null): void
  initialised(): void
  /** Finished receipts, each given once. */
  take(): DecodedReceipt[]
  /** The stream pauses: the receipt that a cut ended is complete. */
  quiet(end: number): void
  /** The stream is over: the open receipt is complete, if anything is in it. */
  finish(end: number): void
  /** Status requests of a stream that has no receipt to hold them. */
  leftOver(): readonly StatusRequest[]
}

/** The receipt being printed, the one before it while something may still belong to it, and those that are complete. */
interface Splitting {
  open: Draft
  held: Draft | null
  finished: DecodedReceipt[]
}

/**
 * A receipt ends at a cut. What follows the cut without printing (drawer, status, another cut) still belongs to it, up to
 * ESC @ or the next printing. What follows ESC @ belongs to the next receipt, or to the last one when none follows.
 */
export function openDrafts(from: number): Drafts {
  const of: Splitting = { open: newDraft(from), held: null, finished: [] }
  return {
    begin: () => begin(of),
    line: (line, end) => addLine(of, line, end),
    code(code, end) {
      beginPrinting(of)
      of.open.codes.push({ ...code, line: of.open.lines.length })
      of.open.characters += code.data.length
      closeIfFull(of, end)
    },
    image(image, end) {
      beginPrinting(of)
      of.open.images.push({ ...image, line: of.open.lines.length })
      closeIfFull(of, end)
    },
    cut: (cut, end) => addCut(of, cut, end),
    kick(kick, end) {
      const owner = ownerOf(of, end)
      list(owner, owner.drawerKicks, kick)
    },
    status(request, end) {
      const owner = ownerOf(of, end)
      list(owner, owner.statusRequests, request)
    },
    unknown: (bytes, offset) => addUnknown(of, bytes, offset),
    notSeen(offset) {
      beginPrinting(of)
      if (of.open.notSeen.length < MOST_LISTED) of.open.notSeen.push(offset)
    },
    codePage: (encoding, number) => addCodePage(of.open, encoding, number),
    initialised() {
      if (!of.open.printed) of.open.initialised = true
    },
    take() {
      if (of.finished.length === 0) return of.finished
      const taken = of.finished
      of.finished = []
      return taken
    },
    quiet: end => quiet(of, end),
    finish: end => finish(of, end),
    leftOver: () => of.open.statusRequests,
  }
}

function begin(of: Splitting): void {
  if (of.open.begun) return
  release(of)
  of.open.begun = true
}

/** Something reaches the paper. */
function beginPrinting(of: Splitting): void {
  begin(of)
  of.open.printed = true
}

/** Nothing more belongs to the held receipt. */
function release(of: Splitting): void {
  if (of.held !== null) of.finished.push(receiptOf(of.held))
  of.held = null
}

/** Ends the open receipt, as a cut does. */
function close(of: Splitting, end: number): void {
  of.open.end = end
  of.held = of.open
  of.open = newDraft(end)
}

function closeIfFull(of: Splitting, end: number): void {
  const { lines, codes, images, characters } = of.open
  const printed = lines.length + codes.length + images.length
  if (printed >= MOST_PRINTED || characters >= MOST_CHARACTERS) close(of, end)
}

/** The receipt that a command belongs to which prints nothing. */
function ownerOf(of: Splitting, end: number): Draft {
  if (of.held === null || of.open.begun || of.open.initialised) return of.open
  return extend(of, of.held, end)
}

/** The held receipt now reaches to `end`. Blank lines fed before that are not the next receipt's. */
function extend({ open }: Splitting, held: Draft, end: number): Draft {
  held.end = end
  open.offset = end
  open.lines = []
  return held
}

function list<T>(of: Draft, items: T[], item: T): void {
  if (items.length < MOST_LISTED) items.push(item)
  else of.unlisted += 1
}

function addLine(of: Splitting, line: PrintedLine, end: number): void {
  const { open } = of
  if (line.text === '') {
    if (!open.printed && open.lines.length >= MOST_LEADING_BLANKS) return
  } else if (!open.printed) beginPrinting(of)
  open.lines.push(line)
  open.characters += line.text.length
  closeIfFull(of, end)
}

/** Paper that is cut again before anything is printed on it belongs to the last receipt, even after ESC @. */
function addCut(of: Splitting, cut: PaperCut, end: number): void {
  const owner = of.held !== null && !of.open.begun ? extend(of, of.held, end) : of.open
  list(owner, owner.cuts, cut)
  if (of.open.printed) close(of, end)
}

function addUnknown(of: Splitting, bytes: string, offset: number): void {
  const end = offset + bytes.length / 2
  const owner = ownerOf(of, end)
  const last = owner.unknown.at(-1)
  if (bytes.length === 2 && last?.end === offset && last.bytes.length < 2 * MOST_UNKNOWN_BYTES) {
    last.bytes += bytes
    last.end = end
  } else list(owner, owner.unknown, { bytes, offset, end })
}

/** Called for every run of text, so it compares with the run before first. */
function addCodePage(open: Draft, encoding: string, number: number | null): void {
  if (encoding !== open.codePage) {
    open.codePage = encoding
    open.codePages.add(encoding)
  }
  if (number === null || number === open.codePageNumber) return
  open.codePageNumber = number
  if (open.codePageNumbers.every(each => each.number !== number))
    open.codePageNumbers.push({ number, encoding })
}

function quiet(of: Splitting, end: number): void {
  giveBack(of, end)
  release(of)
  if (of.open.begun || of.open.drawerKicks.length === 0) return
  close(of, end)
  release(of)
}

function finish(of: Splitting, end: number): void {
  giveBack(of, end)
  release(of)
  const { printed, cuts, drawerKicks, unknown } = of.open
  if (!printed && cuts.length + drawerKicks.length + unknown.length === 0) return
  close(of, end)
  release(of)
}

/** An open receipt that prints nothing goes to the receipt before it. */
function giveBack(of: Splitting, end: number): void {
  const { held, open } = of
  if (held === null || open.begun) return
  for (const item of open.cuts) list(held, held.cuts, item)
  for (const item of open.drawerKicks) list(held, held.drawerKicks, item)
  for (const item of open.statusRequests) list(held, held.statusRequests, item)
  for (const item of open.unknown) list(held, held.unknown, item)
  held.unlisted += open.unlisted
  held.end = end
  of.open = newDraft(end)
}

const newDraft = (offset: number): Draft => ({
  offset,
  end: offset,
  lines: [],
  characters: 0,
  codes: [],
  images: [],
  cuts: [],
  drawerKicks: [],
  statusRequests: [],
  codePages: new Set(),
  codePage: '',
  codePageNumber: null,
  codePageNumbers: [],
  unknown: [],
  unlisted: 0,
  notSeen: [],
  begun: false,
  printed: false,
  initialised: false,
})

function receiptOf(draft: Draft): DecodedReceipt {
  return {
    offset: draft.offset,
    end: draft.end,
    lines: draft.lines,
    codes: draft.codes,
    images: draft.images,
    cuts: draft.cuts,
    drawerKicks: draft.drawerKicks,
    statusRequests: draft.statusRequests,
    codePages: [...draft.codePages],
    codePageNumbers: draft.codePageNumbers,
    unknown: draft.unknown.map(({ bytes, offset }) => ({ bytes, offset })),
    unlisted: draft.unlisted,
    notSeen: draft.notSeen,
  }
}
