import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { decimalFromMinor } from '../../shared/money.ts'
import { agentPaths } from '../config.ts'
import { type KeptReport, tillReportsOf } from '../sources/paper/till-reports.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'

/** `receipts reports`: the till's own totals of its days, as its X and Z reports print them. */
export function reportsCommand({ terminal, world }: CommandParts): Command {
  const of = command('reports', 'the X and Z reports that the till printed, newest first').option(
    ...folderOption,
  )
  return answers<Data>(of, terminal, async ({ data }) => {
    const { journal } = agentPaths(data)
    const reports = world.files.sizeOf(journal) === null ? [] : tillReportsOf(world.files, journal)
    const text = reports.length === 0 ? 'No report was printed yet.' : reports.map(reportText).join('\n')
    return { json: reports, text }
  })
}

function reportText({ source, at, report }: KeptReport): string {
  const { kind, number, date, time, total, tenders, currency } = report
  const money = (amount: number) => `${decimalFromMinor(amount, currency)} ${currency}`
  const name = `${kind === null ? 'Report' : `${kind.toUpperCase()} report`}${number === null ? '' : ` ${number}`}`
  const when = date === null ? new Date(at).toISOString() : `${date} ${time ?? ''}`.trim()
  const parts = tenders.map(tender => `${tender.kind} ${money(tender.amount)}`)
  return [
    `${name} of ${when} (${source}): ${total === null ? 'no total on it' : `total ${money(total)}`}`,
    ...(parts.length === 0 ? [] : [`  ${parts.join(', ')}`]),
  ].join('\n')
}
