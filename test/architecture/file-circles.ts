import type { Exceptions } from './exceptions.ts'
import type { SourceFile } from './source-files.ts'

/** Circles of files there are today. */
export const circularToday: Exceptions = {}

/** Groups of files in which each reaches every other by imports (values or types), as `a.ts ↔ b.ts`. */
export function circularImports(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map(({ path, imports }) => [path, imports]))
  const reaches = new Map(files.map(({ path }) => [path, reachableFrom(path, imports)]))
  const groups = files
    .filter(({ path }) => reaches.get(path)?.has(path))
    .map(({ path }) => [...(reaches.get(path) ?? [])].filter(other => reaches.get(other)?.has(path)))
  return [...new Set(groups.map(group => group.sort().join(' ↔ ')))].sort()
}

/** What a file imports, directly and through others; itself only by a circle. */
function reachableFrom(path: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>()
  const next = [...(imports.get(path) ?? [])]
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    next.push(...(imports.get(file) ?? []))
  }
  return seen
}
