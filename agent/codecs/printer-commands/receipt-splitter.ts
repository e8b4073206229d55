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

/** More lines, codes or pictures than this end a receipt as a cut would: a journal printer never cuts. */
const MOST_PRINTED = 5_000
const MOST_CHARACTERS = 1_000_000
/** Of kicks, requests, cuts and unknown commands each; what comes above is only counted. */
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
  codePageNumbers: SelectedPage[]
  unknown: { bytes: string; offset: number; end: number }[]
  unlisted: number
  /** Something waits to be printed, or was. */
  begun: boolean
  /** Something is on paper. */
  printed: boolean
  /** The printer was initialised since the last cut: what follows is a new job, not an after-thought of the old one. */
  initialised: boolean
}

/** Collects what is printed into receipts, and decides where each ends. */
export interface Drafts {
  /** The first character of a line came: what comes now is the new receipt's. */
  begin(): void
  /** `end`, here and below: of the first byte after the command. */
  line(line: PrintedLine, end: number): void
  code(code: Omit<PrintedCode, 'line'>, end: number): void
  image(image: Omit<PrintedImage, 'line'>, end: number): void
  cut(cut: PaperCut, end: number): void
  kick(kick: DrawerKick, end: number): void
  status(request: StatusRequest, end: number): void
  /** A command's bytes, or one stray byte, which joins those that it touches. */
  unknown(bytes: string, offset: number): void
  codePage(name: string): void
  /** A character outside ASCII was printed in this page. */
  codePageNumber(number: number, encoding: string): void
  initialised(): void
  /** Finished receipts, each given once. */
  take(): DecodedReceipt[]
  /** Nothing follows for now: the receipt that a cut ended is complete. */
  settle(end: number): void
  /** The stream is over: what is open is a receipt, if there is anything in it. */
  finish(end: number): void
  /** Status requests of a stream that has no receipt to hold them. */
  leftOver(): readonly StatusRequest[]
}

/**
 * A receipt ends at a cut, but what follows the cut and prints nothing (drawer, status, another cut) still belongs to it, up to
 * ESC @ or the next printing; what follows ESC @ belongs to the next one, or, if none comes, to the last one.
 */
export function openDrafts(from: number): Drafts {
  let open = newDraft(from)
  let held: Draft | null = null
  let finished: DecodedReceipt[] = []

  const release = () => {
    if (held !== null) finished.push(receiptOf(held))
    held = null
  }
  const begin = () => {
    if (open.begun) return
    release()
    open.begun = true
  }
  /** Called when something gets onto paper. */
  const printing = () => {
    begin()
    open.printed = true
  }
  /** Ends the open receipt, as a cut does. */
  const close = (end: number) => {
    open.end = end
    held = open
    open = newDraft(end)
  }
  const closeIfFull = (end: number) => {
    const printed = open.lines.length + open.codes.length + open.images.length
    if (printed >= MOST_PRINTED || open.characters >= MOST_CHARACTERS) close(end)
  }
  /** Whose the things are that print nothing. */
  const owner = (end: number): Draft => {
    if (held === null || open.begun || open.initialised) return open
    return extend(held, end)
  }
  /** The held receipt reaches to `end`: blank lines fed before it are not the next one's. */
  const extend = (of: Draft, end: number): Draft => {
    of.end = end
    open.offset = end
    open.lines = []
    return of
  }
  const list = <T>(of: Draft, items: T[], item: T) => {
    if (items.length < MOST_LISTED) items.push(item)
    else of.unlisted += 1
  }
  /** What is open prints nothing: it goes to the receipt before. */
  const giveBack = (end: number) => {
    if (held === null || open.begun) return
    for (const item of open.cuts) list(held, held.cuts, item)
    for (const item of open.drawerKicks) list(held, held.drawerKicks, item)
    for (const item of open.statusRequests) list(held, held.statusRequests, item)
    for (const item of open.unknown) list(held, held.unknown, item)
    held.unlisted += open.unlisted
    held.end = end
    open = newDraft(end)
  }
  const isWorthKeeping = () =>
    open.printed || open.cuts.length > 0 || open.drawerKicks.length > 0 || open.unknown.length > 0

  return {
    begin,
    line(line, end) {
      if (line.text === '') {
        if (!open.printed && open.lines.length >= MOST_LEADING_BLANKS) return
      } else printing()
      open.lines.push(line)
      open.characters += line.text.length
      closeIfFull(end)
    },
    code(code, end) {
      printing()
      open.codes.push({ ...code, line: open.lines.length })
      open.characters += code.data.length
      closeIfFull(end)
    },
    image(image, end) {
      printing()
      open.images.push({ ...image, line: open.lines.length })
      closeIfFull(end)
    },
    cut(cut, end) {
      // paper cut again before anything is on it is the last receipt's, even after ESC @
      const of = held !== null && !open.begun ? extend(held, end) : open
      list(of, of.cuts, cut)
      if (open.printed) close(end)
    },
    kick(kick, end) {
      const of = owner(end)
      list(of, of.drawerKicks, kick)
    },
    status(request, end) {
      const of = owner(end)
      list(of, of.statusRequests, request)
    },
    unknown(bytes, offset) {
      const end = offset + bytes.length / 2
      const of = owner(end)
      const last = of.unknown.at(-1)
      if (bytes.length === 2 && last?.end === offset && last.bytes.length < 2 * MOST_UNKNOWN_BYTES) {
        last.bytes += bytes
        last.end = end
      } else list(of, of.unknown, { bytes, offset, end })
    },
    codePage(name) {
      if (name === open.codePage) return
      open.codePage = name
      open.codePages.add(name)
    },
    codePageNumber(number, encoding) {
      const known = open.codePageNumbers
      if (known.at(-1)?.number === number || known.some(each => each.number === number)) return
      known.push({ number, encoding })
    },
    initialised() {
      if (!open.printed) open.initialised = true
    },
    take() {
      if (finished.length === 0) return finished
      const taken = finished
      finished = []
      return taken
    },
    settle(end) {
      giveBack(end)
      release()
      if (!open.begun && open.drawerKicks.length > 0) {
        close(end)
        release()
      }
    },
    finish(end) {
      giveBack(end)
      release()
      if (isWorthKeeping()) {
        close(end)
        release()
      }
    },
    leftOver: () => open.statusRequests,
  }
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
  codePageNumbers: [],
  unknown: [],
  unlisted: 0,
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
  }
}
