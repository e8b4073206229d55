import { join } from 'node:path'
import { z } from 'zod'
import { RemoteSettings } from '../../shared/remote-settings.ts'
import type { Files, World } from '../../shared/world.ts'

/** Settings of the hub under the hub's name for them. */
const Named = z.object({ name: z.string(), settings: RemoteSettings })
export type NamedSettings = z.infer<typeof Named>

const SettingsState = z.object({
  /** The hub that they are of. Those of another one count for nothing. */
  hub: z.string(),
  /** What has proven itself, newest first; what is before the newest is for an older version of the agent. */
  kept: z.array(Named).max(2).default([]),
  trial: Named.extend({
    /** How often an agent was started with them. */
    starts: z.int(),
    /** The sources that were being read before: they have to be read with these settings as well. */
    worked: z.array(z.string()),
  })
    .nullable()
    .default(null),
  /** What could not be kept, and with which version of the agent. */
  failed: z
    .object({
      name: z.string(),
      state: z.enum(['refused', 'rolled-back']),
      code: z.string(),
      sentence: z.string(),
      version: z.string(),
    })
    .nullable()
    .default(null),
})
export type SettingsState = z.infer<typeof SettingsState>

export const settingsPath = (folder: string) => join(folder, 'remote-settings.json')

export const noSettings = (hub: string): SettingsState => SettingsState.parse({ hub })

/**
 * What is kept of this hub's settings. A file that can't be read counts as none: the till then runs with its own agent.json, and the
 * hub's settings come on trial once more.
 */
export function readSettingsState(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
  hub: string,
): SettingsState {
  try {
    const text = files.readText(path)
    const kept = text === null ? noSettings(hub) : SettingsState.parse(JSON.parse(text))
    return kept.hub === hub ? kept : noSettings(hub)
  } catch (error) {
    log.error({ path, error }, 'what is kept of the hub’s settings can’t be read')
    return noSettings(hub)
  }
}

/** One file, put in place as a whole: a till that is killed at any moment has the one before or this one. */
export function writeSettingsState(
  files: Pick<Files, 'writePrivate'>,
  path: string,
  state: SettingsState,
): void {
  files.writePrivate(path, `${JSON.stringify(state)}\n`)
}
