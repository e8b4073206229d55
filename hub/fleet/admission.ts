import type { Clock } from '../../shared/world.ts'

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
  return {
    allows: (address: string): boolean => recent(address).length < options.failures,
    failed(address: string): void {
      const list = [...recent(address), clock.monotonicMs()]
      failures.delete(address)
      failures.set(address, list)
      const oldest = failures.keys().next().value
      if (failures.size > (options.addresses ?? 10_000) && oldest !== undefined) failures.delete(oldest)
    },
  }
}
