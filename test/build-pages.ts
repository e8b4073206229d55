import { globSync, statSync } from 'node:fs'
import { build } from 'vite'

/** Builds both pages once, for every test that serves them from `dist` as the product does. */
export default async function buildPages(): Promise<void> {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production' // vitest's own value would build React for development
  for (const [app, page] of [
    ['agent', 'dist/till/index.html'],
    ['hub', 'dist/hub/index.html'],
  ] as const)
    if (
      changedAt([page]) <
      changedAt([`${app}/ui/**`, `${app}/*/api-schema.ts`, 'shared/**', 'package-lock.json'])
    )
      await build({ configFile: `${app}/ui/vite.config.ts`, logLevel: 'error' })
  process.env['NODE_ENV'] = before
}

/** When the newest of these files was written; long ago when there is none. */
function changedAt(patterns: readonly string[]): number {
  return Math.max(0, ...globSync([...patterns]).map(path => statSync(path).mtimeMs))
}

if (import.meta.main) await buildPages()
