import { nodeWorld } from '../../shared/node-world.ts'
import type { Log, World } from '../../shared/world.ts'

/** Real clock, timers, network and disk; only what goes wrong is printed. */
export function quietWorld(): World {
  const tell = (facts: object, message: string) => console.error(message, facts)
  const log: Log = { debug() {}, info() {}, warn: tell, error: tell, child: () => log }
  return nodeWorld({ log })
}
