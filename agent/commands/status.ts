import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { type CommandParts, type Data, folderOption } from './command-parts.ts'
import { askAgent } from './running-agent.ts'

export function statusCommand({ terminal, world }: CommandParts): Command {
  const of = command('status', 'show this till’s link to the hub, its unsent events and its sources').option(
    ...folderOption,
  )
  return answers<Data>(of, terminal, async ({ data }) => {
    const { state, url } = await askAgent(world, data)
    return { json: { url, ...state }, text: statusText(state) }
  })
}

function statusText(state: {
  storeName: string
  till: string
  link: string
  unsent: number
  problem: string | null
  sources: { source: string; state: string; problem: string | null }[]
}): string {
  return [
    `${state.storeName} · ${state.till}: ${state.link}, ${state.unsent} events waiting`,
    ...(state.problem === null ? [] : [state.problem]),
    ...state.sources.map(s => `source ${s.source}: ${s.state}${s.problem === null ? '' : ` – ${s.problem}`}`),
  ].join('\n')
}
