import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The suites of the hub that are about its rules and its SQL. */
const folders = [
  'test/hub-checks/**/*.test.ts',
  'test/hub-db/**/*.test.ts',
  'test/hub-outbox/**/*.test.ts',
  'test/hub-pickups/**/*.test.ts',
  'test/hub-sales/**/*.test.ts',
  'test/hub-shopify/**/*.test.ts',
  'test/hub-stock/**/*.test.ts',
  'test/hub-streams/**/*.test.ts',
  'test/hub-web/**/*.test.ts',
  'test/gateway/**/*.test.ts',
  'test/fleet/**/*.test.ts',
  'test/remote-settings/**/*.test.ts',
  'test/updates/**/*.test.ts',
]

/** What gives a test the database of the engine that the run is about. */
const ENGINES = join('test', 'hub-engines.ts')

/**
 * The files that run on PostgreSQL as well: those of the hub's suites that open a database of the run's engine. What has
 * no database, or is about SQLite's own file, would do the same there once more.
 */
export function suitesOnBothEngines(root: string): string[] {
  const known = new Map<string, boolean>([[ENGINES, true]])
  const reaches = (file: string): boolean => {
    const found = known.get(file)
    if (found !== undefined) return found
    known.set(file, false) // files that import each other
    const reached = importsOf(root, file).some(reaches)
    known.set(file, reached)
    return reached
  }
  return globSync(folders, { cwd: root }).filter(reaches).sort()
}

/** The test files that a file imports, as paths below the root. */
function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/\bfrom '(\.[^']+\.ts)'/g)]
    .map(([, path = '']) => join(dirname(file), path))
    .filter(path => path.startsWith('test'))
}
