import { csvStore } from '../../sources/sales-files/csv/csv-store.ts'
import { csvSettings } from '../../sources/sales-files/csv/settings.ts'
import { momentIn } from '../../sources/sales-files/values.ts'
import { type Candidate, isByLine, type Layout } from './candidates.ts'
import { hasMinus } from './named-rows.ts'
import type { OpenQuestions } from './open-questions.ts'

/** Rows of one number that lie further apart are receipts of their own in any case. */
const LONGEST_RECEIPT_MS = 2 * 3_600_000
/** Tills that write each line's own time are seldom slower between two of them. */
const LONGEST_LINE_MS = 60_000

/**
 * Whether rows of one number at several moments are receipts of their own, as where numbers begin again at midnight. `open`: it is not said
 * yet; null: nothing asks for it. @throws SOURCE_ANSWER_UNKNOWN
 */
export function momentsAsked(
  layout: Layout,
  candidate: Candidate,
  asking: OpenQuestions,
): 'one' | 'apart' | 'open' | null {
  const receipts = momentsOfReceipts(layout, candidate)
  const several = receipts.filter(({ first, last }) => last - first > LONGEST_LINE_MS)
  const overMidnight = several.filter(({ first, last }) => dayOf(first) !== dayOf(last))
  const longer = receipts.filter(({ rows }) => rows > 1).length
  // where lines have times of their own, most receipts show it
  const isUsual = (several.length - overMidnight.length) * 2 > longer
  const [odd] = isUsual ? overMidnight : several
  if (odd === undefined) return null
  const said = asking.ask({
    id: 'moments',
    asks: `Rows with the number ${odd.number} name ${textOf(odd.first)} and ${textOf(odd.last)}. Are they one receipt?`,
    options: [
      { value: 'apart', means: 'no: numbers begin again, and another time is another receipt' },
      { value: 'one', means: 'yes: each line has the time at which it was rung up' },
    ],
  })
  return said ?? 'open'
}

/** The candidate where each moment is a receipt of its own: its key holds the moment. */
export function withMomentInKey({ settings, ...way }: Candidate, { found: { single } }: Layout): Candidate {
  const { columns } = settings
  const moment = [columns?.date, columns?.time].filter(heading => heading !== undefined)
  const key = [columns?.receipt ?? []].flat()
  const receipt = [...moment, ...key]
  const keyed = { ...columns, receipt, receiptNumber: single.get('receipt')?.heading ?? '' }
  return { ...way, settings: { ...settings, oneMoment: true, columns: keyed } }
}

/** Whether the rows of each receipt name one moment, so that its key can hold it. */
export function haveOneMoment(layout: Layout, candidate: Candidate): boolean {
  return momentsOfReceipts(layout, candidate).every(({ first, last }) => first === last)
}

interface MomentsOfReceipt {
  readonly number: string
  readonly rows: number
  /** Milliseconds of the till's wall clock. */
  readonly first: number
  readonly last: number
}

function momentsOfReceipts(layout: Layout, { settings }: Candidate): readonly MomentsOfReceipt[] {
  const { columns } = settings
  const read = csvSettings.safeParse(settings)
  if (!read.success || layout.table.numberOnFirstRow || !isByLine(layout)) return []
  const { clock } = csvStore('try', read.data)
  const cellsOf = (heading: string | undefined) =>
    layout.table.columns.find(column => column.heading === heading)?.cells ?? []
  const [dates, times] = [cellsOf(columns?.date), cellsOf(columns?.time)]
  const keys = [[columns?.receipt ?? []].flat(), columns?.till ?? [], columns?.type ?? []].flat().map(cellsOf)
  const figures = [columns?.quantity, columns?.amount].map(cellsOf)
  const found = new Map<string, MomentsOfReceipt>()
  for (const [row, date] of dates.entries()) {
    const time = times[row] ?? ''
    const number = layout.found.single.get('receipt')?.cells[row] ?? ''
    if (date === '' || number === '' || (time === '') !== (settings.time === undefined)) continue
    const [text, format] =
      time === '' ? [date, settings.date] : [`${date} ${time}`, `${settings.date} ${settings.time}`]
    const moment = Date.parse(`${momentIn(text, '', format ?? '', clock)}Z`)
    // goods that came back under the number of their sale are told apart in any case
    const isBack = figures.some(cells => hasMinus(cells[row] ?? ''))
    const key = [...keys.map(cells => cells[row]), isBack].join('\n')
    const before = found.get(key)
    // another one of that number, days later, is told apart without being asked
    const isSame = before !== undefined && Math.abs(moment - before.first) <= LONGEST_RECEIPT_MS
    found.set(
      isSame || before === undefined ? key : `${key}\n${row}`,
      isSame
        ? {
            number: before.number,
            rows: before.rows + 1,
            first: Math.min(before.first, moment),
            last: Math.max(before.last, moment),
          }
        : { number, rows: 1, first: moment, last: moment },
    )
  }
  return [...found.values()]
}

const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10)
const textOf = (moment: number) => new Date(moment).toISOString().slice(0, 16).replace('T', ' ')
