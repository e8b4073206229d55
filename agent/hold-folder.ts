import { defineError } from '../shared/errors.ts'
import { holdInstance } from '../shared/instance-lock.ts'
import type { World } from '../shared/world.ts'
import { agentPaths } from './config.ts'

export const agentAlreadyRunning = defineError(
  'AGENT_ALREADY_RUNNING',
  (f: { folder: string; pid: number | null }) =>
    `An agent is already running here (${f.folder}, pid ${f.pid ?? 'unknown'}). Stop it first, or use another data folder.`,
)

/** Makes this process the one that may use the journal of a data folder. Keep what is returned. @throws AGENT_ALREADY_RUNNING */
export function holdAsAgent(world: Pick<World, 'files'>, folder: string, pid: number): Disposable {
  return hold(world, { folder, pid, path: agentPaths(folder).lock })
}

/** Makes this process the one that starts agents on a data folder. Keep what is returned. @throws AGENT_ALREADY_RUNNING */
export function holdAsLauncher(world: Pick<World, 'files'>, folder: string, pid: number): Disposable {
  return hold(world, { folder, pid, path: agentPaths(folder).launcherLock })
}

function hold(
  { files }: Pick<World, 'files'>,
  { folder, pid, path }: { readonly folder: string; readonly pid: number; readonly path: string },
): Disposable {
  return holdInstance(files, { path, pid, refusal: holder => agentAlreadyRunning({ folder, pid: holder }) })
}
