/** A line of GS1's syntax dictionary: numbers, flags, form, requisites, exclusions, key of a link, title. */
export type AiRow = readonly [
  numbers: string,
  flags: string,
  parts: string,
  needs: readonly string[],
  excludes: string,
  linkKey: string | null,
  title: string,
]
