import { commonLayout, type ScanReportLayout } from './hid-descriptor.ts'
import { MAX_CODE_BYTES } from './scan-framing.ts'

export interface HidScans {
  /** One input report, its id first where there are ids. Never throws; holds at most one code. */
  take(report: Uint8Array): void
  /** Whether a code is held that the next report goes on with. */
  isWaiting(): boolean
  /** The rest never came. */
  breakOff(): void
}

export interface HidScansOut {
  /** With its AIM identifier before it, where the scanner names one. */
  code(bytes: Uint8Array): void
  dropped(bytes: number, why: 'broken-off' | 'too-long'): void
}

const BRACKET = 0x5d
const CR = 0x0d
const LF = 0x0a

/**
 * Puts codes together from a HID POS scanner's input reports (HID Point of Sale Usage Tables 1.02, scanned data
 * report 0x12): the data of one or more reports, as far as the byte count goes, until one says that none follows.
 * CR and LF at the end, which scanners add for keyboards, are taken off.
 * @param layouts by the device's own description; none: the common layout
 */
export function hidScans(layouts: readonly ScanReportLayout[], out: HidScansOut): HidScans {
  const known = layouts.length === 0 ? [commonLayout] : layouts
  let aim: Uint8Array = new Uint8Array()
  let parts: Uint8Array[] = []
  let length = 0
  let isWaiting = false

  const forget = (): void => {
    parts = []
    length = 0
    isWaiting = false
    aim = new Uint8Array()
  }

  const end = (): void => {
    const code = withoutLineEnd(joined(parts, Math.min(length, MAX_CODE_BYTES)))
    const named =
      aim.length > 0 && !startsWith(code, aim) ? joined([aim, code], aim.length + code.length) : code
    const total = length
    forget()
    if (total > MAX_CODE_BYTES) out.dropped(total, 'too-long')
    else if (code.length > 0) out.code(named)
  }

  return {
    take(report) {
      const layout = known.find(each => each.reportId === null || each.reportId === report[0])
      if (layout === undefined) return // another kind of report: settings, a trigger
      if (!isWaiting) aim = aimOf(layout, report)
      const data = dataOf(layout, report)
      length += data.length
      if (length <= MAX_CODE_BYTES) parts.push(data.slice())
      else parts = []
      isWaiting = isContinued(layout, report)
      if (!isWaiting) end()
    },
    isWaiting: () => isWaiting,
    breakOff() {
      const bytes = length
      forget()
      if (bytes > 0) out.dropped(bytes, bytes > MAX_CODE_BYTES ? 'too-long' : 'broken-off')
    },
  }
}

function dataOf(layout: ScanReportLayout, report: Uint8Array): Uint8Array {
  const data = report.subarray(layout.dataAt, layout.dataAt + layout.dataBytes)
  const count = layout.countAt === null ? null : (report[layout.countAt] ?? 0)
  if (count !== null) return data.subarray(0, count)
  let end = data.length
  while (end > 0 && data[end - 1] === 0) end -= 1
  return data.subarray(0, end)
}

/** `]`, a letter, a modifier (ISO/IEC 15424); anything else is not an identifier. */
function aimOf({ aimAt }: ScanReportLayout, report: Uint8Array): Uint8Array {
  if (aimAt === null) return new Uint8Array()
  const [bracket = 0, letter = 0, modifier = 0] = aimAt.map(at => report[at] ?? 0)
  const isLetter = (letter >= 0x41 && letter <= 0x5a) || (letter >= 0x61 && letter <= 0x7a)
  const isModifier = modifier >= 0x30 && modifier <= 0x7a
  return bracket === BRACKET && isLetter && isModifier
    ? Uint8Array.of(bracket, letter, modifier)
    : new Uint8Array()
}

function isContinued({ continuedBit }: ScanReportLayout, report: Uint8Array): boolean {
  if (continuedBit === null) return false
  return (((report[Math.floor(continuedBit / 8)] ?? 0) >> (continuedBit % 8)) & 1) === 1
}

function withoutLineEnd(code: Uint8Array): Uint8Array {
  let end = code.length
  while (end > 0 && (code[end - 1] === CR || code[end - 1] === LF)) end -= 1
  return code.subarray(0, end)
}

const startsWith = (bytes: Uint8Array, start: Uint8Array) => start.every((byte, i) => bytes[i] === byte)

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part.subarray(0, length - at), at)
    at = Math.min(length, at + part.length)
  }
  return whole
}
