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

/** These packages with everything that they depend on, by name. */
export function withDependencies(names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const add = (name: string, from: string): void => {
    const folder = installedFrom(name, from)
    if (folder === null || found.has(`${name} ${folder}`)) return
    found.add(`${name} ${folder}`)
    const { dependencies, optionalDependencies } = Manifest.parse(
      JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    )
    for (const below of Object.keys({ ...dependencies, ...optionalDependencies })) add(below, folder)
  }
  for (const name of names) add(name, process.cwd())
  return new Set([...found].map(each => each.split(' ', 1)[0] ?? ''))
}

/** Where Node finds a package from another's folder; null for an optional one that is not installed. */
function installedFrom(name: string, from: string): string | null {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === dirname(from) ? null : installedFrom(name, dirname(from))
}
