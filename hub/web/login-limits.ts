import { failureLimit } from '../../shared/failure-limit.ts'
import type { Clock } from '../../shared/world.ts'

/** Who tries to log in. */
interface LoginAttempt {
  /** As limits count callers. */
  readonly caller: string
  readonly name: string
  /** The browser's own mark when it has logged in with this name before; null for any other. */
  readonly browser: string | null
}

/**
 * Limits guesses of passwords: for a name from one address, for all names from one address, and for a name from all
 * addresses. A browser that has logged in with the name before has a limit of its own, so that strangers' wrong passwords
 * do not keep its user out.
 */
export function openLoginLimits(clock: Clock) {
  const inFiveMinutes = (failures: number) => failureLimit(clock, { failures, windowMs: 5 * 60_000 })
  const ofBrowser = inFiveMinutes(10)
  const ofNameAtAddress = inFiveMinutes(10)
  const ofAddress = inFiveMinutes(30)
  const ofName = inFiveMinutes(100)

  return {
    /**
     * Counts an attempt as failed before it is made.
     * @returns what takes that back once it has succeeded; null when there were too many
     */
    begin({ caller, name, browser }: LoginAttempt): (() => void) | null {
      const limits =
        browser === null
          ? ([
              [ofNameAtAddress, `${caller} ${name}`],
              [ofAddress, caller],
              [ofName, name],
            ] as const)
          : ([[ofBrowser, `${browser} ${name}`]] as const)
      const begun: (() => void)[] = []
      const takeBack = () => {
        for (const forgive of begun) forgive()
      }
      for (const [limit, key] of limits) {
        const forgive = limit.begin(key)
        if (forgive === null) {
          takeBack()
          return null
        }
        begun.push(forgive)
      }
      return takeBack
    },
  }
}
export type LoginLimits = ReturnType<typeof openLoginLimits>
