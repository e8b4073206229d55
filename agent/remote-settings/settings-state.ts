import { join } from 'node:path'
import { z } from 'zod'
import { RemoteSettings } from '../../shared/remote-settings.ts'
import type { Files, World } from '../../shared/world.ts'

/** Settings of the hub under the hub's name for them. */
const Named = z.object({ name: z.string(), settings: RemoteSettings })
export type NamedSettings = z.infer<typeof Named>

/** Whose settings they are: those of another hub, device or store count for nothing. */
export interface SettingsOwner {
  readonly hub: string
  readonly device: string
  readonly store: string
}

export const settingsOwner = ({
  hub,
  device,
  store,
}: {
  readonly hub: { readonly id: string }
  readonly device: string
  readonly store: string
}): SettingsOwner => ({ hub: hub.id, device, store })

/** `since`: agent's clock, when they had proven themselves; left out by an older version. */
const Proven = Named.extend({ since: z.int().optional() })

const SettingsState = z.object({
  hub: z.string(),
  /** Left out by an older version, which did not ask whether the till had moved. */
  device: z.string().optional(),
  store: z.string().optional(),
  /** What has proven itself, newest first; what is before the newest is for an older version of the agent. */
  kept: z.array(Proven).max(2).default([]),
  trial: Named.extend({
    /** How often an agent was started with them. */
    starts: z.int(),
    /** The sources that were being read before: they have to be read with these settings as well. */
    worked: z.array(z.string()),
    /** Which agent.json they were begun with: they are judged with no other. Left out by an older version. */
    own: z.string().optional(),
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

export const noSettings = (owner: SettingsOwner): SettingsState => SettingsState.parse(owner)

/**
 * What is kept of this hub's settings for this till. A file that can't be read counts as none: the till then runs with its own agent.json, and the
 * hub's settings come on trial once more.
 */
export function readSettingsState(
  { files, log }: Pick<World, 'files' | 'log'>,
  path: string,
  owner: SettingsOwner,
): SettingsState {
  try {
    const text = files.readText(path)
    const kept = text === null ? noSettings(owner) : SettingsState.parse(JSON.parse(text))
    const { device = owner.device, store = owner.store } = kept
    const isOwn = kept.hub === owner.hub && device === owner.device && store === owner.store
    return isOwn ? { ...kept, device, store } : noSettings(owner)
  } catch (error) {
    log.error({ path, error }, 'what is kept of the hub’s settings can’t be read')
    return noSettings(owner)
  }
}

/** Whether a file of settings that could be read says of which till they are. */
export const saysWhose = (text: string): boolean =>
  z.object({ device: z.string(), store: z.string() }).safeParse(JSON.parse(text)).success

/** One file, put in place as a whole: a till that is killed at any moment has the one before or this one. */
export function writeSettingsState(
  files: Pick<Files, 'writePrivate'>,
  path: string,
  state: SettingsState,
): void {
  files.writePrivate(path, `${JSON.stringify(state)}\n`)
}
