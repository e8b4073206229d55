#!/usr/bin/env node
// Node 24 runs the TypeScript below as it is; an older one, typed by hand, hands over to the one that npm installed.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

if (Number(process.versions.node.split('.')[0]) < 24) {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  process.exit(spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1)
}
await import('./cli.ts')
