import { writeSync } from 'node:fs'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import type { Script } from './script.ts'

/** What a process ends with when an error escapes the program. */
const ESCAPED = 70
const [name, folder = ''] = process.argv.slice(2)
const world = nodeWorld({ log: jsonLog('warn', {}) })
for (const way of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(way, error => {
    world.log.error({ error }, `an error escaped: ${way}`)
    process.exit(ESCAPED)
  })

/** Only one of them is loaded: each process is to start quickly. */
async function scriptOf(): Promise<Script> {
  if (name === 'agent') return (await import('./agent-script.ts')).agentScript
  return (await import('./hub-script.ts')).hubScript
}

const script = await scriptOf()
try {
  await script(folder, { world, tell: line => void writeSync(1, `${line}\n`) })
  process.exit(0)
} catch (error) {
  world.log.error({ error }, 'the program ended')
  process.exit(1)
}
