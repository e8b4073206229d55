/** A word that does not change for so long, or that is from so far ahead, is of a till whose hub was killed: it may be connected nowhere. */
const FRESH_MS = 3 * 60_000
/** The same where money waits on it: a hub notes its tills once a minute. */
export const FRESH_FOR_MONEY_MS = 90_000

/** A hub's note of a till, as another hub finds it. `at`: by the clock of the hub that wrote it. */
interface Noted {
  readonly device: string
  /** Changes with each note. */
  readonly stamp: string
  readonly at: number
}

/**
 * `fresh`: a hub still writes such notes; `skewMs` is how far its clock is behind this one's, 0 when they agree. `stale`: it has ceased to, at
 * `since` by this hub's clock; null: not known. `unknown`: the clocks disagree, or it is old; watching it will tell.
 */
export type WordAge =
  | { readonly is: 'fresh'; readonly skewMs: number }
  | { readonly is: 'stale'; readonly since: number | null }
  | { readonly is: 'unknown' }

/**
 * Tells whether another hub on the database still notes what a till says. Clocks of two hubs may differ: where they do,
 * only that the note changed while this process watched counts.
 */
export interface WordWatch {
  /** A note counts for so long. */
  readonly freshMs: number
  /**
   * Call it about once a minute for each note. What was not looked at for longer tells as much if it is as it was, or if it
   * kept pace with this hub's clock; else it is found as at first.
   * @param now this hub's clock
   */
  look(noted: Noted, now: number): WordAge
}

interface Found {
  readonly stamp: string
  readonly at: number
  /** When this process found it so. */
  readonly foundAt: number
  /** The note before it was watched until it changed, or its hub noted at the pace of this one's clock. */
  readonly sawChange: boolean
  readonly lookedAt: number
}

export function openWordWatch(freshMs: number = FRESH_MS): WordWatch {
  const known = new Map<string, Found>()
  const isWithin = (ms: number): boolean => Math.abs(ms) <= freshMs
  return {
    freshMs,
    look({ device, stamp, at }, now) {
      const before = known.get(device)
      const found: Found =
        before?.stamp === stamp
          ? { ...before, lookedAt: now }
          : {
              stamp,
              at,
              foundAt: now,
              sawChange: before !== undefined && isFollowed(before, at, now, isWithin),
              lookedAt: now,
            }
      known.set(device, found)
      return ageOf(found, at, now, isWithin)
    },
  }
}

type IsWithin = (ms: number) => boolean

/** Whether a note that has changed since the last look is a new one, and not one that was left behind in between. */
function isFollowed(before: Found, at: number, now: number, isWithin: IsWithin): boolean {
  const passed = now - before.lookedAt
  return isWithin(passed) || isWithin(passed - (at - before.at))
}

function ageOf({ foundAt, sawChange }: Found, at: number, now: number, isWithin: IsWithin): WordAge {
  if (isWithin(foundAt - at))
    return isWithin(now - at) ? { is: 'fresh', skewMs: 0 } : { is: 'stale', since: at }
  if (!isWithin(now - foundAt)) return { is: 'stale', since: sawChange ? foundAt : null }
  return sawChange ? { is: 'fresh', skewMs: foundAt - at } : { is: 'unknown' }
}
