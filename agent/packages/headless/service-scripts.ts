import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const scripts = fileURLToPath(new URL('../windows', import.meta.url))

/** Puts every script of the Windows service beside the agent: they call each other. */
export function layServiceScripts(tree: string): void {
  for (const name of readdirSync(scripts))
    if (name.endsWith('.cmd')) cpSync(join(scripts, name), join(tree, name))
}
