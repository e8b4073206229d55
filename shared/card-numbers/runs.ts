import { Break, classOf, LineEnd, Loose, Sign } from './characters.ts'

/** What is between a digit and the one before it in its run: 0 for nothing, or these bits. */
export const Gap = { loose: 1, line: 2, sign: 4 } as const

/** Digits that could belong together, with nothing but spaces and signs among them. */
export interface Run {
  readonly values: number[]
  /** The place of each digit in the text, in UTF-16 units. */
  readonly at: number[]
  /** `Gap` bits before each digit; the first one's is 0. */
  readonly gaps: number[]
}

/** A wrapped number: rest of a 48-column line, its end, and the next line's indentation. */
const LONGEST_GAP = 100
const MOST_SIGNS = 4
const ESC = 0x1b
const FS = 0x1c
const GS = 0x1d
/** A terminal's control sequence after its ESC (ECMA-48, 5.4). */
const SEQUENCE = /\[[0-9;?]{0,16}[ -/]{0,2}[@-~]/y

/**
 * Finds the runs of digits in a text and hands each with at least `shortest` digits to `found`.
 * @param swallow reads a digit after ESC or GS and a command letter as that command's parameter (`ESC E 1`)
 */
export function eachRun(text: string, shortest: number, swallow: boolean, found: (run: Run) => void): void {
  let run: Run | null = null
  let gap = 0
  let gapLength = 0
  let signs = 0
  const close = (): void => {
    if (run !== null && run.values.length >= shortest) found(run)
    run = null
  }
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    const codePoint = unit >= 0xd800 && unit < 0xdc00 ? (text.codePointAt(i) ?? unit) : unit
    const kind = classOf(codePoint)
    if (kind >= 0) {
      run ??= { values: [], at: [], gaps: [] }
      run.values.push(kind)
      run.at.push(i)
      run.gaps.push(run.values.length === 1 ? 0 : gap)
      gap = 0
      gapLength = 0
      signs = 0
    } else if (run !== null) {
      if (kind === Loose) gap |= Gap.loose
      else if (kind === LineEnd) gap |= Gap.loose | Gap.line
      else if (kind === Sign) {
        gap |= Gap.sign
        signs += 1
      }
      gapLength += 1
      if (kind === Break || gapLength > LONGEST_GAP || signs > MOST_SIGNS) close()
      else if (unit === ESC || unit === GS || unit === FS) {
        const command = commandLength(text, i, swallow)
        i += command
        gapLength += command
      }
    }
    if (codePoint > 0xffff) i += 1
  }
  close()
}

/** How many characters after ESC, GS or FS are its command, so that its letter does not end a number. */
function commandLength(text: string, at: number, swallow: boolean): number {
  SEQUENCE.lastIndex = at + 1
  const sequence = swallow ? SEQUENCE.exec(text) : null
  if (sequence !== null) return sequence[0].length
  const command = text.charCodeAt(at + 1)
  if (!(command < 128) || classOf(command) >= 0) return 0
  return swallow && at + 2 < text.length && classOf(text.charCodeAt(at + 2)) >= 0 ? 2 : 1
}
