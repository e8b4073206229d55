import type { Command } from 'commander'
import { answers, command, endOfRun } from '../../shared/command-line.ts'
import { forkHost } from '../peripherals/host/fork-host.ts'
import { nodeSalesFiles } from '../sources/sales-files/node-sales-files.ts'
import { nodeDropFiles } from '../write-back/node-drop-files.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'

export function runCommand({ terminal, world, version, pages }: CommandParts): Command {
  const of = command(
    'run',
    'run the agent: read the POS, send its events to the hub, serve the till page; until Ctrl-C',
  )
    .option(...folderOption)
    .option('--desk <folder>', 'let the desktop app of this till in: where it finds the page’s link')
  return answers<Data & { desk?: string }>(of, terminal, async ({ data, desk, json }) => {
    const { runAgent } = await import('../run.ts') // other commands need none of it
    const stop = endOfRun(world)
    await runAgent({
      folder: data,
      pid: process.pid,
      version,
      pages,
      desk: desk ?? null,
      launchHost: () => forkHost(),
      dropFiles: nodeDropFiles,
      salesFiles: nodeSalesFiles,
      world,
      stop,
      ready: ({ url }) =>
        terminal.out(
          json === true
            ? `${JSON.stringify({ till: { url } })}\n`
            : `The till page is at ${url}; open it with: tillbridge-agent till-link\n`,
        ),
    })
    return { json: { stopped: true }, text: '', exitCode: await stop }
  })
}
