import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2, // many wait for processes and disks: by default one core of two would idle
    globalSetup: ['test/build-pages.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
