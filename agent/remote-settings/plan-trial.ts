import { MOST_STARTS } from '../updates/plan-start.ts'
import type { NamedSettings, SettingsState } from './settings-state.ts'

/** Why settings were given up. */
export interface SettingsProblem {
  readonly code: string
  readonly sentence: string
}

const CRASHED: SettingsProblem = {
  code: 'SETTINGS_CRASHED',
  sentence: `The agent ended ${MOST_STARTS} times with the new settings before they had proven themselves; the till went back to the settings before.`,
}

/** @param why what was missing last; empty: the agent never said */
export const settingsNotWell = (why: string): SettingsProblem => ({
  code: 'SETTINGS_NOT_WELL',
  sentence:
    `With the new settings the till did not become well in time, and went back to the settings before. ${why}`.trim(),
})

/**
 * Puts settings on trial: the next start takes them.
 * @param now `worked`: the sources that are being read; `own`: the mark of the agent.json in use
 */
export function beginSettings(
  state: SettingsState,
  { name, settings }: NamedSettings,
  now: { readonly worked: readonly string[]; readonly own: string },
): SettingsState {
  const { worked, own } = now
  return { ...state, trial: { name, settings, worked: [...worked], own, starts: 0 }, failed: null }
}

/** Counts a start with what is on trial, and gives that up when it was started too often. Kept before anything else of it happens. */
export function countStart(state: SettingsState, version: string): SettingsState {
  const { trial } = state
  if (trial === null) return state
  if (trial.starts >= MOST_STARTS) return giveUpSettings(state, CRASHED, version)
  return { ...state, trial: { ...trial, starts: trial.starts + 1 } }
}

/** What is on trial works. @param now agent's clock, ms */
export function keepSettings(state: SettingsState, now: number): SettingsState {
  const { trial, kept } = state
  if (trial === null) return state
  const { name, settings } = trial
  return { ...state, kept: [{ name, settings, since: now }, ...kept].slice(0, 2), trial: null }
}

/** What is on trial does not work: what was before goes on, and is not left again for these settings by this version of the agent. */
export function giveUpSettings(
  state: SettingsState,
  { code, sentence }: SettingsProblem,
  version: string,
): SettingsState {
  const { trial } = state
  if (trial === null) return state
  const why = { code: code.slice(0, 64), sentence: sentence.slice(0, 1_000) }
  return { ...state, trial: null, failed: { name: trial.name, state: 'rolled-back', ...why, version } }
}

/** The hub has other settings by now than those on trial, or the till another agent.json: that says nothing about them. */
export const dropTrial = (state: SettingsState): SettingsState => ({ ...state, trial: null })

/** The agent was stopped by a person: that start says nothing about the settings. */
export function forgetSettingsStart(state: SettingsState): SettingsState {
  const { trial } = state
  if (trial === null || trial.starts === 0) return state
  return { ...state, trial: { ...trial, starts: trial.starts - 1 } }
}
