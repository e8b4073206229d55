import { describeError } from '../shared/errors.ts'
import type { World } from '../shared/world.ts'
import { hasOtherSettings, type RefusedSettings } from './own-settings.ts'
import { remoteSettingsUnfit } from './remote-settings/fit-settings.ts'
import {
  forgetStartWithSettings,
  giveUpStart,
  type SettingsStart,
  type StartBase,
} from './remote-settings/start-with-settings.ts'

/** Decides, start by start, whose settings are to blame for one that does not work. */
export interface StartJudge {
  /** How the next start is to be tried. */
  next(): { readonly refused: RefusedSettings | null; readonly base: StartBase }
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

/**
 * Before the hub's new settings are blamed, those before are tried, and then the till's own alone, without any of the hub's: what
 * fails there in the same way is not the new ones' fault.
 */
export function judgeStarts(parts: {
  readonly world: Pick<World, 'files' | 'log'>
  readonly folder: string
  readonly version: string
}): StartJudge {
  const { log } = parts.world
  let refused: RefusedSettings | null = null
  /** A start on trial that failed, while others are tried. */
  let suspect: { readonly failure: Failure; readonly base: 'before' | 'alone' } | null = null
  /** What is wrong with the till's own settings, and can't be helped here. */
  let ownMark: string | null = null
  let passing = 0

  function notWorking(settings: SettingsStart, failure: Failure): boolean {
    if (settings.trial !== null) {
      if (failure.hasStarted && failure.mark === ownMark) return false
      log.error({ error: failure.hub }, 'the hub’s new settings do not work; the till is tried without them')
      suspect = { failure, base: 'before' }
      return true
    }
    const tried = suspect
    suspect = null
    const isSame = tried !== null && tried.failure.mark === failure.mark
    const canGoBack = settings.own.problem === null && hasOtherSettings(parts, settings.own)
    if (tried?.base === 'alone' && !(isSame && canGoBack)) return blameHub(tried.failure)
    if (isSame) forgetStartWithSettings(parts)
    else if (tried !== null) giveUpStart(parts, tried.failure.hub)
    if (canGoBack) {
      log.error({ error: failure.own }, 'agent.json does not work; the one that worked last is tried')
      refused = { text: settings.own.text, error: failure.own, againMs: againMs(failure) }
      return true
    }
    ownMark = failure.mark
    return tried !== null && failure.hasStarted
  }

  function blameHub({ hub }: Failure): true {
    giveUpStart(parts, hub)
    suspect = null
    return true
  }

  function againMs({ isOfSettings }: Failure): number | null {
    if (isOfSettings) return null
    passing += 1
    return Math.min(AGAIN_MS * 2 ** (passing - 1), LONGEST_AGAIN_MS)
  }

  return {
    next: () => ({ refused, base: suspect?.base ?? 'trial' }),
    worked({ own, trial, runs }) {
      if (own.problem === null) passing = 0
      if (trial === null) ownMark = null
      if (suspect === null) return false
      const { failure, base } = suspect
      // what has proven itself may be what hides a mistake in agent.json
      if (base === 'alone' || runs === '') return blameHub(failure)
      suspect = { failure, base: 'alone' }
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
      const isOfSettings = /^(CONFIG|SOURCE)_|^TILL_PORT_FORBIDDEN$/.test(code)
      return notWorking(settings, { mark: code, own: error, hub: error, isOfSettings, hasStarted: false })
    },
    again() {
      if (refused !== null && refused.againMs !== null) refused = null
    },
  }
}
