#!/usr/bin/env node
// Node 24 runs all that follows; an older one hands over to the Node 24 that npm installed with this package.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

if (Number(process.versions.node.split('.')[0]) >= 24) await import('./cli.ts')
else {
  const system = process.platform === 'win32' ? 'win' : process.platform
  try {
    const found = createRequire(import.meta.url).resolve(`node-${system}-${process.arch}/package.json`)
    const node = join(dirname(found), 'bin', system === 'win' ? 'node.exe' : 'node')
    process.exitCode = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1
  } catch {
    process.stderr.write(
      `This needs Node 24 or newer; this one is ${process.version}. Install it, then try again.\n`,
    )
    process.exitCode = 1
  }
}
