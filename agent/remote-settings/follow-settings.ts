import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { RemoteReport } from '../../shared/protocol.ts'
import { RemoteSettings } from '../../shared/remote-settings.ts'
import type { Cancel, World } from '../../shared/world.ts'
import type { AgentConfig } from '../config.ts'
import { markOfOwn } from '../own-settings.ts'
import { quietMoment } from '../updates/quiet-moment.ts'
import { type Wellness, watchHealth } from '../updates/watch-health.ts'
import { fitSettings, repeatsWith } from './fit-settings.ts'
import { beginSettings, dropTrial, giveUpSettings, keepSettings, settingsNotWell } from './plan-trial.ts'
import {
  readSettingsState,
  type SettingsOwner,
  type SettingsState,
  settingsPath,
  writeSettingsState,
} from './settings-state.ts'
import type { SettingsStart } from './start-with-settings.ts'
import type { ToldSettings } from './told-settings.ts'

export interface FollowedSettings extends Disposable {
  report(): RemoteReport
  isOnTrial(): boolean
  /** The hub's name for what it runs, and since when by agent's clock; null: its own agent.json alone. */
  inUse(): { readonly runs: string; readonly since: number | null; readonly isOnTrial: boolean } | null
  /** The hub has told other settings. */
  told(): void
}

const AGAIN_MS = 10_000

/**
 * What of that which is read new settings have to read as well: not what agent.json gives up, and not what only the hub's settings brought
 * and these leave out, as long as something is read: head office has taken it out.
 */
function hasToRead(read: readonly string[], own: AgentConfig, next: AgentConfig): readonly string[] {
  const givenUp = new Set<string>(own.takenOut)
  const named = new Set<string>([...own.sources, ...next.sources].map(({ source }) => source))
  const kept = read.filter(source => !givenUp.has(source))
  return next.sources.length === 0 ? kept : kept.filter(source => named.has(source))
}

function ownTrialOf(
  trial: { readonly unread: readonly string[]; readonly unsold: readonly string[] } | null,
): Pick<RemoteReport, 'ownTrial'> {
  return trial === null ? {} : { ownTrial: { unread: [...trial.unread], unsold: [...trial.unsold] } }
}

/** Follows the hub's settings: checks them, waits for a quiet moment, has the agent restarted with them on trial, and judges that. */
export function followSettings(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'files' | 'log'>
  readonly folder: string
  readonly owner: SettingsOwner
  readonly version: string
  readonly start: SettingsStart
  /** What the journal holds of the hub's word. */
  readonly told: ToldSettings
  readonly well: Wellness
  /** An update is on trial: settings wait for its end. */
  isTryingUpdate(): boolean
  readonly ownFile: {
    /** Why it does not run with its agent.json; null: it does. */
    problem(): string | null
    /** agent.json can be used, is another than the one in use, and will be taken up. */
    isAnother(): boolean
    /** That this is told; null: it is not. */
    waiting(): string | null
    /** What a changed agent.json has not shown; null: none is on trial. */
    trial(): { readonly unread: readonly string[]; readonly unsold: readonly string[] } | null
  }
  /** Ends this agent; the next one starts with what is kept. */
  restart(): void
  /** The status has changed. */
  changed(): void
}): FollowedSettings {
  const { world, start, version, ownFile } = parts
  const path = settingsPath(parts.folder)
  const own = markOfOwn(start.own)
  let state = readSettingsState(world, path, parts.owner)
  let { runs } = start
  let trial = start.trial
  let problem: { name: string; state: 'refused' | 'rolled-back'; code: string; sentence: string } | null =
    null
  /** Until a quiet moment; aborted by another word. */
  let waiting = new AbortController()
  let cancelAgain: Cancel = () => {}
  /** What of the hub's waits for another agent.json. */
  let waitsForOwn = ''
  let isRestarting = false

  /** @returns whether it is kept; if not, `again` is called later */
  function keep(next: SettingsState, again: () => void): boolean {
    try {
      writeSettingsState(world.files, path, next)
      state = next
      return true
    } catch (error) {
      world.log.error({ ...describeError(error) }, 'the hub’s settings could not be kept; it is tried again')
      cancelAgain()
      cancelAgain = world.timers.after(AGAIN_MS, again)
      return false
    }
  }

  function restart(): void {
    if (isRestarting) return
    isRestarting = true
    parts.restart()
  }

  function proven(): void {
    if (!keep(keepSettings(state, world.clock.now()), proven)) return
    trial = null
    cancelTrial()
    world.log.info({ settings: runs }, 'the hub’s settings have proven themselves')
    parts.changed()
    look()
  }

  let missing = ''
  function overdue(): void {
    const why = settingsNotWell(missing)
    world.log.error({ settings: runs, ...why }, why.sentence)
    if (keep(giveUpSettings(state, why, version), overdue)) restart()
  }

  const judge = {
    healthy: proven,
    notYet: (why: string) => {
      missing = why
    },
    restart,
  }
  const cancelTrial = trial === null ? () => {} : world.timers.after(trial.giveUpMs, overdue)
  const watch =
    trial === null
      ? null
      : watchHealth({ ...parts, host: { launcher: judge }, confirmMs: trial.confirmMs }, trial.worked)

  function look(): void {
    waiting.abort()
    const word = parts.told()
    if (word === null || isRestarting) return
    if (trial !== null) {
      if (word.name !== runs && keep(dropTrial(state), look)) restart()
      return
    }
    const { failed } = state
    if (word.name === runs) return
    if (failed?.name === word.name && failed.version === version) {
      problem = failed
      parts.changed()
      return
    }
    const fitted = fitSettings(start.own, word.settings)
    if (ownFile.isAnother() || (fitted instanceof TillbridgeError && ownFile.problem() !== null)) {
      waitForOwn(word.name)
      return
    }
    const refused =
      fitted instanceof TillbridgeError
        ? fitted
        : repeatsWith(start.config, parts.well.readSources(), fitted, world.files.realPath)
    if (fitted instanceof TillbridgeError || refused !== null) {
      const { code, sentence } = describeError(refused)
      world.log.error({ settings: word.name, code }, sentence)
      problem = { name: word.name, state: 'refused', code, sentence: sentence.slice(0, 1_000) }
      parts.changed()
      return
    }
    const named = { name: word.name, settings: RemoteSettings.parse(word.settings) }
    if (JSON.stringify(fitted) === JSON.stringify(start.config)) {
      takeSame(named)
      return
    }
    waiting = new AbortController()
    void begin(named, fitted, waiting.signal)
    parts.changed()
  }

  /** The hub's word is judged once, with the agent.json that is to count; that one starts the agent again, unless it is taken back. */
  function waitForOwn(name: string): void {
    cancelAgain()
    cancelAgain = world.timers.after(AGAIN_MS, look)
    if (waitsForOwn === name) return
    waitsForOwn = name
    problem = null
    parts.changed()
  }

  /** Other settings at the hub that change nothing here. */
  function takeSame(named: Parameters<typeof beginSettings>[1]): void {
    if (!keep(keepSettings(beginSettings(state, named, { worked: [], own }), world.clock.now()), look)) return
    runs = named.name
    parts.changed()
  }

  async function begin(
    named: Parameters<typeof beginSettings>[1],
    next: AgentConfig,
    signal: AbortSignal,
  ): Promise<void> {
    const { world: of, well } = parts
    const quietMs = start.config.updates.quietMinutes * 60_000
    const isTrying = () => parts.isTryingUpdate() || ownFile.isAnother()
    await quietMoment({ world: of, well, quietMs, isTrying }, signal)
    if (signal.aborted) return
    const worked = hasToRead(well.readSources(), start.own.config, next)
    if (keep(beginSettings(state, named, { worked, own }), look)) restart()
  }

  const cancelFirst = world.timers.soon(look) // what it tells of is not there yet
  return {
    report() {
      const told = parts.told()?.name ?? ''
      const of = problem?.name === told ? problem : null
      const { code = null, sentence = null } = of ?? {}
      const ownProblem = ownFile.problem()?.slice(0, 1_000) ?? null
      const readsNoSales = ownProblem !== null && start.config.sources.length === 0
      const said = { told, runs, state: stateOf(told), code, sentence, own, ownProblem }
      const ownWaits = ownFile.waiting() !== null
      return {
        ...said,
        ...(readsNoSales ? { readsNoSales } : {}),
        ...(ownWaits ? { ownWaits } : {}),
        ...ownTrialOf(ownFile.trial()),
      }
    },
    isOnTrial: () => trial !== null,
    inUse() {
      if (runs === '') return null
      const since = state.kept.find(({ name }) => name === runs)?.since ?? null
      return { runs, since: trial === null ? since : null, isOnTrial: trial !== null }
    },
    told: look,
    [Symbol.dispose]() {
      isRestarting = true
      waiting.abort()
      cancelFirst()
      cancelAgain()
      cancelTrial()
      watch?.[Symbol.dispose]()
    },
  }

  function stateOf(told: string): RemoteReport['state'] {
    if (told === '') return 'none'
    if (problem?.name === told) return problem.state
    if (told !== runs) return 'waiting'
    return trial === null ? 'running' : 'trial'
  }
}
