import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the till page into dist/till. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/till', import.meta.url)),
    emptyOutDir: true,
    // What Electron and any browser of the last two years have; older targets would rewrite the colour functions.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    license: { fileName: 'licenses.json' }, // of the packages in the bundle; the list of what a package is made of reads it
  },
})
