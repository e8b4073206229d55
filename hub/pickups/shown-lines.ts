import type { GoneLine } from '../../shared/commands.ts'
import { MOST_FIRST_LINES, MOST_MORE_LINES } from '../../shared/pickup-lines.ts'
import type { PickupState } from '../../shared/pickup-moves.ts'
import { dueUnits, missingUnits, packedUnits, someMissing } from './line-counts.ts'
import type { LedgerLines, PickupBody } from './pickup-row.ts'

type LineText = Pick<GoneLine, 'id' | 'sku' | 'barcode' | 'title' | 'variantTitle' | 'imageUrl'>
export interface ShownLines {
  readonly lines: PickupBody['lines']
  readonly moreLines: NonNullable<PickupBody['moreLines']>
  readonly goneLines: NonNullable<PickupBody['goneLines']>
}

/** The texts of all lines that a till was told of. */
export function shownTexts({ lines, moreLines = [], goneLines = [] }: Pick<PickupBody, keyof ShownLines>) {
  return [...lines, ...moreLines, ...goneLines].map(
    ({ id, sku, barcode, title, variantTitle, imageUrl }): LineText => ({
      id,
      sku,
      barcode,
      title,
      variantTitle,
      imageUrl,
    }),
  )
}

/** The lines as tills show them: what is due first, with its counts, then what is not due any more. */
export function shownLines(
  texts: readonly LineText[],
  lines: readonly LedgerLines['lines'][number][],
  state: PickupState,
): ShownLines {
  const of = new Map(lines.map(line => [line.id, line]))
  const due: ShownLines['lines'] = []
  const gone: ShownLines['goneLines'] = []
  for (const text of texts) {
    const line = of.get(text.id)
    if (line === undefined) continue
    const { quantity, fulfilled, handed = 0 } = line
    const ordered = Math.max(line.total ?? 0, quantity + fulfilled)
    const collected = fulfilled + Math.min(handed, quantity)
    const counts = { ordered, collected, cancelled: ordered - quantity - fulfilled }
    const units = dueUnits(line)
    const missing = someMissing(line.missing, missingUnits(line))
    if (units === 0) gone.push({ ...text, ...counts })
    else {
      const shown = { ...text, units, ...counts, packed: packedUnits(line, state) }
      due.push(missing === null ? shown : { ...shown, missing })
    }
  }
  return {
    lines: due.slice(0, MOST_FIRST_LINES),
    moreLines: due.slice(MOST_FIRST_LINES, MOST_FIRST_LINES + MOST_MORE_LINES),
    goneLines: gone.slice(0, MOST_FIRST_LINES),
  }
}
