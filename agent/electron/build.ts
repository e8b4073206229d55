import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import packageJson from '../../package.json' with { type: 'json' }
import { preload } from './vite.config.ts'

/** Bundles the desktop app for electron and electron-builder. The till page is built apart. */
export async function buildDesktop(): Promise<void> {
  await build({ configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)) })
  await build(preload)
  // what Electron reads when it is started on the folder; packages have their own
  const { name, version } = packageJson
  const manifest = { name, version, type: 'module', main: 'main.mjs' }
  writeFileSync(new URL('../../dist/desktop/package.json', import.meta.url), JSON.stringify(manifest))
}

if (import.meta.main) await buildDesktop()
