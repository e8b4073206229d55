import { z } from 'zod'

/** A released version: three numbers. Programs from a checkout may call themselves otherwise; they are never updated. */
export const ReleaseVersion = z
  .string()
  .regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'a version is three numbers, such as 1.4.0')

/** Below 0: `one` is older than `other`; 0: the same; above 0: newer. Any other text counts as 0.0.0. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [numbersOf(one), numbersOf(other)]
  return a.map((number, place) => number - (b[place] ?? 0)).find(difference => difference !== 0) ?? 0
}

function numbersOf(version: string): readonly number[] {
  return (ReleaseVersion.safeParse(version).data ?? '0.0.0').split('.').map(Number)
}
