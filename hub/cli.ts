import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }
import { processTerminal, runCommandLine } from '../shared/command-line.ts'
import { leaveProxy } from '../shared/node-proxy.ts'
import { jsonLog, nodeWorld } from '../shared/node-world.ts'
import { hubProgram, hubUsageErrors } from './commands/index.ts'

process.umask(0o077) // only the hub's own user may read its files
const program = hubProgram({
  terminal: processTerminal,
  world: nodeWorld({ log: jsonLog(process.env['TILLBRIDGE_LOG'] ?? 'info', { part: 'hub' }) }),
  version: packageJson.version,
  pages: fileURLToPath(new URL('../dist/hub', import.meta.url)),
})
process.exitCode = await runCommandLine(program, process.argv.slice(2), processTerminal, hubUsageErrors)
await leaveProxy()
