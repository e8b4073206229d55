import { Command } from 'commander'
import type { CommandParts } from './command-parts.ts'
import { configCommand } from './config.ts'
import { doctorCommand, exportCommand } from './doctor.ts'
import { enrolCommand } from './enrol.ts'
import { launchCommand } from './launch.ts'
import { receiptsCommand } from './receipts.ts'
import { runCommand } from './run.ts'
import { scanCommand } from './scan.ts'
import { sourcesCommand } from './sources.ts'
import { statusCommand } from './status.ts'
import { tillLinkCommand } from './till-link.ts'
import { updatesCommand } from './updates.ts'

/** The agent's commands, in the order of --help. A new command is one file and one line here. */
const commands: readonly ((parts: CommandParts) => Command)[] = [
  runCommand,
  launchCommand,
  enrolCommand,
  statusCommand,
  updatesCommand,
  tillLinkCommand,
  sourcesCommand,
  receiptsCommand,
  scanCommand,
  doctorCommand,
  exportCommand,
  configCommand,
]

/** The agent's whole command line. */
export function agentProgram(parts: CommandParts): Command {
  const program = new Command('tillbridge-agent')
    .description('Reads a store’s till and keeps it in agreement with Shopify, through the hub.')
    .version(parts.version)
  for (const make of commands) program.addCommand(make(parts))
  return program
}
