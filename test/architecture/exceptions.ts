/** Where a rule does not hold, and why. An exception that is no longer needed fails the rule's test, so lists only shrink. */
export type Exceptions = Readonly<Record<string, string>>

/**
 * Compares what breaks a rule with its exceptions, both keyed as `path: what`.
 * @returns a sentence for each violation without an exception, and for each exception without a violation
 */
export function compare(violations: readonly string[], exceptions: Exceptions): string[] {
  const found = new Set(violations)
  return [
    ...[...found].filter(key => !(key in exceptions)),
    ...Object.keys(exceptions)
      .filter(key => !found.has(key))
      .map(key => `no longer needed, remove this exception: ${key}`),
  ]
}
