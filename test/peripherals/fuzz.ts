/** How many mutated inputs a parser is tried with, and which: FUZZ_RUNS=1000000 FUZZ_SEED=7 npx vitest run test/peripherals/hid-report */
export const fuzzRuns = Number(process.env['FUZZ_RUNS'] ?? 20_000)
export const fuzzSeed = Number(process.env['FUZZ_SEED'] ?? 0x8c)
