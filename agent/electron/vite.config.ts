import { builtinModules } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig, type InlineConfig, type UserConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Bundles the desktop app's processes into dist/desktop. Packages stay packages: electron-builder packs those that are used. */
const processes: UserConfig = {
  logLevel: 'warn',
  publicDir: here('public'),
  build: {
    ssr: true,
    target: 'node24',
    outDir: here('../../dist/desktop'),
    emptyOutDir: true,
    copyPublicDir: true,
    rolldownOptions: {
      input: {
        main: here('main.ts'),
        'agent-process': here('standalone/agent-process.ts'),
        'device-host-process': here('standalone/device-host-process.ts'),
      },
      external: [/^[^./]/, ...builtinModules],
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
}

/** The preload runs in a sandbox, which loads one CommonJS file and nothing else. */
export const preload: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    target: 'es2024',
    outDir: here('../../dist/desktop'),
    emptyOutDir: false,
    minify: false,
    lib: { entry: here('preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
}

export default defineConfig(processes)
