import { describeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { hasOtherSettings, type RefusedSettings } from './own-settings.ts'
import { remoteSettingsUnfit } from './remote-settings/fit-settings.ts'
import {
  forgetStartWithSettings,
  giveUpStart,
  type SettingsStart,
} from './remote-settings/start-with-settings.ts'

/** Decides, start by start, whose settings are to blame for one that does not work. */
export interface StartJudge {
  /** How the next start is to be tried. */
  next(): { readonly refused: RefusedSettings | null; readonly withoutTrial: boolean }
  /** The agent has started, and reads every source. @returns whether it is to start once more, with other settings */
  worked(settings: SettingsStart): boolean
  /** The agent has started, and can't use the settings of a source. @returns as above */
  leftUnread(settings: SettingsStart, wrong: string): boolean
  /** The agent could not start. @returns as above */
  failed(settings: SettingsStart, error: unknown): boolean
  /** It is to start again: what was not the file's fault has perhaps passed. */
  again(): void
}

/** What did not work, by what it is recognized, and as the hub and the till are told. */
interface Failure {
  readonly mark: string
  readonly own: unknown
  readonly hub: unknown
  /** It does not pass without a change of the settings. */
  readonly isOfSettings: boolean
  readonly hasStarted: boolean
}

const AGAIN_MS = 60_000
const LONGEST_AGAIN_MS = 3_600_000

/** Before the hub's settings are blamed, the till's own are tried without them: what fails there as well is not theirs. */
export function judgeStarts(parts: {
  readonly world: Pick<World, 'files' | 'log'>
  readonly folder: string
  readonly version: string
}): StartJudge {
  const { log } = parts.world
  let refused: RefusedSettings | null = null
  /** A start on trial that failed, while the till's own settings are tried alone. */
  let suspect: Failure | null = null
  /** What is wrong with the till's own settings, and can't be helped here. */
  let ownMark: string | null = null
  let passing = 0

  function notWorking(settings: SettingsStart, failure: Failure): boolean {
    if (settings.trial !== null) {
      if (failure.hasStarted && failure.mark === ownMark) return false
      log.error({ error: failure.hub }, 'the hub’s new settings do not work; the till’s own are tried alone')
      suspect = failure
      return true
    }
    const tried = suspect
    suspect = null
    if (tried !== null && tried.mark === failure.mark) forgetStartWithSettings(parts)
    if (tried !== null && tried.mark !== failure.mark) giveUpStart(parts, tried.hub)
    if (settings.own.problem === null && hasOtherSettings(parts, settings.own)) {
      log.error({ error: failure.own }, 'agent.json does not work; the one that worked last is tried')
      refused = { text: settings.own.text, error: failure.own, againMs: againMs(failure) }
      return true
    }
    ownMark = failure.mark
    return tried !== null && failure.hasStarted
  }

  function againMs({ isOfSettings }: Failure): number | null {
    if (isOfSettings) return null
    passing += 1
    return Math.min(AGAIN_MS * 2 ** (passing - 1), LONGEST_AGAIN_MS)
  }

  return {
    next: () => ({ refused, withoutTrial: suspect !== null }),
    worked({ own, trial }) {
      if (own.problem === null) passing = 0
      if (trial === null) ownMark = null
      if (suspect === null) return false
      giveUpStart(parts, suspect.hub)
      suspect = null
      return true
    },
    leftUnread: (settings, wrong) =>
      notWorking(settings, {
        mark: wrong,
        own: new Error(wrong),
        hub: remoteSettingsUnfit({ mistakes: [wrong.replace(/\.$/, '')] }),
        isOfSettings: true,
        hasStarted: true,
      }),
    failed(settings, error) {
      const { code } = describeError(error)
      const isOfSettings = /^(CONFIG|SOURCE)_/.test(code)
      return notWorking(settings, { mark: code, own: error, hub: error, isOfSettings, hasStarted: false })
    },
    again() {
      if (refused !== null && refused.againMs !== null) refused = null
    },
  }
}
