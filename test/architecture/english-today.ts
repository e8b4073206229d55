/**
 * How many refused phrases each area may still have. Lower a figure when you rewrite, never raise one; the goal is an
 * empty table. An area that has none left must leave it.
 */
export const englishToday: Readonly<Record<string, number>> = {
  '.': 7,
  agent: 326,
  bench: 5,
  docs: 266,
  hub: 74,
  shared: 26,
  test: 214,
}
