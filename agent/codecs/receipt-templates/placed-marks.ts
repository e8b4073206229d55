import { amountsOn } from './amounts.ts'
import { printsOfSales } from './beside-sales.ts'
import type { CompiledTemplate } from './compile.ts'
import { type PaperLine, withoutOrnaments } from './paper.ts'
import { isMarkAlone, isRefundHeading, printMark } from './print-marks.ts'
import type { Refusals } from './refusals.ts'
import { amountLabel, itemWords, type PrintKind, plainLabel } from './words.ts'

/**
 * A line among the items that is nothing but a mark of the whole print. It is never the name of an item: `print` says what
 * the print is, `return` that goods came back; `offer` is a quote or a price that was reduced, and `no-sale` contradicts
 * the items, so that a person must look.
 */
export type PlacedMark = 'print' | 'return' | 'offer' | 'no-sale'

const PRINTS: ReadonlySet<PrintKind> = new Set([...printsOfSales, 'cashMoved'])

/** Null: the line holds an amount or any other word, or its word is also a label that sales print. */
export function placedMark(text: string, { values }: CompiledTemplate): PlacedMark | null {
  const mark = printMark(text)
  const isReturn = isRefundHeading(text)
  if ((mark === null && !isReturn) || amountsOn(text, values.format).length > 0) return null
  if (mark === null || mark.isWeak) return isReturn ? 'return' : null
  if (mark.kind === 'noSale') return 'no-sale'
  if (!PRINTS.has(mark.kind)) return isReturn ? 'return' : null
  return amountLabel(text) === 'discount' ? 'offer' : 'print'
}

interface MarkAbove {
  readonly line: PaperLine
  readonly what: PlacedMark
}

/** The first item: the line above it, whether any line gave it a name, and whether its amount has a minus. */
interface FirstItem {
  readonly above: PaperLine | undefined
  readonly isNamed: boolean
  readonly isBelowZero: boolean
}

const BETWEEN = 'it says what a whole print is, between its items'

/** Gathers the marks of a print while its items are read. Each throws RECEIPT_UNPARSED where a person must look. */
export function placedMarks(refuse: Refusals) {
  const above: MarkAbove[] = []
  /** A mark on the line before. */
  let open: PaperLine | null = null
  return {
    isOpen: () => open !== null,
    add(line: PaperLine, what: PlacedMark, place: { hasItem: boolean; isAnnounced: boolean }): void {
      if (place.isAnnounced || (place.hasItem && isMarkAlone(line.text))) throw refuse.doubtful(BETWEEN, line)
      if (!place.hasItem) above.push({ line, what })
      open = line
    },
    /** What the mark on the line before is by the line that follows: the name of a nameless item, or beside goods that came back. */
    resolve(
      hasItem: boolean,
      isNameless: boolean,
    ): { readonly name: PaperLine | null; readonly marker: PaperLine | null } {
      const line = open
      open = null
      if (line === null) return { name: null, marker: null }
      if (isNameless && !isMarkAlone(line.text)) {
        // an item of this layout has its name above it: `Return ticket`
        if (above.at(-1)?.line === line) above.pop()
        return { name: line, marker: null }
      }
      if (!hasItem) return { name: null, marker: null }
      if (!isRefundHeading(line.text)) throw refuse.doubtful(BETWEEN, line)
      return { name: null, marker: line }
    },
    /** Checks that the marks above the first item can be nothing else. */
    checkAbove(first: FirstItem): void {
      for (const mark of above) checkAbove(mark, first, refuse)
    },
    above: (): readonly PaperLine[] => above.map(({ line }) => line),
  }
}

function checkAbove({ line, what }: MarkAbove, first: FirstItem, refuse: Refusals): void {
  if (what === 'offer' || what === 'no-sale')
    throw refuse.doubtful('it may say that the print is another thing than a sale, and items follow', line)
  if (first.above !== line) return
  if (!first.isNamed)
    throw refuse.doubtful('it may be the name of the item below it, or say what the whole print is', line)
  if (first.isBelowZero && itemWords.voided.has(plainLabel(withoutOrnaments(line.text))))
    throw refuse.doubtful('it may take back the item below it, or the whole receipt', line)
}
