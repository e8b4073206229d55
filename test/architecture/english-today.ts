/**
 * How many refused phrases each area may still have. Lower a figure when you rewrite, never raise one; the goal is an
 * empty table. An area that has none left must leave it.
 */
export const englishToday: Readonly<Record<string, number>> = {
  '.': 7,
  agent: 317,
  bench: 5,
  docs: 263,
  hub: 34,
  shared: 24,
  test: 211,
}
