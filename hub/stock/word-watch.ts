/** A word that does not change for so long, or that is from so far ahead, is of a till whose hub was killed: it may be connected nowhere. */
const FRESH_MS = 3 * 60_000

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
  /** Call it about once a minute for each note: what was not looked at for longer is found as at first. @param now this hub's clock */
  look(noted: Noted, now: number): WordAge
}

interface Found {
  readonly stamp: string
  /** When this process found it so. */
  readonly foundAt: number
  /** The note before it was watched until it changed. */
  readonly sawChange: boolean
  readonly lookedAt: number
}

export function openWordWatch(): WordWatch {
  const known = new Map<string, Found>()
  return {
    look({ device, stamp, at }, now) {
      const before = known.get(device)
      const isWatched = before !== undefined && isWithin(now - before.lookedAt)
      const found: Found =
        isWatched && before.stamp === stamp
          ? { ...before, lookedAt: now }
          : { stamp, foundAt: now, sawChange: isWatched, lookedAt: now }
      known.set(device, found)
      return ageOf(found, at, now)
    },
  }
}

function ageOf({ foundAt, sawChange }: Found, at: number, now: number): WordAge {
  if (isWithin(foundAt - at))
    return isWithin(now - at) ? { is: 'fresh', skewMs: 0 } : { is: 'stale', since: at }
  if (!isWithin(now - foundAt)) return { is: 'stale', since: sawChange ? foundAt : null }
  return sawChange ? { is: 'fresh', skewMs: foundAt - at } : { is: 'unknown' }
}

const isWithin = (ms: number): boolean => Math.abs(ms) <= FRESH_MS
