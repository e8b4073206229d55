import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { agentPaths } from '../config.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { agentNotRunning } from './running-agent.ts'

export function tillLinkCommand({ terminal, world }: CommandParts): Command {
  const of = command('till-link', 'print the link that opens the till page on this PC').option(
    ...folderOption,
  )
  return answers<Data>(of, terminal, async ({ data }) => {
    const link = world.files.readText(agentPaths(data).link)?.trim()
    if (link === undefined) throw agentNotRunning({ folder: data })
    return { json: { link }, text: link }
  })
}
