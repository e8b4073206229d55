import type { Command } from 'commander'
import { answers, command, exitCodes } from '../../shared/command-line.ts'
import { audit } from '../stock/audit.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function auditCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'audit',
    'recount everything without changing it: chains, levels, lines, allocations; exit code 1 on a finding',
  )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }) => {
    const report = await withDb(world, { data, database }, audit)
    const counted = `${report.events} events, ${report.sales} receipts, ${report.movements} movements, ${report.levels} levels`
    const held =
      report.heldBack === 0
        ? []
        : [`Of ${report.heldBack} items a fraction is held back, because Shopify counts whole units.`]
    const unchecked = report.unchecked === null ? [] : [report.unchecked]
    if (report.findings.length === 0)
      return { json: report, text: [`${counted}: all agree.`, ...held, ...unchecked].join('\n') }
    const lines = report.findings.map(f => `${f.invariant}  ${f.subject}: ${f.sentence}`)
    return {
      json: report,
      text: [counted, ...held, ...lines, ...unchecked].join('\n'),
      exitCode: exitCodes.failed,
    }
  })
}
