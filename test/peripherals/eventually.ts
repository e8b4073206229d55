import { setTimeout as pause } from 'node:timers/promises'

/** Waits for something that real hardware or a real process brings about; fails by name instead of hanging. */
export async function eventually(what: string, holds: () => boolean, most = 180_000): Promise<void> {
  const until = performance.now() + most
  while (!holds()) {
    if (performance.now() > until) throw new Error(`never came: ${what}`)
    await pause(5)
  }
}
