import { z } from 'zod'
import { defineError } from '../../shared/errors.ts'
import { type RemoteSettings, settingValues } from '../../shared/remote-settings.ts'
import { hasTimeToProve, usualTrialTimes } from '../../shared/trial-times.ts'

const settingsTimesUnfit = defineError(
  'SETTINGS_TIMES_UNFIT',
  (f: { till: string | null; confirm: number; giveUp: number }) =>
    `With these settings ${f.till === null ? 'a till' : `till ${f.till}`} goes back from an update, and from other settings, after ${f.giveUp} minutes, and keeps them only when it has been well for ${f.confirm}. Set updates.giveUpMinutes to at least 10, and to at least twice updates.confirmMinutes.`,
)

const Times = z.object({
  updates: z
    .object({
      confirmMinutes: settingValues.confirmMinutes.optional(),
      giveUpMinutes: settingValues.giveUpMinutes.optional(),
    })
    .optional(),
})

/**
 * A till that gives up before anything can have proven itself takes no later settings and no update any more.
 * @param settings all levels of a till together; what none of them sets counts as usual
 * @param till who runs with them; null: not one till in particular
 * @throws SETTINGS_TIMES_UNFIT
 */
export function demandTrialTimes(settings: RemoteSettings, till: string | null): void {
  const { confirmMinutes, giveUpMinutes } = Times.parse(settings).updates ?? {}
  if (confirmMinutes === undefined && giveUpMinutes === undefined) return
  const confirm = confirmMinutes ?? usualTrialTimes.confirmMinutes
  const giveUp = giveUpMinutes ?? usualTrialTimes.giveUpMinutes
  if (!hasTimeToProve({ confirmMinutes: confirm, giveUpMinutes: giveUp }))
    throw settingsTimesUnfit({ till, confirm, giveUp })
}
