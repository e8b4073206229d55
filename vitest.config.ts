import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { suitesOnBothEngines } from './test/hub-suites.ts'
import { LongestFirst } from './test/longest-first.ts'
import { scratchFolder } from './test/scratch-folder.ts'

const root = fileURLToPath(new URL('.', import.meta.url))
// Whatever a test, its server or a program of it asks the system for is there.
process.env['TMPDIR'] = scratchFolder()

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
    setupFiles: ['test/end-children.ts', 'test/same-inputs.ts'].map(file =>
      fileURLToPath(new URL(file, import.meta.url)),
    ),
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
          include: suitesOnBothEngines(root),
          env: { HUB_ENGINE: 'postgres' },
          globalSetup: ['test/build-pages.ts', 'test/hub-server.ts'],
        },
      },
    ],
  },
})
