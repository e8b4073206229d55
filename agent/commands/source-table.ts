import type { AgentEvent } from '../../shared/events.ts'
import { decimalFromMinor, sum } from '../../shared/money.ts'
import type { SourceConfig } from '../sources/configured.ts'
import type { PreviewRow } from '../sources/preview.ts'

/** What a source's first rows would become, as aligned columns for people. */
export function sourceTable(
  { source, kind }: SourceConfig,
  rows: readonly PreviewRow[],
  { hasMore }: { readonly hasMore: boolean } = { hasMore: false },
): string {
  const refused = rows.filter(row => row.problem !== null).length
  const shown = hasMore ? `first ${counted(rows.length, 'row')} shown` : counted(rows.length, 'row')
  const more = hasMore ? '; there are more, which were not checked' : ''
  const heading = `${source} (${kind}): ${shown}${refused === 0 ? '' : `, ${refused} refused`}${more}`
  if (rows.length === 0) return heading
  const cells = [
    ['row', 'sold at', 'becomes'],
    ...rows.map(row => [row.row, row.soldAt ?? '', outcomeOf(row)]),
  ]
  const width = (column: number) => Math.max(...cells.map(line => line[column]?.length ?? 0))
  const widths = [width(0), width(1), 0]
  const lines = cells.map(
    line => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`,
  )
  return [heading, ...lines.map(line => line.trimEnd())].join('\n')
}

function outcomeOf({ state, event, problem }: PreviewRow): string {
  if (problem !== null) return `refused: ${problem.sentence} [${problem.code}]`
  if (event !== null) return eventText(event)
  return state === 'waiting' ? 'nothing yet: it is not complete' : 'nothing: it does not count'
}

function eventText(event: AgentEvent): string {
  if (event.kind !== 'sale.completed') return event.kind
  const { receiptNumber, currency, tenders, lines } = event
  const total = sum(tenders.map(tender => tender.amount))
  return `sale ${receiptNumber}, ${decimalFromMinor(total, currency)} ${currency}, ${counted(lines.length, 'line')}`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
