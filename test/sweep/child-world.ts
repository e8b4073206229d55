import { writeSync } from 'node:fs'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import type { World } from '../../shared/world.ts'

/** Sales that a script makes. */
export const SALES = 20
/** A process that has none of its own uses this code for an error that escaped. */
export const ESCAPED = 70

/** The real world with timers ten times faster, so that a restart of the program's own takes half a second. */
export function childWorld(): World {
  const real = nodeWorld({ log: jsonLog('warn', {}) })
  return {
    ...real,
    timers: { ...real.timers, after: (ms, run) => real.timers.after(Math.ceil(ms / 10), run) },
  }
}

/** One line of the script's story, written at once: the process may die. */
export function tell(...words: readonly (string | number)[]): void {
  writeSync(1, `${words.join(' ')}\n`)
}

/** Runs a program to its end. An error of its own ends it with code 1 and is logged; one that escapes it is a fault. */
export async function runProgram(world: World, program: () => Promise<void>): Promise<void> {
  for (const way of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(way, error => {
      world.log.error({ error }, `an error escaped: ${way}`)
      process.exit(ESCAPED)
    })
  try {
    await program()
    process.exit(0)
  } catch (error) {
    world.log.error({ error }, 'the program ended')
    process.exit(1)
  }
}
