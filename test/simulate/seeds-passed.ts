import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Memory = z.object({
  of: z.string(),
  passed: z.number(),
  struck: z.record(z.string(), z.number()),
})

/** How many seeds from the first on were good, and how often each fault struck in them. */
export interface SeedsPassed {
  readonly passed: number
  readonly struck: ReadonlyMap<string, number>
}

export const noneYet: SeedsPassed = { passed: 0, struck: new Map() }

/** What an earlier call found, if it ran the same (`of`). */
export function readPassed(file: string, of: string): SeedsPassed {
  if (!existsSync(file)) return noneYet
  const memory = Memory.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!memory.success || memory.data.of !== of) return noneYet
  return { passed: memory.data.passed, struck: new Map(Object.entries(memory.data.struck)) }
}

export function writePassed(file: string, of: string, { passed, struck }: SeedsPassed): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ of, passed, struck: Object.fromEntries(struck) }))
}

/** What a run is made of: the product, the simulator, and what both take from elsewhere. @param root the repository */
export function runSources(root = '.'): string {
  const folders = ['agent', 'hub', 'shared', 'test/simulate', 'test/sandbox']
  const below = folders.map(folder => `${folder}/**/*.{ts,mjs,json,graphql}`)
  return hashOf(root, [...below, 'test/*.ts', 'package-lock.json'])
}

/** Changes with any of these files: what an earlier version passed says nothing of this one. */
function hashOf(root: string, patterns: readonly string[]): string {
  const hash = createHash('sha256')
  const files = patterns.flatMap(pattern => globSync(pattern, { cwd: root })).sort()
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}
