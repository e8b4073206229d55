import { defineError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { agentPaths } from '../config.ts'

export const agentNotRunning = defineError(
  'AGENT_NOT_RUNNING',
  (f: { folder: string }) => `No agent runs on ${f.folder}. Start it with: tillbridge-agent run.`,
)

/** Asks the running agent over its own loopback API, with the token that only the agent's user can read. */
export async function askAgent(world: Pick<World, 'files' | 'sockets'>, folder: string) {
  const link = world.files.readText(agentPaths(folder).link)?.trim()
  if (link === undefined) throw agentNotRunning({ folder })
  const { TillState } = await import('../till/api-schema.ts')
  try {
    const token = world.files.readText(agentPaths(folder).statusToken)?.trim() ?? ''
    const url = new URL(link).origin
    const headers = { authorization: `Bearer ${token}` }
    const answer = await world.sockets.fetch(`${url}/status`, { headers })
    return { url, state: TillState.parse(await answer.json()) }
  } catch (cause) {
    throw agentNotRunning({ folder }, cause)
  }
}
