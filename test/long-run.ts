/**
 * How many inputs a `*.fuzz.ts` tries and from which seed, as fast-check's parameters. `npm run fuzz` sets the seed and
 * prints it; FUZZ_RUNS in the environment replaces `runs`.
 */
export function longRun(runs: number): { numRuns: number; seed: number } {
  return { numRuns: wholeNumber('FUZZ_RUNS') ?? runs, seed: wholeNumber('FUZZ_SEED') ?? 1 }
}

function wholeNumber(name: string): number | null {
  const text = process.env[name]
  if (text === undefined) return null
  if (!/^\d{1,10}$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}".`)
  return Number(text)
}
