/**
 * Where a scanner's input reports hold what they say. Offsets in bytes from the report's first byte, the report id
 * included where there are ids.
 */
export interface ScanReportLayout {
  /** Null: the device numbers no reports. */
  readonly reportId: number | null
  /** The whole report's length. */
  readonly bytes: number
  /** Position of the number of data bytes; null when it is not sent and NULs at the end are padding. */
  readonly countAt: number | null
  /** Positions of the AIM identifier's three bytes; null when it is not sent. */
  readonly aimAt: readonly [number, number, number] | null
  readonly dataAt: number
  readonly dataBytes: number
  /** The bit that says that the next report goes on with this code; null: each report is a whole code. */
  readonly continuedBit: number | null
}

/**
 * What scanners use that don't describe their reports: id 2, length, AIM identifier, 56 bytes, the maker's own two,
 * and the continuation flag last. (Honeywell, Access-IS, and the example of the HID Point of Sale Usage Tables 1.02.)
 */
export const commonLayout: ScanReportLayout = {
  reportId: 2,
  bytes: 64,
  countAt: 1,
  aimAt: [2, 3, 4],
  dataAt: 5,
  dataBytes: 56,
  continuedBit: 63 * 8,
}

export interface HidDescription {
  /** Usages of the top-level collections, page in the upper 16 bits: 0x8C0002 is a barcode scanner. */
  readonly applications: readonly number[]
  readonly layouts: readonly ScanReportLayout[]
}

export const BARCODE_SCANNER_PAGE = 0x8c
export const KEYBOARD = 0x0001_0006

const usage = (page: number, id: number) => page * 0x1_0000 + id
const BYTE_COUNT = usage(0x01, 0x3b)
const AIM = [
  usage(BARCODE_SCANNER_PAGE, 0xfb),
  usage(BARCODE_SCANNER_PAGE, 0xfc),
  usage(BARCODE_SCANNER_PAGE, 0xfd),
] as const
const DECODED_DATA = usage(BARCODE_SCANNER_PAGE, 0xfe)
const CONTINUED = usage(BARCODE_SCANNER_PAGE, 0xff)

/** A scanner's reports are shorter: at most 64 bytes on USB 1.1 and 1,024 on USB 2.0. */
const MAX_REPORT_BITS = 4_096 * 8
const MAX_USAGES = 64
const MAX_PUSHED = 8

interface Globals {
  readonly page: number
  readonly size: number
  readonly count: number
  readonly reportId: number | null
}

interface ReportFields {
  bits: number
  found: Map<number, { bit: number; bits: number }>
}

/**
 * Reads a HID report descriptor as far as a barcode scanner needs it (Device Class Definition for HID 1.11, 6.2.2;
 * HID Point of Sale Usage Tables 1.02, 3). Never throws: what makes no sense yields no layout.
 */
export function readHidDescriptor(descriptor: Uint8Array): HidDescription {
  const applications: number[] = []
  const reports = new Map<number | null, ReportFields>()
  const pushed: Globals[] = []
  let globals: Globals = { page: 0, size: 0, count: 0, reportId: null }
  let usages: number[] = []
  let usageMinimum: number | null = null

  for (const { tag, value, isShort } of items(descriptor)) {
    const full = isShort ? usage(globals.page, value) : value
    switch (tag) {
      case 0x04:
        globals = { ...globals, page: value & 0xffff }
        break
      case 0x74:
        globals = { ...globals, size: value }
        break
      case 0x94:
        globals = { ...globals, count: value }
        break
      case 0x84:
        globals = { ...globals, reportId: value & 0xff }
        break
      case 0xa4:
        if (pushed.length < MAX_PUSHED) pushed.push(globals)
        break
      case 0xb4:
        globals = pushed.pop() ?? globals
        break
      case 0x08:
        if (usages.length < MAX_USAGES) usages.push(full)
        break
      case 0x18:
        usageMinimum = full
        break
      case 0x28:
        for (let id = usageMinimum ?? full; id <= full && usages.length < MAX_USAGES; id += 1) usages.push(id)
        usageMinimum = null
        break
      case 0x80:
        addInput(reports, globals, usages)
        break
      case 0xa0:
        if ((value & 0xff) === 1) applications.push(usages[0] ?? 0)
        break
    }
    if ((tag & 0x0c) === 0) {
      usages = [] // local items last until the next main item
      usageMinimum = null
    }
  }
  return { applications: applications.slice(0, MAX_USAGES), layouts: layoutsOf(reports) }
}

function* items(bytes: Uint8Array): Generator<{ tag: number; value: number; isShort: boolean }> {
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0
    if (prefix === 0xfe) {
      at += 3 + (bytes[at + 1] ?? 0) // a long item: none is defined
      continue
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0
    if (at + 1 + size > bytes.length) return
    let value = 0
    for (let i = size; i > 0; i -= 1) value = value * 256 + (bytes[at + i] ?? 0)
    yield { tag: prefix & 0xfc, value, isShort: size < 4 }
    at += 1 + size
  }
}

/** Usages go to a main item's fields in order, the last one to all that are left. */
function addInput(
  reports: Map<number | null, ReportFields>,
  globals: Globals,
  usages: readonly number[],
): void {
  const { size, count, reportId } = globals
  const report = reports.get(reportId) ?? { bits: reportId === null ? 0 : 8, found: new Map() }
  if (reports.size < 256) reports.set(reportId, report)
  if (size * count > MAX_REPORT_BITS || report.bits + size * count > MAX_REPORT_BITS) {
    report.bits = Number.POSITIVE_INFINITY
    return
  }
  usages.forEach((of, i) => {
    if (i >= count || report.found.has(of)) return
    const isLast = i === usages.length - 1
    report.found.set(of, { bit: report.bits + i * size, bits: isLast ? (count - i) * size : size })
  })
  report.bits += size * count
}

function layoutsOf(reports: ReadonlyMap<number | null, ReportFields>): ScanReportLayout[] {
  return [...reports].flatMap(([reportId, { bits, found }]) => {
    const data = found.get(DECODED_DATA)
    if (data === undefined || !Number.isFinite(bits) || data.bit % 8 !== 0 || data.bits < 8) return []
    const byteAt = (of: number): number | null => {
      const field = found.get(of)
      return field === undefined || field.bit % 8 !== 0 || field.bits < 8 ? null : field.bit / 8
    }
    const [first, second, third] = [byteAt(AIM[0]), byteAt(AIM[1]), byteAt(AIM[2])]
    return [
      {
        reportId,
        bytes: Math.ceil(bits / 8),
        countAt: byteAt(BYTE_COUNT),
        aimAt: first === null || second === null || third === null ? null : ([first, second, third] as const),
        dataAt: data.bit / 8,
        dataBytes: Math.floor(data.bits / 8),
        continuedBit: found.get(CONTINUED)?.bit ?? null,
      },
    ]
  })
}
