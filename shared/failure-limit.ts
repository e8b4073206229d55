import type { Clock } from './world.ts'

/**
 * Counts failures an address in a sliding window. Guessing a code or a password costs a wait, not an account.
 * The oldest addresses are forgotten, so that many addresses can't fill the memory.
 */
export function failureLimit(
  clock: Clock,
  options: { failures: number; windowMs: number; addresses?: number },
) {
  const failures = new Map<string, number[]>()
  const recent = (address: string) =>
    (failures.get(address) ?? []).filter(at => clock.monotonicMs() - at < options.windowMs)
  function set(address: string, times: number[]): void {
    failures.delete(address)
    if (times.length > 0) failures.set(address, times)
    const oldest = failures.keys().next().value
    if (failures.size > (options.addresses ?? 10_000) && oldest !== undefined) failures.delete(oldest)
  }
  return {
    /**
     * Counts an attempt as failed before it is made, so that guesses sent all at once are counted too.
     * @returns what takes that back once it has succeeded; null when there were too many
     */
    begin(address: string): (() => void) | null {
      const times = recent(address)
      if (times.length >= options.failures) return null
      const at = clock.monotonicMs()
      set(address, [...times, at])
      return () => {
        const left = [...(failures.get(address) ?? [])]
        const place = left.indexOf(at)
        if (place >= 0) left.splice(place, 1)
        set(address, left)
      }
    },
  }
}
