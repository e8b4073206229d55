import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

/** What runs on both of the hub's engines. */
const hubSuites = [
  'test/hub-checks/**/*.test.ts',
  'test/hub-db/**/*.test.ts',
  'test/hub-outbox/**/*.test.ts',
  'test/hub-pickups/**/*.test.ts',
  'test/hub-sales/**/*.test.ts',
  'test/hub-shopify/{after-restore,barcodes,items,level-variance,once.property,redaction,shopify,stock,webhooks}*.test.ts',
  'test/hub-stock/**/*.test.ts',
  'test/hub-streams/**/*.test.ts',
  'test/hub-web/**/*.test.ts',
  'test/gateway/**/*.test.ts',
]

export default defineConfig({
  test: {
    maxWorkers: 2, // many wait for processes and disks: by default one core of two would idle
    // Files share the modules of their worker, which hold no state: loading them for each took as long as all unit tests.
    isolate: false,
    fsModuleCache: true, // the next run on the same machine transforms only what has changed
    sequence: { sequencer: LongestFirst },
    // The programs that tests start read their modules as an earlier one compiled them.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)) },
    // How long a test that hangs may hang: no other limit is set anywhere, as a loaded machine would exceed it.
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    setupFiles: [fileURLToPath(new URL('test/end-children.ts', import.meta.url))],
    expect: { poll: { timeout: 180_000 } },
    projects: [
      {
        extends: true,
        test: { name: 'all', include: ['test/**/*.test.ts'], globalSetup: ['test/build-pages.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: hubSuites,
          env: { HUB_ENGINE: 'postgres' },
          globalSetup: ['test/build-pages.ts', 'test/hub-server.ts'],
        },
      },
    ],
  },
})
