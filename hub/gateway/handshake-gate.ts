import type { Turn } from '../../shared/turns.ts'
import type { World } from '../../shared/world.ts'

/**
 * Runs at most `width` pieces of work at once; the others wait in the order in which they came. Each begins in a later turn
 * of the event loop: after an outage hundreds of devices say hello within one turn, and timers and sales would wait for all.
 */
export function openGate(width: number, timers: Pick<World['timers'], 'soon'>): Turn {
  const waiting: (() => void)[] = []
  let running = 0
  return async work => {
    // A place is handed over, so that a newcomer cannot slip in between.
    if (running >= width) await new Promise<void>(resolve => waiting.push(resolve))
    else running += 1
    try {
      await new Promise<void>(resolve => void timers.soon(resolve))
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
