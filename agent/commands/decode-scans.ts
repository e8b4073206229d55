import { decodeScan } from '../codecs/scan-codes/decode-scan.ts'
import type { ScanRules } from '../codecs/scan-codes/rules.ts'
import type { DecodedScan, Note } from '../codecs/scan-codes/scan.ts'
import { cardMasked } from '../codecs/scan-codes/scan-errors.ts'

/** One scan as `agent scan decode --json` prints it, a line each. */
export interface DecodedLine extends Omit<DecodedScan, 'problem'> {
  /** The line as given; card numbers in it masked. */
  readonly input: string
  /** The first value of each application identifier. */
  readonly ais: Readonly<Record<string, string>>
  readonly error: Note | null
}

/**
 * Decodes scans, one a line. `\x1d` may be written out, as any control character may: a backslash, `x` and two hexadecimal
 * digits. A bad scan is a line with its error. Empty lines are left out.
 * @internal for tests; the command decodes line by line
 */
export function decodeScanLines(
  lines: readonly string[],
  rules: ScanRules,
  thisYear: number,
): readonly DecodedLine[] {
  return lines.filter(line => line.trim() !== '').map(line => decodeScanLine(line, rules, thisYear))
}

/** As `decodeScanLines`, for one line, so that a stream of any length can be printed as it comes. */
export function decodeScanLine(line: string, rules: ScanRules, thisYear: number): DecodedLine {
  const written = line.replace(/[\r\n]+$/, '')
  const { problem, ...scan } = decodeScan(unescaped(written), rules, thisYear)
  const wasMasked = scan.warnings.includes(cardMasked)
  const ais: Record<string, string> = {}
  for (const { ai, value } of scan.elements) ais[ai] ??= value
  return {
    input: wasMasked ? `${scan.aim ?? ''}${scan.text}` : written.slice(0, 4_096),
    ...scan,
    ais,
    error: problem,
  }
}

/** Control characters only: a backslash in a code stays what it is. */
function unescaped(line: string): string {
  return line.replace(/\\x([0-9a-f]{2})/gi, (all, hex: string) => {
    const code = Number.parseInt(hex, 16)
    return code < 0x20 || code === 0x7f ? String.fromCharCode(code) : all
  })
}
