import { z } from 'zod'
import { Currency } from '../../../shared/money.ts'
import { amountsOn } from './amounts.ts'
import { squeezed } from './blanks.ts'
import type { CompiledTemplate } from './compile.ts'
import type { PaperLine } from './paper.ts'
import { placesOf } from './places.ts'
import { printMark } from './print-marks.ts'
import { amountLabel, isTenderLabel } from './words.ts'

/** What a till says of its own day: an X report (so far) or a Z report (closed). Money in minor units. */
export const TillReport = z.object({
  /** `x`: the day goes on; `z`: it was closed; null: the heading does not say. */
  kind: z.enum(['x', 'z']).nullable(),
  number: z.string().max(64).nullable(),
  /** The last date and time on it, `2026-11-28` and `18:00:00`. */
  date: z.string().nullable(),
  time: z.string().nullable(),
  currency: Currency,
  /** Null: no line says the total. */
  total: z.int().nullable(),
  tenders: z.array(z.object({ kind: z.string(), name: z.string().max(100), amount: z.int() })).max(60),
  /** Each line with an amount, as printed. */
  rows: z.array(z.object({ label: z.string().max(100), amount: z.int() })).max(200),
})
export type TillReport = z.infer<typeof TillReport>

const MOST_ROWS = 200
const NUMBERED =
  /^(?:sequence|z|x|z[ -]?\p{L}*|x[ -]?\p{L}*|report|bericht|nr|no|number|nummer|n|num|seq)[ .:#°]*(?:no|nr|n)?[ .:#°]*(\d{1,9})$/iu

/** Reads an X or Z report; null: no line of it has an amount, so there is nothing to keep. */
export function tillReportIn(
  lines: readonly PaperLine[],
  { currency, values }: CompiledTemplate,
): TillReport | null {
  const rows: TillReport['rows'] = []
  const tenders: TillReport['tenders'] = []
  let total: number | null = null
  let kind: TillReport['kind'] = null
  let number: string | null = null
  let date: string | null = null
  let time: string | null = null
  for (const { text } of lines) {
    const mark = printMark(text)?.kind
    if (mark === 'reportX' || mark === 'reportZ') kind ??= mark === 'reportX' ? 'x' : 'z'
    number ??= NUMBERED.exec(squeezed(text))?.[1] ?? null
    for (const at of placesOf(text)) {
      date = values.dateAt(text, at) ?? date
      time = values.timeAt(text, at) ?? time
    }
    const last = amountsOn(text, values.format).at(-1)
    if (last === undefined || rows.length >= MOST_ROWS) continue
    const amount = values.amount(text.slice(last.start, last.end))
    const name = squeezed(text.slice(0, last.start))
    const label = amountLabel(name, amount)
    rows.push({ label: name.slice(0, 100), amount })
    if (label === 'total') total = amount
    else if (label !== null && isTenderLabel(label) && tenders.length < 60)
      tenders.push({ kind: label, name: tenderName(name), amount })
  }
  return rows.length === 0 ? null : { kind, number, date, time, currency, total, tenders, rows }
}

function tenderName(label: string): string {
  const words = label.toLowerCase().replace(/[^\p{L}\p{N}%#]+/gu, ' ')
  return words.trim().replace(/ \d+$/, '').slice(0, 100)
}
