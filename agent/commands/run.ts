import { join } from 'node:path'
import type { Command } from 'commander'
import { answers, command, endOfRun } from '../../shared/command-line.ts'
import { nodeMachine } from '../doctor/node-machine.ts'
import { forkHost } from '../peripherals/host/fork-host.ts'
import { nodeSalesFiles } from '../sources/sales-files/node-sales-files.ts'
import { LAUNCHED } from '../updates/launched.ts'
import { RESTART_CODE } from '../updates/launcher.ts'
import { nodeUpdateFiles } from '../updates/node-update-files.ts'
import { readReleaseKeys } from '../updates/release-keys.ts'
import type { UpdateHost } from '../updates/updates.ts'
import { nodeDropFiles } from '../write-back/node-drop-files.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { supportHost } from './support-host.ts'

export function runCommand({ terminal, world, version, pages }: CommandParts): Command {
  const of = command(
    'run',
    'run the agent: read the POS, send its events to the hub, serve the till page; until Ctrl-C',
  )
    .option(...folderOption)
    .option('--desk <folder>', 'let the desktop app of this till in: where it finds the page’s link')
  return answers<Data & { desk?: string }>(of, terminal, async ({ data, desk, json }) => {
    const { runAgent } = await import('../run.ts') // other commands need none of it
    const restart = Promise.withResolvers<number>()
    const stop = Promise.race([endOfRun(world), restart.promise])
    await runAgent({
      folder: data,
      pid: process.pid,
      version,
      pages,
      desk: desk ?? null,
      launchHost: () => forkHost(),
      dropFiles: nodeDropFiles,
      salesFiles: nodeSalesFiles,
      updates: updateHost({ world, pages }, restart.resolve),
      support: supportHost(world, data, () => forkHost()),
      machine: nodeMachine,
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

/** What the launcher that started this process offers; null when another started it, or this package trusts no release key. */
function updateHost(
  { world, pages }: Pick<CommandParts, 'world' | 'pages'>,
  end: (exitCode: number) => void,
): UpdateHost | null {
  if (process.send === undefined || process.env[LAUNCHED] !== '1') return null
  process.once('disconnect', () => end(0)) // the launcher is gone: two agents must not run
  process.channel?.unref() // listening would keep an agent that has ended
  const keys = readReleaseKeys(world.files, join(pages, '..', '..', 'release-keys.txt'))
  if (keys.length === 0) return null
  const say = (word: object) => void (process.connected && process.send?.(word))
  return {
    keys,
    platform: `${process.platform}-${process.arch}`,
    disk: nodeUpdateFiles,
    launcher: {
      healthy: () => say({ t: 'healthy' }),
      notYet: why => say({ t: 'not-yet', why }),
      restart: () => end(RESTART_CODE),
    },
  }
}
