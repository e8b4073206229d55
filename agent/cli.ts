import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { processTerminal, runCommandLine } from '../shared/command-line.ts'
import { jsonLog, nodeWorld } from '../shared/node-world.ts'
import type { CommandParts } from './commands/command-parts.ts'
import { configCommand } from './commands/config.ts'
import { doctorCommand, exportCommand } from './commands/doctor.ts'
import { enrolCommand } from './commands/enrol.ts'
import { receiptsCommand } from './commands/receipts.ts'
import { runCommand } from './commands/run.ts'
import { scanCommand } from './commands/scan.ts'
import { sourcesCommand } from './commands/sources.ts'
import { statusCommand } from './commands/status.ts'
import { tillLinkCommand } from './commands/till-link.ts'

process.umask(0o077) // what an agent keeps is its user's alone
const parts: CommandParts = {
  terminal: processTerminal,
  world: nodeWorld({ log: jsonLog(process.env['TILLBRIDGE_LOG'] ?? 'info', { part: 'agent' }) }),
  version: packageJson.version,
  pages: fileURLToPath(new URL('../dist/till', import.meta.url)),
}

const program = new Command('tillbridge-agent')
  .description('Reads a store’s till and keeps it in step with Shopify, through the hub.')
  .version(parts.version)
  .addCommand(runCommand(parts))
  .addCommand(enrolCommand(parts))
  .addCommand(statusCommand(parts))
  .addCommand(tillLinkCommand(parts))
  .addCommand(sourcesCommand(parts))
  .addCommand(receiptsCommand(parts))
  .addCommand(scanCommand(parts))
  .addCommand(doctorCommand(parts))
  .addCommand(exportCommand(parts))
  .addCommand(configCommand(parts))

const code = await runCommandLine(program, process.argv.slice(2), parts.terminal)
if (code !== 0) process.exitCode = code
