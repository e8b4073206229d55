import { hash } from 'node:crypto'
import { layOver, type RemoteSettings } from '../../shared/remote-settings.ts'
import type { Schema } from '../db/schema.ts'
import { isInRing } from '../releases/rings.ts'

export const levels = ['fleet', 'region', 'store', 'till'] as const
export type Level = (typeof levels)[number]

/** Settings of one level, as they were set once. */
export interface SettingsVersion
  extends Pick<Schema['settings_version'], 'version' | 'level' | 'target' | 'state' | 'stage' | 'attempt'> {
  readonly settings: RemoteSettings
}

/** A till, and what decides which settings are for it. */
export interface SettableTill {
  readonly device: string
  readonly store: string
  /** The version of its agent. */
  readonly agent: string
  /** Its name in the store, which it keeps when it is enrolled again. */
  readonly till: string
  /** Null: its store is in no region. */
  readonly region: string | null
  readonly isCanary: boolean
  /** Its store keeps the settings that it has. */
  readonly isPinned: boolean
}

/** `why` of one that is offered: it failed here together with others, and which of them was at fault is not known. */
export type SettingsOutcome = Pick<
  Schema['settings_outcome'],
  'version' | 'attempt' | 'outcome' | 'agent' | 'why'
>

/** What a till is to run with. */
export interface WantedSettings {
  /** Versions with their attempts and a hash of the settings: `12+14#2-3fa9c1`. Empty: nothing was ever set for this till. */
  readonly name: string
  readonly settings: RemoteSettings
  /** Lowest level first: later ones override earlier ones. */
  readonly versions: readonly SettingsVersion[]
}

/**
 * The settings that a till is to run with now: of each level the newest version that has come to it. Where several failed together, they
 * come one by one, the lowest level first, so that only the one at fault counts as failed.
 * @param versions every version that was not dropped, in any order
 * @param outcomes of this till
 */
export function chooseSettings(
  till: SettableTill,
  versions: readonly SettingsVersion[],
  outcomes: readonly SettingsOutcome[],
): WantedSettings {
  const newestFirst = versions.toSorted((one, other) => other.version - one.version)
  const outcome = (one: SettingsVersion) => outcomeOf(till, one, outcomes)
  const newestOfEach = (isFit: (one: SettingsVersion) => boolean) =>
    levels.flatMap(level => {
      const own = newestFirst.filter(one => one.level === level && one.target === targetOf(till, level))
      return own.find(one => hasReached(till, one, outcome(one)) && isFit(one)) ?? []
    })
  const reached = newestOfEach(() => true)
  if (!reached.some(one => failedWithOthers(till, one, outcomes))) return together(reached)
  const next = reached.find(one => outcome(one) !== 'healthy')
  return together(newestOfEach(one => one === next || outcome(one) === 'healthy'))
}

function failedWithOthers(
  { agent }: SettableTill,
  { version, attempt }: SettingsVersion,
  outcomes: readonly SettingsOutcome[],
): boolean {
  const found = outcomes.find(one => one.version === version && one.attempt === attempt)
  return found?.outcome === 'offered' && found.why !== null && found.agent === agent
}

/** Some versions laid over each other, under their name. */
export function together(versions: readonly SettingsVersion[]): WantedSettings {
  const settings = versions.reduce<RemoteSettings>((below, one) => layOver(below, one.settings), {})
  const numbers = versions.map(({ version, attempt }) =>
    attempt === 1 ? `${version}` : `${version}#${attempt}`,
  )
  const digest = hash('sha256', JSON.stringify(settings), 'hex').slice(0, 6)
  return { name: versions.length === 0 ? '' : `${numbers.join('+')}-${digest}`, settings, versions }
}

/** What a till that had settings is told once none are for it any more. */
export const NONE = 'none'

/** What settings of a level are set for, seen from a till; null: none of that level are for it. */
export function targetOf(
  { store, till, region }: Pick<SettableTill, 'store' | 'till' | 'region'>,
  level: Level,
): string | null {
  return { fleet: '', region, store, till: `${store}/${till}` }[level]
}

/** A version that works here works whatever became of its attempt elsewhere. */
function outcomeOf(
  { agent }: SettableTill,
  { version, attempt }: SettingsVersion,
  outcomes: readonly SettingsOutcome[],
) {
  const found = outcomes.find(one => one.version === version)
  if (found?.outcome === 'healthy') return 'healthy'
  if (found?.attempt !== attempt) return undefined
  return found.outcome === 'failed' && found.agent !== agent ? undefined : found.outcome
}

/** Who could not keep a version runs without it; who has it keeps it, unless it was dropped. */
function hasReached(
  till: SettableTill,
  { level, state, stage }: SettingsVersion,
  outcome: SettingsOutcome['outcome'] | undefined,
): boolean {
  if (state === 'dropped' || outcome === 'failed') return false
  if (outcome === 'healthy') return true
  if (state !== 'offered') return state === 'paused' && outcome === 'offered'
  if (till.isPinned) return false
  return isNarrow(level) || isInRing(till, stage)
}

/** Settings of a store or a till have no rings: those who set them name the tills. */
export const isNarrow = (level: Level) => level === 'store' || level === 'till'
