import { defineConfig } from 'vitest/config'

const seed = process.env['FUZZ_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31))

/** The long runs: `npm run fuzz -- test/stream` for one area. `npm test` has a short run of each, always with the same seed. */
export default defineConfig({
  test: {
    include: ['test/**/*.fuzz.ts'],
    env: { FUZZ_SEED: seed },
    globalSetup: ['test/fuzz-seed.ts'],
    reporters: ['verbose'],
    maxWorkers: 2,
    testTimeout: 24 * 3_600_000,
    hookTimeout: 60_000,
  },
})
