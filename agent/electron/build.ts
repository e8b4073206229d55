import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { preload } from './vite.config.ts'

/** Bundles the desktop app for electron and electron-builder. The till page is built apart. */
export async function buildDesktop(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)) })
  await build(preload)
}

if (import.meta.main) await buildDesktop()
