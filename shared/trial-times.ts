/** How long an update, or settings of the hub, have to be well before a till keeps them, and after which time it goes back. */
interface TrialTimes {
  readonly confirmMinutes: number
  readonly giveUpMinutes: number
}

/** Where a till's agent.json says nothing else. */
export const usualTrialTimes: TrialTimes = { confirmMinutes: 10, giveUpMinutes: 30 }

/** The shortest time for a slow PC to start, to connect and to read its sources. */
const SHORTEST_MINUTES = 10

/** Whether whatever is on trial with these times can be kept at all, on a slow PC as well. */
export function hasTimeToProve({ confirmMinutes, giveUpMinutes }: TrialTimes): boolean {
  return giveUpMinutes >= Math.max(SHORTEST_MINUTES, 2 * confirmMinutes)
}

/** The times of a trial, in ms. A till never goes back before what is on trial can have proven itself, whatever its settings say. */
export function trialTimesMs({ confirmMinutes, giveUpMinutes }: TrialTimes): {
  readonly confirmMs: number
  readonly giveUpMs: number
} {
  return {
    confirmMs: confirmMinutes * 60_000,
    giveUpMs: Math.max(giveUpMinutes, 2 * confirmMinutes) * 60_000,
  }
}
