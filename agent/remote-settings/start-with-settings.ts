import { describeError, TillbridgeError } from '../../shared/errors.ts'
import { trialTimesMs } from '../../shared/trial-times.ts'
import type { World } from '../../shared/world.ts'
import { type AgentConfig, agentPaths } from '../config.ts'
import { readDeviceFile } from '../enrolment/device-file.ts'
import {
  demandOwnSettings,
  markOfOwn,
  type OwnSettings,
  ownSettingsBefore,
  type RefusedSettings,
  readOwnSettings,
} from '../own-settings.ts'
import { fitSettings } from './fit-settings.ts'
import { countStart, dropTrial, forgetSettingsStart, giveUpSettings } from './plan-trial.ts'
import {
  readSettingsState,
  type SettingsOwner,
  type SettingsState,
  saysWhose,
  settingsOwner,
  settingsPath,
  writeSettingsState,
} from './settings-state.ts'

type Parts = { readonly world: Pick<World, 'files' | 'log'>; readonly folder: string }

/** What an agent starts with. */
export interface SettingsStart {
  readonly config: AgentConfig
  /** agent.json alone, or what worked last of it. */
  readonly own: OwnSettings
  /** The hub's name for the settings that are in it; empty: agent.json alone. */
  readonly runs: string
  /** The settings have not proven themselves yet. By what was before them is decided how long they may take. */
  readonly trial: {
    readonly worked: readonly string[]
    readonly confirmMs: number
    readonly giveUpMs: number
  } | null
}

/** `trial`: what is on trial, where something is; `before`: what has proven itself, without it; `alone`: nothing of the hub's. */
export type StartBase = 'trial' | 'before' | 'alone'

type InUse = Pick<SettingsStart, 'config' | 'own' | 'runs'>

/**
 * Decides which settings an agent starts with, and counts the start of those on trial before anything else happens with them.
 * @param parts.refused an agent.json that an agent could not start with
 * @param parts.base anything but `trial`: what is on trial is left aside, and its start not counted
 * @throws CONFIG_INVALID, CONFIG_UNREADABLE when agent.json itself is wrong, and none worked before
 */
export function startWithSettings(
  parts: Parts & {
    readonly version: string
    readonly refused?: RefusedSettings | null
    readonly base?: StartBase
  },
): SettingsStart {
  const { world, folder, version, base = 'trial' } = parts
  const own = readOwnSettings(parts, parts.refused ?? null)
  if (base === 'alone') return { config: own.config, own, runs: '', trial: null }
  const state = trialWith(parts, own)
  bindToTill(parts, state)
  const before = provenSettings(own, state, world)
  if (state.trial === null || base === 'before') return { ...before, trial: null }
  const counted = keepOrNull(parts, countStart(state, version))
  if (counted === null || counted.trial === null) return { ...before, trial: null }
  const { name, settings, worked } = counted.trial
  const config = fitSettings(own, settings)
  if (config instanceof TillbridgeError) {
    keepOrNull(parts, giveUpSettings(counted, describeError(config), version))
    return { ...before, trial: null }
  }
  const trial = { worked, ...trialTimesMs(before.config.updates) }
  world.log.info({ settings: name, folder }, 'the hub’s new settings are on trial')
  return { config, own, runs: name, trial }
}

/** What is kept of the hub's settings. A trial that was begun with another agent.json is dropped: which of two changes failed could not be told. */
function trialWith(parts: Parts, own: OwnSettings): SettingsState {
  const state = readState(parts)
  const begunWith = state.trial?.own
  if (begunWith === undefined || begunWith === markOfOwn(own)) return state
  parts.world.log.info({ settings: state.trial?.name }, 'agent.json is another: the trial begins again')
  const next = dropTrial(state)
  return keepOrNull(parts, next) ?? next
}

/** The settings of agent.json, with the hub's laid over them, for commands that only look. @throws CONFIG_INVALID, CONFIG_UNREADABLE */
export function settingsInUse(parts: Parts): InUse {
  return provenSettings(demandOwnSettings(parts), readState(parts), parts.world)
}

/** The settings that an agent runs with here: those that worked last where agent.json can't be used. @throws CONFIG_INVALID, CONFIG_UNREADABLE */
export function settingsOfAgent(parts: Parts): InUse {
  return provenSettings(readOwnSettings(parts), readState(parts), parts.world)
}

/** What worked last with the hub's laid over it, where that is not what the agent runs with; `own`: without. Null: nothing else did. */
export function settingsBefore(
  parts: Parts,
  own: OwnSettings,
): { readonly config: AgentConfig; readonly own: AgentConfig } | null {
  const before = ownSettingsBefore(parts, own)
  if (before === null) return null
  const { config } = provenSettings({ ...own, ...before }, readState(parts), parts.world)
  return { config, own: before.config }
}

/** The newest settings that have proven themselves and that this agent can take; else agent.json alone. */
function provenSettings(
  own: SettingsStart['own'],
  { kept }: SettingsState,
  { log }: Pick<World, 'log'>,
): InUse {
  for (const { name, settings } of kept) {
    const config = fitSettings(own, settings)
    if (!(config instanceof TillbridgeError)) return { config, own, runs: name }
    log.error({ settings: name, code: config.code }, config.message)
  }
  return { config: own.config, own, runs: '' }
}

const readState = ({ world, folder }: Parts) =>
  readSettingsState(world, settingsPath(folder), ownerOf({ world, folder }))

function ownerOf({ world, folder }: Parts): SettingsOwner {
  try {
    const found = readDeviceFile(world.files, agentPaths(folder).device)
    if (found !== null) return settingsOwner(found)
  } catch (error) {
    world.log.warn({ error }, 'whose settings are kept here can’t be told: the device file can’t be read')
  }
  return { hub: '', device: '', store: '' }
}

/** What an older version kept does not say whose it is. */
function bindToTill(parts: Parts, state: SettingsState): void {
  const text = parts.world.files.readText(settingsPath(parts.folder))
  if (text !== null && state.kept.length > 0 && !saysWhose(text)) keepOrNull(parts, state)
}

/** @returns null when it can't be kept: what is not counted is not tried */
function keepOrNull({ world, folder }: Parts, state: SettingsState): SettingsState | null {
  try {
    writeSettingsState(world.files, settingsPath(folder), state)
    return state
  } catch (error) {
    world.log.error(
      { ...describeError(error) },
      'the hub’s settings can’t be tried: the disk takes no writes',
    )
    return null
  }
}

/** An agent could not start with the settings on trial: the next start takes those before. */
export function giveUpStart(parts: Parts & { readonly version: string }, error: unknown): void {
  keepOrNull(parts, giveUpSettings(readState(parts), describeError(error), parts.version))
}

/** An agent was stopped by a person. */
export function forgetStartWithSettings(parts: Parts): void {
  const state = readState(parts)
  const next = forgetSettingsStart(state)
  if (next !== state) keepOrNull(parts, next)
}
