import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})

const IMPORTED = /\b(?:from|import|import\(|require\()\s*["']([^"'.][^"']*)["']/g

/** Packages that bundled code names. */
export function importedPackages(code: string): string[] {
  const names = [...code.matchAll(IMPORTED)].map(([, name = '']) =>
    name.split('/', name.startsWith('@') ? 2 : 1).join('/'),
  )
  return [...new Set(names)].filter(
    name => !name.startsWith('node:') && !builtinModules.includes(name) && name !== 'electron',
  )
}

/**
 * The folders of these packages and of everything that they depend on, as npm has installed them below a folder.
 * @param root holds node_modules
 */
export function packageFolders(names: readonly string[], root: string): string[] {
  const found = new Set<string>()
  const add = (name: string, from: string): void => {
    const folder = installedFrom(name, from)
    if (folder === null || found.has(folder)) return
    found.add(folder)
    const manifest = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
    const below = { ...manifest.dependencies, ...manifest.optionalDependencies }
    for (const name of Object.keys(below)) add(name, folder)
  }
  for (const name of names) add(name, root)
  return [...found]
}

/** Where Node finds a package from another's folder; null for an optional one that is not installed. */
function installedFrom(name: string, from: string): string | null {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === dirname(from) ? null : installedFrom(name, dirname(from))
}
