import type { World } from '../../shared/world.ts'

/** Sales that a script makes. */
export const SALES = 20

/** A program on its data folder, and what is done to it. Resolves when it was stopped; rejects when it failed. */
export type Script = (folder: string, parts: ScriptParts) => Promise<void>

export interface ScriptParts {
  /** The real one; what it logs is judged. */
  readonly world: World
  /** One line of the story: `acked 3`. */
  tell(line: string): void
}

/** The same world with timers ten times faster, so that a restart of the program's own takes half a second. */
export function quickened(world: World): World {
  const { timers } = world
  return { ...world, timers: { ...timers, after: (ms, run) => timers.after(Math.ceil(ms / 10), run) } }
}

/** Waits in real time. */
export function waitMs({ timers }: Pick<World, 'timers'>, ms: number): Promise<void> {
  return new Promise(resolve => void timers.after(ms, resolve))
}
