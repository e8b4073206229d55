import { builtinModules } from 'node:module'
import { defineConfig } from 'vite'

/** Bundles the two command lines and the device host for `npm pack`: Node strips no types below node_modules. Packages stay packages. */
export default defineConfig({
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'bin',
    rolldownOptions: {
      input: {
        'tillbridge-agent': 'agent/cli.mjs',
        'tillbridge-device-host': 'agent/peripherals/host/host-process.ts',
        'tillbridge-hub': 'hub/cli.mjs',
      },
      external: [/^[^./]/, ...builtinModules],
      output: {
        entryFileNames: '[name].mjs',
        chunkFileNames: '[name]-[hash].mjs',
      },
    },
  },
})
